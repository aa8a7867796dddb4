"""What is asked of a collection's features, as conditions on the rows of incidents.

Values are always bound. A comparison with what is missing is unknown, in SQL as in
CQL2, so the trees of `hotspot.ogc.cql_tree` go over as they are.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import singledispatch
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.sql.elements import Grouping

from hotspot.errors import ParameterError
from hotspot.ogc import cql_tree
from hotspot.ogc.moments import span
from hotspot.service.incidents.placing import inside
from hotspot.service.incidents.properties import PROPERTIES, microseconds
from hotspot.service.store.schema import incident

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hotspot.ogc.moments import Span
    from hotspot.ogc.query import Query
    from hotspot.service.incidents.placing import Placing

    Condition = sa.ColumnElement[bool]

FOLD: Final = "hotspot_folded"
"""SQL function: a text without differences of case or accents."""
CALCULATE: Final = "hotspot_calculated"
"""SQL function: the result of an operation on two numbers."""


def conditions(asked: Query, *, placing: Placing) -> list[Condition]:
    """Return what must hold of each incident, all of it.

    As OGC 17-069r4 has it (7.15.3, 7.15.4), incidents without a place lie in any box, and
    those without a time at any time.
    """
    found = [_equal(name, value) for name, value in asked.equal]
    if asked.projected is not None:
        crs, box = asked.projected
        found.append(sa.or_(incident.c.lon.is_(None), placing.projected(crs, box, around=asked.boxes)))
    elif asked.boxes:
        found.append(sa.or_(incident.c.lon.is_(None), *map(inside, asked.boxes)))
    if asked.span is not None:
        found.append(sa.or_(incident.c.occurred_from.is_(None), _during(asked.span)))
    if asked.where is not None:
        found.append(condition(asked.where.tree, placing=placing))
    return found


def _during(within: Span) -> Condition:
    """Return the condition that an incident may have happened within a span."""
    start, end = microseconds(within.start), microseconds(within.end)
    # Begun within it, or before and not over by then: each is found by an index of its own.
    return sa.or_(
        incident.c.occurred_from.between(start, end),
        sa.and_(
            incident.c.occurred_to >= start,
            incident.c.occurred_to > incident.c.occurred_from,
            incident.c.occurred_from < start,
        ),
    )


def _equal(name: str, value: Any) -> Condition:
    wanted = PROPERTIES[name]
    if wanted.kind != "moment":
        same: Condition = wanted.column == value
        return same
    try:
        when = span(value)
    except ParameterError:
        msg = f"{name} takes a moment such as 2026-01-31T18:00:00Z, or a day; got {value[:40]!r}."
        raise ParameterError(name, msg) from None
    return wanted.column.between(microseconds(when.start), microseconds(when.end))


def condition(tree: cql_tree.Node, *, placing: Placing) -> Condition:
    """Return a filter as a condition: unknown where the filter is."""
    return _node(tree, placing)


@singledispatch
def _node(node: Any, _placing: Placing) -> Condition:
    raise TypeError(node)


@_node.register(cql_tree.Constant)
def _(node: cql_tree.Constant, _placing: Placing) -> Condition:
    return sa.literal(1) == sa.literal(int(node.value))


@_node.register(cql_tree.And)
def _(node: cql_tree.And, placing: Placing) -> Condition:
    return _balanced([_node(part, placing) for part in node.parts], sa.and_)


@_node.register(cql_tree.Or)
def _(node: cql_tree.Or, placing: Placing) -> Condition:
    return _balanced([_node(part, placing) for part in node.parts], sa.or_)


@_node.register(cql_tree.Not)
def _(node: cql_tree.Not, placing: Placing) -> Condition:
    return sa.not_(Grouping(_node(node.part, placing)))


@_node.register(cql_tree.Compare)
def _(node: cql_tree.Compare, _placing: Placing) -> Condition:
    left, right = _operand(node.left), _operand(node.right)
    # SQLAlchemy has the same words for these but for equality.
    sign = {"=": "=", "<>": "!="}.get(node.op, node.op)
    compared: Condition = left.bool_op(sign)(right)
    return compared


@_node.register(cql_tree.In)
def _(node: cql_tree.In, _placing: Placing) -> Condition:
    return _operand(node.value).in_([_plain(option.value) for option in node.options])


@_node.register(cql_tree.Like)
def _(node: cql_tree.Like, _placing: Placing) -> Condition:
    # GLOB knows small from capital letters, which SQLite's LIKE does not.
    globbed: Condition = _operand(node.value).bool_op("GLOB")(glob(node.pattern))
    return globbed


@_node.register(cql_tree.IsNull)
def _(node: cql_tree.IsNull, _placing: Placing) -> Condition:
    return _operand(node.value).is_(None)


@_node.register(cql_tree.Spatial)
def _(node: cql_tree.Spatial, placing: Placing) -> Condition:
    return placing.spatial(node)


@singledispatch
def _operand(given: Any) -> sa.ColumnElement[Any]:
    raise TypeError(given)


@_operand.register(cql_tree.Property)
def _(given: cql_tree.Property) -> sa.ColumnElement[Any]:
    return incident.c.lon if given.kind == "geometry" else PROPERTIES[given.name].column


@_operand.register(cql_tree.Moment)
def _(given: cql_tree.Moment) -> sa.ColumnElement[Any]:
    # An incident lasts from the earliest to the latest moment it can have happened.
    return incident.c.occurred_to if given.last else PROPERTIES[given.name].column


@_operand.register(cql_tree.Literal)
def _(given: cql_tree.Literal) -> sa.ColumnElement[Any]:
    return sa.literal(_plain(given.value))


@_operand.register(cql_tree.Folded)
def _(given: cql_tree.Folded) -> sa.ColumnElement[Any]:
    told = (_operand(given.value), int(given.case), int(given.accents))
    return sa.Function(FOLD, *told, type_=sa.Text)


@_operand.register(cql_tree.Sum)
def _(given: cql_tree.Sum) -> sa.ColumnElement[Any]:
    return sa.Function(CALCULATE, given.op, _operand(given.left), _operand(given.right), type_=sa.Float)


def _plain(value: Any) -> Any:
    return microseconds(value) if isinstance(value, datetime) else value


def _balanced(parts: Sequence[Condition], join: Callable[..., Condition]) -> Condition:
    """Join many parts as a balanced tree: SQLite takes no expression more than 1,000 deep."""
    if len(parts) <= 2:
        return Grouping(join(*parts))
    half = len(parts) // 2
    return Grouping(join(_balanced(parts[:half], join), _balanced(parts[half:], join)))


def glob(pattern: str) -> str:
    r"""Return a pattern of CQL2's ``LIKE`` as one of SQLite's ``GLOB``.

    >>> glob("100\\% [a]_b%")
    '100% [[]a]?b*'
    """
    return re.sub(r"\\(.)|(.)", lambda found: _globbed(found[1], found[2]), pattern, flags=re.DOTALL)


def _globbed(escaped: str | None, plain: str | None) -> str:
    if plain == "%":
        return "*"
    if plain == "_":
        return "?"
    sign = escaped or plain or ""
    return f"[{sign}]" if sign in "*?[" else sign
