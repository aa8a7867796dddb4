"""How useful clusters are: their places scored on later incidents, and what they foretell for cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from hotspot.analysis import holdout, in_turn
from hotspot.analysis.clusters import drawn
from hotspot.once import once
from hotspot.stats.outlines import core_discs

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.clusters import Find, Found
    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task
    from hotspot.parameters import Parameters

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


SPREAD: Final = 0.5
"""Part of a cluster's incidents that may come again anywhere in it."""


def accuracy_of(task: Task, find: Find, *, outline: str) -> dict[str, Any]:
    """Return the score of the hotspots of the earlier incidents beside as much area of prior counts."""
    if task.split.reason:
        return holdout.not_measured(task.split)
    earlier = task.points.take(task.split.earlier)
    before = drawn(earlier, find(earlier), task.area, outline=outline)
    if not len(before):
        return holdout.not_measured(task.split, "the earlier incidents alone make no hotspot.")
    later = task.points.take(task.split.later)
    return in_turn.scored(task, [in_turn.Turn(before.shapes, earlier, later)], earlier=earlier)


def expected(points: Points, cells: Cells, key: Parameters, find: Callable[[], Found]) -> Floats:
    """Return what clusters foretell for each cell, per km2: as much as before, and wherever in each of them.

    Half of a cluster's incidents are spread evenly over the cells whose middle lies
    in its discs and those that hold one of its incidents; the other half, and
    incidents in no cluster, stay where they were. All of them spread evenly
    foretell worse than prior counts, for a cluster has a middle too (Memphis: PAI
    7.1 in 1 % of the area, halved 11.6, prior counts 11.7; in 10 % 3.7, 3.7 and 3.5).
    The sum over the cells, times their areas, is that of the incidents.

    Parameters
    ----------
    points
        Earlier incidents, those in ``cells``.
    cells
        Where they are.
    key, find
        How their clusters are found, and what finds them: once, on however many grids.
    """
    labels, shapes = once(points, key, lambda: _discs(points, find()))
    member = labels >= 0
    there = cells.count()
    if not len(shapes):
        return there / cells.area_km2
    middles = once(cells.grid or cells, "middles", lambda: _middles(cells))
    cluster, cell = middles.query(shapes, predicate="contains")
    held = np.column_stack([labels[member], cells.of[member]])
    covered = np.unique(np.vstack([np.column_stack([cluster, cell]), held]), axis=0)
    cluster, cell = covered[:, 0], covered[:, 1]
    weight = SPREAD * np.bincount(labels[member], weights=cells.weight[member], minlength=len(shapes))
    area = np.bincount(cluster, weights=cells.area_km2[cell], minlength=len(shapes))
    evenly = np.bincount(cell, weights=(weight / area)[cluster], minlength=len(cells))
    stays = there - SPREAD * cells.count(member)
    return np.asarray(stays / cells.area_km2 + evenly, dtype=np.float64)


def _discs(points: Points, found: Found) -> tuple[Ints, NDArray[np.object_]]:
    """Return the cluster of each incident, and the discs of each cluster."""
    return found.clusters.labels, core_discs(points.x, points.y, found.clusters, eps=found.radius)


def _middles(cells: Cells) -> shapely.STRtree:
    return shapely.STRtree(np.asarray(shapely.points(cells.x, cells.y)))
