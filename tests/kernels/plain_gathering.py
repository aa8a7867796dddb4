"""Incidents in the small squares of crowded squares as one each, step by step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def gathered_incidents(
    x: Floats, y: Floats, weight: Floats, side: float, bins: int
) -> list[tuple[float, ...]]:
    """x, y and weight of what is left, sorted; squares are counted from the south-western incident."""
    west, south = x.min(), y.min()
    square = np.column_stack([(x - west) // side, (y - south) // side])
    left = []
    for one in np.unique(square, axis=0):
        here = (square == one).all(axis=1)
        if here.sum() <= bins**2:
            left += list(zip(x[here], y[here], weight[here], strict=True))
            continue
        small = np.column_stack([(x - west) / side - one[0], (y - south) / side - one[1]]) * bins // 1
        for part in np.unique(small[here], axis=0):
            held = here & (small == part).all(axis=1)
            total = weight[held].sum()
            if total > 0:
                left.append((x[held] @ weight[held] / total, y[held] @ weight[held] / total, total))
    return sorted(left)
