"""The layer of Getis-Ord Gi*: classed grid cells, and the hotspots that touching hot cells make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from hotspot import parameters
from hotspot.analysis import guards, holdout
from hotspot.analysis.cells import automatic_cells
from hotspot.analysis.chance import exact_chances, warn_if_sparse
from hotspot.analysis.ranking import Districts, Groups, rank
from hotspot.analysis.task import Result
from hotspot.crs import unproject
from hotspot.places import grid as grids
from hotspot.places.districts import CAP
from hotspot.stats.getisord import GiStar, gi_star
from hotspot.stats.lattice import TOUCHING, Lattice
from hotspot.stats.significance import adjust, classes, two_sided_p
from hotspot.words import counted, metres

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task
    from hotspot.places.grid import Grid
    from hotspot.stats.lattice import LatticeNeighbours

LEAST_INCIDENTS: Final = 5
"""Incidents below which touching hot cells are not ranked: too few to send anybody there."""
CUT: Final = 0.9
"""Part of a neighbourhood inside the study area below which a cold cell may only be cut small."""
SHARES: Final = (0.01, 0.05)
"""Shares of the area at which the hold-out accuracy is scored."""
_FEWEST: Final = 5
_CONFIDENCE: Final = ("", "90 %", "95 %", "99 %")


@dataclass(frozen=True, eq=False)
class Cells:
    """Everything known of each cell, all of shape (n_cells,)."""

    grid: Grid
    counts: NDArray[np.float64]
    found: GiStar
    p: NDArray[np.float64]
    p_adjusted: NDArray[np.float64]
    p_normal: NDArray[np.float64]
    klass: NDArray[np.int8]
    hotspot: NDArray[np.int64]


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
    points = task.points
    task.tell(0.2, "laying the grid")
    grid = _grid(task, chosen)
    cell = _cells_of(grid, points)
    counts = np.bincount(cell, minlength=grid.n_cells).astype(np.float64)
    distance = _distance(task, chosen, grid.size)
    near = Lattice.of(grid.col, grid.row, grid.shape).within(distance / grid.size)
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
    klass = classes(found.z, p_adjusted)
    if not chances:
        warn_if_sparse(task, counts, found.neighbours)
    _warn_if_cut(task, near.sums(grid.share_inside) / near.number, klass)
    task.tell(0.5, "ranking hotspots")
    table, hotspot = _hotspots(task, grid, cell, counts, klass)
    cells = Cells(grid, counts, found, p, p_adjusted, p_normal, klass, hotspot)
    task.tell(0.7, "measuring on later data")
    useful = _accuracy(task, grid, cell, near)
    task.tell(0.8, "drawing the cells")
    kept = _kept(cells, chosen.cells)
    return Result(
        geometry=grid.polygons()[kept],
        columns=_columns(task, cells, kept),
        hotspots=table,
        used={
            **chosen.to_dict(),
            "cell_size": grid.size,
            "neighbour_distance": round(distance, 3),
            "significance": "exact" if chances else "normal",
        },
        numbers=_numbers(cells, table),
        accuracy=useful,
        n_cells=grid.n_cells,
        forced=forced,
    )


def _grid(task: Task, chosen: parameters.GiStar) -> Grid:
    size = chosen.cell_size
    if size is not None:
        task.log.decide("cell size", metres(size), "chosen by the analyst")
        return grids.make_grid(task.area, shape=chosen.cell_shape, size=size)
    return automatic_cells(task.points, task.area, log=task.log, shape=chosen.cell_shape)


def _cells_of(grid: Grid, points: Points) -> NDArray[np.int64]:
    cell = grid.cell_of(points.x, points.y)
    lost = np.flatnonzero(cell < 0)
    if len(lost):
        # An edge that is straight in degrees bends by a little in metres: the nearest cell has it.
        from scipy.spatial import cKDTree

        centres = cKDTree(np.column_stack(grid.centres()))
        cell[lost] = centres.query(np.column_stack([points.x[lost], points.y[lost]]))[1]
    return cell


def _distance(task: Task, chosen: parameters.GiStar, size: float) -> float:
    if chosen.neighbour_distance is not None:
        task.log.decide("neighbour distance", metres(chosen.neighbour_distance), "chosen by the analyst")
        return chosen.neighbour_distance
    distance = size * TOUCHING[chosen.cell_shape]
    task.log.decide("neighbour distance", metres(distance), "automatic: the ring of touching cells")
    return distance


def _warn_if_cut(task: Task, part_inside: NDArray[np.float64], klass: NDArray[np.int8]) -> None:
    """Say so where cold cells are cut by the edge of the study area: Gi* counts, whatever the area."""
    cold = klass <= -1
    cut = int(np.count_nonzero(cold & (part_inside < CUT)))
    if cut:
        task.log.warn(
            f"{cut:,} of {counted(int(cold.sum()), 'cold cell')} lie at the edge of the study area, "
            "where cells are cut and hold fewer incidents for that alone: do not read them as quiet places."
        )


def _hotspots(
    task: Task, grid: Grid, cell: NDArray[np.int64], counts: NDArray[np.float64], klass: NDArray[np.int8]
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return the ranked table, and the rank of each cell's hotspot, 0 for none."""
    hot = np.flatnonzero(klass >= 1)
    group = touching(grid, hot)
    held = np.bincount(group, weights=counts[hot])
    enough = held >= LEAST_INCIDENTS
    if len(held) > enough.sum():
        task.log.decide(
            "hot cells not ranked",
            counted(int(len(held) - enough.sum()), "group"),
            f"touching hot cells that hold fewer than {LEAST_INCIDENTS} incidents keep their class "
            "but are no hotspot to act on",
        )
    number = np.where(enough, np.cumsum(enough) - 1, -1)[group]
    of_cell = np.full(grid.n_cells + 1, -1, dtype=np.int64)
    of_cell[hot] = number
    k = int(enough.sum())
    x, y = grid.centres()
    districts = Districts.of(task.boundary_set, task.area)
    district = districts.commonest(
        number, *unproject(x[hot], y[hot], grid.crs), k, weights=counts[hot], cap=max(CAP, grid.size)
    )
    groups = Groups(
        of_cell[cell], _joined(grid, hot, number, k), _sum(grid.area_km2[hot], number, k), district
    )
    ranking = rank(groups, task.points, area=task.area, districts=districts)
    highest = np.zeros(k, dtype=np.int64)
    np.maximum.at(highest, number[number >= 0], klass[hot][number >= 0])
    table = ranking.table
    table["cells"] = np.bincount(number[number >= 0], minlength=k)[ranking.order]
    table["class"] = highest[ranking.order]
    table["confidence"] = [_CONFIDENCE[level] for level in table["class"]]
    table["confidence"] = table["confidence"].astype("str")
    ranks = np.zeros(k + 1, dtype=np.int64)
    ranks[ranking.order] = np.arange(1, k + 1)
    return table, ranks[of_cell[:-1]]


