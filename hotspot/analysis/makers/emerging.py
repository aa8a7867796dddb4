"""The layer of emerging hotspots: cells by what became of them, and the hotspots of the last step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot import parameters
from hotspot.analysis import guards
from hotspot.analysis.cells import lay_cells, neighbour_distance
from hotspot.analysis.chance import NORMAL, Chance, warn_if_sparse
from hotspot.analysis.cube import Cube, check_size, cube_of, laid_steps, window_of
from hotspot.analysis.emerging_tables import held, patterns_table, sentence, steps_table
from hotspot.analysis.hotcells import (
    accuracy_of,
    cell_columns,
    hotspots_of,
    numbers_of,
    shifts,
    shown,
    warn_if_cut,
)
from hotspot.analysis.steps import steps_of
from hotspot.analysis.task import Result
from hotspot.stats.emerging import CubeNeighbours, Emerging, emerging
from hotspot.stats.getisord import gi_star
from hotspot.stats.patterns import words
from hotspot.words import counted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task

_MOST_VARIED: Final = 1_000_000
"""Bins up to which the layer is made again on shifted grids."""


@dataclass(frozen=True, eq=False)
class Judged:
    """A cube, what Gi* says of it, and the neighbours it was judged with."""

    cube: Cube
    neighbours: CubeNeighbours
    found: Emerging
    chance: Chance


def make(task: Task) -> Result:
    """Return the cells with their patterns, the hotspots of the last step, and the hold-out accuracy.

    Raises
    ------
    ThinDataError
        No times, too few steps or incidents, or no cell that could be significant, and not forced.
    ParameterError
        Cells so small, or steps so short, that there would be too many.
    """
    chosen = task.parameters
    assert isinstance(chosen, parameters.Emerging)  # noqa: S101 - the table of methods pairs them
    steps, forced = laid_steps(task, step=chosen.step)
    task.tell(0.2, "laying the grid")
    cells = lay_cells(task, shape=chosen.cell_shape, size=chosen.cell_size)
    check_size(cells, steps)
    distance = neighbour_distance(task, cells, chosen.neighbour_distance)
    task.tell(0.3, "comparing with chance")
    judged = _judged(cube_of(cells, steps), cells, distance, chosen)
    judged.chance.noted(task.log, harm=task.points.weighted)
    forced = _significant(task, judged, chosen) or forced
    if judged.chance.significance == NORMAL:
        warn_if_sparse(task.log, judged.cube.incidents.ravel(), judged.neighbours.number)
    _note_trend(task, judged, chosen)
    _warn_if_nothing(task, judged)
    near = judged.neighbours.near
    warn_if_cut(task, near.sums(cells.share_inside) / near.number, judged.found.pattern < 0)
    task.tell(0.5, "ranking hotspots")
    table, hotspot = hotspots_of(task, cells, judged.found.level[-1])
    table = table.assign(pattern=_commonest(judged.found.pattern, hotspot, len(table)))
    task.tell(0.7, "measuring on later data")
    useful = accuracy_of(task, cells, lambda points, earlier: _recent(points, earlier, distance, chosen))
    task.tell(0.8, "drawing the cells")
    around = near.sums(judged.cube.incidents.sum(axis=0))
    kept = shown(cells, (around > 0) | (judged.found.pattern != 0), chosen=chosen.cells)
    varied = judged.cube.counts.size <= _MOST_VARIED
    return Result(
        geometry=cells.polygons(kept),
        columns={
            **cell_columns(task, cells, kept),
            **_columns(judged, kept),
            "hotspot": hotspot[kept],
        },
        hotspots=table,
        used={
            **chosen.to_dict(),
            "cell_size": cells.size,
            "neighbour_distance": None if distance is None else round(distance, 3),
            "step": steps.name,
            "significance": judged.chance.significance,
        },
        numbers=_numbers(judged, cells, table),
        accuracy=useful,
        membership=hotspot[cells.of],
        cells=cells,
        forced=forced,
        variants=shifts(task, cells, lambda moved: _last(judged, moved, distance, chosen)) if varied else (),
        tables=(patterns_table(judged.found, judged.cube), steps_table(judged.found, judged.cube)),
    )


def forecast(points: Points, cells: Cells, chosen: parameters.Emerging) -> NDArray[np.float64]:
    """Return the mean of each cell's Gi* over the steps, recent ones weighing more; zeros without times.

    The weight halves over half of the steps. The last step alone foretells half as well: what little
    happened in it is mostly chance.
    """
    return _recent(points, cells, chosen.neighbour_distance, chosen)


def _recent(
    points: Points, cells: Cells, distance: float | None, chosen: parameters.Emerging
) -> NDArray[np.float64]:
    window = window_of(points, step=chosen.step)
    if window is None:
        return np.zeros(len(cells))
    steps = steps_of(points, first=window.first, end=window.end, step=window.step)
    if not len(steps):
        steps = steps_of(points, first=window.first, end=window.end, step="day")
    cube = cube_of(cells, steps)
    neighbours = CubeNeighbours(cells.near(distance), len(steps), chosen.lag)
    z = gi_star(cube.counts.ravel(), neighbours=neighbours).z.reshape(cube.counts.shape)
    age = np.arange(len(steps))[::-1]
    weight = 0.5 ** (2 * age / len(steps))
    recent: NDArray[np.float64] = weight @ z / weight.sum()
    return recent


def _judged(cube: Cube, cells: Cells, distance: float | None, chosen: parameters.Emerging) -> Judged:
    neighbours = CubeNeighbours(cells.near(distance), len(cube.steps), chosen.lag)
    chance = Chance.of(cube.counts.ravel(), neighbours.number, significance=chosen.significance)
    found = emerging(
        cube.counts,
        neighbours=neighbours,
        p_of=chance.p,
        adjustment=chosen.adjustment,
        definition=chosen.definition,
        trend_level=chosen.trend_level,
    )
    return Judged(cube, neighbours, found, chance)


def _last(
    judged: Judged, moved: Cells, distance: float | None, chosen: parameters.Emerging
) -> NDArray[np.int8]:
    """Return the classes of the last step alone, of cells of a grid laid elsewhere."""
    level: NDArray[np.int8] = _judged(cube_of(moved, judged.cube.steps), moved, distance, chosen).found.level[
        -1
    ]
    return level


def _significant(task: Task, judged: Judged, chosen: parameters.Emerging) -> bool:
    """Whether the answer is forced: nothing is significant, and nothing could have been."""
    if judged.found.level.any():
        return False
    number, chance = judged.neighbours.number, judged.chance
    draws = chance.draws(number)
    values = judged.cube.counts.ravel() if draws is None or chance.units is None else chance.units
    if guards.could_reach(values, number, adjustment=chosen.adjustment, chances=draws):
        return False
    reason = (
        f"No cell could be significant in any step, however the incidents were spread over "
        f"{counted(len(values), 'cell and step', 'cells and steps')}."
    )
    remedies = (
        "Take longer steps or larger cells.",
        "Ask about a longer window, or pool related offences.",
        "Or ask for Gi*, which needs no steps.",
    )
    guards.refuse_or_warn(reason, remedies, force=task.force, log=task.log)
    return True


def _note_trend(task: Task, judged: Judged, chosen: parameters.Emerging) -> None:
    why = f"Mann-Kendall over each cell's scores, significant at p {chosen.trend_level:g}"
    if chosen.lag:
        first = "the first step" if chosen.lag == 1 else f"the first {chosen.lag} steps"
        why += (
            f"; without {first}, whose neighbourhoods are smaller, and with a variance raised for "
            "neighbourhoods that overlap in time"
        )
    task.log.decide("trend", f"over {counted(len(judged.cube.steps) - chosen.lag, 'step')}", why)


def _warn_if_nothing(task: Task, judged: Judged) -> None:
    if judged.found.level.any():
        return
    around = float(judged.cube.incidents.mean() * np.median(judged.neighbours.number))
    task.log.warn(
        f"No cell is significantly hot or cold in any step: a neighbourhood holds {around:.2g} incidents on "
        f"average, among {counted(judged.cube.counts.size, 'cell and step', 'cells and steps')} to find one "
        "in. Take longer steps or larger cells."
    )


def _commonest(pattern: NDArray[np.int8], hotspot: NDArray[np.int64], k: int) -> NDArray[np.object_]:
    """Pattern of most cells of each of k hotspots, in words; of equals the first of the list."""
    inside = hotspot > 0
    code = pattern[inside].astype(np.int64)
    held = np.bincount((hotspot[inside] - 1) * 9 + code, minlength=k * 9).reshape(k, 9)
    names = np.empty(k, dtype=object)
    names[:] = [words(int(code)) for code in held.argmax(axis=1)]
    return names


def _named(pattern: NDArray[np.int8]) -> NDArray[np.object_]:
    names = np.array([words(code) for code in range(-8, 9)], dtype=object)
    return names[pattern.astype(np.int64) + 8]


def _columns(judged: Judged, kept: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    found, level = judged.found, judged.found.level[:, kept]
    return {
        "last_step_incidents": judged.cube.incidents[-1, kept].astype(np.int64),
        "steps_hot": (level > 0).sum(axis=0),
        "steps_cold": (level < 0).sum(axis=0),
        "z": np.round(found.z[-1, kept], 10),
        "p": found.p[-1, kept],
        "p_adjusted": found.p_adjusted[-1, kept],
        "class": level[-1].astype(np.int64),
        "trend_z": np.round(found.trend.z[kept], 10),
        "trend_p": found.trend.p[kept],
        "pattern": _named(found.pattern[kept]),
    }


def _numbers(judged: Judged, cells: Cells, table: pd.DataFrame) -> dict[str, Any]:
    last, pattern, steps = judged.found.level[-1], judged.found.pattern, judged.cube.steps
    return {
        **numbers_of(
            cells,
            table,
            last >= 1,
            none=f"no {cells.noun} is significantly hot in the last step.",
            group=f"touching {cells.noun}s, hot in the last step,",
        ),
        "cold_cells": int((last <= -1).sum()),
        "step": steps.name,
        "steps": len(steps),
        "last_step": [str(steps.edges[-2]), str(steps.edges[-1] - 1)],
        "in_steps": int((steps.of >= 0).sum()),
        "patterns": held(pattern),
        "findings": [sentence(pattern, cells.noun)],
    }
