"""The wall clock of a time zone beside UTC: when its hands were moved, and what it showed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Moments = NDArray[np.datetime64]

SECOND: Final = 1_000_000
"""Microseconds."""
HOUR: Final = 3_600 * SECOND
DAY: Final = 24 * HOUR


def local_of(moments: Ints, timezone: str) -> Ints:
    """Return UTC moments in microseconds as the wall clock showed them."""
    if not len(moments):
        return moments
    changes, offsets = changes_of(int(moments.min()), int(moments.max()), timezone)
    shown: Ints = moments + offsets[np.searchsorted(changes, moments, side="right")]
    return shown


def utc(wall: Moments, timezone: str, *, early: bool) -> Moments:
    """Return moments of the wall clock in UTC; NaT stays.

    Of an hour that the clocks repeat it is the first if ``early``, else the second; one that they
    leave out is the moment of the change.

    >>> utc(np.array(["2026-10-25T01:30"], dtype="datetime64[us]"), "Europe/London", early=False)
    array(['2026-10-25T01:30:00.000000'], dtype='datetime64[us]')
    """
    local = wall.astype("datetime64[us]").astype(np.int64)
    missing = np.isnat(wall)
    known = local[~missing] if missing.any() else local
    if not len(known):
        return wall
    changes, offsets = changes_of(int(known.min()) - DAY, int(known.max()) + DAY, timezone)
    # Between two changes the wall clock runs from one of these to the other.
    begins, ends = changes[:-1] + offsets[1:-1], changes[:-1] + offsets[:-2]
    if early:
        number = np.searchsorted(ends, local, side="right")
        found = np.maximum(local, np.append(np.iinfo(np.int64).min, begins)[number]) - offsets[number]
    else:
        number = np.searchsorted(begins, local, side="right")
        found = np.minimum(local, np.append(ends, np.iinfo(np.int64).max)[number]) - offsets[number]
    found[missing] = np.iinfo(np.int64).min
    moments: Moments = found.view("datetime64[us]")
    return moments


def changes_of(first: int, last: int, timezone: str) -> tuple[Ints, Ints]:
    """Return the moments at which the clocks change, never none, and the offset before, between and after.

    Microseconds; shapes (k,) and (k + 1,).
    """
    years = np.array([first, last]).astype("datetime64[us]").astype("datetime64[Y]").astype(int)
    return _changes(int(years[0]), int(years[1]), timezone)


@lru_cache(maxsize=256)
def _changes(first: int, last: int, timezone: str) -> tuple[Ints, Ints]:
    """Return the changes of the clocks of some years, counted from 1970, and of a day before and after."""
    begin, end = (
        int(np.datetime64(year, "Y").astype("datetime64[D]").astype(int)) for year in (first, last + 1)
    )
    days = np.arange(begin - 1, end + 2) * DAY
    offset = _offsets(days, timezone)
    at = np.flatnonzero(np.diff(offset))
    low, high = days[at], days[at + 1]
    while len(low) and (high - low).max() > SECOND:
        middle = (low + high) // 2 // SECOND * SECOND
        before = _offsets(middle, timezone) == offset[at]
        low, high = np.where(before, middle, low), np.where(before, high, middle)
    # One change that never comes keeps the arrays from being empty.
    changes = np.append(high, np.iinfo(np.int64).max)
    offsets = np.append(offset[at], [offset[-1], offset[-1]])
    changes.flags.writeable = offsets.flags.writeable = False
    return changes, offsets


def _offsets(moments: Ints, timezone: str) -> Ints:
    """Return what the wall clock is ahead of UTC, in microseconds."""
    return wall_clock(moments.astype("datetime64[us]"), timezone).astype(np.int64) - moments


def wall_clock(moments: Moments, timezone: str) -> Moments:
    """Return UTC moments as the wall clock showed them; NaT stays.

    >>> wall_clock(np.array(["2026-07-01T12:00"], dtype="datetime64[us]"), "Europe/London")
    array(['2026-07-01T13:00:00.000000'], dtype='datetime64[us]')
    """
    import pandas as pd

    local = pd.DatetimeIndex(moments).tz_localize("UTC").tz_convert(timezone).tz_localize(None)
    return np.asarray(local.to_numpy(), dtype="datetime64[us]")
