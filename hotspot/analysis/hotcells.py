"""From judged places to a layer: touching hot ones joined and ranked, their columns, and the hold-out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot.analysis import holdout
from hotspot.analysis.ranking import Groups, rank
from hotspot.analysis.zones import joined
from hotspot.crs import unproject
from hotspot.places.districts import CAP
from hotspot.words import counted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task, Variant

LEAST_INCIDENTS: Final = 5
"""Incidents below which touching hot cells are not ranked: too few to send anybody there."""
SHARES: Final = (0.01, 0.05)
"""Shares of the area at which the hold-out accuracy is scored."""
CUT: Final = 0.9
"""Part of a neighbourhood inside the study area below which a cold cell may only be cut small."""
_FEWEST: Final = 5
_CONFIDENCE: Final = ("", "90 %", "95 %", "99 %")
_STEPS: Final = 3
"""Places a grid is laid at, each way: thirds of a cell."""

Judge = Callable[["Cells"], "NDArray[np.int8]"]
"""Level of each place: 1 and above is hot."""
Forecast = Callable[["Points", "Cells"], "NDArray[np.float64]"]
"""What earlier incidents, and the places with these in them, say of each place: the higher, the more."""


def hotspots_of(task: Task, cells: Cells, level: NDArray[Any]) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return the ranked table, and the rank of each place's hotspot, 0 for none.

    Places of level 1 and above that touch are one hotspot; groups that hold too few
    incidents to act on are left out, and noted. The table has the columns of every ranked
    table, and ``cells``, ``class`` (the highest level) and ``confidence``.

    Parameters
    ----------
    task
        Its incidents and districts.
    cells
        The places, with the task's incidents in them.
    level
        Of each place, shape (n,): up to 3.
    """
    hot = np.flatnonzero(level >= 1)
    group = cells.touching(hot)
    enough = np.bincount(group, weights=cells.incidents()[hot]) >= LEAST_INCIDENTS
    _note_small(task, int(len(enough) - enough.sum()))
    number = np.where(enough, np.cumsum(enough) - 1, -1)[group]
    k = int(enough.sum())
    of_place = np.full(len(cells), -1, dtype=np.int64)
    of_place[hot] = number
    kept, number = hot[number >= 0], number[number >= 0]
    districts = task.districts
    place = unproject(cells.x[kept], cells.y[kept], cells.crs)
    district = districts.locate(*place, cap=max(CAP, cells.size))
    district = districts.commonest(number, district, k, weights=cells.count()[kept])
    groups = Groups(
        of_place[cells.of],
        joined(cells.polygons(kept), number),
        np.bincount(number, weights=cells.area_km2[kept], minlength=k).astype(np.float64),
        district,
    )
    ranking = rank(groups, task.points, area=task.area, districts=districts)
    highest = np.zeros(k, dtype=np.int64)
    np.maximum.at(highest, number, level[kept])
    table = ranking.table_with(
        {
            "cells": np.bincount(number, minlength=k),
            "class": highest,
            "confidence": np.array(_CONFIDENCE, dtype=object)[highest],
        }
    )
    return table, ranking.ranks(of_place)


