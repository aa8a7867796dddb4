"""Kernel sums as they are defined: every incident at every place."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hotspot.stats.kde import kernel_value

Floats = NDArray[np.float64]


def exact_density(
    x: ArrayLike,
    y: ArrayLike,
    at_x: ArrayLike,
    at_y: ArrayLike,
    *,
    bandwidth: float,
    kernel: str = "quartic",
    weights: ArrayLike | None = None,
) -> Floats:
    """Incidents, or their weight, per km2 at each place; a Gaussian reaches everywhere."""
    east, north, px, py = (np.asarray(each, dtype=np.float64) for each in (x, y, at_x, at_y))
    weight = np.ones(len(east)) if weights is None else np.asarray(weights, dtype=np.float64)
    result = np.zeros(len(px))
    for start in range(0, len(px), 2000):
        some = slice(start, start + 2000)
        distance = np.hypot(px[some, None] - east, py[some, None] - north)
        result[some] = kernel_value(distance, bandwidth=bandwidth, kernel=kernel) @ weight
    return result
