"""Hours of the week as tables: the profile of incidents, and the windows that hold the most of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot.analysis.methods.method import Field
from hotspot.analysis.tables import Chart, Table
from hotspot.stats.aoristic import WEEK, Week, best_windows
from hotspot.stats.wallclock import DAY, local_of, utc
from hotspot.words import DAYS, counted, percent

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot.analysis.points import Points
    from hotspot.stats.aoristic import Profile, Window

    Moments = NDArray[np.datetime64]

VAGUE: Final = np.timedelta64(12, "h")
"""Span of an incident from which on it says little about the hour."""
MOST_VAGUE: Final = 0.5
"""Share of such incidents above which hours are not worth a table."""
LEAST_TIMED: Final = 10
"""Incidents with a time below which a place has no best window."""
MIDNIGHT: Final = 0.02
"""Share of the moments at 0:00 sharp from which on many may stand for a time not known."""
WINDOWS: Final = 3
DOUBTFUL: Final = 0.05
"""Chance of a window above which it may be none."""
_TICK: Final = np.timedelta64(1, "us")
_LAST_SECOND: Final = np.timedelta64(59, "s")
_MINUTE: Final = np.timedelta64(1, "m")
_WINDOW: Final = (
    Field("window", "integer", "Window", doc="1 holds the most of the incidents."),
    Field("when", "string", "When", doc="Local time; the window's end is not in it."),
    Field("start_hour", "integer", "First hour", "hour of the week", "0 is Monday 0:00, 167 Sunday 23:00."),
    Field("in_window", "number", "In the window", "incidents", "Those between two moments in part."),
    Field("share", "number", "Share", "share", "Part of the incidents with a time, 0 to 1."),
    Field("times", "number", "Times even", "times", "That share over what an even week would have there."),
    Field(
        "chance",
        "number",
        "Chance",
        doc="At most how often an even week would have any window as full; below 0.05 is hardly chance.",
    ),
)


@dataclass(frozen=True, eq=False)
class Times:
    """Between which moments n incidents happened, UTC, the last not included; NaT where not known."""

    first: Moments
    last: Moments
    timezone: str

    @classmethod
    def of_table(cls, table: pd.DataFrame, timezone: str) -> Times:
        """Return the times of a clean table."""
        first, last = (
            np.asarray(table[name].dt.tz_convert(None).to_numpy(), dtype="datetime64[us]")
            for name in ("occurred_from", "occurred_to")
        )
        return cls(first, _closed(first, np.where(np.isnat(last), first, last)), timezone)

    @classmethod
    def of_points(cls, points: Points, timezone: str) -> Times:
        """Return the times of incidents that have only their wall clock left.

        Of an hour that the clocks repeat, a span begins in the first and ends in the second.
        """
        ends = np.where(points.last > points.first, points.last + _TICK, points.last)
        first, last = (
            utc(wall, timezone, early=early) for wall, early in ((points.first, True), (ends, False))
        )
        last = np.where(ends > points.first, last, first)
        return cls(first, _closed(first, last), timezone)

    def __len__(self) -> int:
        return len(self.first)

    def profile(self) -> Profile:
        """Return the hours of the week of all incidents."""
        return self._week.profile()

    def profiles(self, group: NDArray[np.int64], k: int) -> tuple[Profile, ...]:
        """Return the hours of the week of k groups, given by the group of each incident, -1 for none."""
        return self._week.profiles(group, k)

    @cached_property
    def _week(self) -> Week:
        first, last = (np.asarray(each, dtype="datetime64[us]") for each in (self.first, self.last))
        return Week.of_times(first.view(np.int64), last.view(np.int64), self.timezone)

    @cached_property
    def why_not(self) -> str:
        """Why these times say nothing of the hours of the week; empty if they do."""
        timed = ~np.isnat(self.first)
        n = int(timed.sum())
        if not n:
            return "No incident has a time."
        vague = self.vague
        if vague <= MOST_VAGUE * n:
            return ""
        return (
            f"Times are too coarse for the hours of the week: {vague:,} of {counted(n, 'incident')} are only "
            f"known to lie within {VAGUE.astype(int)} hours or more."
        )

    @cached_property
    def vague(self) -> int:
        """Incidents known to half a day or worse."""
        return int(np.count_nonzero(self.last - self.first >= VAGUE))

    def cautions(self) -> list[str]:
        """Return what a reader should know of these times, in sentences."""
        said = []
        n = int(np.count_nonzero(~np.isnat(self.first)))
        if n < len(self):
            without = counted(len(self) - n, "incident has no time and is", "incidents have no time and are")
            said.append(f"{without} not in it.")
        if self.vague:
            said.append(
                f"{counted(self.vague, 'incident is', 'incidents are')} known to half a day or worse, "
                "and spread over all of it."
            )
        sharp = self._at_midnight()
        if sharp > max(MIDNIGHT * n, 5):
            said.append(
                f"{percent(sharp / n)} of the times are 0:00 sharp, which often stands for a time not known: "
                "do not trust the hours after midnight."
            )
        return said

    def _at_midnight(self) -> int:
        moment = self.first[self.first == self.last].astype("datetime64[us]")
        local = local_of(moment.astype(np.int64), self.timezone)
        return int(np.count_nonzero(local % DAY == 0))


def _closed(first: Moments, last: Moments) -> Moments:
    """Return the moments after the last: a day that is recorded as ending at 23:59:59 ends at midnight."""
    rest = last - last.astype("datetime64[m]")
    return np.where((last > first) & (rest >= _LAST_SECOND), last.astype("datetime64[m]") + _MINUTE, last)


def week_table(times: Times) -> Table:
    """Return the incidents of each hour of the week.

    Where times are too coarse the table has no rows, and its note says why.
    """
    fields = (
        Field("hour", "integer", "Hour of the week", doc="0 is Monday 0:00, 167 Sunday 23:00, local time."),
        Field("day", "string", "Day"),
        Field("clock", "string", "From", doc="Start of the hour, local time."),
        Field("incidents", "number", "Incidents", "incidents", "Those between two moments in part."),
        Field("share", "number", "Share", "share", "Part of the incidents with a time, 0 to 1."),
    )
    title = "Hours of the week"
    if times.why_not:
        return Table("week", title, fields, (), times.why_not)
    held = times.profile().hours
    hour = np.arange(WEEK)
    columns = {
        "hour": hour,
        "day": [DAYS[each // 24] for each in hour],
        "clock": [f"{each % 24:02d}:00" for each in hour],
        "incidents": np.round(held, 4),
        "share": np.round(held / held.sum(), 6),
    }
    note = " ".join([_fullest(held), *times.cautions()])
    return Table.of("week", title, fields, columns, note=note, chart=Chart("week", "hour", ("incidents",)))


def _fullest(held: NDArray[np.float64]) -> str:
    best = best_windows(held, n=1)[0]
    return (
        f"{said(best)} holds the most of any {best.hours} hours: {percent(best.share)} of the incidents, "
        f"where an even week would have {percent(best.hours / WEEK)}."
    )


def windows_table(
    name: str,
    title: str,
    groups: Sequence[tuple[Any, ...]],
    of: NDArray[np.int64],
    times: Times,
    *,
    by: tuple[Field, ...],
    hours: int = 4,
) -> Table:
    """Return the best windows of groups of incidents, at most three each.

    Parameters
    ----------
    name, title
        Of the table.
    groups
        For each of k groups the values of its own columns. One with fewer than `LEAST_TIMED`
        incidents with a time is left out.
    of
        Group of each incident, 0..k-1; -1 in none; shape (n,).
    times
        Of the incidents.
    by
        The groups' own columns; ``timed`` follows them: the incidents with a time.
    hours
        Length of a window.
    """
    fields = (
        *by,
        Field("timed", "integer", "With a time", "incidents", "Its incidents with a time."),
        *_WINDOW,
    )
    if times.why_not:
        return Table(name, title, fields, (), times.why_not)
    rows: list[tuple[Any, ...]] = []
    few = 0
    for values, profile in zip(groups, times.profiles(of, len(groups)), strict=True):
        few += profile.used < LEAST_TIMED
        if profile.used >= LEAST_TIMED:
            rows += [
                (*values, profile.used, *window) for window in _windows(profile.hours, profile.used, hours)
            ]
    note = f"The {hours} hours of the week that hold the most, then the next that do not overlap."
    doubtful = sum(row[-1] > DOUBTFUL for row in rows)
    if doubtful:
        note += (
            f" {doubtful:,} of {counted(len(rows), 'window')} hold no more than chance could: "
            "do not plan by them."
        )
    if few:
        note += (
            f" {few:,} with fewer than {LEAST_TIMED} incidents with a time "
            f"{'is' if few == 1 else 'are'} left out."
        )
    return Table(name, title, fields, tuple(rows), note)


def _windows(held: NDArray[np.float64], used: int, hours: int) -> list[tuple[Any, ...]]:
    return [
        (
            number,
            said(window),
            window.start,
            round(window.weight, 2),
            round(window.share, 4),
            round(window.share * WEEK / hours, 2),
            float(f"{window_chance(window.weight, used, hours):.3g}"),
        )
        for number, window in enumerate(best_windows(held, hours=hours, n=WINDOWS), start=1)
    ]


def window_chance(weight: float, used: int, hours: int) -> float:
    """Return a bound on how often an even week would have any window as full.

    That of one window, times the 168 there are; part of an incident counts as none.
    """
    from scipy.special import bdtrc

    at_least = math.floor(weight + 1e-9)
    return min(1.0, WEEK * float(bdtrc(at_least - 1, used, hours / WEEK))) if at_least else 1.0


def said(window: Window) -> str:
    """Return a window in words.

    >>> from hotspot.stats.aoristic import Window
    >>> said(Window(start=166, hours=4, weight=1, share=1))
    'Sunday 22:00 to Monday 02:00'
    >>> said(Window(start=20, hours=4, weight=1, share=1))
    'Monday 20:00 to 24:00'
    """
    end = window.start + window.hours
    day, hour = divmod(window.start, 24)
    # Midnight at the end belongs to the day before.
    last, until = divmod(end - 1, 24)
    last_day = "" if last == day else f"{DAYS[last % 7]} "
    return f"{DAYS[day]} {hour:02d}:00 to {last_day}{until + 1:02d}:00"
