"""What stands behind every layer: how concentrated the incidents are, and when in the week they happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot.analysis.cells import automatic_cells, cells_of
from hotspot.analysis.methods.method import Field
from hotspot.analysis.tables import Chart, Table
from hotspot.analysis.week import Times, week_table, windows_table
from hotspot.stats.concentration import concentration, generalised, thinned
from hotspot.words import counted, metres, percent

if TYPE_CHECKING:
    from hotspot.analysis.cells import Cells
    from hotspot.analysis.task import Result, Task
    from hotspot.stats.concentration import Concentration

MOST_HOTSPOTS: Final = 20
"""Hotspots that get their own windows of the week."""
MOST_DISTRICTS: Final = 50
TOP: Final = (0.01, 0.05, 0.10)
"""Shares of the cells whose incidents are told."""
HELD: Final = (0.25, 0.50)
"""Shares of the incidents whose cells are told."""
_MANY: Final = 100
"""Cells from which on what chance would make is about right."""
_NARROW: Final = 0.25
"""Share of the cells that hold all incidents below which the curve is only drawn so far."""
_DIAGONAL: Final = "The diagonal is as many in each."
_CUT: Final = "All others, which are not drawn, hold none."
_PLACE: Final = (
    Field("rank", "integer", "Rank", doc="Of the hotspot."),
    Field("district_name", "string", "District", doc="Where most of its incidents lie."),
    Field("incidents", "integer", "Incidents", "incidents", "In the hotspot."),
)
_DISTRICT: Final = (
    Field("district", "string", "District code"),
    Field("district_name", "string", "District"),
    Field("incidents", "integer", "Incidents", "incidents", "Those of the layer in the district."),
)


def tables_behind(task: Task, result: Result, *, timezone: str) -> tuple[Table, ...]:
    """Return the tables that every layer gets, whatever its method.

    ``concentration`` and ``lorenz``; ``week`` and ``hotspot_hours``, without rows and with the reason as
    their note where times are too coarse; ``district_hours`` where there are districts.

    Parameters
    ----------
    task
        Its incidents.
    result
        What the method found among them.
    timezone
        IANA zone of the wall clock.
    """
    times = Times.of_points(task.points, timezone)
    found = [
        *concentration_tables(_cells(task, result)),
        week_table(times),
        _hotspot_hours(result, times),
    ]
    if task.boundary_set is not None:
        found.append(_district_hours(task, times))
    return tuple(found)


def _cells(task: Task, result: Result) -> Cells:
    """Return the layer's own grid cells, or ones of automatic size where it has none."""
    if result.cells is not None and result.cells.grid is not None:
        return result.cells
    grid = automatic_cells(task.points, task.area, log=task.log, what="cell size of the concentration")
    return cells_of(grid).on(task.points)


def concentration_tables(cells: Cells) -> tuple[Table, Table]:
    """Return how concentrated the incidents are over cells, in figures and as a Lorenz curve.

    Parameters
    ----------
    cells
        With the incidents in them.
    """
    found = concentration(cells.incidents(), area=cells.area_km2)
    what = f"{counted(found.places, 'cell')} of {metres(cells.size)}"
    fields = (
        Field("measure", "string", "Measure", doc="Short name of the figure."),
        Field("meaning", "string", "What"),
        Field("value", "number", "Value", "share", "0 to 1."),
        Field("by_chance", "number", "By chance", "share", "The same of as many incidents strewn at random."),
    )
    rows = _figures(found)
    figures = Table(
        "concentration", "How concentrated", fields, tuple(rows), _concentration_note(found, what)
    )
    end = _end(found)
    curve = thinned(found.lorenz, to=end)
    chance = np.interp(curve.places, found.chance.places, found.chance.incidents)
    lorenz = Table.of(
        "lorenz",
        "Lorenz curve",
        (
            Field("cells", "number", "Cells", "share", "The fullest of the cells, 0 to 1."),
            Field("incidents", "number", "Incidents", "share", "Part of the incidents in them, 0 to 1."),
            Field("by_chance", "number", "By chance", "share", "The same of incidents strewn at random."),
        ),
        {
            "cells": np.round(curve.places, 8),
            "incidents": np.round(curve.incidents, 6),
            "by_chance": np.round(chance, 6),
        },
        note=f"Part of the incidents that the fullest of {what} hold. {_DIAGONAL if end == 1 else _CUT}",
        chart=Chart("line", "cells", ("incidents", "by_chance"), diagonal=end == 1),
    )
    return figures, lorenz


