from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.kernels.binning import add_up
from hotspot.places.grid import Grid, count, grid_over
from hotspot.places.tiling import tiling
from tests.kernels.plain_binning import LATTICES

SHAPES = ("square", "hexagon")
SIZE, ORIGIN = 100.0, (37.5, -12.25)
TOWN = shapely.Polygon([(10, 20), (1210, -80), (900, 700), (1500, 1300), (-300, 900)])
HAIR = 1e-6
METRES = st.integers(-8, 32).map(lambda k: k * 50.0) | st.floats(-500, 1700) | st.just(np.nan)


def plain_cell(grid: Grid, x: float, y: float) -> int:
    """The cell of one point: looked for among all, then a hair further."""
    place = {pair: i for i, pair in enumerate(zip(grid.col.tolist(), grid.row.tolist(), strict=True))}
    for east, north in ((0.0, 0.0), (HAIR, 0.0), (0.0, HAIR), (HAIR, HAIR)):
        at = np.array([x + east]), np.array([y + north])
        west, south = grid.origin
        col, row = LATTICES[grid.shape](*at, west=west, south=south, size=grid.size)
        if (col[0], row[0]) in place:
            return place[col[0], row[0]]
    return -1


@pytest.mark.parametrize("shape", SHAPES)
def test_columns_and_rows_are_those_of_the_rule_to_the_last_bit(shape: str) -> None:
    rng = np.random.default_rng(8)
    x, y = rng.normal(4e5, 3e4, (2, 200_000))
    # Points on the edges and corners too, where the last bit decides.
    x[::3], y[::5] = np.round(x[::3] / 50) * 50, np.round(y[::5] / 50) * 50
    x[:4], y[4:8], x[8:12] = np.nan, np.nan, 1e100
    found = tiling(shape, SIZE, ORIGIN).locate(x, y)
    expected = LATTICES[shape](x, y, west=ORIGIN[0], south=ORIGIN[1], size=SIZE)
    assert np.array_equal(found[0], expected[0], equal_nan=True)
    assert np.array_equal(found[1], expected[1], equal_nan=True)


@pytest.mark.parametrize("shape", SHAPES)
@settings(deadline=None, max_examples=60)
@given(
    points=st.lists(
        st.tuples(
            *[st.integers(-8, 32).map(lambda k: k * 50.0) | st.floats(-500, 1700) | st.just(np.nan)] * 2
        ),
        min_size=1,
        max_size=20,
    )
)
def test_cells_are_those_of_looking_each_point_up(shape: str, points: list[tuple[float, float]]) -> None:
    grid = grid_over(TOWN, crs="EPSG:32616", shape=shape, size=SIZE)
    x, y = np.array(points).T
    expected = [plain_cell(grid, *point) for point in points]
    assert grid.cell_of(x, y).tolist() == expected
    held = np.array([cell for cell in expected if cell >= 0], dtype=np.int64)
    assert count(grid, x, y).tolist() == np.bincount(held, minlength=grid.n_cells).tolist()


@pytest.mark.parametrize("shape", SHAPES)
def test_sums_of_weights_have_the_bits_of_numpy(shape: str) -> None:
    grid = grid_over(TOWN, crs="EPSG:32616", shape=shape, size=SIZE)
    rng = np.random.default_rng(2)
    (x, y), weight = rng.uniform(-400, 1600, (2, 5000)), rng.gamma(1.0, 3.0, 5000)
    cell, some = grid.cell_of(x, y), x > 0
    for chosen, held in ((np.empty(0, dtype=bool), cell >= 0), (some, (cell >= 0) & some)):
        found = np.zeros(grid.n_cells)
        add_up(cell, weight, chosen, found)
        expected = np.bincount(cell[held], weights=weight[held], minlength=grid.n_cells)
        assert found.tobytes() == expected.tobytes()
