"""Dates of a whole column -> spans of UTC time, or the reason why not.

A time without an offset is local time of the dataset. ``2018-07`` is the whole
of that month and ``2018-07-19`` the whole of that day, to the last second.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from hotspot.errors import ParameterError
from hotspot.incidents import time_formats as tf
from hotspot.incidents.date_order import Dates, example, idle
from hotspot.incidents.table import TIME

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SECOND: Final = 1_000_000
_DAY: Final = 86_400 * _SECOND


@dataclass(frozen=True)
class Times:
    """When each row happened, or why that cannot be said."""

    start: pd.Series
    """UTC; missing where ``reason`` is not empty."""
    end: pd.Series
    reason: NDArray[np.object_]
    """A code of ``raw.REASONS``, or an empty text."""
    folds: int
    """Rows whose time happened twice, as the clocks went back."""
    fold: str
    """The first such text; empty without one."""


def zone(name: str) -> ZoneInfo:
    """Return the time zone of that IANA name.

    >>> zone("America/Belize").key
    'America/Belize'
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        msg = f"There is no time zone {name!r}. Use an IANA name such as America/Belize or Europe/London."
        raise ParameterError("timezone", msg) from None


def with_clock(dates: pd.Series, clock: pd.Series) -> pd.Series:
    """Dates with the time of day that stands in a column beside them."""
    plain = dates.str.replace(r"[ T]0{1,2}:00(?::00(?:\.0+)?)?$", "", regex=True)
    time = clock.str.replace(r"^(?:1899-12-3[01]|1900-01-0[01])[ T]", "", regex=True)
    joinable = plain.notna() & time.notna() & ~plain.str.contains(":", regex=False, na=False)
    return dates.where(~joinable, plain.str.cat(time, sep=" "))


def spans(dates: Dates, *, order: str, timezone: str, now: dt.datetime, midnights: bool = False) -> Times:
    """Earliest and latest moment of each row.

    Parameters
    ----------
    dates
        A column of dates.
    order
        ``dmy``, ``mdy`` or ``ymd``, for dates that are written in numbers.
    timezone
        Zone of times that carry no offset of their own.
    now
        The present: dates more than a day after it are refused.
    midnights
        Whether a time of 00:00 says nothing (``Evidence.midnights``): it is the whole day.
    """
    pieces = dates.pieces
    year, month, day = _calendar(pieces, order, now)
    start_day, next_day, valid = _days(year, month, day)
    micros = np.where(idle(pieces), -1, pieces.micros) if midnights else pieces.micros
    whole = micros == -1
    valid &= (micros >= -1) & ~((day == -1) & ~whole) & ~np.isinf(pieces.offset)
    early = valid & (year < 1900)
    # Far years overflow the calendar of the zones: they are told before it is asked.
    far = valid & (year > now.year + 1)
    usable = valid & ~early & ~far
    local = start_day * _DAY + np.maximum(micros, 0)
    start, folds = _utc(local, usable, whole, pieces.offset, timezone)
    after, _ = _utc(next_day * _DAY, usable & whole, whole, pieces.offset, timezone)
    end = start.where(~whole, after - pd.Timedelta(seconds=1))
    latest = _moment(now) + pd.Timedelta(days=1)
    late = far | np.asarray(start > latest)
    reason = _reasons(pieces.style, valid, early, late, np.asarray(start.isna()))
    bad = reason != ""
    start, end = start.where(~bad), end.where(~bad)
    folds &= ~bad
    return Times(
        start=_by_row(start, dates.codes),
        end=_by_row(end, dates.codes),
        reason=np.append(reason, "no_date")[dates.codes],
        folds=int(np.isin(dates.codes, np.flatnonzero(folds)).sum()) if folds.any() else 0,
        fold=example(dates, folds) if folds.any() else "",
    )


def _calendar(
    pieces: tf.Pieces, order: str, now: dt.datetime
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Year, month and day; a day of -1 is the whole month."""
    year, month, day = pieces.year, pieces.month, pieces.day
    numeric = pieces.style == tf.NUMERIC
    # A year of four digits at the end cannot come first.
    from_left = numeric & pieces.short_year & (order == "ymd")
    day_first = numeric & ~from_left & (order != "mdy")
    month_first = numeric & ~from_left & (order == "mdy")
    month = np.select([day_first | from_left, month_first], [pieces.second, pieces.first], month)
    day = np.select([from_left, day_first, month_first], [year, pieces.first, pieces.second], day)
    year = np.where(from_left, pieces.first, year)
    this = now.year % 100 + 1
    return np.where(pieces.short_year, year + np.where(year <= this, 2000, 1900), year), month, day


def _days(
    year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """First day and day after the last, counted from 1970, and whether such a date exists."""
    valid = (year >= 1) & (month >= 1) & (month <= 12)
    index = np.where(valid, (year - 1970) * 12 + month - 1, 0)
    first = index.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (index + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    valid &= (day == -1) | ((day >= 1) & (day <= following - first))
    start = np.where(day == -1, first, first + day - 1)
    return start, np.where(day == -1, following, start + 1), valid


def _utc(
    local: NDArray[np.int64],
    usable: NDArray[np.bool_],
    whole: NDArray[np.bool_],
    offset: NDArray[np.float64],
    timezone: str,
) -> tuple[pd.Series, NDArray[np.bool_]]:
    """UTC moments of local ones, and which of them happened twice (the first is taken).

    A moment in a gap of the clocks is missing; a whole day that starts in one
    starts when the clocks go on.
    """
    naive = usable & np.isnan(offset)
    result = np.full(len(local), np.datetime64("NaT"), dtype="datetime64[us]")
    shift = np.where(np.isfinite(offset), offset, 0.0) * 60 * _SECOND
    absolute = usable & ~naive
    result[absolute] = (local - shift.astype(np.int64))[absolute].astype("datetime64[us]")
    folds = np.zeros(len(local), dtype=bool)
    for which, gap in ((naive & ~whole, "NaT"), (naive & whole, "shift_forward")):
        if which.any():
            first = _localised(local[which], timezone, gap, first=True)
            result[which] = first
            folds[which] = (first != _localised(local[which], timezone, gap, first=False)) & ~np.isnat(first)
    return pd.Series(result).dt.tz_localize("UTC"), folds & ~whole


def _localised(local: NDArray[np.int64], timezone: str, gap: Any, *, first: bool) -> NDArray[np.datetime64]:
    index = pd.DatetimeIndex(local.astype("datetime64[us]"))
    ambiguous = np.full(len(local), first)
    aware = index.tz_localize(timezone, ambiguous=ambiguous, nonexistent=gap)
    return aware.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")


def _moment(now: dt.datetime) -> pd.Timestamp:
    return pd.Timestamp(now if now.tzinfo else now.replace(tzinfo=dt.UTC)).tz_convert("UTC")


def _reasons(
    style: NDArray[np.int8],
    valid: NDArray[np.bool_],
    early: NDArray[np.bool_],
    late: NDArray[np.bool_],
    missing: NDArray[np.bool_],
) -> NDArray[np.object_]:
    conditions = [style == tf.CLOCK, ~valid, early, late, missing]
    codes = ["time_without_date", "bad_date", "before_1900", "in_future", "time_gap"]
    return np.select(conditions, [np.array(code, dtype=object) for code in codes], np.array("", dtype=object))


def _by_row(values: pd.Series, codes: NDArray[np.int64]) -> pd.Series:
    return pd.Series(values.array.take(codes, allow_fill=True), dtype=TIME)
