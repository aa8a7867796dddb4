"""What stands beside a comparison: properties that exist, literals, sums, times, each of a kind."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hotspot.errors import ParameterError
from hotspot.ogc import cql_space, cql_time
from hotspot.ogc.cql_mask import computed
from hotspot.ogc.cql_text import folded
from hotspot.ogc.cql_time import OPEN_END, OPEN_START, Bound, Interval
from hotspot.ogc.cql_tree import GEOMETRY, Folded, Literal, Moment, Property, Sum

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hotspot.ogc.cql_text import Json
    from hotspot.ogc.cql_tree import Kind, Operand

DEEPEST: Final = 32
"""Levels of a filter, each in brackets of another."""
MOST: Final = 400
"""Names, conditions and functions in a filter."""
ARITHMETIC: Final = ("+", "-", "*", "/", "%", "div", "^")

_WORDS: Final[dict[str, str]] = {
    "number": "a number",
    "text": "a text",
    "boolean": "true or false",
    "time": "a time",
    "geometry": "a geometry",
}

Scalar = Property | Folded | Sum | Literal | Interval
"""A value with its kind; a time is an `Interval` until it is compared."""


@dataclass
class Scope:
    """What names mean in one filter, and how many parts of it were met so far."""

    kinds: Mapping[str, Kind]
    crs: str
    count: int = 0

    def scalar(self, given: Json, depth: int) -> Scalar:
        """Return what a value is, or refuse it."""
        if isinstance(given, (bool, str, float)):
            return _literal(given)
        self.step(depth)
        if "property" in given:
            return self._of_property(given["property"])
        if "date" in given or "timestamp" in given:
            return self._instant(given)
        if "interval" in given:
            return self._interval(given["interval"], depth)
        name = given.get("op", "")
        if name in ARITHMETIC:
            return self._sum(name, given["args"], depth)
        if name in ("casei", "accenti"):
            return self._folded(name, given["args"], depth)
        raise unknown(given)

    def step(self, depth: int) -> None:
        """Count one more part of the filter, or refuse a filter that is too deep or too long."""
        self.count += 1
        if depth > DEEPEST:
            raise refused(f"it is more than {DEEPEST} levels deep; write it flatter")
        if self.count > MOST:
            raise refused(
                f"it has more than {MOST} names, conditions and functions; use IN for lists, or ask twice"
            )

    def name(self, name: str) -> Property:
        """Return the property of that name, or say which there are."""
        if name.upper() == "NULL" and name not in self.kinds:
            raise refused("nothing is compared with NULL; write IS NULL or IS NOT NULL")
        if name not in self.kinds:
            raise refused(
                f"{name[:60]!r} is not a property of this collection. It has: {', '.join(self.kinds)}. "
                "Texts stand in single quotes"
            )
        return Property(name, self.kinds[name])

    def agreed(self, values: Sequence[Scalar], what: str) -> list[Scalar]:
        """Return values of one kind: texts become times beside times; anything else is refused."""
        if any(kind_of(value) == "time" for value in values):
            values = [self.timed(value) for value in values]
        first = values[0]
        for value in values[1:]:
            if kind_of(value) != kind_of(first):
                raise refused(f"{described(first)}, {described(value)}; {what} takes values of one kind")
        return list(values)

    def _of_property(self, name: str) -> Scalar:
        found = self.name(name)
        if found.kind == "geometry":
            raise refused(f"{GEOMETRY} is asked of by S_INTERSECTS and its kin, or by IS NULL")
        return cql_time.of_property(name) if found.kind == "time" else found

    def timed(self, value: Scalar) -> Scalar:
        """Return the time that a text tells; anything else as it is."""
        if not isinstance(value, Literal) or not isinstance(value.value, str):
            return value
        found = cql_time.of_text(value.value)
        if found is None:
            raise refused(
                f"{value.value[:40]!r} is not a day (2026-01-31) or a moment (2026-01-31T18:00:00Z)"
            )
        return found

    def _instant(self, given: Json) -> Interval:
        ((name, text),) = given.items()
        found = cql_time.of_text(text) if isinstance(text, str) else None
        if found is None or (len(text) == len("2026-01-31")) != (name == "date"):
            form = "DATE('2026-01-31')" if name == "date" else "TIMESTAMP('2026-01-31T18:00:00Z')"
            raise refused(f"{name.upper()} is written like {form}; got {_shown(text)}")
        return found

    def _interval(self, given: Sequence[Json], depth: int) -> Interval:
        if len(given) != 2:
            raise refused("INTERVAL takes two times, '..' for an open side")
        start = OPEN_START if given[0] == ".." else self._end_of(given[0], depth + 1).start
        end = OPEN_END if given[1] == ".." else self._end_of(given[1], depth + 1).end
        low, high = start.low, end.high
        if isinstance(low, Literal) and isinstance(high, Literal) and low.value > high.value:  # type: ignore[operator]
            raise refused("an INTERVAL must not end before it starts; swap the two sides")
        return Interval(start, end)

    def _end_of(self, given: Json, depth: int) -> Interval:
        value = self.timed(self.scalar(given, depth))
        if not isinstance(value, Interval) or not value.instant:
            raise refused(f"INTERVAL takes two times, '..' for an open side; got {_shown(given)}")
        return value

    def _sum(self, sign: Any, given: Sequence[Json], depth: int) -> Scalar:
        left, right = (self.scalar(each, depth + 1) for each in given)
        for value in (left, right):
            if kind_of(value) != "number":
                raise refused(f"{described(value)}; {sign} takes numbers")
        if isinstance(left, Literal) and isinstance(right, Literal):
            return _literal(computed(sign, left.value, right.value))
        return Sum(sign, left, right)  # type: ignore[arg-type]

    def _folded(self, name: str, given: Sequence[Json], depth: int) -> Scalar:
        value = self.scalar(given[0], depth + 1) if len(given) == 1 else None
        if value is None or kind_of(value) != "text":
            raise refused(f"{name.upper()} takes one text")
        case, accents = name == "casei", name == "accenti"
        if isinstance(value, Literal):
            return Literal(folded(str(value.value), case=case, accents=accents))
        if isinstance(value, Folded):
            return Folded(value.value, value.case or case, value.accents or accents)
        return Folded(value, case, accents)  # type: ignore[arg-type]


def kind_of(value: Scalar | Operand) -> Kind:
    """Return the kind of a value."""
    if isinstance(value, Property):
        return value.kind
    if isinstance(value, (Interval, Moment, Bound)):
        return "time"
    if isinstance(value, Literal):
        of_type: dict[type, Kind] = {bool: "boolean", float: "number", str: "text"}
        return of_type.get(type(value.value), "time")
    return "number" if isinstance(value, Sum) else "text"


def described(value: Scalar) -> str:
    """Return a value and its kind in words, such as ``incidents is a number``."""
    kind = _WORDS[kind_of(value)]
    if isinstance(value, Property):
        name = value.name
    elif isinstance(value, Interval):
        name = value.start.low.name if isinstance(value.start.low, Moment) else ""
    else:
        name = repr(value.value)[:40] if isinstance(value, Literal) else ""
    return f"{name} is {kind}" if name else f"one value is {kind}"


def unknown(given: Json) -> ParameterError:
    """Return the error that says that a part is no value and no condition."""
    if isinstance(given, dict) and str(given.get("op", "")).isidentifier():
        own = ", ".join(["CASEI", "ACCENTI", *map(str.upper, (*cql_space.FUNCTIONS, *cql_time.FUNCTIONS))])
        return refused(
            f"{given['op'][:40].upper()} does not go there, or is no function here; there are {own}"
        )
    return refused(f"a condition such as incidents >= 5 is missing, or {_shown(given)} stands in its place")


def refused(reason: str) -> ParameterError:
    """Return the error that says why a filter cannot be used."""
    return ParameterError("filter", f"filter cannot be used: {reason}.")


def _literal(value: float | str | bool) -> Literal:
    if isinstance(value, float) and not math.isfinite(value):
        raise refused("a number in it is too large, or divided by 0")
    return Literal(value)


def _shown(given: Json) -> str:
    if isinstance(given, dict):
        name = next(iter(given), "")
        return f"{given['op']}(...)"[:60] if name == "op" else f"{name}"
    return repr(given)[:40]
