"""Incidents whose day is known, for methods that ask what followed what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.analysis import guards
from hotspot.stats.thinness import TOO_THIN
from hotspot.words import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task

_DAY: Final = np.timedelta64(1, "D")
_QUIET: Final = 28
"""Days without an incident at the end of a window from which on a reader has to be told."""


@dataclass(frozen=True, eq=False)
class Dated:
    """Those of n incidents that are known to the day, and their days counted from the window's first."""

    kept: NDArray[np.bool_] = field(repr=False)
    """Which of the n incidents; shape (n,)."""
    points: Points = field(repr=False)
    """The k incidents kept."""
    day: NDArray[np.int64] = field(repr=False)
    """Local day of each, 0 on the first day of the window; shape (k,)."""
    moment: NDArray[np.float64] = field(repr=False)
    """The same with the part of the day that had gone by; shape (k,)."""
    first: np.datetime64
    """First day of the window."""
    now: int
    """Last day of the window, counted from the first."""
    forced: bool = False
    """Whether there are too few for an honest answer, and it was forced."""

    def number(self, date: str) -> int:
        """Return the day of a date, counted from the first."""
        return int((np.datetime64(date, "D") - self.first) // _DAY)

    def date(self, day: int) -> str:
        """Return a day as a date, ISO 8601."""
        return str(self.first + np.timedelta64(int(day), "D"))

    def dates(self, days: NDArray[np.int64]) -> NDArray[np.object_]:
        """Return days as dates, ISO 8601."""
        return np.asarray((self.first + days.astype("timedelta64[D]")).astype(str), dtype=object)


def known_day(points: Points) -> NDArray[np.bool_]:
    """Whether the day of each incident is known: it lies between two moments at most a day apart."""
    timed = ~np.isnat(points.first)
    return np.asarray(timed & (np.where(timed, points.last - points.first, _DAY) < _DAY))


def known_to_the_day(
    task: Task, *, what: str, instead: str = "a method that needs no times, such as gi_star"
) -> tuple[NDArray[np.bool_], bool]:
    """Return which incidents are known to the day, and whether that few only do because it is forced.

    What is set aside is noted.

    Parameters
    ----------
    task
        Its incidents.
    what
        Who needs days, for a message: ``Near repeats need``.
    instead
        What to use without them.

    Raises
    ------
    ThinDataError
        Too few, with what would help; of none, though forced.
    """
    kept, timed = known_day(task.points), ~np.isnat(task.points.first)
    total, number = len(kept), int(kept.sum())
    for aside, why in (
        (~timed, "no time is recorded"),
        (timed & ~kept, "their day is not known: they happened in a span of a day or longer"),
    ):
        if aside.any():
            task.log.decide("incidents set aside", f"{aside.sum():,}", why)
    if total - number > total / 4:
        task.log.warn(
            f"{counted(total - number, 'incident')} of {total:,} had to be set aside, because their day is "
            "not known: what followed them is missed."
        )
    needed = TOO_THIN[task.area.kind]
    if number >= needed:
        return kept, False
    reason = (
        f"{what} the day of at least {needed} incidents; of {total:,} usable ones {number:,} are "
        "known to the day."
    )
    remedies = (
        "Use data with days: times known to the month only, or spans longer than a day, are not enough.",
        "Ask about a longer window.",
        f"Or use {instead}.",
    )
    guards.refuse_or_warn(reason, remedies, force=task.force and number > 0, log=task.log)
    return kept, True


def dated(task: Task, *, what: str) -> Dated:
    """Return the incidents known to the day, what was set aside noted; the day is that of the middle.

    Parameters
    ----------
    task
        Its incidents and the days that were asked about.
    what
        Who needs days, for a message: ``Near repeats``.

    Raises
    ------
    ThinDataError
        Too few incidents are known to the day, with what would help; of none, though forced.
    """
    points = task.points
    kept, forced = known_to_the_day(task, what=f"{what} need")
    chosen = points.take(kept)
    middle = (chosen.first + (chosen.last - chosen.first) // 2).astype("datetime64[us]")
    days = middle.astype("datetime64[D]")
    begin, end = task.window
    first = np.datetime64(begin, "D") if begin else days.min()
    last = np.datetime64(end, "D") if end else days.max()
    _note_now(task, days.max(), last)
    moment = (middle - first.astype("datetime64[us]")) / _DAY
    day = (days - first).astype(np.int64)
    return Dated(kept, chosen, day, moment, first, int((last - first).astype(int)), forced)


def _note_now(task: Task, newest: np.datetime64, last: np.datetime64) -> None:
    task.log.decide(
        "now",
        str(last),
        "the last day that the question asks about" if task.window[1] else "the day of the last incident",
    )
    quiet = int((last - newest).astype(int))
    if quiet >= _QUIET:
        task.log.warn(
            f"The last incident is of {newest}, {counted(quiet, 'day')} before the window ends: "
            "if later ones are only missing in the data, let the window end earlier."
        )
