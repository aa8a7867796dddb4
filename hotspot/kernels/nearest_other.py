"""The distance from each location to the nearest other, in strips of points sorted by height."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspot.kernels.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@compiled("i8(f8[::1], f8[::1], i8[::1])")
def drop_coincident(x: Floats, y: Floats, start: Ints) -> int:
    """Move different locations to the front, each once, and return their number.

    Parameters
    ----------
    x, y
        Points, strip by strip; within a strip by y. Sorted here by x where y is equal.
    start
        Where each strip begins, and where the last one ends: moved with them.
    """
    kept = 0
    for strip in range(len(start) - 1):
        i, end = start[strip], start[strip + 1]
        start[strip] = kept
        while i < end:
            level = i + 1
            while level < end and y[level] == y[i]:
                level += 1
            if level > i + 1:
                x[i:level].sort()
            for j in range(i, level):
                if j == i or x[j] != x[j - 1]:
                    # What is read next lies further on: nothing is overwritten before it is read.
                    x[kept], y[kept] = x[j], y[j]
                    kept += 1
            i = level
    start[-1] = kept
    return kept


@compiled()
def nearest_in(
    x: Floats, y: Floats, begin: int, end: int, at: int, east: float, north: float, least: float
) -> float:
    """Square of the distance to the nearest in a strip, from ``at`` up and down; at most ``least``."""
    for j in range(at, end):
        up = y[j] - north
        if up * up >= least:
            break
        across = x[j] - east
        least = min(least, across * across + up * up)
    for j in range(at - 1, begin - 1, -1):
        down = y[j] - north
        if down * down >= least:
            break
        across = x[j] - east
        least = min(least, across * across + down * down)
    return least


@compiled("void(f8[::1], f8[::1], i8[::1], f8[::1], f8[::1], f8[::1])")
def nearest_other(x: Floats, y: Floats, start: Ints, west: Floats, east: Floats, found: Floats) -> None:
    """Write the distance from each location to the nearest other; infinite where there is none.

    Parameters
    ----------
    x, y
        Locations, no two alike, strip by strip from the west; within a strip by y.
    start
        Where each strip begins, and where the last one ends.
    west, east
        The least and largest x in each strip.
    found
        Shape (n,).
    """
    for strip in range(len(start) - 1):
        for i in range(start[strip], start[strip + 1]):
            least = nearest_in(x, y, start[strip], i, i, x[i], y[i], np.inf)
            least = nearest_in(x, y, i + 1, start[strip + 1], i + 1, x[i], y[i], least)
            for way in (-1, 1):
                other = strip + way
                while 0 <= other < len(start) - 1:
                    gap = x[i] - east[other] if way < 0 else west[other] - x[i]
                    if gap * gap >= least:
                        break
                    begin, end = start[other], start[other + 1]
                    at = begin + np.searchsorted(y[begin:end], y[i])
                    least = nearest_in(x, y, begin, end, at, x[i], y[i], least)
                    other += way
            found[i] = np.sqrt(least)
