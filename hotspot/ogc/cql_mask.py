"""A filter asked of columns: every feature at once, with the third truth value where something is missing.

Each condition gives two masks, where it is true and where it is false; where neither is,
it is unknown. ``NOT`` swaps them, ``AND`` and ``OR`` join them, and the truth table of
OGC 21-065r2 (6.2) follows.
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any, Final

from hotspot.errors import ParameterError
from hotspot.ogc.cql_text import folded
from hotspot.ogc.cql_tree import (
    And,
    Compare,
    Constant,
    Folded,
    In,
    IsNull,
    Like,
    Literal,
    Moment,
    Not,
    Or,
    Property,
    Spatial,
    Sum,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from hotspot.ogc.cql import Columns
    from hotspot.ogc.cql_tree import Node, Operand

    Masks = tuple[NDArray[np.bool_], NDArray[np.bool_]]
    Values = tuple[Any, NDArray[np.bool_]]

_COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq, "<>": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip

_TREE_ASKS: Final = {
    "within": "contains",
    "contains": "within",
    "disjoint": "intersects",
    "equals": "intersects",
}
"""What to ask the index of the shape and a feature, for what is asked of the feature and the shape."""


def mask(tree: Node, columns: Columns) -> NDArray[np.bool_]:
    """Which features a filter is true of, shape (n_features,)."""
    return _Asked(columns).truth(tree)[0]


class _Asked:
    """The columns a filter asks of, each made ready once."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._ready: dict[Operand, Values] = {}

    def truth(self, node: Node) -> Masks:
        """Where a condition is true, and where it is false."""
        return _TRUTH[type(node)](self, node)

    def all(self, value: bool) -> Masks:
        """Return the masks of a condition that is the same for every feature."""
        import numpy as np

        yes = np.full(len(self.columns), value)
        return yes, ~yes

    def values(self, operand: Operand) -> Values:
        """Return the values of an operand, and where they are missing; something harmless stands there."""
        if operand not in self._ready:
            self._ready[operand] = _VALUES[type(operand)](self, operand)
        return self._ready[operand]

    def nowhere(self) -> NDArray[np.bool_]:
        """Which features have no geometry."""
        import numpy as np
        import shapely

        shapes = self.columns.shapes
        return np.asarray(shapely.is_missing(shapes) | shapely.is_empty(shapes), dtype=bool)


def _joined(asked: _Asked, node: And | Or) -> Masks:
    import numpy as np

    masks = [asked.truth(part) for part in node.parts]
    some, every = (1, 0) if isinstance(node, And) else (0, 1)
    any_of = np.logical_or.reduce([pair[some] for pair in masks])
    all_of = np.logical_and.reduce([pair[every] for pair in masks])
    return (all_of, any_of) if isinstance(node, And) else (any_of, all_of)


def _not(asked: _Asked, node: Not) -> Masks:
    yes, no = asked.truth(node.part)
    return no, yes


def _compared(asked: _Asked, node: Compare) -> Masks:
    import numpy as np

    left, left_missing = asked.values(node.left)
    right, right_missing = asked.values(node.right)
    there = ~(left_missing | right_missing)
    found = np.asarray(_COMPARE[node.op](left, right), dtype=bool)
    return found & there, ~found & there


def _in(asked: _Asked, node: In) -> Masks:
    import numpy as np

    values, missing = asked.values(node.value)
    options: set[Any] = {option.value for option in node.options}
    if values.dtype == np.float64:
        found = np.isin(values, list(options))
    else:
        found = _each(values, options.__contains__)
    return found & ~missing, ~found & ~missing


def _like(asked: _Asked, node: Like) -> Masks:
    values, missing = asked.values(node.value)
    matches = like_pattern(node.pattern).fullmatch
    # Texts come again and again: each is matched once.
    known = {text: matches(text) is not None for text in set(values.tolist())}
    found = _each(values, known.__getitem__)
    return found & ~missing, ~found & ~missing


def _is_null(asked: _Asked, node: IsNull) -> Masks:
    import numpy as np

    value = node.value
    if isinstance(value, Property) and value.kind == "geometry":
        missing = asked.nowhere()
    elif isinstance(value, Property) and value.kind == "time":
        missing = np.isnat(asked.columns.moments(value.name)[0])
    else:
        missing = asked.values(value)[1]
    return missing, ~missing


