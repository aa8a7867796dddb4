"""The tables behind every layer: concentration, the week, and the hours of hotspots and districts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from hotspot import parameters
from hotspot.analysis import holdout
from hotspot.analysis.behind import concentration_tables, tables_behind
from hotspot.analysis.cells import cells_of, lay_cells
from hotspot.analysis.decisions import DecisionLog
from hotspot.analysis.points import points_of
from hotspot.analysis.tables import Table
from hotspot.analysis.task import Result, Task
from hotspot.places.grid import make_grid
from hotspot.places.study_area import hull_of, study_area
from hotspot.stats.concentration import concentration
from tests.analysis.conftest import ZONE, rows, town_of

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet


def task_of(table: pd.DataFrame, districts: BoundarySet | None) -> Task:
    area = study_area(districts) if districts else hull_of(table["lon"].to_numpy(), table["lat"].to_numpy())
    points = points_of(table, area, timezone=ZONE)
    return Task(points, area, parameters.GiStar(), holdout.split(points), districts)


def result_of(
    task: Task, membership: Any, *, cell_size: float | None = None, cell_shape: str = "square"
) -> Result:
    """What a maker would hand back, as far as the tables ask for it."""
    cells = None
    if cell_size or cell_shape == "district":
        cells = lay_cells(replace(task, log=DecisionLog()), shape=cell_shape, size=cell_size)
    member = np.asarray(membership, dtype=np.int64)
    k = int(member.max(initial=0))
    held = np.bincount(member, minlength=k + 1)[1:]
    ranked = pd.DataFrame({"rank": np.arange(1, k + 1), "district_name": "Westside", "incidents": held})
    none = np.empty(0, dtype=object)
    return Result(none, {}, ranked, {}, {}, {}, membership=member, cells=cells)


def behind(table: pd.DataFrame, districts: BoundarySet | None, **used: Any) -> dict[str, Table]:
    task = task_of(table, districts)
    west = task.points.lon < -88.2
    found = tables_behind(task, result_of(task, np.where(west, 1, 0), **used), timezone=ZONE)
    return {each.name: each for each in found}


def test_every_layer_gets_its_tables_as_plain_values(twins: BoundarySet, town: pd.DataFrame) -> None:
    found = behind(town, twins, cell_size=500.0, cell_shape="hexagon")
    assert list(found) == ["concentration", "lorenz", "week", "hotspot_hours", "district_hours"]
    for table in found.values():
        assert len(table) > 0
        assert len({field.name for field in table.fields}) == len(table.fields)
        assert table.note
        assert Table.from_dict(json.loads(json.dumps(table.to_dict(), allow_nan=False))) == table


def test_concentration_is_that_of_the_layers_own_cells(twins: BoundarySet, town: pd.DataFrame) -> None:
    task = task_of(town, twins)
    cells = cells_of(make_grid(task.area, shape="square", size=500)).on(task.points)
    plain = concentration(cells.incidents(), area=cells.area_km2)
    table = behind(town, twins, cell_size=500.0, cell_shape="square")["concentration"]
    assert f"{len(cells):,} cells of 500 m" in table.note
    values = dict(zip(table.column("measure"), table.column("value"), strict=True))
    assert values["gini"] == pytest.approx(plain.gini, abs=1e-6)
    assert values["top_5"] == pytest.approx(plain.lorenz.top(0.05), abs=1e-6)
    assert values["cells_of_50"] == pytest.approx(plain.lorenz.holding(0.5), abs=1e-6)
    assert list(values) == [
        "top_1",
        "top_5",
        "top_10",
        "cells_of_25",
        "cells_of_50",
        "gini",
        "gini_generalised",
    ]


def test_a_town_of_clumps_is_more_concentrated_than_chance_and_a_strewn_one_is_not(
    twins: BoundarySet,
) -> None:
    clumped = behind(town_of(), twins, cell_size=500.0)["concentration"]
    strewn = behind(town_of(clumps=0), twins, cell_size=500.0)["concentration"]
    excess = [
        dict(
            zip(
                table.column("measure"),
                np.subtract(table.column("value"), table.column("by_chance")),
                strict=True,
            )
        )
        for table in (clumped, strewn)
    ]
    assert excess[0]["top_5"] > 0.25
    assert excess[0]["gini_generalised"] > 0.4
    assert abs(excess[1]["top_5"]) < 0.03
    assert abs(excess[1]["gini"]) < 0.02


def test_few_incidents_over_many_cells_come_with_a_caveat(twins: BoundarySet, town: pd.DataFrame) -> None:
    assert "fewer incidents than cells" in behind(town, twins, cell_size=200.0)["concentration"].note
    coarse = behind(town, twins, cell_size=2000.0)["concentration"].note
    assert "fewer incidents than cells" not in coarse
    assert "With fewer than 100 cells" in coarse


def test_the_lorenz_curve_rises_from_nothing_to_all(twins: BoundarySet, town: pd.DataFrame) -> None:
    table = behind(town, twins, cell_size=500.0)["lorenz"]
    assert len(table) <= 101
    assert (table.rows[0], table.rows[-1]) == ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    for name in ("cells", "incidents", "by_chance"):
        assert (np.diff(table.column(name)) >= 0).all()
    assert table.chart is not None
    assert (table.chart.kind, table.chart.diagonal) == ("line", True)


def test_the_curve_of_few_incidents_ends_where_all_are_held(twins: BoundarySet, town: pd.DataFrame) -> None:
    table = behind(town, twins, cell_size=100.0)["lorenz"]
    assert 50 < len(table) <= 101
    assert table.rows[-1][0] < 0.25
    assert table.rows[-1][1] == 1.0
    assert table.rows[-1][2] > 0.999
    assert (np.diff(table.column("cells")) > 0).all()
    assert table.chart is not None
    assert not table.chart.diagonal
    assert "All others, which are not drawn, hold none." in table.note


@pytest.mark.parametrize("used", [{}, {"cell_shape": "district"}])
def test_a_method_without_a_grid_gets_cells_of_automatic_size(
    used: dict[str, Any], twins: BoundarySet, town: pd.DataFrame
) -> None:
    task = task_of(town, twins)
    tables_behind(task, result_of(task, np.zeros(len(task.points)), **used), timezone=ZONE)
    assert [each["what"] for each in task.log.decisions] == ["cell size of the concentration"]


def test_each_hotspot_and_district_has_its_own_hours(twins: BoundarySet) -> None:
    table = rows(
        ["2026-01-09T21:30"] * 30 + ["2026-01-06T09:15"] * 20,
        lon=np.array([-88.25] * 30 + [-88.15] * 20),
    )
    found = behind(table, twins, cell_size=500.0)
    hot = found["hotspot_hours"]
    assert hot.rows[0][:8] == (1, "Westside", 30, 30, 1, "Friday 18:00 to 22:00", 114, 30.0)
    assert [(row[0], row[2], row[5]) for row in found["district_hours"].rows] == [
        ("T-W", 30, "Friday 18:00 to 22:00"),
        ("T-E", 20, "Tuesday 06:00 to 10:00"),
    ]


def test_a_hull_has_no_hours_of_districts(town: pd.DataFrame) -> None:
    assert "district_hours" not in behind(town, None, cell_size=500.0)


def test_times_too_coarse_leave_tables_without_rows_and_the_reason(twins: BoundarySet) -> None:
    found = behind(rows([("2018-07-01", "2018-07-31T23:59:59")] * 40), twins, cell_size=500.0)
    for name in ("week", "hotspot_hours", "district_hours"):
        assert found[name].rows == ()
        assert "too coarse" in found[name].note
    assert len(found["concentration"]) == 7


@pytest.mark.parametrize("n", [1, 2])
def test_hardly_any_incidents_still_have_tables(n: int, twins: BoundarySet) -> None:
    found = behind(rows(["2026-03-01T10:00"] * n), twins, cell_size=1000.0)
    assert found["hotspot_hours"].rows == ()
    assert found["week"].column("incidents")[6 * 24 + 10] == n
    assert all(value is not None for value in found["concentration"].column("value"))


def test_shuffled_rows_and_a_hotspot_without_any_change_nothing(
    twins: BoundarySet, town: pd.DataFrame
) -> None:
    shuffled = town.sample(frac=1, random_state=3).reset_index(drop=True)
    assert behind(shuffled, twins, cell_size=500.0) == behind(town, twins, cell_size=500.0)
    task = task_of(town, twins)
    none = tables_behind(task, result_of(task, np.zeros(len(task.points)), cell_size=500.0), timezone=ZONE)
    assert {each.name: len(each) for each in none}["hotspot_hours"] == 0


def test_the_fullest_cells_of_one_place_hold_all(twins: BoundarySet) -> None:
    task = task_of(rows([f"2026-03-{1 + i % 28:02d}T12:00" for i in range(90)]), twins)
    cells = cells_of(make_grid(task.area, shape="square", size=500)).on(task.points)
    figures, _ = concentration_tables(cells)
    values = dict(zip(figures.column("measure"), figures.column("value"), strict=True))
    assert values["top_1"] == 1.0
    assert values["gini"] == pytest.approx(1 - 1 / len(cells), abs=1e-5)
