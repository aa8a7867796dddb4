"""Hold-out accuracy of polygons: foretold once, or anew again and again, and scored on what came next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from hotspot.analysis import holdout
from hotspot.analysis.cells import automatic_cells
from hotspot.places import grid as grids
from hotspot.stats.accuracy import caught, score
from hotspot.words import metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Turn:
    """Places that were foretold from the incidents before, and the incidents that came next."""

    places: NDArray[np.object_]
    """Polygons in metres inside the study area; they may overlap."""
    before: Points
    after: Points


@dataclass(eq=False)
class Together:
    """What polygons caught in one turn after another, beside prior counts in as much area.

    The best possible is that of whole cells: polygons finer than cells can have a PEI above 1.
    """

    layer: list[Floats] = field(default_factory=list)
    prior: list[Floats] = field(default_factory=list)
    best: float = 0.0
    shares: list[float] = field(default_factory=list)

    def add(
        self, inside: NDArray[np.bool_], cell: NDArray[np.int32], km2: float, prior: Floats, *, area: Floats
    ) -> None:
        """Add a turn.

        Parameters
        ----------
        inside
            Which later incidents lie in the polygons, shape (n_later,).
        cell
            Cell of each of them, -1 for none.
        km2
            Area of the polygons together.
        prior
            Earlier incidents in each cell, shape (n_cells,).
        area
            Area of each cell inside the study area, km2.
        """
        share = min(km2 / float(area.sum()), 1.0)
        self.shares.append(share)
        self.layer.append(inside.astype(np.float64))
        if not share or not len(inside):
            self.prior.append(np.zeros(len(inside)))
            return
        self.prior.append(np.append(caught(prior / area, area=area, share=share), 0.0)[cell])
        later = np.bincount(cell[cell >= 0], minlength=len(area)).astype(np.float64)
        self.best += score(later / area, later, area=area, share=share).hit_rate * len(inside)

    @property
    def number(self) -> int:
        """Later incidents of all turns."""
        return sum(map(len, self.layer))

    @property
    def share(self) -> float:
        """Share of the area that the polygons of a turn take on average."""
        return float(np.mean(self.shares)) if self.shares else 0.0

    def scores(self) -> dict[str, Any]:
        """Return the scores of all turns; of at least one later incident, and some area."""
        layer, prior = np.concatenate(self.layer), np.concatenate(self.prior)
        best = self.best / len(layer)
        return {
            **_scores(float(layer.mean()), self.share, best),
            "prior": _scores(float(prior.mean()), self.share, best),
            "difference": holdout.difference(layer, prior),
        }


def scored(task: Task, turns: Iterable[Turn], *, earlier: Points | None = None) -> dict[str, Any]:
    """Return the accuracy of the turns together, beside prior counts in as much area in each turn.

    Parameters
    ----------
    task
        Its study area, and what its hold-out was cut into.
    turns
        One after the other; a turn without places catches nothing, and takes no area.
    earlier
        The earlier incidents of the hold-out, from who has them at hand.
    """
    found = Together()
    earlier = task.points.take(task.split.earlier) if earlier is None else earlier
    grid = automatic_cells(earlier, task.area, log=task.log, what="cell size of the prior counts")
    for turn in turns:
        _add(found, turn, grid)
    if found.number < holdout.LEAST_LATER:
        reason = (
            f"only {found.number:,} later incidents fall in the days looked ahead to; "
            f"it takes {holdout.LEAST_LATER}."
        )
        return holdout.not_measured(task.split, reason)
    km2 = found.share * float(grid.area_km2.sum())
    if km2 * 1e6 < grid.size**2:
        # In a part of one cell prior counts can only be thinned out, never aimed.
        reason = (
            f"the hotspots of the earlier incidents take {km2:.2g} km² together, less than one "
            f"cell of the prior counts ({metres(grid.size)} wide): too little to compare them in."
        )
        return holdout.not_measured(task.split, reason)
    return holdout.measured(task.split, [found.scores()])


def _add(found: Together, turn: Turn, grid: grids.Grid) -> None:
    places = shapely.union_all(turn.places)
    shapely.prepare(places)
    found.add(
        shapely.intersects_xy(places, turn.after.x, turn.after.y),
        grid.cell_of(turn.after.x, turn.after.y),
        float(shapely.area(places)) / 1e6,
        grids.count(grid, turn.before.x, turn.before.y),
        area=grid.area_km2,
    )


def _scores(hit_rate: float, share: float, best: float) -> dict[str, float]:
    return {
        "area_share": round(share, 6),
        "hit_rate": round(hit_rate, 6),
        "pai": round(hit_rate / share, 3),
        "pei": round(hit_rate / best, 3) if best else 0.0,
    }