def _spatial(asked: _Asked, node: Spatial) -> Masks:
    import numpy as np
    import shapely

    found = np.zeros(len(asked.columns), dtype=bool)
    try:
        predicate: Any = _TREE_ASKS.get(node.op, node.op)
        near = asked.columns.tree.query(node.shape, predicate=predicate)
        if node.op == "equals":
            near = near[shapely.equals(asked.columns.shapes[near], node.shape)]
    except shapely.GEOSException:
        msg = f"filter cannot be used: S_{node.op.upper()} fails with this shape. Write it more simply."
        raise ParameterError("filter", msg) from None
    found[near] = True
    there = ~asked.nowhere()
    return (~found & there, found) if node.op == "disjoint" else (found, ~found & there)


_TRUTH: Final[Mapping[type, Callable[[_Asked, Any], Masks]]] = {
    Constant: lambda asked, node: asked.all(node.value),
    And: _joined, Or: _joined, Not: _not, Compare: _compared, In: _in, Like: _like, IsNull: _is_null,
    Spatial: _spatial,
}  # fmt: skip


def _of_property(asked: _Asked, operand: Property) -> Values:
    import numpy as np

    values = asked.columns.values(operand.name)
    if values.dtype == np.float64:
        return values, np.isnan(values)
    missing: NDArray[np.bool_] = np.asarray(values == None, dtype=bool)  # noqa: E711
    if missing.any():
        values = np.where(missing, "" if operand.kind == "text" else False, values)
    return values, missing


def _of_moment(asked: _Asked, operand: Moment) -> Values:
    import numpy as np

    values = asked.columns.moments(operand.name)[int(operand.last)]
    return values, np.isnat(values)


def _of_literal(_: _Asked, operand: Literal) -> Values:
    import numpy as np

    value: Any = operand.value
    if hasattr(value, "tzinfo"):
        value = np.datetime64(value.replace(tzinfo=None), "us")
    return value, np.zeros(1, dtype=bool)


def _of_folded(asked: _Asked, operand: Folded) -> Values:
    import numpy as np

    values, missing = asked.values(operand.value)
    known = {text: folded(text, case=operand.case, accents=operand.accents) for text in set(values.tolist())}
    return np.array([known[text] for text in values.tolist()], dtype=object), missing


def _of_sum(asked: _Asked, operand: Sum) -> Values:
    import numpy as np

    (left, left_missing), (right, right_missing) = asked.values(operand.left), asked.values(operand.right)
    values = np.asarray(computed(operand.op, left, right), dtype=np.float64)
    return values, left_missing | right_missing | ~np.isfinite(values)


_VALUES: Final[Mapping[type, Callable[[_Asked, Any], Values]]] = {
    Property: _of_property, Moment: _of_moment, Literal: _of_literal, Folded: _of_folded, Sum: _of_sum,
}  # fmt: skip


def computed(sign: str, left: Any, right: Any) -> Any:
    """Return a sum of numbers or of columns; not finite where there is none.

    ``%`` and ``div`` cut towards zero, as in SQL.

    >>> float(computed("div", -7.0, 2.0)), float(computed("%", -7.0, 2.0))
    (-3.0, -1.0)
    """
    import numpy as np

    a, b = np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64)
    ufuncs = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "%": np.fmod, "^": np.power}
    with np.errstate(all="ignore"):
        made = np.trunc(a / b) if sign == "div" else ufuncs[sign](a, b)
    return made if np.ndim(made) else float(made)


def holds(op: str, left: Any, right: Any) -> bool:
    """Whether a comparison of two literals is true.

    >>> holds("<", "a", "b")
    True
    """
    return bool(_COMPARE[op](left, right))


def lies(op: str, shape: BaseGeometry, other: BaseGeometry) -> bool:
    """Whether one shape lies to another as asked."""
    import shapely

    return bool(getattr(shapely, op)(shape, other))


def like_pattern(pattern: str) -> re.Pattern[str]:
    r"""Return what ``LIKE`` matches as a regular expression that never looks back.

    Between two ``%`` the first place that fits is as good as any, so each part is
    looked for once, and no pattern takes longer than its length times the text's.

    >>> [bool(like_pattern("B_r%").fullmatch(text)) for text in ("Bern", "Bonn", "Bar")]
    [True, False, True]
    """
    parts = [""]
    for sign in re.findall(r"\\.|.", pattern, re.DOTALL):
        if sign == "%":
            parts.append("")
        else:
            parts[-1] += "." if sign == "_" else re.escape(sign[-1])
    if len(parts) == 1:
        return re.compile(parts[0], re.DOTALL)
    first, *middle, last = parts
    found = "".join(f"(?>.*?{part})" for part in middle if part)
    return re.compile(f"{first}{found}.*{last}", re.DOTALL)


def _each(values: NDArray[Any], ask: Callable[[Any], bool]) -> NDArray[np.bool_]:
    import numpy as np

    return np.fromiter(map(ask, values.tolist()), dtype=bool, count=len(values))
