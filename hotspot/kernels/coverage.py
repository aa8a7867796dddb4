"""How much of each cell lies inside a polygon, by walking once along its outline.

The area inside a cell is a sum over the pieces of the outline: each, seen from the
east, adds or takes away the strip of the cell to its east, and the same strip of
every cell further east. A cell's strip between two heights has straight sides, in
squares and in hexagons, so each part is a trapezoid, and exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspot.kernels.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@compiled("f8(f8, f8)", inline="always")
def positive(one: float, other: float) -> float:
    """Mean of the positive part of a line that runs from one value to another."""
    if one >= 0 and other >= 0:
        return (one + other) / 2
    if one <= 0 and other <= 0:
        return 0.0
    high, low = max(one, other), min(one, other)
    return high * high / (2 * (high - low))


@compiled("f8(i8, b1)", inline="always")
def line(band: int, hexagons: bool) -> float:
    """Height at which a band begins: a row of squares; of hexagons their upright part, or the zigzag."""
    if not hexagons:
        return float(band)
    return float(3 * (band >> 1) - 1 + 2 * (band & 1))


@compiled("i8(f8, b1)", inline="always")
def band_of(height: float, hexagons: bool) -> int:
    """Band that a height lies in."""
    if not hexagons:
        return int(np.floor(height))
    row = np.floor((height + 1) / 3)
    return 2 * int(row) + (1 if height >= 3 * row + 1 else 0)


@compiled("void(f8[:, ::1], i8, f8, f8, f8, f8, f8, f8, f8)")
def strip(
    steps: Floats, row: int, at: float, to: float, west: float, west_to: float, width: float, width_to: float,
    down: float,
) -> None:  # fmt: skip
    """Add one piece of the outline to a row of cells, as the change from each cell to the next.

    ``at`` and ``to`` are its lower and upper end; ``west`` and ``width`` those of cell 0
    there; ``down`` the height that the outline loses.
    """
    at -= west
    to -= west_to
    whole = (width + width_to) / 2
    before = 0.0
    first, last = int(np.floor(min(at, to))), int(np.floor(max(at, to)))
    for cell in range(first, last + 1):
        a, b = at - cell, to - cell
        behind = positive(a, b) - positive(a - width, b - width_to)
        here = (whole - behind) * down
        steps[row, cell] += here - before
        before = here
    steps[row, last + 1] += whole * down - before


@compiled("void(f8[:, ::1], i8, i8, f8, f8, f8, f8, f8, b1)")
def piece(
    steps: Floats, band: int, first_row: int, at: float, to: float, low: float, high: float, down: float,
    hexagons: bool,
) -> None:  # fmt: skip
    """Add one piece of the outline, within one band, to the one or two rows of cells there."""
    if not hexagons:
        if 0 <= band - first_row < len(steps):
            strip(steps, band - first_row, at, to, 0.0, 0.0, 1.0, 1.0, down)
        return
    row = band >> 1
    if band & 1 == 0:
        if 0 <= row - first_row < len(steps):
            west = (row & 1) / 2 - 0.5
            strip(steps, row - first_row, at, to, west, west, 1.0, 1.0, down)
        return
    bottom = 3.0 * row + 1
    low, high = low - bottom, high - bottom
    if 0 <= row - first_row < len(steps):
        west = (row & 1) / 2 - 0.5
        strip(steps, row - first_row, at, to, west + low / 2, west + high / 2, 1 - low, 1 - high, down)
    if 0 <= row + 1 - first_row < len(steps):
        west = ((row + 1) & 1) / 2
        strip(steps, row + 1 - first_row, at, to, west - low / 2, west - high / 2, low, high, down)


@compiled("void(f8[::1], f8[::1], i8[::1], i8, b1, f8[:, ::1])")
def add_outline(x: Floats, y: Floats, ring: Ints, first_row: int, hexagons: bool, steps: Floats) -> None:
    """Add the outline of a polygon to ``steps``: the change of the area inside from each cell to the next.

    Parameters
    ----------
    x, y
        Vertices of closed rings, shells counter-clockwise and holes clockwise. In squares,
        x and y count cells; in hexagons x counts widths, and y thirds of the distance
        between two rows, so that the points and sides of hexagons lie at whole numbers.
    ring
        Number of the ring that each vertex belongs to.
    first_row
        Row of cells that ``steps`` begins with; column 0 is its first, and nothing lies west of it.
    hexagons
        Whether cells are hexagons.
    steps
        Shape (n_rows, n_cols + 1), added to. A running total along a row is the area of each
        cell inside; 1 is the whole of a square, 3 of a hexagon.
    """
    last_row = first_row + len(steps)
    bottom, top = float(first_row), float(last_row)
    if hexagons:
        bottom, top = 3.0 * first_row - 2, 3.0 * last_row - 1
    for i in range(len(x) - 1):
        if ring[i] != ring[i + 1] or y[i] == y[i + 1]:
            continue
        low, high, sign = (i, i + 1, -1.0) if y[i] < y[i + 1] else (i + 1, i, 1.0)
        begin, end = max(y[low], bottom), min(y[high], top)
        if begin >= end:
            continue
        height, way = y[high] - y[low], x[high] - x[low]
        at = x[low] if begin == y[low] else x[low] + (begin - y[low]) / height * way
        band = band_of(begin, hexagons)
        while begin < end:
            over = min(line(band + 1, hexagons), end)
            to = x[high] if over == y[high] else x[low] + (over - y[low]) / height * way
            piece(steps, band, first_row, at, to, begin, over, (over - begin) * sign, hexagons)
            begin, at = over, to
            band += 1
