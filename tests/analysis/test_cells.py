from __future__ import annotations

import numpy as np
import pytest
import shapely

from hotspot.analysis import holdout
from hotspot.analysis.cells import automatic_cells, lay_cells
from hotspot.analysis.decisions import DecisionLog
from hotspot.analysis.harm import checked
from hotspot.analysis.points import points_of
from hotspot.analysis.task import Task
from hotspot.errors import ParameterError
from hotspot.parameters import GiStar
from hotspot.places.boundaries import load
from hotspot.places.grid import MOST_CELLS
from hotspot.places.study_area import StudyArea, hull_of, study_area
from tests.analysis.conftest import ZONE, town_of, twin_districts


def sized(area: StudyArea, n: int = 3000) -> tuple[float, int, list[str]]:
    log = DecisionLog()
    points = points_of(town_of(n), area, timezone=ZONE)
    grid = automatic_cells(points, area, log=log)
    return grid.size, grid.n_cells, [f"{entry['what']}: {entry['value']}" for entry in log.decisions]


def test_the_size_fits_how_close_the_incidents_lie() -> None:
    size, _, log = sized(study_area(twin_districts()), 300)
    assert log == [f"cell size: {size:g} m"]
    assert 100 <= size <= 2000


def test_cells_are_enlarged_until_there_are_not_too_many() -> None:
    # By its area alone Belize would fit cells of 300 m; its shore takes more.
    size, n_cells, log = sized(study_area(load("BZ")))
    assert n_cells <= MOST_CELLS
    assert size > 300
    assert log[-1] == f"cell size enlarged: {size:g} m"


def task_of(*, n: int = 300, hull: bool = False) -> Task:
    districts = None if hull else twin_districts()
    table = town_of(n)
    area = study_area(districts) if districts else hull_of(table["lon"].to_numpy(), table["lat"].to_numpy())
    points = points_of(table, area, timezone=ZONE, harm=checked({"Burglary": 10, "*": 1}))
    return Task(points, area, GiStar(), holdout.split(points), districts)


@pytest.mark.parametrize("shape", ["square", "hexagon", "district"])
def test_nobody_is_counted_twice_or_lost(shape: str) -> None:
    task = task_of()
    cells = lay_cells(task, shape=shape, size=None if shape == "district" else 700)
    assert cells.incidents().sum() == len(task.points)
    assert cells.count().sum() == task.points.weight.sum()
    some = task.points.lon < -88.2
    assert cells.incidents(some).sum() == some.sum()
    assert cells.on(task.points.take(some)).count() == pytest.approx(cells.count(some))
    assert shapely.area(cells.polygons()).sum() / 1e6 == pytest.approx(task.area.area_km2, rel=1e-6)
    assert cells.area_km2.sum() == pytest.approx(task.area.area_km2, rel=1e-6)


def test_a_point_outside_is_in_none_and_an_incident_there_in_the_nearest() -> None:
    task = task_of()
    for shape in ("square", "district"):
        cells = lay_cells(task, shape=shape, size=700)
        far = np.array([cells.x.min() - 50_000.0]), np.array([cells.y.mean()])
        assert cells.locate(*far).tolist() == [-1]
        assert cells.of.min() >= 0


def test_districts_touch_and_are_their_own_neighbours() -> None:
    cells = lay_cells(task_of(), shape="district")
    assert len(cells) == 2
    assert cells.near(None).number.tolist() == [2, 2]
    assert cells.touching(np.array([0, 1])).tolist() == [0, 0]


def test_a_hull_has_no_districts_to_count_in() -> None:
    with pytest.raises(ParameterError, match="cell_shape district needs a study area of districts"):
        lay_cells(task_of(hull=True), shape="district")


def test_cells_moved_by_a_part_of_their_size_hold_the_same_incidents() -> None:
    task = task_of()
    cells = lay_cells(task, size=700)
    moved = cells.moved(task.points, 700 / 3, 1400 / 3)
    assert moved.count().sum() == cells.count().sum()
    step = (moved.x[:, None] - cells.x[None, :5]) % 700
    assert np.allclose(step, 700 / 3)
