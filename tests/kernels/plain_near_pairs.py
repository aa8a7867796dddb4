"""Pairs near one another, one by one."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def near_pairs(
    x: NDArray[np.float64], y: NDArray[np.float64], edges: list[float], *, straight: bool
) -> list[set[tuple[int, int]]]:
    """Pairs (lower number first) of each band of distance, half open [a, b)."""
    bands: list[set[tuple[int, int]]] = [set() for _ in edges[1:]]
    for i in range(len(x)):
        for j in range(i + 1, len(x)):
            dx, dy = abs(x[i] - x[j]), abs(y[i] - y[j])
            apart = math.hypot(dx, dy) if straight else dx + dy
            for band, (low, high) in enumerate(pairwise(edges)):
                if low <= apart < high:
                    bands[band].add((i, j))
    return bands