def cell_columns(task: Task, cells: Cells, kept: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Return what every layer of cells says of them.

    The columns are incidents, harm, share_inside, density, district and district_name of the
    places kept.
    """
    districts = task.districts
    place = unproject(cells.x[kept], cells.y[kept], cells.crs)
    district = districts.locate(*place, cap=max(CAP, cells.size))
    incidents = cells.incidents()[kept]
    return {
        "incidents": incidents.astype(np.int64),
        "harm": np.round(cells.count()[kept], 6),
        "share_inside": np.round(cells.share_inside[kept], 6),
        "density": np.round(incidents / cells.area_km2[kept], 3),
        "district": districts.codes[district],
        "district_name": districts.names[district],
    }


def shown(cells: Cells, some: NDArray[np.bool_], *, chosen: str = "near") -> NDArray[np.int64]:
    """Return the places that become features: of a grid some, unless all were chosen; of districts all."""
    every = chosen == "all" or cells.grid is None
    return np.arange(len(cells)) if every else np.flatnonzero(some)


def numbers_of(
    cells: Cells, table: pd.DataFrame, hot: NDArray[np.bool_], *, none: str, group: str = ""
) -> dict[str, Any]:
    """Return what the summary of every layer of cells has, with why there is no hotspot if there is none.

    Parameters
    ----------
    cells
        The places.
    table
        The ranked table of `hotspots_of`.
    hot
        Which places are hot, shape (n,).
    none
        What to say where none is.
    group
        What those that touch are called; ``touching hot cells`` if left out.
    """
    few = f"no group of {group or f'touching hot {cells.noun}s'} holds {LEAST_INCIDENTS} incidents."
    found = int(np.count_nonzero(hot))
    return {
        "noun": cells.noun,
        "cells": len(cells),
        "mean_per_cell": round(float(cells.count().mean()), 6),
        "hot_cells": found,
        "hotspot_cells": int(table["cells"].sum()),
        "nothing": "" if len(table) else few if found else none,
    }


def accuracy_of(task: Task, cells: Cells, forecast: Forecast) -> dict[str, Any]:
    """Return the hold-out accuracy of a forecast of places, beside prior counts.

    Parameters
    ----------
    task
        Its split says which incidents came earlier and which later.
    cells
        The places, with the task's incidents in them.
    forecast
        Called with the earlier incidents, and the places with these in them.
    """
    if task.split.reason:
        return holdout.not_measured(task.split)
    earlier, later = task.split.earlier, task.split.later
    if not cells.weight[later].any() or not cells.weight[earlier].any():
        return holdout.not_measured(task.split, "the harm of the earlier or the later incidents is 0.")
    points = task.points.take(earlier)
    places = cells.on(points)
    scores = forecast(points, places)
    at = [
        holdout.compared(
            scores, places.count(), cells.of[later], cells.weight[later], area=cells.area_km2, share=share
        )
        for share in SHARES
    ]
    headline = 0 if SHARES[0] * len(cells) >= _FEWEST else 1
    return holdout.measured(task.split, at, headline=headline)


def shifts(task: Task, cells: Cells, judge: Judge) -> tuple[Variant, ...]:
    """Return the same judgement on grids whose origin lies elsewhere: which incidents are in hot cells.

    A cell is moved by thirds of its size, east, north and both: with the grid itself
    nine origins. Districts cannot be moved: none.
    """
    if cells.grid is None:
        return ()

    def in_hot(east: float, north: float) -> NDArray[np.bool_]:
        moved = cells.moved(task.points, east, north)
        hot: NDArray[np.bool_] = (judge(moved) >= 1)[moved.of]
        return hot

    return tuple((name, partial(in_hot, east, north)) for name, east, north in moves(cells))


def moves(cells: Cells) -> tuple[tuple[str, float, float], ...]:
    """Return the name of each other origin of a grid, and how far it lies east and north, m."""
    by = [step * cells.size / _STEPS for step in range(_STEPS)]
    return tuple(
        (f"grid moved {east:,.0f} m east, {north:,.0f} m north", east, north)
        for east in by
        for north in by
        if east or north
    )


def warn_if_cut(task: Task, part_inside: NDArray[np.float64], cold: NDArray[np.bool_]) -> None:
    """Say so where cold cells are cut by the edge of the study area: counts are compared, whatever the area.

    Parameters
    ----------
    task
        Its log is told.
    part_inside
        Part of the neighbourhood of each cell inside the study area, 0 to 1; shape (n,).
    cold
        Which cells are called cold, shape (n,).
    """
    cut = int(np.count_nonzero(cold & (part_inside < CUT)))
    if cut:
        task.log.warn(
            f"{cut:,} of {counted(int(cold.sum()), 'cold cell')} lie at the edge of the study area, "
            "where cells are cut and hold fewer incidents for that alone: do not read them as quiet places."
        )


def _note_small(task: Task, groups: int) -> None:
    if groups:
        task.log.decide(
            "hot cells not ranked",
            counted(groups, "group"),
            f"touching hot cells that hold fewer than {LEAST_INCIDENTS} incidents keep their class "
            "but are no hotspot to act on",
        )
