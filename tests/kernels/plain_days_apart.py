"""Pairs by days apart, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def days_apart(
    pairs: list[tuple[int, int]],
    band: list[int],
    days: NDArray[np.float64],
    limits: list[float],
    n_bands: int,
) -> NDArray[np.int64]:
    """How many pairs of each band are fewer days apart than each limit, shape (n_bands, n_limits)."""
    below = np.zeros((n_bands, len(limits)), dtype=np.int64)
    for (i, j), b in zip(pairs, band, strict=True):
        for k, limit in enumerate(limits):
            below[b, k] += abs(days[i] - days[j]) < limit
    return below
