"""Cells over a study area, and the incidents in each."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.crs import project_shapes, unproject_shapes
from hotspot.errors import CRSError, ParameterError
from hotspot.places.cover import SLIVER
from hotspot.places.grid import Grid, count, grid_over, make_grid
from hotspot.places.study_area import StudyArea
from hotspot.places.tiling import tiling

UTM = "EPSG:32616"
SHAPES = ("square", "hexagon")
TOWN = shapely.Polygon(
    [(10, 20), (1210, -80), (900, 700), (1500, 1300), (-300, 900)],
    holes=[[(300, 300), (640, 310), (500, 560)]],
)
ISLANDS = shapely.MultiPolygon([TOWN, shapely.box(5020, -3033, 5300, -2900)])


def brute_force(polygon: shapely.Polygon, shape: str, size: float) -> dict[tuple[int, int], float]:
    """The share inside of each cell, cell by cell over a rectangle that is surely large enough."""
    cells = tiling(shape, size)
    west, south, east, north = polygon.bounds
    cols = range(math.floor(west / size) - 3, math.ceil(east / size) + 4)
    rows = range(math.floor(south / size * 1.2) - 5, math.ceil(north / size * 1.2) + 6)
    found = {}
    for row in rows:
        for col in cols:
            cell = cells.polygons(np.array([col]), np.array([row]))[0]
            share = cell.intersection(polygon).area / cell.area
            if share >= SLIVER:
                found[col, row] = share
    return found


def shares(grid: Grid) -> dict[tuple[int, int], float]:
    return dict(zip(zip(grid.col.tolist(), grid.row.tolist(), strict=True), grid.share_inside, strict=True))


def test_a_rectangle_has_the_cells_counted_by_hand() -> None:
    grid = grid_over(shapely.box(50, 0, 300, 150), crs=UTM, size=100)
    assert grid.col.tolist() == [0, 1, 2, 0, 1, 2]
    assert grid.row.tolist() == [0, 0, 0, 1, 1, 1]
    assert grid.share_inside.tolist() == [0.5, 1, 1, 0.25, 0.5, 0.5]
    assert grid.area_km2 == pytest.approx([0.005, 0.01, 0.01, 0.0025, 0.005, 0.005])
    x, y = grid.centres()
    assert (x[0], y[0], x[-1], y[-1]) == (50, 50, 250, 150)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("polygon", [TOWN, ISLANDS], ids=["town", "islands"])
def test_cells_and_shares_are_those_of_trying_each_cell(shape: str, polygon: shapely.Polygon) -> None:
    found, expected = (
        shares(grid_over(polygon, crs=UTM, shape=shape, size=130)),
        brute_force(polygon, shape, 130),
    )
    assert found.keys() == expected.keys()
    assert [found[cell] for cell in expected] == pytest.approx(list(expected.values()), abs=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
def test_clipped_cells_make_up_the_study_area_exactly(shape: str) -> None:
    grid = grid_over(ISLANDS, crs=UTM, shape=shape, size=90)
    polygons = grid.polygons()
    assert shapely.area(polygons) / 1e6 == pytest.approx(grid.area_km2, rel=1e-9)
    assert shapely.union_all(polygons).symmetric_difference(ISLANDS).area == pytest.approx(0, abs=1e-3)
    assert set(shapely.get_type_id(polygons)) <= {
        shapely.GeometryType.POLYGON,
        shapely.GeometryType.MULTIPOLYGON,
    }
    assert shapely.area(grid.tiling.polygons(grid.col, grid.row)) == pytest.approx(grid.tiling.cell_area)


@pytest.mark.parametrize("shape", SHAPES)
def test_centres_lie_in_their_own_cell(shape: str) -> None:
    grid = grid_over(TOWN, crs=UTM, shape=shape, size=75, origin=(13.0, -29.0))
    assert grid.cell_of(*grid.centres()).tolist() == list(range(grid.n_cells))


def test_hexagons_touching_in_a_row_are_one_size_apart() -> None:
    grid = grid_over(shapely.box(0, 0, 1000, 1000), crs=UTM, shape="hexagon", size=100)
    x, y = grid.centres()
    assert np.diff(x[grid.row == 4]) == pytest.approx(100)
    odd, even = grid.row == 3, grid.row == 4
    assert (x[odd].min() - x[even].min()) % 100 == pytest.approx(50)
    assert y[even][0] - y[odd][0] == pytest.approx(100 * math.sqrt(3) / 2)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_place_has_the_same_cell_in_two_study_areas(shape: str) -> None:
    one = grid_over(shapely.box(0, 0, 900, 900), crs=UTM, shape=shape, size=110)
    other = grid_over(shapely.box(-700, 100, 600, 2000), crs=UTM, shape=shape, size=110)
    a, b = one.cell_of([432.1], [567.8])[0], other.cell_of([432.1], [567.8])[0]
    assert (one.col[a], one.row[a]) == (other.col[b], other.row[b])


@pytest.mark.parametrize("shape", SHAPES)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_point_lies_in_the_polygon_of_its_cell(shape: str, data: st.DataObject) -> None:
    grid = grid_over(TOWN, crs=UTM, shape=shape, size=140)
    inside = st.floats(-320, 1520), st.floats(-90, 1310)
    points = data.draw(st.lists(st.tuples(*inside), min_size=1, max_size=30))
    x, y = np.array(points).T
    cells, whole = grid.cell_of(x, y), grid.tiling.polygons(grid.col, grid.row)
    for i, cell in enumerate(cells):
        point = shapely.Point(x[i], y[i])
        if cell >= 0:
            assert whole[cell].distance(point) < 1e-5
        else:
            assert not TOWN.buffer(-1e-6).contains(point)


@pytest.mark.parametrize("shape", SHAPES)
@settings(deadline=None, max_examples=40)
@given(points=st.lists(st.tuples(st.integers(-20, 120), st.integers(-20, 120)), max_size=60))
def test_nobody_is_counted_twice_and_nobody_inside_is_lost(shape: str, points: list[tuple[int, int]]) -> None:
    area = shapely.box(0, 0, 1000, 1000)
    grid = grid_over(area, crs=UTM, shape=shape, size=100)
    x, y = np.array(points, dtype=float).reshape(-1, 2).T * 10
    inside = (x >= 0) & (x <= 1000) & (y >= 0) & (y <= 1000)
    counts = count(grid, x, y)
    assert counts.shape == (grid.n_cells,)
    assert inside.sum() <= counts.sum() <= len(points)


def test_a_point_on_a_shared_edge_belongs_to_the_lower_cell() -> None:
    grid = grid_over(shapely.box(0, 0, 200, 200), crs=UTM, size=100)
    assert grid.cell_of([100, 50, 100, 150], [50, 100, 100, 100]).tolist() == [0, 0, 0, 1]


def test_a_point_on_the_outer_edge_belongs_to_the_cell_there() -> None:
    grid = grid_over(shapely.box(0, 0, 200, 200), crs=UTM, size=100)
    assert grid.cell_of([0, 0, 200, 200, 0], [0, 50, 200, 0, 200]).tolist() == [0, 0, 3, 1, 2]


def test_points_outside_or_without_coordinates_have_no_cell() -> None:
    grid = grid_over(shapely.box(0, 0, 200, 200), crs=UTM, size=100)
    far = [np.nan, 10, 300, -1, 1e300, np.inf]
    assert grid.cell_of(far, [10, np.nan, 10, 10, 10, 10]).tolist() == [-1] * 6
    assert count(grid, far, [10, np.nan, 10, 10, 10, 10]).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("shape", SHAPES)
def test_who_else_is_asked_about_changes_nothing(shape: str) -> None:
    grid = grid_over(TOWN, crs=UTM, shape=shape, size=100)
    x, y = np.random.default_rng(0).uniform(-400, 1600, (2, 3000))
    at_once = grid.cell_of(x, y)
    assert [int(grid.cell_of(x[i : i + 1], y[i : i + 1])[0]) for i in range(300)] == at_once[:300].tolist()
    assert grid.cell_of(x[::-1], y[::-1]).tolist() == at_once[::-1].tolist()
    held = at_once[at_once >= 0]
    assert count(grid, x, y).tolist() == np.bincount(held, minlength=grid.n_cells).tolist()


def test_points_that_nobody_may_write_to_are_located_too() -> None:
    grid = grid_over(TOWN, crs=UTM, size=100)
    x, y = np.random.default_rng(0).uniform(-400, 1600, (2, 100))
    x.flags.writeable = y.flags.writeable = False
    assert grid.cell_of(x, y).tolist() == grid.cell_of(x.copy(), y.copy()).tolist()


def test_only_the_cells_asked_for_are_drawn_and_as_among_all() -> None:
    grid = grid_over(ISLANDS, crs=UTM, shape="hexagon", size=90)
    chosen = np.arange(3, grid.n_cells, 7)[::-1]
    every = grid.polygons()
    some = grid.polygons(chosen)
    assert shapely.area(shapely.symmetric_difference(some, every[chosen])).max() < 1e-6
    assert len(grid.polygons(chosen[:0])) == 0


def test_an_empty_study_area_has_no_cells() -> None:
    grid = grid_over(shapely.Polygon(), crs=UTM, size=100)
    assert grid.n_cells == 0
    assert grid.cell_of([1.0], [1.0]).tolist() == [-1]
    assert count(grid, [1.0], [1.0]).tolist() == []


def test_an_edge_shared_but_for_noise_makes_no_cells() -> None:
    grid = grid_over(shapely.box(-1e-9, 0, 200 + 1e-9, 100 + 1e-10), crs=UTM, size=100)
    assert grid.n_cells == 2


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "polygon",
    [TOWN, ISLANDS, shapely.box(0, 0, 100_000, 3), shapely.box(0, 0, 9_000, 9_000)],
    ids=["town", "islands", "ribbon", "square"],
)
def test_too_many_cells_are_refused_with_a_size_that_fits(shape: str, polygon: shapely.Polygon) -> None:
    with pytest.raises(ParameterError, match="cell_size of at least") as refused:
        grid_over(polygon, crs=UTM, shape=shape, size=1, max_cells=500)
    assert refused.value.parameter == "cell_size"
    fits = float(str(refused.value).split("cell_size of at least ")[1].split(" m")[0])
    assert 0 < grid_over(polygon, crs=UTM, shape=shape, size=fits, max_cells=500).n_cells <= 500


def test_islands_too_far_apart_for_one_lattice_are_refused() -> None:
    far = shapely.MultiPolygon([shapely.box(0, 0, 500, 500), shapely.box(400_000, 300_000, 400_500, 300_500)])
    with pytest.raises(ParameterError, match="cell_size of at least") as refused:
        grid_over(far, crs=UTM, size=25)
    fits = float(str(refused.value).split("cell_size of at least ")[1].split(" m")[0])
    assert grid_over(far, crs=UTM, size=fits).n_cells > 0


def test_an_unknown_shape_a_size_of_nothing_and_degrees_are_refused() -> None:
    box = shapely.box(0, 0, 10, 10)
    with pytest.raises(ParameterError, match="square, hexagon"):
        grid_over(box, crs=UTM, size=1, shape="triangle")
    for size in (0, -5, math.nan, math.inf):
        with pytest.raises(ParameterError, match="above 0"):
            grid_over(box, crs=UTM, size=size)
    with pytest.raises(CRSError):
        grid_over(box, crs="EPSG:4326", size=1)


def test_a_bow_tie_is_mended_before_it_is_cut() -> None:
    bow_tie = shapely.Polygon([(0, 0), (200, 200), (200, 0), (0, 200)])
    assert grid_over(bow_tie, crs=UTM, size=100).area_km2.sum() == pytest.approx(0.02)


def test_a_study_area_in_degrees_is_cut_in_its_own_metres() -> None:
    metres = shapely.box(370_010, 1_935_020, 371_990, 1_936_990)
    degrees = unproject_shapes(np.array([metres], dtype=object), UTM)[0]
    area = StudyArea(degrees, "town", "districts", ("T",), UTM, metres.area / 1e6)
    grid = make_grid(area, size=500)
    assert (grid.crs, grid.n_cells) == (UTM, 16)
    assert grid.area_km2.sum() == pytest.approx(metres.area / 1e6, rel=1e-3)


def test_two_runs_give_the_same_bits() -> None:
    one, two = (grid_over(ISLANDS, crs=UTM, shape="hexagon", size=77) for _ in range(2))
    assert one.share_inside.tobytes() == two.share_inside.tobytes()
    assert shapely.to_wkb(one.polygons()).tolist() == shapely.to_wkb(two.polygons()).tolist()


def test_the_districts_of_belize_are_covered_without_gap_or_overlap(repository: Path) -> None:
    boundaries = json.loads((repository / "boundaries" / "BZ" / "districts.geojson").read_text())
    land = shapely.union_all([shapely.geometry.shape(f["geometry"]) for f in boundaries["features"]])
    metres = project_shapes(np.array([land], dtype=object), UTM)[0]
    grid = grid_over(metres, crs=UTM, size=2000)
    assert grid.area_km2.sum() == pytest.approx(metres.area / 1e6, rel=1e-9)
    assert len(set(zip(grid.col.tolist(), grid.row.tolist(), strict=True))) == grid.n_cells
