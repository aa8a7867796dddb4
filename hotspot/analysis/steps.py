"""Steps of time: a window cut into equal lengths from its end, and the step each incident falls in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.points import Points

    Days = NDArray[np.datetime64]

DAYS: Final = {"day": 1, "week": 7, "fortnight": 14}
MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
"""Months in a step."""
AUTOMATIC: Final = ("month", "week", "day")
"""Steps that an automatic choice may take, the longest first."""
LEAST: Final = 10
"""Steps below which nothing can be said of how a place changes."""


@dataclass(frozen=True, eq=False)
class Steps:
    """Steps of one length, and the incidents in them."""

    name: str
    """``day``, ``week``, ``fortnight``, ``month``, ``quarter`` or ``year``."""
    edges: Days = field(repr=False)
    """Days on which a step begins, and the one after the last; shape (n_steps + 1,)."""
    of: NDArray[np.int64] = field(repr=False)
    """Step of each incident, -1 for none; shape (n,)."""
    untimed: int = 0
    """Incidents without a time."""
    vague: int = 0
    """Incidents that may have happened in a span longer than a step."""
    before: int = 0
    """Incidents before the first whole step."""
    after: int = 0
    """Incidents after the last step."""

    def __len__(self) -> int:
        return len(self.edges) - 1


def edges_of(first: np.datetime64, end: np.datetime64, *, step: str) -> Days:
    """Return the days on which steps begin, counted back from ``end``, and ``end`` itself.

    Only whole steps are laid: none begins before ``first``. A month counted back from a day
    that the other month lacks begins on that month's last day.

    Parameters
    ----------
    first
        First day of the window.
    end
        The day after its last.
    step
        A key of `DAYS` or `MONTHS`.

    Examples
    --------
    >>> edges_of(np.datetime64("2026-01-10"), np.datetime64("2026-04-01"), step="month").astype(str).tolist()
    ['2026-02-01', '2026-03-01', '2026-04-01']
    """
    first, end = first.astype("datetime64[D]"), end.astype("datetime64[D]")
    days = max(int((end - first).astype(int)), 0)
    if step in DAYS:
        number = days // DAYS[step]
        return np.asarray(end - DAYS[step] * np.arange(number, -1, -1))
    month = end.astype("datetime64[M]")
    into = int((end - month.astype("datetime64[D]")).astype(int))
    most = days // 28 // MONTHS[step] + 1
    months = month - MONTHS[step] * np.arange(most, -1, -1)
    begins = months.astype("datetime64[D]")
    length = ((months + 1).astype("datetime64[D]") - begins).astype(int)
    laid = begins + np.minimum(into, length - 1)
    return np.asarray(laid[laid >= min(first, end)])


def automatic_step(first: np.datetime64, end: np.datetime64) -> str:
    """Return the longest of month, week and day of which the window holds at least ten; else a day.

    >>> [automatic_step(np.datetime64("2026-01-01"), np.datetime64(d)) for d in ("2026-12-01", "2026-04-01")]
    ['month', 'week']
    """
    return next((step for step in AUTOMATIC if len(edges_of(first, end, step=step)) > LEAST), AUTOMATIC[-1])


def steps_of(points: Points, *, first: np.datetime64, end: np.datetime64, step: str) -> Steps:
    """Return the steps of a window, and the one that each incident falls in.

    An incident known only to have happened between two moments falls in the step of the
    middle of them, unless they lie further apart than a step is long: it is in none then.
    One without a time is in none.

    Parameters
    ----------
    points
        The incidents.
    first, end
        First day of the window, and the day after its last.
    step
        As for `edges_of`.
    """
    edges = edges_of(first, end, step=step)
    timed = ~np.isnat(points.first)
    span = np.where(timed, points.last - points.first, np.timedelta64(0, "us"))
    middle = np.where(timed, points.first + span // 2, edges[0]).astype("datetime64[us]")
    place = np.searchsorted(edges.astype("datetime64[us]"), middle, side="right") - 1
    inside = timed & (place >= 0) & (place < len(edges) - 1)
    length = np.append(np.diff(edges), np.timedelta64(0, "D"))
    vague = inside & (span > length[np.clip(place, 0, len(edges) - 1)])
    return Steps(
        step,
        edges,
        np.where(inside & ~vague, place, -1).astype(np.int64),
        untimed=int((~timed).sum()),
        vague=int(vague.sum()),
        before=int((timed & (place < 0)).sum()),
        after=int((timed & (place >= len(edges) - 1)).sum()),
    )
