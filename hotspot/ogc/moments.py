"""What ``datetime`` may say (OGC 17-069r4, 7.15.4): a moment, a day, or an interval open at either side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hotspot.errors import ParameterError

# GDAL writes the day of a comparison as 2026-01-31T.
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}T?", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
_LAST_DAY = _LAST.replace(hour=0, minute=0, second=0, microsecond=0)


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
        start, end = bounds(day)
        return start <= self.end and self.start <= end


def span(text: str) -> Span:
    """Return the stretch of a moment, a day or an interval, open where it says ``..`` or nothing.

    >>> span("2026-01-01/..").end.year
    9999
    """
    parts = text.split("/")
    if len(parts) == 1 and parts[0] not in ("", ".."):
        return Span(*bounds(parts[0]))
    if len(parts) != 2:
        raise _not_a_time(text)
    start = _FIRST if parts[0] in ("", "..") else bounds(parts[0])[0]
    end = _LAST if parts[1] in ("", "..") else bounds(parts[1])[1]
    if start > end:
        msg = f"datetime must not end before it starts; got {text!r}. Swap the two sides."
        raise ParameterError("datetime", msg)
    return Span(start, end)


def bounds(text: str) -> tuple[datetime, datetime]:
    """Return the first and the last moment of a day (in UTC), or a moment twice.

    >>> [at.isoformat() for at in bounds("2026-03-01T12:00:00-06:00")]
    ['2026-03-01T18:00:00+00:00', '2026-03-01T18:00:00+00:00']
    """
    text = text.upper()
    day = _DAY.fullmatch(text) is not None
    if not day and not _MOMENT.fullmatch(text):
        raise _not_a_time(text)
    try:
        # RFC 3339 knows leap seconds, Python does not.
        moment = datetime.fromisoformat(text[:10] if day else text.replace(":60", ":59", 1))
        start = moment.replace(tzinfo=UTC) if day else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _not_a_time(text) from None
    if not day:
        return start, start
    return start, _LAST if start >= _LAST_DAY else start + timedelta(days=1, microseconds=-1)


def utc(moment: datetime | None) -> str | None:
    """Return a moment as RFC 3339 in UTC, to the second; None where there is none.

    >>> utc(datetime.fromisoformat("2026-03-01T12:00:00.5-06:00"))
    '2026-03-01T18:00:00Z'
    """
    if moment is None:
        return None
    try:
        there = moment.astimezone(UTC)
    except OverflowError:
        # At an end of the calendar a question without incidents there may still begin or end.
        there = moment.replace(tzinfo=UTC)
    return f"{there.replace(tzinfo=None, microsecond=0).isoformat()}Z"


def naive(moment: datetime) -> datetime:
    """Return a moment in UTC without saying so, as NumPy takes it."""
    return moment.replace(tzinfo=None)


def _not_a_time(text: str) -> ParameterError:
    msg = (
        "datetime takes a moment (2026-01-31T18:00:00Z), a day (2026-01-31) or an interval of two with a "
        f"slash between, .. for an open side; got {text[:80]!r}."
    )
    return ParameterError("datetime", msg)
