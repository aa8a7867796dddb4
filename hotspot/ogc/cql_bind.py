"""From what a filter says to what it means: CQL2 JSON to a tree whose names exist and whose types agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hotspot.ogc import cql_space, cql_time
from hotspot.ogc.cql_mask import holds, lies, like_pattern
from hotspot.ogc.cql_time import Interval
from hotspot.ogc.cql_tree import (
    GEOMETRY,
    And,
    Compare,
    Constant,
    Folded,
    In,
    IsNull,
    Like,
    Literal,
    Not,
    Or,
    Property,
    Spatial,
    Sum,
)  # fmt: skip
from hotspot.ogc.cql_values import Scope, described, kind_of, refused, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from hotspot.ogc.cql_text import Json
    from hotspot.ogc.cql_tree import Kind, Node
    from hotspot.ogc.cql_values import Scalar

COMPARISONS: Final = ("=", "<>", "<", "<=", ">", ">=")


def bind(said: Json, *, kinds: Mapping[str, Kind], crs: str) -> Node:
    """Return the tree of a filter, or refuse it."""
    return _condition(said, Scope(kinds, crs), 1)


def _condition(said: Json, scope: Scope, depth: int) -> Node:
    scope.step(depth)
    if isinstance(said, bool):
        return Constant(said)
    if not isinstance(said, dict) or not {"op", "property"} & set(said):
        raise unknown(said)
    if "property" in said:
        value = scope.scalar(said, depth)
        if kind_of(value) != "boolean":
            raise refused(f"{described(value)}, which is no condition by itself; compare it with something")
        return Compare("=", value, Literal(True))  # type: ignore[arg-type]
    name, arguments = said["op"], said["args"]
    for names, make in _CONDITIONS:
        if name in names:
            return make(name, arguments, scope, depth + 1)
    raise unknown(said)


def _joined(name: str, given: Sequence[Json], scope: Scope, depth: int) -> Node:
    parts = tuple(_condition(each, scope, depth) for each in given)
    return And(parts) if name == "and" else Or(parts)


def _not(_: str, given: Sequence[Json], scope: Scope, depth: int) -> Node:
    return Not(_condition(given[0], scope, depth))


def _compared(op: str, given: Sequence[Json], scope: Scope, depth: int) -> Node:
    if any(_is_condition(each) for each in given):
        return _both(op, given, scope, depth)
    left, right = scope.agreed([scope.scalar(each, depth) for each in given], op)
    return _comparison(op, left, right)


def _is_condition(said: Json) -> bool:
    if not isinstance(said, dict) or "op" not in said:
        return False
    return any(said["op"] in names for names, _ in _CONDITIONS)


def _both(op: str, given: Sequence[Json], scope: Scope, depth: int) -> Node:
    """Two conditions are compared by whether both hold or neither does."""
    if op not in ("=", "<>"):
        raise refused(f"conditions are compared by = and <>, not by {op}")
    left, right = (_condition(each, scope, depth) for each in given)
    same = Or((And((left, right)), And((Not(left), Not(right)))))
    return same if op == "=" else Not(same)


def _comparison(op: str, left: Scalar, right: Scalar) -> Node:
    if isinstance(left, Interval) and isinstance(right, Interval):
        if not (left.instant and right.instant):
            raise refused(f"intervals are compared by T_ functions, not by {op}")
        return cql_time.compared(op, left, right)
    if isinstance(left, Literal) and isinstance(right, Literal):
        return Constant(holds(op, left.value, right.value))
    return Compare(op, left, right)  # type: ignore[arg-type]


def _between(_: str, given: Sequence[Json], scope: Scope, depth: int) -> Node:
    value, low, high = scope.agreed([scope.scalar(each, depth) for each in given], "BETWEEN")
    return And((_comparison(">=", value, low), _comparison("<=", value, high)))


def _in(_: str, given: Sequence[Json], scope: Scope, depth: int) -> Node:
    values = [scope.scalar(each, depth) for each in (given[0], *given[1])]
    value, *options = scope.agreed(values, "IN")
    literals = [option for option in options if isinstance(option, Literal)]
    if len(literals) == len(options) and isinstance(value, (Property, Folded, Sum)):
        return In(value, tuple(dict.fromkeys(literals)))
    parts = tuple(_comparison("=", value, option) for option in options)
    return parts[0] if len(parts) == 1 else Or(parts)


def _like(_: str, given: Sequence[Json], scope: Scope, depth: int) -> Node:
    value, pattern = (scope.scalar(each, depth) for each in given)
    if kind_of(value) != "text":
        raise refused(f"{described(value)}; LIKE takes a text")
    if not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
        raise refused("LIKE takes a pattern in single quotes, % for any characters, _ for one")
    if isinstance(value, Literal):
        return Constant(like_pattern(pattern.value).fullmatch(str(value.value)) is not None)
    return Like(value, pattern.value)  # type: ignore[arg-type]


def _is_null(_: str, given: Sequence[Json], scope: Scope, depth: int) -> Node:
    said = given[0]
    if isinstance(said, dict) and "property" in said:
        scope.step(depth)
        return IsNull(scope.name(said["property"]))
    value = scope.scalar(said, depth)
    if isinstance(value, (Folded, Sum)):
        return IsNull(value)
    # A literal is never missing.
    return Constant(False)


def _temporal(name: str, given: Sequence[Json], scope: Scope, depth: int) -> Node:
    if len(given) != 2:
        raise refused(f"{name.upper()} takes two times")
    times = []
    for each in given:
        value = scope.timed(scope.scalar(each, depth))
        if not isinstance(value, Interval):
            raise refused(f"{described(value)}; {name.upper()} takes times")
        times.append(value)
    return cql_time.related(name, *times)


def _spatial(name: str, given: Sequence[Json], scope: Scope, depth: int) -> Node:
    if len(given) != 2:
        raise refused(f"{name.upper()} takes {GEOMETRY} and a shape")
    left, right = (_shape(each, scope, depth) for each in given)
    asked = cql_space.FUNCTIONS[name]
    if left is None and right is None:
        raise refused(f"{name.upper()} takes {GEOMETRY} and a shape, not {GEOMETRY} twice")
    if left is None:
        return Spatial(asked, right)  # type: ignore[arg-type]
    if right is None:
        return Spatial(cql_space.TURNED.get(asked, asked), left)  # type: ignore[arg-type]
    return Constant(lies(asked, left, right))


def _shape(said: Json, scope: Scope, depth: int) -> BaseGeometry | None:
    """Return a shape in CRS84, ``None`` for the geometry of the features."""
    scope.step(depth)
    if isinstance(said, dict) and "wkt" in said:
        return cql_space.of_wkt(said["wkt"], crs=scope.crs)
    if isinstance(said, dict) and "bbox" in said:
        return cql_space.of_box(said["bbox"], crs=scope.crs)
    if isinstance(said, dict) and "property" in said and scope.name(said["property"]).kind == "geometry":
        return None
    raise refused(
        f"S_ functions take {GEOMETRY} and a shape such as POINT(-88.2 17.5) or BBOX(-89, 17, -88, 18)"
    )


_CONDITIONS: Final[tuple[tuple[Sequence[str] | Mapping[str, object], Callable[..., Node]], ...]] = (
    (("and", "or"), _joined),
    (("not",), _not),
    (COMPARISONS, _compared),
    (("between",), _between),
    (("in",), _in),
    (("like",), _like),
    (("isNull",), _is_null),
    (cql_time.FUNCTIONS, _temporal),
    (cql_space.FUNCTIONS, _spatial),
)
