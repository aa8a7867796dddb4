"""Hold-out accuracy of places that are foretold anew again and again, each time scored on what came next."""

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
class _Sum:
    """What the turns so far make together."""

    layer: list[Floats] = field(default_factory=list)
    prior: list[Floats] = field(default_factory=list)
    best: float = 0.0
    share: list[float] = field(default_factory=list)


def scored(task: Task, turns: Iterable[Turn]) -> dict[str, Any]:
    """Return the accuracy of the turns together, beside prior counts in as much area in each turn.

    Parameters
    ----------
    task
        Its study area, and what its hold-out was cut into.
    turns
        One after the other; a turn without places catches nothing, and takes no area.
    """
    found = _Sum()
    grid = automatic_cells(
        task.points.take(task.split.earlier), task.area, log=task.log, what="cell size of the prior counts"
    )
    for turn in turns:
        _add(found, turn, grid)
    caught_later = np.concatenate([*found.layer, np.empty(0)])
    share = float(np.mean(found.share)) if found.share else 0.0
    if len(caught_later) < holdout.LEAST_LATER:
        reason = (
            f"only {len(caught_later):,} later incidents fall in the days looked ahead to; "
            f"it takes {holdout.LEAST_LATER}."
        )
        return holdout.not_measured(task.split, reason)
    whole = float(grid.area_km2.sum())
    if share * whole * 1e6 < grid.size**2:
        # In a part of one cell prior counts can only be thinned out, never aimed.
        reason = (
            f"the hotspots of the earlier incidents take {share * whole:.2g} km² together, less than one "
            f"cell of the prior counts ({metres(grid.size)} wide): too little to compare them in."
        )
        return holdout.not_measured(task.split, reason)
    return holdout.measured(task.split, [_together(found, caught_later, share)])


def _add(found: _Sum, turn: Turn, grid: grids.Grid) -> None:
    area = grid.area_km2
    places = shapely.union_all(turn.places)
    share = min(float(shapely.area(places)) / 1e6 / float(area.sum()), 1.0)
    found.share.append(share)
    if not len(turn.after):
        return
    if not share:
        nothing = np.zeros(len(turn.after))
        found.layer.append(nothing)
        found.prior.append(nothing)
        return
    shapely.prepare(places)
    found.layer.append(shapely.intersects_xy(places, turn.after.x, turn.after.y).astype(np.float64))
    cell = grid.cell_of(turn.after.x, turn.after.y)
    before = grids.count(grid, turn.before.x, turn.before.y) / area
    found.prior.append(np.append(caught(before, area=area, share=share), 0.0)[cell])
    later = np.bincount(cell[cell >= 0], minlength=len(area)).astype(np.float64)
    found.best += score(later / area, later, area=area, share=share).hit_rate * len(turn.after)


def _together(found: _Sum, layer: Floats, share: float) -> dict[str, Any]:
    prior = np.concatenate(found.prior)
    return {
        **_scores(float(layer.mean()), share, found.best / len(layer)),
        "prior": _scores(float(prior.mean()), share, found.best / len(layer)),
        "difference": holdout.difference(layer, prior),
    }


def _scores(hit_rate: float, share: float, best: float) -> dict[str, float]:
    return {
        "area_share": round(share, 6),
        "hit_rate": round(hit_rate, 6),
        "pai": round(hit_rate / share, 3),
        "pei": round(hit_rate / best, 3) if best else 0.0,
    }
