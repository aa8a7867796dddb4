"""The layer of Getis-Ord Gi*: classed cells, and the hotspots that touching hot cells make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot import parameters
from hotspot.analysis import guards
from hotspot.analysis.cells import lay_cells, neighbour_distance
from hotspot.analysis.chance import exact_chances, warn_if_sparse
from hotspot.analysis.hotcells import LEAST_INCIDENTS, accuracy_of, cell_columns, hotspots_of, shifts
from hotspot.analysis.task import Result
from hotspot.stats.getisord import GiStar, gi_star
from hotspot.stats.permutation import exact_p
from hotspot.stats.significance import adjust, classes, two_sided_p
from hotspot.words import counted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task
    from hotspot.stats.neighbours import Neighbours

CUT: Final = 0.9
"""Part of a neighbourhood inside the study area below which a cold cell may only be cut small."""


@dataclass(frozen=True, eq=False)
class Judged:
    """What Gi* says of each cell, all of shape (n_cells,)."""

    found: GiStar
    p: NDArray[np.float64]
    p_adjusted: NDArray[np.float64]
    p_normal: NDArray[np.float64]
    klass: NDArray[np.int8]


def make(task: Task) -> Result:
    """Return the classed cells of a study area, the hotspots among them, and the hold-out accuracy.

    Raises
    ------
    ThinDataError
        No cell could be significant, and the task is not forced.
    ParameterError
        Cells so small that there would be too many.
    """
    chosen = task.parameters
    assert isinstance(chosen, parameters.GiStar)  # noqa: S101 - the table of methods pairs them
    task.tell(0.2, "laying the grid")
    cells = lay_cells(task, shape=chosen.cell_shape, size=chosen.cell_size)
    distance = neighbour_distance(task, cells, chosen.neighbour_distance)
    near = cells.near(distance)
    counts = cells.count()
    task.tell(0.3, "working out what chance would do")
    chances = exact_chances(task, chosen.significance, counts, near.number)
    forced = guards.significant_cells(
        counts,
        near.number,
        adjustment=chosen.adjustment,
        chances=chances,
        force=task.force,
        log=task.log,
    )
    task.tell(0.4, "comparing with chance")
    found = gi_star(counts, neighbours=near)
    p_normal = two_sided_p(found.z)
    p = chances.p(found.neighbour_sum, found.neighbours) if chances else p_normal
    p_adjusted = adjust(p, chosen.adjustment)
    judged = Judged(found, p, p_adjusted, p_normal, classes(found.z, p_adjusted))
    if not chances:
        warn_if_sparse(task, counts, found.neighbours)
    _warn_if_cut(task, near.sums(cells.share_inside) / near.number, judged.klass)
    task.tell(0.5, "ranking hotspots")
    table, hotspot = hotspots_of(task, cells, judged.klass)
    task.tell(0.7, "measuring on later data")
    useful = accuracy_of(task, cells, lambda points, places: forecast(points, places, chosen))
    task.tell(0.8, "drawing the cells")
    kept = _kept(judged, chosen.cells)
    exact = chances is not None
    return Result(
        geometry=cells.polygons(kept),
        columns=_columns(task, cells, judged, near, hotspot, kept),
        hotspots=table,
        used={
            **chosen.to_dict(),
            "cell_size": cells.size,
            "neighbour_distance": None if distance is None else round(distance, 3),
            "significance": "exact" if exact else "normal",
        },
        numbers=numbers(judged.klass, counts, table),
        accuracy=useful,
        membership=hotspot[cells.of],
        n_cells=len(cells),
        forced=forced,
        variants=shifts(task, cells, lambda moved: _klass(moved, distance, chosen, exact=exact)),
    )


def forecast(_points: Points, cells: Cells, chosen: parameters.GiStar) -> NDArray[np.float64]:
    """Return Gi* of the cells with the earlier incidents in them."""
    return gi_star(cells.count(), neighbours=cells.near(chosen.neighbour_distance)).z


def numbers(klass: NDArray[np.int8], counts: NDArray[np.float64], table: pd.DataFrame) -> dict[str, Any]:
    """Return the summary of cells that have classes of significance."""
    levels = {str(level): int((klass == level).sum()) for level in range(3, -4, -1)}
    hot, cold = int((klass >= 1).sum()), int((klass <= -1).sum())
    nothing = "no cell is significantly hot."
    if hot:
        nothing = f"no group of touching hot cells holds {LEAST_INCIDENTS} incidents."
    return {
        "cells": len(klass),
        "mean_per_cell": round(float(counts.mean()), 6),
        "hot_cells": hot,
        "cold_cells": cold,
        "hotspot_cells": int(table["cells"].sum()),
        "classes": levels,
        "nothing": "" if len(table) else nothing,
    }


def _klass(
    cells: Cells, distance: float | None, chosen: parameters.GiStar, *, exact: bool
) -> NDArray[np.int8]:
    """Return the classes alone, of cells laid elsewhere."""
    counts = cells.count()
    found = gi_star(counts, neighbours=cells.near(distance))
    p = exact_p(counts, found.neighbour_sum, found.neighbours) if exact else two_sided_p(found.z)
    return classes(found.z, adjust(p, chosen.adjustment))


def _warn_if_cut(task: Task, part_inside: NDArray[np.float64], klass: NDArray[np.int8]) -> None:
    """Say so where cold cells are cut by the edge of the study area: Gi* counts, whatever the area."""
    cold = klass <= -1
    cut = int(np.count_nonzero(cold & (part_inside < CUT)))
    if cut:
        task.log.warn(
            f"{cut:,} of {counted(int(cold.sum()), 'cold cell')} lie at the edge of the study area, "
            "where cells are cut and hold fewer incidents for that alone: do not read them as quiet places."
        )


def _kept(judged: Judged, which: str) -> NDArray[np.int64]:
    if which == "all":
        return np.arange(len(judged.klass))
    return np.flatnonzero((judged.found.neighbour_sum > 0) | (judged.klass != 0))


def _columns(
    task: Task,
    cells: Cells,
    judged: Judged,
    near: Neighbours,
    hotspot: NDArray[np.int64],
    kept: NDArray[np.int64],
) -> dict[str, NDArray[Any]]:
    return {
        **cell_columns(task, cells, kept),
        "neighbours": judged.found.neighbours[kept].astype(np.int64),
        "neighbour_incidents": near.sums(cells.incidents())[kept].astype(np.int64),
        "z": np.round(judged.found.z[kept], 10),
        "p": judged.p[kept],
        "p_adjusted": judged.p_adjusted[kept],
        "p_normal": judged.p_normal[kept],
        "class": judged.klass[kept].astype(np.int64),
        "hotspot": hotspot[kept],
    }
