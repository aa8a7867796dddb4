"""The layer of change: where there are clearly more, or fewer, incidents than in an earlier window."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot import parameters
from hotspot.analysis import holdout
from hotspot.analysis.cells import lay_cells
from hotspot.analysis.hotcells import LEAST_INCIDENTS, cell_columns, hotspots_of, shifts, shown
from hotspot.analysis.methods.method import Field
from hotspot.analysis.tables import Table
from hotspot.analysis.task import Result
from hotspot.analysis.windows import windows_of_task
from hotspot.stats.change import STATES, chance_flags, conditional_p, directions, poisson_z, states
from hotspot.stats.significance import adjust
from hotspot.words import counted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task
    from hotspot.analysis.windows import Windows

    Floats = NDArray[np.float64]

MORE: Final = "more than before"
FEWER: Final = "fewer than before"
NEITHER: Final = "no clear change"
_WORDS: Final = (NEITHER, MORE, FEWER)
"""By direction: 0, 1 and -1."""
_LEVEL: Final = 0.10

_WINDOWS: Final = (
    Field("window", "string", "Window"),
    Field("first_day", "string", "From"),
    Field("last_day", "string", "To"),
    Field("days", "integer", "Days", "days"),
    Field("incidents", "integer", "Incidents", "incidents", "In the study area."),
    Field("per_day", "number", "Per day", "incidents per day"),
)
_DIRECTIONS: Final = (
    Field("direction", "string", "Direction"),
    Field("cells", "integer", "Cells"),
    Field("significant", "integer", "Significant", "", "Of them, with an adjusted p of at most 0.10."),
    Field("incidents", "integer", "Incidents now", "incidents"),
    Field("before", "integer", "Incidents before", "incidents"),
)
_STATES: Final = (
    Field("state", "string", "State", doc="Whether a cell held incidents before, and holds some now."),
    Field("cells", "integer", "Cells"),
    Field("incidents", "integer", "Incidents now", "incidents"),
    Field("before", "integer", "Incidents before", "incidents"),
)


@dataclass(frozen=True, eq=False)
class Judged:
    """What became of each place between two windows, all of shape (n_cells,)."""

    now: Floats
    before: Floats
    expected: Floats
    z: Floats
    p: Floats
    p_adjusted: Floats
    direction: NDArray[np.int8]
    by_chance: float
    """Places that chance alone would flag."""


def make(task: Task) -> Result:
    """Return the places with their change, and those that touch and have more than before as hotspots.

    Counts are compared, not harm: the variance of a count is known.
    """
    chosen = task.parameters
    assert isinstance(chosen, parameters.Change)  # noqa: S101 - the table of methods pairs them
    windows, earlier = windows_of_task(task)
    task.tell(0.2, "laying the grid")
    cells = lay_cells(task, shape=chosen.cell_shape, size=chosen.cell_size)
    task.tell(0.4, "comparing the windows")
    judged = _judged(cells, earlier, windows, chosen)
    _note(task, judged, cells, windows, chosen)
    task.tell(0.6, "ranking places with more than before")
    table, hotspot = hotspots_of(task, cells, judged.direction)
    table = table.assign(**_of_hotspots(judged, windows, hotspot, len(table)))
    task.tell(0.8, "drawing the cells")
    kept = shown(cells, judged.now + judged.before > 0)
    return Result(
        geometry=cells.polygons(kept),
        columns={**cell_columns(task, cells, kept), **_columns(judged, kept), "hotspot": hotspot[kept]},
        hotspots=table,
        used={**chosen.to_dict(), "cell_size": cells.size},
        numbers=_numbers(judged, cells, windows, table),
        accuracy=holdout.not_measured(task.split),
        membership=hotspot[cells.of],
        cells=cells,
        variants=shifts(task, cells, lambda moved: _judged(moved, earlier, windows, chosen).direction),
        tables=(_windows_table(judged, windows), _directions_table(judged), _states_table(judged)),
    )


def _judged(cells: Cells, earlier: Points, windows: Windows, chosen: parameters.Change) -> Judged:
    now, before = cells.incidents(), cells.on(earlier).incidents()
    exposure = windows.exposure
    z = poisson_z(now, before, exposure=exposure)
    p = conditional_p(now, before, exposure=exposure)
    return Judged(
        now,
        before,
        before * exposure,
        z,
        p,
        adjust(p, chosen.adjustment),
        directions(z, flag=chosen.flag),
        float(chance_flags(now, before, exposure=exposure, flag=chosen.flag).sum()),
    )


def _note(task: Task, judged: Judged, cells: Cells, windows: Windows, chosen: parameters.Change) -> None:
    log, flagged = task.log, int((judged.direction != 0).sum())
    noun = cells.noun
    if windows.exposure != 1:
        log.decide(
            "expected",
            f"incidents before times {windows.exposure:.6g}",
            f"the windows have {windows.days:,} and {windows.before_days:,} days",
        )
    log.decide(
        "flag",
        f"z beyond {chosen.flag:g}",
        "z is 2 (sqrt(now) - sqrt(expected)), as is usual for counts, not a change in per cent",
    )
    log.decide(
        "flags by chance",
        f"{judged.by_chance:.1f} of {counted(len(cells), noun)}",
        "that many would be flagged though nothing had changed, by the exact chances of their incidents to "
        f"fall into either window; {flagged:,} are",
    )
    if task.points.weighted:
        log.decide("harm", "not compared", "the variance of a count is known, that of harm is not")
    if flagged and flagged <= judged.by_chance + 2 * math.sqrt(judged.by_chance):
        log.warn(
            f"{counted(flagged, f'{noun} is', f'{noun}s are')} flagged, and chance alone would flag about "
            f"{judged.by_chance:.1f}: do not read single ones as change. Rely on the adjusted p, or take "
            "larger cells or longer windows."
        )


def _columns(judged: Judged, kept: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    now, before = judged.now[kept], judged.before[kept]
    return {
        "before": before.astype(np.int64),
        "change": (now - before).astype(np.int64),
        "expected": np.round(judged.expected[kept], 6),
        "change_z": np.round(judged.z[kept], 6),
        "p": judged.p[kept],
        "p_adjusted": judged.p_adjusted[kept],
        "direction": np.array(_WORDS, dtype=object)[judged.direction[kept]],
        "state": np.array(STATES, dtype=object)[states(now, before)],
    }


def _of_hotspots(
    judged: Judged, windows: Windows, hotspot: NDArray[np.int64], k: int
) -> dict[str, NDArray[Any]]:
    """Return the change of each hotspot as a whole, in the order of their rank."""
    now = np.bincount(hotspot, weights=judged.now, minlength=k + 1)[1:]
    before = np.bincount(hotspot, weights=judged.before, minlength=k + 1)[1:]
    return {
        "before": before.astype(np.int64),
        "change": (now - before).astype(np.int64),
        "change_z": np.round(poisson_z(now, before, exposure=windows.exposure), 6),
        "p": conditional_p(now, before, exposure=windows.exposure),
    }


def _numbers(judged: Judged, cells: Cells, windows: Windows, table: pd.DataFrame) -> dict[str, Any]:
    now, before = judged.now.sum(), judged.before.sum()
    up, down = int((judged.direction > 0).sum()), int((judged.direction < 0).sum())
    noun = cells.noun
    nothing = f"no {noun} holds clearly more than before."
    if up:
        nothing = f"no group of {noun}s with clearly more than before holds {LEAST_INCIDENTS} incidents."
    return {
        "cells": len(cells),
        "noun": noun,
        "more": up,
        "fewer": down,
        "flags_by_chance": round(judged.by_chance, 3),
        "before": int(before),
        "window": [str(windows.start), str(windows.end)],
        "window_before": [str(windows.before_start), str(windows.before_end)],
        "change_z": round(float(poisson_z(now, before, exposure=windows.exposure)), 4),
        "change_p": float(conditional_p(now, before, exposure=windows.exposure)),
        "hotspot_cells": int(table["cells"].sum()),
        "findings": [_sentence(judged, windows, noun)],
        "nothing": "" if len(table) else nothing,
    }


def _sentence(judged: Judged, windows: Windows, noun: str) -> str:
    up, down = int((judged.direction > 0).sum()), int((judged.direction < 0).sum())
    return (
        f"{counted(int(judged.now.sum()), 'incident')} from {windows.start} to {windows.end}, "
        f"{judged.before.sum():,.0f} from {windows.before_start} to {windows.before_end}: "
        f"{counted(up, f'{noun} has', f'{noun}s have')} clearly more than before and {down:,} clearly fewer, "
        f"where chance alone would flag about {judged.by_chance:.1f} of {len(judged.now):,}."
    )


def _windows_table(judged: Judged, windows: Windows) -> Table:
    held = np.array([judged.now.sum(), judged.before.sum()])
    days = np.array([windows.days, windows.before_days])
    return Table.of(
        "windows",
        "Windows",
        _WINDOWS,
        {
            "window": ["now", "before"],
            "first_day": [str(windows.start), str(windows.before_start)],
            "last_day": [str(windows.end), str(windows.before_end)],
            "days": days,
            "incidents": held,
            "per_day": np.round(held / days, 3),
        },
        note=f"Over the whole study area the change has a z of "
        f"{float(poisson_z(held[0], held[1], exposure=windows.exposure)):.1f}.",
    )


def _directions_table(judged: Judged) -> Table:
    return Table.of(
        "directions",
        "Directions",
        _DIRECTIONS,
        {
            "direction": [MORE, NEITHER, FEWER],
            **_grouped(judged, judged.direction, (1, 0, -1)),
        },
        note=f"Chance alone would flag about {judged.by_chance:.1f} of {len(judged.now):,}.",
    )


def _states_table(judged: Judged) -> Table:
    found = states(judged.now, judged.before)
    return Table.of(
        "states", "States", _STATES, {"state": STATES, **_grouped(judged, found, tuple(range(len(STATES))))}
    )


def _grouped(judged: Judged, value: NDArray[np.int8], wanted: tuple[int, ...]) -> dict[str, list[float]]:
    sure = judged.p_adjusted <= _LEVEL
    return {
        "cells": [int((value == each).sum()) for each in wanted],
        "significant": [int((sure & (value == each)).sum()) for each in wanted],
        "incidents": [float(judged.now[value == each].sum()) for each in wanted],
        "before": [float(judged.before[value == each].sum()) for each in wanted],
    }
