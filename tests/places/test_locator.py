"""Finding the polygon of a point by a table, held against asking GEOS and geopandas about every point."""

from __future__ import annotations

from collections.abc import Callable

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.places import locator, raster
from hotspot.places.boundaries import bundled, load
from hotspot.places.locator import Locator

Shapes = np.ndarray
Ways = Callable[[Shapes, np.ndarray, np.ndarray], np.ndarray]


def plain(shapes: Shapes, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The obviously right way: every point against every polygon, the last first."""
    found = np.full(len(x), -1)
    for number in reversed(range(len(shapes))):
        found[shapely.intersects_xy(shapes[number], x, y)] = number
    return found


def by_geopandas(shapes: Shapes, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(x, y))
    joined = points.sjoin(geopandas.GeoDataFrame(geometry=shapes), predicate="intersects", how="left")
    return joined["index_right"].groupby(level=0).min().fillna(-1).to_numpy(dtype=np.int64)


def by_table(shapes: Shapes, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    table = raster.raster(shapes)
    assert table is not None
    return table.first(x, y)


def one_by_one(shapes: Shapes, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    assert len(x) < locator.FEW
    return Locator(shapes).first(x, y)


BOTH = pytest.mark.parametrize("way", [by_table, one_by_one])


def voronoi(n: int, *, seed: int = 3) -> Shapes:
    """Tessellate three degrees by two."""
    frame = shapely.box(-88, 17, -85, 19)
    at = np.random.default_rng(seed).random((n, 2)) * [3, 2] + [-88, 17]
    cells = shapely.voronoi_polygons(shapely.MultiPoint(at), extend_to=frame)
    return np.asarray(shapely.intersection(shapely.get_parts(cells), frame))


def awkward(shapes: Shapes, n: int, *, seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Points anywhere, on vertices, on edges, a hair beside them, on the lines of the table, and nowhere."""
    rng = np.random.default_rng(seed)
    west, south, east, north = shapely.total_bounds(shapes)
    corners = shapely.get_coordinates(shapes)
    some = rng.integers(0, len(corners), n)
    onward = corners[(some + 1) % len(corners)] - corners[some]
    lattice = raster.Lattice.over(shapes)
    assert lattice is not None
    anywhere = np.column_stack([rng.uniform(west - 0.1, east + 0.1, n), rng.uniform(south, north, n)])
    lined = anywhere.copy()
    lined[::2, 0] = lattice.west + rng.integers(0, lattice.columns, len(lined[::2])) / lattice.scale
    lined[1::2, 1] = lattice.south + rng.integers(0, lattice.rows, len(lined[1::2])) / lattice.scale
    points = [
        anywhere,
        lined,
        corners[some],
        corners[some] + onward * 0.5,
        corners[some] + onward * rng.random((n, 1)),
        corners[some] + rng.normal(0, 1, (n, 2)) * 10 ** rng.uniform(-17, -2, (n, 1)),
        [(np.nan, south), (west, np.nan), (np.inf, south), (west, -np.inf), (1e308, south), (west, -1e308)],
        [(west, south), (east, north), (west, north), (east, south)],
    ]
    x, y = np.concatenate(points).T
    return x, y


@pytest.mark.parametrize("name", bundled())
@BOTH
def test_every_bundled_set_is_found_in_as_it_is_one_polygon_at_a_time(name: str, way: Ways) -> None:
    shapes = load(name).geometry
    x, y = awkward(shapes, 2_000)
    assert np.array_equal(way(shapes, x, y), plain(shapes, x, y))


@pytest.mark.parametrize("n", [2, 100])
@BOTH
def test_a_tessellation_is_found_in_as_geopandas_does(n: int, way: Ways) -> None:
    shapes = voronoi(n)
    x, y = awkward(shapes, 1_500)
    assert np.array_equal(way(shapes, x, y), by_geopandas(shapes, x, y))


def test_five_thousand_polygons_are_found_in_as_geopandas_does() -> None:
    shapes = voronoi(5_000)
    x, y = awkward(shapes, 4_000)
    assert np.array_equal(by_table(shapes, x, y), by_geopandas(shapes, x, y))


@BOTH
def test_of_polygons_that_overlap_the_first_is_it(way: Ways) -> None:
    rng = np.random.default_rng(8)
    middles = shapely.points(rng.random((40, 2)))
    discs = shapely.buffer(middles, rng.uniform(0.02, 0.3, 40))
    pierced = shapely.difference(discs[::2], shapely.buffer(middles[::2], 0.015))
    scattered = np.array([shapely.union_all(discs[number::9]) for number in range(9)])
    nested = shapely.box(0, 0, *np.linspace(1, 0.02, 50).reshape(1, -1).repeat(2, axis=0))
    for shapes in (discs, pierced, scattered, nested, nested[::-1].copy()):
        x, y = awkward(shapes, 1_000)
        assert np.array_equal(way(shapes, x, y), plain(shapes, x, y))


@BOTH
def test_an_island_in_a_lake_in_an_island_is_told_from_the_lake(way: Ways) -> None:
    land = shapely.box(0, 0, 9, 9).difference(shapely.box(2, 2, 7, 7)).union(shapely.box(4, 4, 5, 5))
    shapes = np.array([land, shapely.box(2, 2, 3, 3)], dtype=object)
    x, y = np.array([[1, 1], [3.5, 3.5], [4.5, 4.5], [2.5, 2.5], [2, 2], [7, 5], [9, 9], [10, 5]]).T
    assert way(shapes, x, y).tolist() == [0, -1, 0, 1, 0, 0, 0, -1]


@BOTH
def test_thin_slanted_and_empty_polygons_are_found_in_too(way: Ways) -> None:
    slanted = [((0, low), (5, low + 1), (5, low + 1.001), (0, low + 0.001)) for low in np.arange(300) / 1000]
    thin = shapely.box(np.arange(9), 0, np.arange(9) + 1, 1e-9)
    far = np.array([shapely.box(0, 0, 1e-9, 1e-9), shapely.box(100, 80, 100.001, 80.001)])
    specks = shapely.box(100, 80, 100 + np.array([1e-13, 3e-12]), 80 + np.array([4e-12, 2e-13]))
    empty = np.array([shapely.Polygon(), shapely.box(0, 0, 1, 1), shapely.MultiPolygon()], dtype=object)
    for shapes in (shapely.polygons(slanted), thin, far, specks, empty):
        x, y = awkward(shapes, 500)
        assert np.array_equal(way(shapes, x, y), plain(shapes, x, y))


def test_polygons_without_extent_hold_nothing_and_need_no_table() -> None:
    shapes = np.array([shapely.Polygon()], dtype=object)
    assert raster.raster(shapes) is None
    many = np.zeros(locator.FEW + 1)
    assert (Locator(shapes).first(many, many) == -1).all()
    assert (Locator(shapes).first(many[:9], many[:9]) == -1).all()
    assert Locator(shapes).first(np.empty(0), np.empty(0)).tolist() == []


@pytest.mark.parametrize("seed", range(3))
def test_many_points_get_the_same_answers_as_few(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = voronoi(30, seed=seed)
    x, y = awkward(shapes, 500, seed=seed)
    expected = Locator(shapes).first(x, y)
    monkeypatch.setattr(locator, "FEW", 10)
    monkeypatch.setattr(locator, "CHUNK", 700)
    asked = Locator(shapes)
    assert np.array_equal(asked.first(x, y), expected)
    order = np.random.default_rng(seed).permutation(len(x))
    assert np.array_equal(asked.first(x[order], y[order]), expected[order])
    assert np.array_equal(asked.first(x[:3], y[:3]), expected[:3])


def test_however_coarse_the_table_the_answers_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = load("JM").geometry
    x, y = awkward(shapes, 1_000)
    expected = plain(shapes, x, y)
    for most in (40, 1_000, 100_000):
        monkeypatch.setattr(raster, "MOST_CELLS", most)
        monkeypatch.setattr(raster, "_BLOCK", max(most // 50, 5))
        assert np.array_equal(by_table(shapes, x, y), expected)


_NUMBER = st.integers(0, 12).map(float) | st.floats(0, 12, width=32)


@given(
    st.lists(st.lists(st.tuples(_NUMBER, _NUMBER), min_size=3, max_size=8), min_size=1, max_size=6),
    st.lists(st.tuples(_NUMBER, _NUMBER), min_size=1, max_size=20),
)
@settings(deadline=None, max_examples=150)
def test_any_polygons_are_found_in_as_they_are_one_at_a_time(
    outlines: list[list[tuple[float, float]]], at: list[tuple[float, float]]
) -> None:
    made = [shapely.make_valid(shapely.Polygon(outline)) for outline in outlines]
    shapes = np.array([shape for shape in made if shape.geom_type in ("Polygon", "MultiPolygon")], object)
    if not len(shapes):
        return
    x, y = np.concatenate([np.array(at), shapely.get_coordinates(shapes)]).T
    expected = plain(shapes, x, y)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(raster, "MOST_CELLS", 20_000)
        assert np.array_equal(by_table(shapes, x, y), expected)
    assert np.array_equal(one_by_one(shapes, x, y), expected)