def _end(found: Concentration) -> float:
    """Return the share of cells up to which there is something to see, where few hold incidents."""
    end = max(1 - found.empty / max(found.places, 1), found.chance.holding(0.9995))
    return end if end < _NARROW else 1.0


def _figures(found: Concentration) -> list[tuple[Any, ...]]:
    lorenz, chance = found.lorenz, found.chance
    rows = [
        (
            f"top_{top * 100:.0f}",
            f"Incidents in the fullest {top * 100:.0f} % of the cells",
            lorenz.top(top),
            chance.top(top),
        )
        for top in TOP
    ]
    rows += [
        (
            f"cells_of_{held * 100:.0f}",
            f"Cells that hold {held * 100:.0f} % of the incidents",
            lorenz.holding(held),
            chance.holding(held),
        )
        for held in HELD
    ]
    rows.append(("gini", "Gini coefficient", found.gini, found.gini_chance))
    even = generalised(found.gini_chance, found.places, found.incidents)
    rows.append(
        (
            "gini_generalised",
            "Gini coefficient, generalised for few incidents",
            found.gini_generalised,
            even,
        )
    )
    return [(name, meaning, round(value, 6), round(by, 6)) for name, meaning, value, by in rows]


def _concentration_note(found: Concentration, what: str) -> str:
    lorenz, chance = found.lorenz, found.chance
    said = [
        f"Half of the incidents lie in {percent(lorenz.holding(0.5))} of {what}; strewn at random they would "
        f"lie in {percent(chance.holding(0.5))}."
    ]
    if found.empty < (1 - TOP[1]) * found.places:
        said.append(
            f"The fullest {TOP[1] * 100:.0f} % of them hold {percent(lorenz.top(TOP[1]))}, by chance "
            f"{percent(chance.top(TOP[1]))}."
        )
    if found.incidents < found.places:
        said.append(
            "There are fewer incidents than cells, which looks concentrated by itself: go by how far each "
            "figure is from chance."
        )
    if found.places < _MANY:
        said.append(f"With fewer than {_MANY} cells what chance would make is only a rough guide.")
    return " ".join(said)


def _hotspot_hours(result: Result, times: Times) -> Table:
    ranked = result.hotspots.head(MOST_HOTSPOTS)
    values = ranked[["rank", "district_name", "incidents"]].itertuples(index=False, name=None)
    groups = [(int(rank), str(name), int(incidents)) for rank, name, incidents in values]
    # Ranks count from 1; 0 is in no hotspot.
    of = np.where(result.membership <= len(groups), result.membership - 1, -1)
    return windows_table("hotspot_hours", "Best hours of each hotspot", groups, of, times, by=_PLACE)


def _district_hours(task: Task, times: Times) -> Table:
    districts, located = task.districts, task.district
    held = np.bincount(located[located >= 0], minlength=len(districts.codes))
    fullest = [int(i) for i in np.argsort(-held, kind="stable")[:MOST_DISTRICTS] if held[i]]
    groups = [(str(districts.codes[i]), str(districts.names[i]), int(held[i])) for i in fullest]
    number = np.full(len(districts.codes), -1, dtype=np.int64)
    number[fullest] = np.arange(len(fullest))
    of = number[located]
    return windows_table("district_hours", "Best hours of each district", groups, of, times, by=_DISTRICT)
