"""When in the week incidents happen, though many are only known to lie between two moments.

An incident between two moments is spread over the hours of the week that lie
between them, in proportion to time: somewhere in there it happened. Hours are
those of the wall clock; where clocks change, an hour that was left out gets
nothing and one that was lived twice counts twice. Ratcliffe and McCullagh 1998;
Ratcliffe 2002, doi:10.1023/A:1013240828824.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.errors import ParameterError
from hotspot.stats.wallclock import HOUR, changes_of, local_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

WEEK: Final = 168
"""Hours of the week, the first that from Monday 0:00."""
_MONDAY: Final = 72
"""Hour of the week, from Monday 0:00, at which 1970 began: a Thursday."""
_UNKNOWN, _BACKWARDS, _EVEN, _MOMENT, _SPREAD = range(5)
"""What is known of a time: nothing, two moments in the wrong order, a week or worse, a moment, a span."""
_KINDS: Final = 5


@dataclass(frozen=True, eq=False)
class Profile:
    """How n incidents lie over the week."""

    hours: Floats = field(repr=False)
    """Incidents of each hour, from Monday 0:00; shape (168,)."""
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


def aoristic(first: ArrayLike, last: ArrayLike, *, timezone: str = "UTC") -> Profile:
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

    Examples
    --------
    >>> found = aoristic(["2026-01-05T22:30"], ["2026-01-06T00:30"])
    >>> found.hours[22:25]
    array([0.25, 0.5 , 0.25])
    """
    start, end = _micros(first), _micros(last)
    if len(start) != len(end):
        msg = f"Expected a first and a last moment each; got {len(start)} and {len(end)}."
        raise ValueError(msg)
    return Week.of_times(start, end, timezone).profile()


@dataclass(frozen=True, eq=False)
class Week:
    """When n incidents happened, laid out on the local week once, to be asked for any groups of them.

    Attributes
    ----------
    hour
        Hour of the week of those that have a moment, -1 of the others; shape (n,).
    kind
        What is known of each incident's time, shape (n,).
    of, begins, ends, each
        Of those spread over hours the pieces that no change of the clocks cuts: whose, between
        which moments of the wall clock, and what a microsecond of it counts.
    """

    hour: NDArray[np.int16]
    kind: NDArray[np.int8]
    of: Ints
    begins: Ints
    ends: Ints
    each: Floats

    @classmethod
    def of_times(cls, start: Ints, end: Ints, timezone: str) -> Week:
        """Return the week of UTC moments in microseconds."""
        missing = np.iinfo(np.int64).min
        length = np.where(end == missing, 0, end - start)
        kind = np.full(len(start), _SPREAD, dtype=np.int8)
        kind[length == 0] = _MOMENT
        kind[length >= WEEK * HOUR] = _EVEN
        kind[length < 0] = _BACKWARDS
        kind[start == missing] = _UNKNOWN
        hour = np.full(len(start), -1, dtype=np.int16)
        moment = kind == _MOMENT
        hour[moment] = (local_of(start[moment], timezone) // HOUR + _MONDAY) % WEEK
        spread = np.flatnonzero(kind == _SPREAD)
        pieces = _pieces(start[spread], end[spread], timezone)
        return cls(hour, kind, spread[pieces[0]], *pieces[1:])

    def profile(self) -> Profile:
        """Return the profile of all incidents."""
        return self.profiles(np.zeros(len(self.kind), dtype=np.int64), 1)[0]

    def profiles(self, group: Ints, k: int) -> tuple[Profile, ...]:
        """Return the profile of each of k groups of incidents.

        Parameters
        ----------
        group
            Group of each incident, 0..k-1; -1 in none; shape (n,).
        k
            Number of groups.
        """
        known = np.bincount((group * _KINDS + self.kind)[group >= 0], minlength=k * _KINDS)
        unknown, backwards, even, _, _ = numbers = known.reshape(k, _KINDS).T
        hours = self._moments(group, k) + self._spread(group, k) + self._even(group, k)[:, None] / WEEK
        used = numbers.sum(axis=0) - unknown - backwards
        return tuple(
            Profile(hours[i], int(used[i]), int(even[i]), int(unknown[i]), int(backwards[i]))
            for i in range(k)
        )

    def _moments(self, group: Ints, k: int) -> Floats:
        some = (self.hour >= 0) & (group >= 0)
        at = group[some] * WEEK + self.hour[some]
        return np.bincount(at, minlength=k * WEEK).reshape(k, WEEK).astype(np.float64)

    def _even(self, group: Ints, k: int) -> Floats:
        some = (self.kind == _EVEN) & (group >= 0)
        return np.bincount(group[some], minlength=k).astype(np.float64)

    def _spread(self, group: Ints, k: int) -> Floats:
        mine = group[self.of]
        some = mine >= 0
        if some.all():
            return _over_hours(self.begins, self.ends, self.each, mine, k)
        return _over_hours(self.begins[some], self.ends[some], self.each[some], mine[some], k)


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


def _pieces(start: Ints, end: Ints, timezone: str) -> tuple[Ints, Ints, Ints, Floats]:
    """Return spans on the wall clock, in pieces that no change of the clocks cuts.

    That is whose each piece is, where it begins and ends, and what a microsecond of it counts.
    """
    if not len(start):
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, nothing, np.empty(0)
    changes, offsets = changes_of(int(start.min()), int(end.max()), timezone)
    each = 1.0 / (end - start)
    number = np.searchsorted(changes, start, side="right")
    pieces = np.maximum(np.searchsorted(changes, end, side="left") - number, 0) + 1
    whole = np.repeat(np.arange(len(start)), pieces)
    part = np.arange(len(whole)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    clock = number[whole] + part
    begins = np.where(part == 0, start[whole], changes[np.maximum(clock - 1, 0)])
    ends = np.where(part == pieces[whole] - 1, end[whole], changes[np.minimum(clock, len(changes) - 1)])
    return whole, begins + offsets[clock], ends + offsets[clock], each[whole]


def _over_hours(begins: Ints, ends: Ints, each: Floats, group: Ints, k: int) -> Floats:
    """Return the sum of local spans over the hours of the week, for each group; shape (k, 168)."""
    if not len(begins):
        return np.zeros((k, WEEK))
    low, high = begins // HOUR, ends // HOUR
    within = low == high
    hour = group * WEEK + (low + _MONDAY) % WEEK
    head = np.where(within, ends - begins, (low + 1) * HOUR - begins)
    held = np.bincount(hour, weights=head * each, minlength=k * WEEK)
    profile: Floats = held.astype(np.float64).reshape(k, WEEK)
    over = np.flatnonzero(~within)
    if not len(over):
        return profile
    hour, low, high, each, group = hour[over], low[over], high[over], each[over], group[over]
    last = group * WEEK + (high + _MONDAY) % WEEK
    tail = np.bincount(last, weights=(ends[over] - high * HOUR) * each, minlength=k * WEEK)
    profile += tail.reshape(k, WEEK)
    # Whole hours between: spans by the hour they begin in and the number of hours, then
    # by the hours they reach. Nothing is taken away, so an hour without any stays 0.
    whole = high - low - 1
    most = int(whole.max())
    by_length = np.bincount(hour * (most + 1) + whole, weights=HOUR * each, minlength=k * WEEK * (most + 1))
    reaching = np.cumsum(by_length.reshape(k, WEEK, most + 1)[:, :, ::-1], axis=2)[:, :, ::-1]
    for step in range(1, most + 1):
        profile += np.roll(reaching[:, :, step], step, axis=1)
    return profile
