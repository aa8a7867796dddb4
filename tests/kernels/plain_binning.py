"""The cell that a point is in, written as the rule is said."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ROW = math.sqrt(3) / 2


def squares(x: Floats, y: Floats, *, west: float, south: float, size: float) -> tuple[Floats, Floats]:
    """Column and row of squares: a point on a shared edge belongs to the lower one."""
    return np.ceil((x - west) / size) - 1, np.ceil((y - south) / size) - 1


def hexagons(x: Floats, y: Floats, *, west: float, south: float, size: float) -> tuple[Floats, Floats]:
    """Column and row of hexagons: that of the nearest centre, of two the western, else the southern."""
    u, v = (x - west) / size, (y - south) / size
    even_col, even_row = np.ceil(u - 0.5), np.ceil(v / (2 * ROW) - 0.5)
    odd_col, odd_row = np.ceil(u - 1.0), np.ceil((v - ROW) / (2 * ROW) - 0.5)
    even = (u - even_col) ** 2 + (v - even_row * (2 * ROW)) ** 2
    odd = (u - odd_col - 0.5) ** 2 + (v - odd_row * (2 * ROW) - ROW) ** 2
    is_even = (even < odd) | ((even == odd) & (even_row <= odd_row))
    return np.where(is_even, even_col, odd_col), np.where(is_even, 2 * even_row, 2 * odd_row + 1)


LATTICES = {"square": squares, "hexagon": hexagons}
