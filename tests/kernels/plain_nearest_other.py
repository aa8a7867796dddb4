"""The distance to the nearest other location, each by each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def nearest_other(points: NDArray[np.float64]) -> list[float]:
    """Distances from each different location to the nearest other, in order of size."""
    locations = np.unique(points, axis=0)
    apart = np.sqrt(((locations[:, None] - locations) ** 2).sum(axis=2))
    np.fill_diagonal(apart, np.inf)
    return sorted(apart.min(axis=1).tolist())
