from __future__ import annotations

from hotspot.analysis.cells import automatic_cells
from hotspot.analysis.decisions import DecisionLog
from hotspot.analysis.points import points_of
from hotspot.places.boundaries import load
from hotspot.places.grid import MOST_CELLS
from hotspot.places.study_area import StudyArea, study_area
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
