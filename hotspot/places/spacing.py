"""How close incidents lie to each other, and the cell size that fits it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

SMALLEST, LARGEST, STEP = 100.0, 2000.0, 50.0
"""Bounds and rounding of an automatic cell size, m."""
_PER_WIDTH: Final = 4.0
"""Locations in a square as wide as a strip, were they spread evenly."""


def automatic_size(x: ArrayLike, y: ArrayLike) -> float:
    """Cell size that fits how close the incidents lie, m: a multiple of 50, from 100 to 2000.

    Twice the larger of the mean and the median distance to the nearest other
    location; coincident incidents are one location, and locations whose
    neighbour is further than the mean plus 3 standard deviations are left out.
    Fewer than two locations: 2000.

    Parameters
    ----------
    x, y
        Metres; NaN is left out.
    """
    nearest = nearest_distances(x, y)
    if len(nearest) < 2:
        return LARGEST
    nearest = nearest[nearest <= nearest.mean() + 3 * nearest.std()]
    size = 2 * max(nearest.mean(), float(np.median(nearest)))
    return float(min(max(round(size / STEP) * STEP, SMALLEST), LARGEST))


def nearest_distances(x: ArrayLike, y: ArrayLike) -> Floats:
    """Distance from each location to the nearest other, m; shape (n_locations,), from west to east in strips.

    Coincident points are one location; NaN is none. Of one location the distance is infinite.

    Parameters
    ----------
    x, y
        Metres.

    Examples
    --------
    >>> nearest_distances([0, 0, 3, 40], [0, 0, 4, 4])
    array([ 5.,  5., 37.])
    """
    from hotspot.kernels.nearest_other import drop_coincident, nearest_other

    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    known = np.isfinite(xs) & np.isfinite(ys)
    if not known.all():
        xs, ys = xs[known], ys[known]
    if not len(xs):
        return np.empty(0)
    order = np.argsort(xs)
    xs = xs[order]
    # A strip begins where x changes, so that coincident points are in the same one.
    wanted = np.arange(0, len(xs), max(math.isqrt(int(_PER_WIDTH * len(xs))), 1))
    start = np.append(np.unique(np.searchsorted(xs, xs[wanted])), len(xs))
    west, east = xs[start[:-1]], xs[start[1:] - 1]
    ys = ys[order]
    for begin, end in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
        by_height = np.argsort(ys[begin:end])
        xs[begin:end], ys[begin:end] = xs[begin:end][by_height], ys[begin:end][by_height]
    n = drop_coincident(xs, ys, start)
    found = np.empty(n)
    nearest_other(xs[:n], ys[:n], start, west, east, found)
    return found
