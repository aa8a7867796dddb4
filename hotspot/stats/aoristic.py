"""When in the week incidents happen, though many are only known to lie between two moments.

An incident between two moments is spread over the hours of the week that lie
between them, in proportion to time: somewhere in there it happened. Hours are
those of the wall clock; where clocks change, an hour that was left out gets
nothing and one that was lived twice counts twice. Ratcliffe and McCullagh 1998;
Ratcliffe 2002, doi:10.1023/A:1013240828824.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Moments = NDArray[np.datetime64]

WEEK: Final = 168
"""Hours of the week, the first that from Monday 0:00."""
_SECOND: Final = 1_000_000
_HOUR: Final = 3_600 * _SECOND
_DAY: Final = 24 * _HOUR
_MONDAY: Final = 72
"""Hour of the week, from Monday 0:00, at which 1970 began: a Thursday."""


@dataclass(frozen=True, eq=False)
class Profile:
    """How n incidents lie over the week."""

    hours: Floats = field(repr=False)
    """Incidents (or their weight) of each hour, from Monday 0:00; shape (168,)."""
    used: int
    """Incidents in it."""
    even: int
    """Of those used, incidents known to no better than a week: 1/168 in each hour."""
    unknown: int
    """Incidents set aside for want of a time."""
    backwards: int
    """Incidents set aside because they end before they start."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """A run of hours of the week."""

    start: int
    """First hour of the week, 0..167, from Monday 0:00."""
    hours: int
    """How many hours it lasts; it may run over Sunday midnight."""
    weight: float
    """Incidents in it."""
    share: float
    """Its part of the incidents of the whole week, 0..1."""


def aoristic(
    first: ArrayLike, last: ArrayLike, *, timezone: str = "UTC", weights: ArrayLike | None = None
) -> Profile:
    """Return the incidents of each of the 168 hours of the local week; they add up to the incidents used.

    One that starts and ends at the same moment counts in that hour alone; one that
    spans a week or more counts 1/168 in each. An incident without a start,
    and one that ends before it starts, is set aside and counted.

    Parameters
    ----------
    first, last
        UTC moments between which each incident happened, the last not included; shape (n,).
        A missing last is a moment.
    timezone
        IANA zone of the wall clock.
    weights
        Harm of each incident; 1 each if left out.

    Examples
    --------
    >>> found = aoristic(["2026-01-05T22:30"], ["2026-01-06T00:30"])
    >>> found.hours[22:25]
    array([0.25, 0.5 , 0.25])
    """
    start, end = _micros(first), _micros(last)
    weight = np.ones(len(start)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not len(start) == len(end) == len(weight):
        msg = f"Expected a first and a last moment each; got {len(start)} and {len(end)}."
        raise ValueError(msg)
    missing = np.iinfo(np.int64).min
    unknown = start == missing
    end = np.where(end == missing, start, end)
    backwards = ~unknown & (end < start)
    used = ~unknown & ~backwards
    start, end, weight = start[used], end[used], weight[used]
    even = end - start >= WEEK * _HOUR
    hours = _spread(start[~even], end[~even], weight[~even], timezone) + weight[even].sum() / WEEK
    return Profile(hours, int(used.sum()), int(even.sum()), int(unknown.sum()), int(backwards.sum()))


def best_windows(profile: ArrayLike, *, hours: int = 4, n: int = 3) -> tuple[Window, ...]:
    """Return the n runs of hours that hold the most, the best first; none of them overlap.

    The week is a circle: a run may begin on Sunday and end on Monday. Of two
    that hold as much the one earlier in the week is taken, and runs that hold
    nothing are not windows at all.

    Parameters
    ----------
    profile
        Incidents of each hour of the week, shape (168,).
    hours
        Length of a window, 1 to 24.
    n
        How many.

    Examples
    --------
    >>> profile = np.zeros(168)
    >>> profile[[166, 167, 0, 30]] = 2, 3, 1, 2
    >>> [(window.start, window.share) for window in best_windows(profile, hours=3, n=2)]
    [(166, 0.75), (28, 0.25)]
    """
    held = np.asarray(profile, dtype=np.float64)
    if held.shape != (WEEK,):
        msg = f"A week has {WEEK} hours; got {held.shape}."
        raise ValueError(msg)
    if not 1 <= hours <= 24:
        msg = f"hours is the length of a window, 1 to 24 hours; got {hours}."
        raise ParameterError("hours", msg)
    total = float(held.sum())
    if not total > 0:
        return ()
    runs = np.sum([np.roll(held, -step) for step in range(hours)], axis=0)
    # What differs only by rounding is a tie.
    rank = np.round(runs / total, 12)
    found = []
    for _ in range(n):
        start = int(rank.argmax())
        if not rank[start] > 0:
            break
        weight = float(runs[start])
        found.append(Window(start=start, hours=hours, weight=weight, share=weight / total))
        rank[np.arange(start - hours + 1, start + hours) % WEEK] = -1.0
    return tuple(found)


def _micros(moments: ArrayLike) -> Ints:
    return np.asarray(moments, dtype="datetime64[us]").astype(np.int64)


def _spread(start: Ints, end: Ints, weight: Floats, timezone: str) -> Floats:
    """Return the sum of spans shorter than a week over the hours of the week; shape (168,)."""
    if not len(start):
        return np.zeros(WEEK)
    changes, offsets = _clock(int(start.min()), int(end.max()), timezone)
    # A span over a change of the clocks is one piece before and one after it.
    number = np.searchsorted(changes, start, side="right")
    pieces = np.maximum(np.searchsorted(changes, end, side="left") - number, 0) + 1
    whole = np.repeat(np.arange(len(start)), pieces)
    part = np.arange(len(whole)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    clock = number[whole] + part
    begins = np.where(part == 0, start[whole], changes[np.maximum(clock - 1, 0)])
    ends = np.where(part == pieces[whole] - 1, end[whole], changes[np.minimum(clock, len(changes) - 1)])
    length = (end - start)[whole]
    # A moment is given the length of one tick of the clock: all of it lies in its hour.
    moment = length == 0
    each = weight[whole] / np.where(moment, 1, length)
    return _over_hours(begins + offsets[clock], ends + offsets[clock] + moment, each)


def _over_hours(begins: Ints, ends: Ints, each: Floats) -> Floats:
    """Return the sum over the hours of the week of local spans, ``each`` a microsecond; shape (168,)."""
    low, high = begins // _HOUR, ends // _HOUR
    within = low == high
    hour = (low + _MONDAY) % WEEK
    head = np.where(within, ends - begins, (low + 1) * _HOUR - begins)
    tail = np.where(within, 0, ends - high * _HOUR)
    profile: Floats = np.bincount(hour, weights=head * each, minlength=WEEK).astype(np.float64)
    profile += np.bincount((high + _MONDAY) % WEEK, weights=tail * each, minlength=WEEK)
    # Whole hours between: spans by the hour they begin in and the number of hours, then
    # by the hours they reach. Nothing is taken away, so an hour without any stays 0.
    whole = np.where(within, 0, high - low - 1)
    by_length = np.bincount(hour * (WEEK + 1) + whole, weights=_HOUR * each, minlength=WEEK * (WEEK + 1))
    reaching = np.cumsum(by_length.reshape(WEEK, WEEK + 1)[:, ::-1], axis=1)[:, ::-1]
    for step in range(1, int(whole.max()) + 1):
        profile += np.roll(reaching[:, step], step)
    return profile


def _clock(first: int, last: int, timezone: str) -> tuple[Ints, Ints]:
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
    days = np.arange(begin - 1, end + 2) * _DAY
    offset = _offsets(days, timezone)
    at = np.flatnonzero(np.diff(offset))
    low, high = days[at], days[at + 1]
    while len(low) and (high - low).max() > _SECOND:
        middle = (low + high) // 2 // _SECOND * _SECOND
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
