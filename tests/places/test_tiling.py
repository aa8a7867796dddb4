"""The plane cut into equal cells."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from hotspot.places.tiling import tiling

SHAPES = ("square", "hexagon")


@pytest.mark.parametrize("shape", SHAPES)
def test_neighbouring_cells_tile_the_plane_without_gap_or_overlap(shape: str) -> None:
    row, col = (part.ravel() for part in np.meshgrid(np.arange(-3, 4), np.arange(-3, 4)))
    cells = tiling(shape, 50.0)
    polygons = cells.polygons(col, row)
    assert shapely.union_all(polygons).area == pytest.approx(len(col) * cells.cell_area)
    assert shapely.area(polygons) == pytest.approx(cells.cell_area)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("side", [1, 2, 5])
@pytest.mark.parametrize("first_row", [-3, 0])
def test_a_box_holds_all_the_cells_of_its_block(shape: str, side: int, first_row: int) -> None:
    cells = tiling(shape, 50.0, (7.0, -11.0))
    box = cells.boxes(np.array([2]), np.array([first_row]), side)[0]
    row, col = np.divmod(np.arange(side**2), side)
    assert shapely.covers(box.buffer(1e-6), cells.polygons(col + 2, row + first_row)).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_point_is_located_in_the_cell_whose_centre_is_nearest(shape: str) -> None:
    cells = tiling(shape, 50.0, (7.0, -11.0))
    row, col = (part.ravel() for part in np.meshgrid(np.arange(-12, 13), np.arange(-12, 13)))
    centre_x, centre_y = cells.centres(col, row)
    x, y = np.random.default_rng(4).uniform(-400, 400, (2, 500))
    nearest = np.hypot(x[:, None] - centre_x, y[:, None] - centre_y).argmin(axis=1)
    found_col, found_row = cells.locate(x, y)
    assert found_col.tolist() == col[nearest].tolist()
    assert found_row.tolist() == row[nearest].tolist()


def test_a_hexagon_is_as_wide_as_its_size() -> None:
    west, south, east, north = tiling("hexagon", 50.0).polygons(np.array([0]), np.array([0]))[0].bounds
    assert (east - west, north - south) == pytest.approx((50, 100 / math.sqrt(3)))