def touching(grid: Grid, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Group of each chosen cell, numbered from 0: cells that touch, by an edge or corner, are one group."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    if not len(chosen):
        return np.empty(0, dtype=np.int64)
    x, y = grid.centres()
    centres = np.column_stack([x[chosen], y[chosen]])
    reach = TOUCHING[grid.shape] * grid.size * 1.001
    pairs = cKDTree(centres).query_pairs(reach, output_type="ndarray")
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(chosen), len(chosen)))
    group: NDArray[np.int64] = connected_components(links, directed=False)[1].astype(np.int64)
    return group


def _sum(values: NDArray[np.float64], number: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    return np.bincount(number[number >= 0], weights=values[number >= 0], minlength=k).astype(np.float64)


def _joined(grid: Grid, hot: NDArray[np.int64], number: NDArray[np.int64], k: int) -> NDArray[np.object_]:
    cells = grid.polygons()[hot]
    shapes = np.empty(k, dtype=object)
    for group in range(k):
        shapes[group] = shapely.union_all(cells[number == group])
    return shapes


def _accuracy(task: Task, grid: Grid, cell: NDArray[np.int64], near: LatticeNeighbours) -> dict[str, Any]:
    if task.split.reason:
        return holdout.not_measured(task.split)
    earlier = np.bincount(cell[task.split.earlier], minlength=grid.n_cells).astype(np.float64)
    later = np.bincount(cell[task.split.later], minlength=grid.n_cells).astype(np.float64)
    z = gi_star(earlier, neighbours=near).z
    at = [holdout.compared(z, earlier, later, area=grid.area_km2, share=share) for share in SHARES]
    headline = 0 if SHARES[0] * grid.n_cells >= _FEWEST else 1
    return holdout.measured(task.split, at, headline=headline)


def _kept(cells: Cells, which: str) -> NDArray[np.int64]:
    if which == "all":
        return np.arange(cells.grid.n_cells)
    return np.flatnonzero((cells.found.neighbour_sum > 0) | (cells.klass != 0))


def _columns(task: Task, cells: Cells, kept: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    grid = cells.grid
    x, y = grid.centres()
    districts = Districts.of(task.boundary_set, task.area)
    lon, lat = unproject(x[kept], y[kept], grid.crs)
    district = districts.locate(lon, lat, cap=max(CAP, grid.size))
    return {
        "incidents": cells.counts[kept].astype(np.int64),
        "neighbours": cells.found.neighbours[kept].astype(np.int64),
        "neighbour_incidents": cells.found.neighbour_sum[kept].astype(np.int64),
        "share_inside": np.round(grid.share_inside[kept], 6),
        "density": np.round(cells.counts[kept] / grid.area_km2[kept], 3),
        "z": np.round(cells.found.z[kept], 10),
        "p": cells.p[kept],
        "p_adjusted": cells.p_adjusted[kept],
        "p_normal": cells.p_normal[kept],
        "class": cells.klass[kept].astype(np.int64),
        "hotspot": cells.hotspot[kept],
        "district": districts.codes[district],
        "district_name": districts.names[district],
    }


def _numbers(cells: Cells, table: pd.DataFrame) -> dict[str, Any]:
    levels = {str(level): int((cells.klass == level).sum()) for level in range(3, -4, -1)}
    hot, cold = int((cells.klass >= 1).sum()), int((cells.klass <= -1).sum())
    nothing = "no cell is significantly hot."
    if hot:
        nothing = f"no group of touching hot cells holds {LEAST_INCIDENTS} incidents."
    return {
        "cells": cells.grid.n_cells,
        "mean_per_cell": round(float(cells.counts.mean()), 6),
        "hot_cells": hot,
        "cold_cells": cold,
        "hotspot_cells": int(table["cells"].sum()),
        "classes": levels,
        "nothing": "" if len(table) else nothing,
    }
