"""Sums over neighbourhoods, from the distance between the centres of each two cells."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def lattice_sums(values: Floats, col: Ints, row: Ints, *, shape: str, reach: float) -> Floats:
    """Sum of the values of the cells at most ``reach`` cell sizes away, and of the cell itself."""
    x = col + (row & 1) / 2 if shape == "hexagon" else col * 1.0
    y = row * (math.sqrt(3) / 2 if shape == "hexagon" else 1.0)
    near = np.hypot(x[:, None] - x, y[:, None] - y) <= reach * (1 + 1e-9)
    return near @ values
