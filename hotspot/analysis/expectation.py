"""What a density is compared with: the incidents of an earlier time, or the people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.analysis import guards
from hotspot.crs import unproject
from hotspot.errors import ParameterError, ThinDataError
from hotspot.places.boundaries import newest_figures
from hotspot.places.districts import CAP
from hotspot.words import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot import parameters
    from hotspot.analysis.cells import Cells
    from hotspot.analysis.ranking import Districts
    from hotspot.analysis.task import Task

    Floats = NDArray[np.float64]

LEAST: Final = 30
"""Incidents of either part of the window below which they are not compared."""


@dataclass(frozen=True, eq=False)
class Source:
    """What the other density is smoothed from, and the cells of which it is known."""

    x: Floats
    y: Floats
    weight: Floats
    known: NDArray[np.bool_]
    """Shape (n_cells,)."""


@dataclass(frozen=True, eq=False)
class Expectation:
    """Which incidents are looked at, and what they are compared with."""

    now: NDArray[np.bool_]
    """Incidents of the density itself, shape (n_points,)."""
    source: Callable[[Cells], Source]
    """Gives what the other density is made of, over given cells."""
    cut: str | None = None
    """First day of the later part."""
    forced: bool = False


def expectation(task: Task, chosen: parameters.DualKDE) -> Expectation:
    """Return what a task's incidents are compared with, and note it.

    Raises
    ------
    ParameterError
        ``against``: incidents without times, or districts without a population; ``cut``: outside
        the window.
    ThinDataError
        Too few incidents in either part, and the task is not forced.
    """
    return _earlier(task, chosen) if chosen.against == "earlier" else _population(task, chosen)


def _earlier(task: Task, chosen: parameters.DualKDE) -> Expectation:
    points = task.points
    timed = ~np.isnat(points.first)
    if not timed.any():
        msg = (
            "against earlier needs the times of the incidents, and none has one. Map the column of the time, "
            "or take against population."
        )
        raise ParameterError("against", msg)
    first, last = (each and np.datetime64(each, "D") for each in task.window)
    begin = first or points.first[timed].min().astype("datetime64[D]")
    end = (last or points.last[timed].max().astype("datetime64[D]")) + 1
    if end - begin < np.timedelta64(2, "D"):
        raise ThinDataError(
            f"The window is one day, {begin}: there is nothing earlier to compare with.",
            remedies=("Ask about a longer window.", "Or take against population."),
        )
    middle = begin + (end - begin) // 2
    cut = np.datetime64(chosen.cut, "D") if chosen.cut else middle
    if not begin < cut < end:
        msg = (
            f"cut must lie in the window, with days before it: {begin + 1} to {end - 1}; got {cut}. "
            "Choose another day, or ask about a longer window."
        )
        raise ParameterError("cut", msg)
    before, now = timed & (points.last < cut), timed & (points.first >= cut)
    task.log.decide(
        "cut",
        str(cut),
        ("chosen by the analyst" if chosen.cut else "automatic: the middle of the window")
        + f"; {counted(int(now.sum()), 'incident')} from {cut} to {end - 1} are compared with "
        f"{int(before.sum()):,} from {begin} to {cut - 1}",
    )
    _note_vague(task, int((~before & ~now).sum()))
    forced = _thin(task, int(before.sum()), int(now.sum()), str(cut))
    earlier = points.take(before)

    def source(cells: Cells) -> Source:
        return Source(earlier.x, earlier.y, earlier.weight, np.ones(len(cells), dtype=bool))

    return Expectation(now, source, str(cut), forced)


def _note_vague(task: Task, number: int) -> None:
    if number:
        task.log.decide(
            "in neither part", f"{number:,}", "may have happened before or after the cut, or have no time"
        )


def _thin(task: Task, before: int, now: int, cut: str) -> bool:
    """Whether the comparison is forced although one part has too few incidents."""
    if min(before, now) >= LEAST:
        return False
    reason = (
        f"It takes {LEAST} incidents on either side of the cut to compare densities; cut at {cut} there are "
        f"{before:,} and {now:,}."
    )
    remedies = ("Ask about a longer window.", "Choose another day to cut at.", "Pool related offences.")
    guards.refuse_or_warn(reason, remedies, force=task.force, log=task.log)
    return True


def _population(task: Task, chosen: parameters.DualKDE) -> Expectation:
    if chosen.cut is not None:
        msg = (
            f"cut parts the window for against earlier; got {chosen.cut} with against population. "
            "Leave cut out, or take against earlier."
        )
        raise ParameterError("cut", msg)
    districts = task.districts
    figures = newest_figures(task.boundary_set) if task.boundary_set else {}
    people = np.array([figures.get(code, (0,))[0] for code in districts.codes[:-1]] + [0], dtype=np.float64)
    if not people.any():
        msg = (
            "against population needs the people of each district, and of this study area none are known. "
            "Import the boundary set with a population, or take against earlier."
        )
        raise ParameterError("against", msg)
    _note_population(
        task, districts, people, sorted({figures[code][1] for code in districts.codes if code in figures})
    )

    def source(cells: Cells) -> Source:
        place = unproject(cells.x, cells.y, cells.crs)
        district = districts.locate(*place, cap=max(CAP, cells.size))
        known = people[district] > 0
        area = np.bincount(district[known], weights=cells.area_km2[known], minlength=len(people))
        share = np.where(known, cells.area_km2 / np.where(known, area[district], 1.0), 0.0)
        return Source(cells.x, cells.y, people[district] * share, known)

    return Expectation(np.ones(len(task.points), dtype=bool), source)


def _note_population(task: Task, districts: Districts, people: Floats, years: list[int]) -> None:
    task.log.decide(
        "population",
        f"{int(people.sum()):,} people, {', '.join(map(str, years))}",
        "spread evenly over the area of each district, and smoothed like the incidents",
    )
    task.log.warn(
        "The people are spread evenly over each district, for nothing finer is known: where more live, or "
        "come by day, more than expected may be found for that alone. A boundary set of smaller districts "
        "with a population says more."
    )
    lacking = [
        str(name) for name, number in zip(districts.names[:-1], people[:-1], strict=True) if not number
    ]
    if lacking:
        task.log.warn(
            f"{counted(len(lacking), 'district has', 'districts have')} no known population and "
            f"{'is' if len(lacking) == 1 else 'are'} left out of the comparison: {', '.join(lacking)}."
        )
