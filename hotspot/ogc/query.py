"""The query of ``/items`` (OGC 17-069r4, 7.15), read strictly: what is not understood is refused."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from hotspot.errors import ParameterError
from hotspot.ogc.collection import LIMIT_DEFAULT, LIMIT_MAXIMUM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotspot.analysis.methods import Field

DAYS: Final = frozenset({"last_incident"})
"""Properties that tell when a feature happened. A collection has at most one: GDAL turns a comparison
on any of several into ``datetime`` and trusts the answer."""

Box = tuple[float, float, float, float]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Span:
    """A stretch of time, both ends included."""

    start: datetime
    end: datetime

    def meets(self, day: str) -> bool:
        """Whether a day, or a moment, of a feature meets the span.

        >>> span("../2026-03-01").meets("2026-03-01")
        True
        """
        start, end = _bounds(day.upper())
        return start <= self.end and self.start <= end


@dataclass(frozen=True)
class Query:
    """What was asked of a collection."""

    limit: int = LIMIT_DEFAULT
    offset: int = 0
    boxes: tuple[Box, ...] = ()
    span: Span | None = None
    equal: tuple[tuple[str, Any], ...] = ()
    day: str = ""
    """The property that tells when a feature happened, if the collection has one."""


def read(arguments: Iterable[tuple[str, str]], fields: tuple[Field, ...]) -> Query:
    """Return the query, or refuse the first argument that is unknown, repeated or malformed."""
    known = {f.name: f for f in fields}
    given: dict[str, Any] = {}
    equal = []
    for name, value in arguments:
        if name in given:
            raise ParameterError(name, f"{name} is given twice. Give it once.")
        given[name] = value
        if name in _READERS or name == "f":
            continue
        if name not in known:
            own = ", ".join([*_READERS, "f", *known])
            raise ParameterError(name, f"{name!r} is not a parameter of this collection. It takes: {own}.")
        equal.append((name, _typed(name, value, known[name].type)))
    read_values = {key: reader(given[name]) for name, (key, reader) in _READERS.items() if name in given}
    day = next((f.name for f in fields if f.name in DAYS), "")
    return Query(**read_values, equal=tuple(equal), day=day)


def boxes(text: str) -> tuple[Box, ...]:
    """Return the box as one, or as two where it crosses the antimeridian; heights are ignored.

    >>> boxes("177,65,-177,70")
    ((177.0, 65.0, 180.0, 70.0), (-180.0, 65.0, -177.0, 70.0))
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        msg = f"bbox takes 4 numbers (west, south, east, north) or 6 with heights, in degrees; got {text!r}."
        raise ParameterError("bbox", msg)
    half = len(numbers) // 2
    west, south, east, north = numbers[0], numbers[1], numbers[half], numbers[half + 1]
    if south > north or not all(-90 <= latitude <= 90 for latitude in (south, north)):
        msg = f"bbox goes from south to north, between -90 and 90 degrees; got {south:g} to {north:g}."
        raise ParameterError("bbox", msg)
    if half == 3 and numbers[2] > numbers[5]:
        raise ParameterError("bbox", f"bbox goes from low to high; got {numbers[2]:g} to {numbers[5]:g}.")
    if west <= east:
        return ((west, south, east, north),)
    return ((west, south, 180.0, north), (-180.0, south, east, north))


def span(text: str) -> Span:
    """Return the stretch of a moment, a day or an interval, open where it says ``..`` or nothing.

    >>> span("2026-01-01/..").end.year
    9999
    """
    parts = text.upper().split("/")
    if len(parts) == 1 and parts[0] not in ("", ".."):
        return Span(*_bounds(parts[0]))
    if len(parts) != 2:
        raise _not_a_time(text)
    start = _FIRST if parts[0] in ("", "..") else _bounds(parts[0])[0]
    end = _LAST if parts[1] in ("", "..") else _bounds(parts[1])[1]
    if start > end:
        msg = f"datetime must not end before it starts; got {text!r}. Swap the two sides."
        raise ParameterError("datetime", msg)
    return Span(start, end)


def _bounds(text: str) -> tuple[datetime, datetime]:
    day = _DAY.fullmatch(text) is not None
    if not day and not _MOMENT.fullmatch(text):
        raise _not_a_time(text)
    try:
        # RFC 3339 knows leap seconds, Python does not.
        moment = datetime.fromisoformat(text if day else text.replace(":60", ":59", 1))
        start = moment.replace(tzinfo=UTC) if day else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _not_a_time(text) from None
    return (
        (start, start + timedelta(days=1, microseconds=-1)) if day and start < _last_day() else (start, start)
    )


def _last_day() -> datetime:
    return _LAST.replace(hour=0, minute=0, second=0, microsecond=0)


def _not_a_time(text: str) -> ParameterError:
    msg = (
        "datetime takes a moment (2026-01-31T18:00:00Z), a day (2026-01-31) or an interval of two with a "
        f"slash between, .. for an open side; got {text!r}."
    )
    return ParameterError("datetime", msg)


def _limit(text: str) -> int:
    number = _whole("limit", text)
    if number < 1:
        raise ParameterError("limit", f"limit is at least 1; got {number}.")
    # More than the maximum is not an error (requirement /req/core/fc-limit-response-1).
    return min(number, LIMIT_MAXIMUM)


def _offset(text: str) -> int:
    return _whole("offset", text)


def _whole(name: str, text: str) -> int:
    # Longer than any number of features; Python refuses to read 5,000 digits anyway.
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ParameterError(name, f"{name} takes a whole number that is not negative; got {text[:40]!r}.")
    return int(text)


def _typed(name: str, text: str, kind: str) -> Any:
    if kind == "string":
        return text
    if kind == "boolean":
        if text not in ("true", "false"):
            raise ParameterError(name, f"{name} is true or false; got {text!r}.")
        return text == "true"
    try:
        # Python alone takes 1_000 for a number.
        number = math.nan if "_" in text else float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ParameterError(name, f"{name} takes a number; got {text[:40]!r}.")
    return number


_READERS: Final[dict[str, tuple[str, Any]]] = {
    "bbox": ("boxes", boxes),
    "datetime": ("span", span),
    "limit": ("limit", _limit),
    "offset": ("offset", _offset),
}
