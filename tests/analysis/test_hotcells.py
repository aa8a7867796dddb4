from __future__ import annotations

import numpy as np
import pytest

from hotspot.analysis import holdout
from hotspot.analysis.cells import lay_cells
from hotspot.analysis.harm import checked
from hotspot.analysis.hotcells import accuracy_of, cell_columns, hotspots_of, shifts
from hotspot.analysis.points import points_of
from hotspot.analysis.task import Task
from hotspot.parameters import GiStar
from hotspot.places.study_area import study_area
from tests.analysis.conftest import ZONE, town_of, twin_districts


def task_of(**harm: float) -> Task:
    districts = twin_districts()
    area = study_area(districts)
    points = points_of(town_of(600), area, timezone=ZONE, harm=checked(harm))
    return Task(points, area, GiStar(), holdout.split(points), districts)


def test_touching_hot_cells_are_one_hotspot_ranked_by_what_it_holds() -> None:
    task = task_of()
    cells = lay_cells(task, size=500)
    counts = cells.incidents()
    level = np.where(counts >= 8, 3, np.where(counts >= 5, 1, 0))
    table, rank = hotspots_of(task, cells, level)
    assert len(table) >= 2
    assert list(table["rank"]) == list(range(1, len(table) + 1))
    assert (np.diff(table["incidents"]) <= 0).all()
    for row in table.itertuples():
        mine = rank == row.rank
        assert (row.cells, row.incidents) == (mine.sum(), counts[mine].sum())
    assert set(table["confidence"]) <= {"90 %", "99 %"}
    # Every hot cell that is in no hotspot is in a group too small to act on.
    assert counts[(level >= 1) & (rank == 0)].sum() == 0 or any(
        entry["what"] == "hot cells not ranked" for entry in task.log.decisions
    )


def test_no_hot_cell_gives_an_empty_table_of_the_same_columns() -> None:
    task = task_of()
    cells = lay_cells(task, size=500)
    none, rank = hotspots_of(task, cells, np.zeros(len(cells), dtype=int))
    some, _ = hotspots_of(task, cells, (cells.incidents() >= 5).astype(int))
    assert none.empty and not rank.any()
    assert list(none) == list(some)


def test_harm_ranks_and_stands_beside_the_incidents() -> None:
    plain, harmful = task_of(), task_of(Burglary=100, **{"*": 1})
    cells = lay_cells(harmful, size=500)
    level = (cells.incidents() >= 5).astype(int)
    table, _ = hotspots_of(harmful, cells, level)
    assert (np.diff(table["harm"]) <= 0).all()
    assert (table["harm"] > table["incidents"]).any()
    columns = cell_columns(harmful, cells, np.arange(len(cells)))
    assert columns["harm"].sum() == pytest.approx(harmful.points.weight.sum())
    assert columns["incidents"].sum() == len(plain.points)


def test_who_knows_the_later_incidents_is_scored_as_perfect() -> None:
    task = task_of()
    cells = lay_cells(task, size=500)
    later = cells.count(task.split.later) / cells.area_km2
    found = accuracy_of(task, cells, lambda _points, _places: later)
    assert found["pei"] == pytest.approx(1, abs=1e-3)
    assert [each["difference"]["hits"] > 0 for each in found["at"]] == [True, True]


def test_harm_that_weighs_nothing_later_is_not_measured() -> None:
    task = task_of(Burglary=1, **{"*": 0})
    weight = np.where(task.split.later, 0.0, task.points.weight)
    cells = lay_cells(task, size=500)
    object.__setattr__(cells, "weight", weight)
    found = accuracy_of(task, cells, lambda _points, places: places.count())
    assert found["verdict"] == "not measured"
    assert "harm" in found["reason"]


def test_eight_other_origins_are_tried_of_many_cells_too() -> None:
    task = task_of()
    cells = lay_cells(task, size=500)
    names = [
        name for name, _ in shifts(task, cells, lambda places: (places.incidents() >= 5).astype(np.int8))
    ]
    assert len(set(names)) == 8
    assert names[0] == "grid moved 0 m east, 167 m north"
    fine = lay_cells(task, size=60)
    assert len(fine) > 50_000
    assert len(shifts(task, fine, lambda places: places.incidents().astype(np.int8))) == 8
    assert shifts(task, lay_cells(task, shape="district"), lambda places: places.of.astype(np.int8)) == ()


def test_a_variant_tells_which_incidents_are_hot_then() -> None:
    task = task_of()
    cells = lay_cells(task, size=500)
    _, variant = shifts(task, cells, lambda places: np.ones(len(places), dtype=np.int8))[0]
    assert variant().all()
    assert len(variant()) == len(task.points)
