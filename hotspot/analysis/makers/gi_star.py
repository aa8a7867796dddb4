"""The layer of Getis-Ord Gi*: classed cells, and the hotspots that touching hot cells make."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot import parameters
from hotspot.analysis import guards
from hotspot.analysis.cells import lay_cells
from hotspot.analysis.chance import NORMAL, Chance, warn_if_sparse
from hotspot.analysis.hotcells import (
    accuracy_of,
    cell_columns,
    hotspots_of,
    numbers_of,
    shifts,
    shown,
    warn_if_cut,
)
from hotspot.analysis.rates import COUNT, Among, known_rates, population, rates_of
from hotspot.analysis.reach import reach, reach_of
from hotspot.analysis.task import Result
from hotspot.stats.getisord import gi_star
from hotspot.stats.rates import per_100_000
from hotspot.stats.significance import adjust, classes, two_sided_p

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task
    from hotspot.stats.neighbours import Neighbours


@dataclass(frozen=True, eq=False)
class Judged:
    """What Gi* says of each place, all of shape (n_cells,); a place without a rate has NaN and class 0."""

    number: NDArray[np.float64]
    z: NDArray[np.float64]
    p: NDArray[np.float64]
    p_adjusted: NDArray[np.float64]
    p_conditional: NDArray[np.float64]
    p_normal: NDArray[np.float64]
    klass: NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Places:
    """The places that Gi* compares, and what it compares them by."""

    values: NDArray[np.float64]
    """Incidents, harm or rates of those compared."""
    near: Neighbours
    """Neighbours among them."""
    people: NDArray[np.float64]
    """Population of every place, NaN where unknown; shape (n_cells,)."""
    compared: NDArray[np.bool_]
    """Which places are compared, shape (n_cells,)."""

    def spread(self, values: NDArray[Any], *, empty: float = np.nan) -> NDArray[np.float64]:
        """Return values of the places compared among those of all, the others empty; shape (n_cells,)."""
        result = np.full(len(self.compared), float(empty))
        result[self.compared] = values
        return result


def make(task: Task) -> Result:
    """Return the classed cells of a study area, the hotspots among them, and the hold-out accuracy.

    Raises
    ------
    ThinDataError
        No cell could be significant, and the task is not forced.
    ParameterError
        Cells so small that there would be too many, or rates of places without a population.
    """
    chosen = task.parameters
    assert isinstance(chosen, parameters.GiStar)  # noqa: S101 - the table of methods pairs them
    task.tell(0.2, "laying the grid")
    cells = lay_cells(task, shape=chosen.cell_shape, size=chosen.cell_size)
    far = reach(task, cells, cells.count(), chosen=chosen.neighbour_distance, how=chosen.distance)
    near = cells.near(far.distance)
    places = _places(task, cells, near, chosen.value)
    task.tell(0.3, "working out what chance would do")
    chance = Chance.of(places.values, places.near.number, significance=chosen.significance)
    chance.noted(task.log, harm=task.points.weighted)
    judged = _judged(places, chance, chosen.adjustment)
    forced = _forced(task, cells, places, chance, judged, chosen.adjustment)
    if chance.significance == NORMAL:
        warn_if_sparse(task.log, cells.incidents(), near.number)
    warn_if_cut(task, near.sums(cells.share_inside) / near.number, judged.klass <= -1)
    task.tell(0.5, "ranking hotspots")
    table, hotspot = hotspots_of(task, cells, judged.klass)
    task.tell(0.7, "measuring on later data")
    useful = accuracy_of(task, cells, partial(_expected, places=places, chosen=chosen))
    task.tell(0.8, "drawing the cells")
    around = near.sums(cells.incidents())
    kept = shown(cells, (around > 0) | (judged.klass != 0), chosen=chosen.cells)
    return Result(
        geometry=cells.polygons(kept),
        columns={
            **cell_columns(task, cells, kept),
            **_columns(cells, judged, places.people, kept),
            "neighbour_incidents": around[kept].astype(np.int64),
            "hotspot": hotspot[kept],
        },
        hotspots=table,
        used={
            **chosen.to_dict(),
            "cell_size": cells.size,
            **far.used,
            "significance": chance.significance,
        },
        numbers=_numbers(cells, judged, table),
        accuracy=useful,
        membership=hotspot[cells.of],
        cells=cells,
        forced=forced,
        variants=shifts(task, cells, lambda moved: _klass(moved, far.distance, chosen)),
        tables=far.tables,
    )


def forecast(_points: Points, cells: Cells, chosen: parameters.GiStar) -> NDArray[np.float64]:
    """Return Gi* of the cells with the earlier incidents in them."""
    counts = cells.count()
    distance = reach_of(cells, counts, chosen=chosen.neighbour_distance, how=chosen.distance)
    return gi_star(counts, neighbours=cells.near(distance)).z


def _numbers(cells: Cells, judged: Judged, table: pd.DataFrame) -> dict[str, Any]:
    klass = judged.klass
    return {
        **numbers_of(cells, table, klass >= 1, none=f"no {cells.noun} is significantly hot."),
        "cold_cells": int((klass <= -1).sum()),
        "classes": {str(level): int((klass == level).sum()) for level in range(3, -4, -1)},
    }


def _places(task: Task, cells: Cells, near: Neighbours, value: str) -> Places:
    people, counts = population(task, cells), cells.count()
    if value == COUNT:
        return Places(counts, near, people, np.ones(len(cells), dtype=bool))
    known = known_rates(task, cells, people)
    return Places(rates_of(counts[known], people[known]), Among(near, known), people, known)


def _judged(places: Places, chance: Chance, adjustment: str) -> Judged:
    found = gi_star(places.values, neighbours=places.near)
    p, p_conditional = chance.both(found)
    p_adjusted = adjust(p, adjustment)
    return Judged(
        number=places.spread(found.neighbours),
        z=places.spread(found.z),
        p=places.spread(p),
        p_adjusted=places.spread(p_adjusted),
        p_conditional=places.spread(p_conditional),
        p_normal=places.spread(two_sided_p(found.z)),
        klass=places.spread(classes(found.z, p_adjusted), empty=0).astype(np.int8),
    )


def _forced(
    task: Task, cells: Cells, places: Places, chance: Chance, judged: Judged, adjustment: str
) -> bool:
    """Whether the answer is forced: nothing is significant, and nothing could have been."""
    if (judged.klass != 0).any():
        return False
    draws = chance.draws(places.near.number)
    return guards.significant_cells(
        places.values if draws is None or chance.units is None else chance.units,
        places.near.number,
        adjustment=adjustment,
        chances=draws,
        force=task.force,
        log=task.log,
        noun=cells.noun,
    )


def _expected(
    points: Points, earlier: Cells, *, places: Places, chosen: parameters.GiStar
) -> NDArray[np.float64]:
    """Return Gi* of earlier incidents as the layer has it; places without a rate come last."""
    if chosen.value == COUNT:
        return forecast(points, earlier, chosen)
    rates = rates_of(earlier.count()[places.compared], places.people[places.compared])
    z = gi_star(rates, neighbours=places.near).z
    return places.spread(z, empty=float(z.min(initial=0.0)) - 1)


def _klass(cells: Cells, distance: float | None, chosen: parameters.GiStar) -> NDArray[np.int8]:
    """Return the classes alone, of cells of a grid laid elsewhere."""
    counts = cells.count()
    found = gi_star(counts, neighbours=cells.near(distance))
    chance = Chance.of(counts, found.neighbours, significance=chosen.significance)
    return classes(found.z, adjust(chance.p(found), chosen.adjustment))


def _columns(
    cells: Cells, judged: Judged, people: NDArray[np.float64], kept: NDArray[np.int64]
) -> dict[str, NDArray[Any]]:
    return {
        "population": people[kept],
        "rate": np.round(per_100_000(cells.incidents()[kept], people[kept]), 3),
        "neighbours": np.nan_to_num(judged.number[kept]).astype(np.int64),
        "z": np.round(judged.z[kept], 10),
        "p": judged.p[kept],
        "p_adjusted": judged.p_adjusted[kept],
        "p_conditional": judged.p_conditional[kept],
        "p_normal": judged.p_normal[kept],
        "class": judged.klass[kept].astype(np.int64),
    }
