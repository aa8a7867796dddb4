"""The cell that each point is in, and the points in each cell, in one pass over the points."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotspot.kernels.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int32]

_ROW = math.sqrt(3) / 2
"""Distance between two rows of hexagons, in widths."""
_TWO = 2 * _ROW
_BLOCK = 1024
"""Points placed at a time: small enough to stay in the cache, and of a length that fills wide registers."""


class Table(NamedTuple):
    """Where the cells of a grid lie."""

    west: float
    south: float
    """Origin of the tiling."""
    size: float
    """Side of a square, or width of a hexagon."""
    hexagons: bool
    col: float
    row: float
    """Column and row that the table begins with."""
    n_cols: float
    n_rows: float
    hair: float
    """How far a point in no cell is moved, east, north and both, to be in one."""
    cell: Numbers
    """Cell at each place of the lattice, row by row, -1 without one; shape (n_rows * n_cols,)."""


@compiled()
def square_at(u: float, v: float) -> tuple[float, float]:
    """Column and row of the square that a point is in, u and v in sides: on a shared edge the lower one."""
    return np.ceil(u) - 1, np.ceil(v) - 1


@compiled()
def hexagon_at(u: float, v: float) -> tuple[float, float]:
    """Column and row of the hexagon whose centre is nearest, u and v in widths; of two the lower one.

    Even rows and odd rows are each a lattice of rectangles, where the nearest centre is a
    matter of rounding; the nearer of the two is it.
    """
    even_col, even_row = np.ceil(u - 0.5), np.ceil(v / _TWO - 0.5)
    odd_col, odd_row = np.ceil(u - 1.0), np.ceil((v - _ROW) / _TWO - 0.5)
    east, north = u - even_col, v - even_row * _TWO
    even = east * east + north * north
    east, north = u - odd_col - 0.5, v - odd_row * _TWO - _ROW
    odd = east * east + north * north
    # Of two rows equally near, the southern one.
    is_even = (even < odd) | ((even == odd) & (even_row <= odd_row))
    return (even_col if is_even else odd_col), (2 * even_row if is_even else 2 * odd_row + 1)


@compiled()
def place_of(col: float, row: float, table: Table) -> np.int32:
    """Place of the table, -1 outside or for NaN."""
    col, row = col - table.col, row - table.row
    within = (col >= 0) & (col < table.n_cols) & (row >= 0) & (row < table.n_rows)
    return np.int32(row * table.n_cols + col) if within else np.int32(-1)


@compiled()
def place_in_squares(x: float, y: float, table: Table) -> np.int32:
    """Place of the table that a point lies in, -1 outside."""
    col, row = square_at((x - table.west) / table.size, (y - table.south) / table.size)
    return place_of(col, row, table)


@compiled()
def place_in_hexagons(x: float, y: float, table: Table) -> np.int32:
    """Place of the table that a point lies in, -1 outside."""
    col, row = hexagon_at((x - table.west) / table.size, (y - table.south) / table.size)
    return place_of(col, row, table)


@compiled()
def cell_at(x: float, y: float, table: Table) -> np.int32:
    """Cell that a point is in, -1 for none."""
    place = place_in_hexagons(x, y, table) if table.hexagons else place_in_squares(x, y, table)
    cell: np.int32 = table.cell[place] if place >= 0 else np.int32(-1)
    return cell


@compiled()
def cell_beside(x: float, y: float, table: Table) -> np.int32:
    """Cell on whose outer edge a point lies that is in none, -1 for none."""
    cell = cell_at(x + table.hair, y, table)
    if cell < 0:
        cell = cell_at(x, y + table.hair, table)
    if cell < 0:
        cell = cell_at(x + table.hair, y + table.hair, table)
    return cell


@compiled()
def cells_of_block(x: Floats, y: Floats, table: Table, found: Numbers) -> None:
    """Write the cells of a few points: first their places, which needs no branch, then what is there."""
    if table.hexagons:
        for i in range(len(x)):
            found[i] = place_in_hexagons(x[i], y[i], table)
    else:
        for i in range(len(x)):
            found[i] = place_in_squares(x[i], y[i], table)
    for i in range(len(x)):
        cell = table.cell[found[i]] if found[i] >= 0 else np.int32(-1)
        found[i] = cell if cell >= 0 else cell_beside(x[i], y[i], table)


@compiled(
    "void(Array(f8, 1, 'C', True), Array(f8, 1, 'C', True), f8, f8, f8, b1, f8, f8, f8, i4[:, ::1], i4[::1])"
)
def cells_of(
    x: Floats, y: Floats, west: float, south: float, size: float, hexagons: bool, col: float, row: float,
    hair: float, cell: Numbers, found: Numbers,
) -> None:  # fmt: skip
    """Write the cell of each point to ``found``, -1 for none or where NaN; shape (n,).

    Parameters
    ----------
    x, y
        Points, shape (n,).
    west, south
        Origin of the tiling.
    size
        Side of a square, or width of a hexagon.
    hexagons
        Whether cells are hexagons.
    col, row
        Column and row of the first cell of the table.
    hair
        How far a point in no cell is moved, east, north and both, to be in one.
    cell
        The cell at each row and column from there, -1 without one.
    found
        Written to.
    """
    table = Table(
        west, south, size, hexagons, col, row, float(cell.shape[1]), float(cell.shape[0]), hair, cell.ravel()
    )
    for start in range(0, len(x), _BLOCK):
        end = min(start + _BLOCK, len(x))
        cells_of_block(x[start:end], y[start:end], table, found[start:end])


@compiled("void(Array(f8, 1, 'C', True), Array(f8, 1, 'C', True), f8, f8, f8, b1, f8[::1], f8[::1])")
def lattice_of(
    x: Floats, y: Floats, west: float, south: float, size: float, hexagons: bool, col: Floats, row: Floats
) -> None:
    """Write the column and row of the cell that each point is in, in the whole plane; NaN for NaN."""
    for i in range(len(x)):
        u, v = (x[i] - west) / size, (y[i] - south) / size
        col[i], row[i] = hexagon_at(u, v) if hexagons else square_at(u, v)


@compiled("void(Array(i4, 1, 'C', True), Array(f8, 1, 'C', True), Array(b1, 1, 'C', True), f8[::1])")
def add_up(cell: Numbers, weight: Floats, chosen: NDArray[np.bool_], sums: Floats) -> None:
    """Add the weight of each of those chosen to the sum of its cell, if it is in one, in their order.

    One weight is that of all; no choice at all holds for all.
    """
    one, every = len(weight) == 1, len(chosen) == 0
    for i in range(len(cell)):
        if cell[i] >= 0 and (every or chosen[i]):
            sums[cell[i]] += weight[0] if one else weight[i]
