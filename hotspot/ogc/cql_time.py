"""Times in filters (OGC 21-065r2, 6.3 and 7.7): instants, intervals, and how two of them lie to each other.

An instant is a moment or a day, and a day has two ends. Two instants are equal as
far as the coarser of them tells: 18:00 of a day equals that day. So every bound of an
interval is a pair, the earliest and the latest it can mean, and the fifteen
functions become comparisons of those.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from typing import Literal as OneOf

from hotspot.errors import ParameterError
from hotspot.ogc import moments
from hotspot.ogc.cql_mask import holds
from hotspot.ogc.cql_tree import FIRST, LAST, And, Compare, Constant, Literal, Moment, Not, Or

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotspot.ogc.cql_tree import Node


@dataclass(frozen=True)
class Bound:
    """One end of an interval, or an instant: the earliest and the latest moment it can mean."""

    low: Moment | Literal
    high: Moment | Literal


@dataclass(frozen=True)
class Interval:
    """A stretch of time; ``instant`` if it is a day, a moment or a property that is one."""

    start: Bound
    end: Bound
    instant: bool = False


OPEN_START: Final = Bound(Literal(FIRST), Literal(FIRST))
OPEN_END: Final = Bound(Literal(LAST), Literal(LAST))


def of_property(name: str) -> Interval:
    """Return the time that a property tells, which is an instant."""
    first, last = Moment(name), Moment(name, last=True)
    return Interval(Bound(first, first), Bound(last, last), instant=True)


def of_text(text: str) -> Interval | None:
    """Return a day or a moment of RFC 3339; ``None`` if the text is neither.

    >>> of_text("2026-01-31").start.high.value.isoformat()
    '2026-01-31T23:59:59.999999+00:00'
    """
    try:
        first, last = moments.bounds(text)
    except ParameterError:
        return None
    bound = Bound(Literal(first), Literal(last))
    return Interval(bound, bound, instant=True)


def _compared(op: OneOf["=", "<", "<=", ">", ">="], left: Moment | Literal, right: Moment | Literal) -> Node:
    if isinstance(left, Literal) and isinstance(right, Literal):
        return Constant(holds(op, left.value, right.value))
    return Compare(op, left, right)


def _before(a: Bound, b: Bound) -> Node:
    """Whether one bound surely lies before the other."""
    return _compared("<", a.high, b.low)


def _after(a: Bound, b: Bound) -> Node:
    return _compared(">", a.low, b.high)


def _same(a: Bound, b: Bound) -> Node:
    """Whether two bounds are equal, as far as the coarser tells."""
    if a.low == a.high and b.low == b.high:
        return _compared("=", a.low, b.low)
    return And((_compared("<=", a.low, b.high), _compared(">=", a.high, b.low)))


def compared(op: str, a: Interval, b: Interval) -> Node:
    """Return the comparison of two instants."""
    return _OPERATORS[op](a.start, b.start)


def related(name: str, a: Interval, b: Interval) -> Node:
    """Return how two times lie to each other by the name of the function, such as ``t_after``."""
    return FUNCTIONS[name](a, b)


def _disjoint(a: Interval, b: Interval) -> Node:
    return Or((_before(a.end, b.start), _after(a.start, b.end)))


def _intersects(a: Interval, b: Interval) -> Node:
    return And((_compared(">=", a.end.high, b.start.low), _compared("<=", a.start.low, b.end.high)))


def _equals(a: Interval, b: Interval) -> Node:
    return And((_same(a.start, b.start), _same(a.end, b.end)))


def _during(a: Interval, b: Interval) -> Node:
    return And((_after(a.start, b.start), _before(a.end, b.end)))


def _overlaps(a: Interval, b: Interval) -> Node:
    return And((_before(a.start, b.start), _after(a.end, b.start), _before(a.end, b.end)))


def _starts(a: Interval, b: Interval) -> Node:
    return And((_same(a.start, b.start), _before(a.end, b.end)))


def _finishes(a: Interval, b: Interval) -> Node:
    return And((_after(a.start, b.start), _same(a.end, b.end)))


def _meets(a: Interval, b: Interval) -> Node:
    return _same(a.end, b.start)


def _turned(relation: Callable[[Interval, Interval], Node]) -> Callable[[Interval, Interval], Node]:
    return lambda a, b: relation(b, a)


_OPERATORS: Final[dict[str, Callable[[Bound, Bound], Node]]] = {
    "=": _same,
    "<>": lambda a, b: Not(_same(a, b)),
    "<": _before,
    "<=": lambda a, b: _compared("<=", a.low, b.high),
    ">": _after,
    ">=": lambda a, b: _compared(">=", a.high, b.low),
}
FUNCTIONS: Final[dict[str, Callable[[Interval, Interval], Node]]] = {
    "t_after": lambda a, b: _after(a.start, b.end),
    "t_before": lambda a, b: _before(a.end, b.start),
    "t_disjoint": _disjoint,
    "t_equals": _equals,
    "t_intersects": _intersects,
    "t_contains": _turned(_during),
    "t_during": _during,
    "t_finishedby": _turned(_finishes),
    "t_finishes": _finishes,
    "t_meets": _meets,
    "t_metby": _turned(_meets),
    "t_overlappedby": _turned(_overlaps),
    "t_overlaps": _overlaps,
    "t_startedby": _turned(_starts),
    "t_starts": _starts,
}
"""The functions of time (21-065r2, 7.7) by name; those after the fifth take intervals in the standard."""
