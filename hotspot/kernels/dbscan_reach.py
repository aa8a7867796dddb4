"""Who is within reach of whom: parts of `hotspot.kernels.dbscan`.

``limits`` are the square of the distance and the days within which two points are
neighbours. A box is the least and greatest of each coordinate.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hotspot.kernels.compiled import compiled
from hotspot.kernels.dbscan_cells import FAR

NONE, SOME, ALL = -1, 0, 1
"""Pairs of two boxes that are neighbours."""
DEPTH = 1024
"""Rows that `any_within` needs to remember where it has still to look."""
_FEW = 64
PART = 256
"""Points that are sooner looked at than left out."""


@compiled()
def columns_of(key: Any, c: Any, steps: Any, ends: Any) -> None:
    """Put the first cell near a cell of each nearby column, and the one after the last, into ``ends``.

    To be asked of all cells in turn: ``ends``, zeros at first, remembers where each column was left.
    """
    for k in range(len(steps)):
        low = key[c] + steps[k, 0] - FAR
        i = ends[k, 0]
        while i < len(key) and key[i] < low:
            i += 1
        ends[k, 0] = i
        while i < len(key) and key[i] <= low + 2 * FAR:
            i += 1
        ends[k, 1] = i


@compiled()
def listed(ends: Any, near: Any) -> Any:
    """Put all cells of the columns into ``near``, and return how many they are."""
    found = 0
    for k in range(len(ends)):
        for d in range(ends[k, 0], ends[k, 1]):
            near[found] = d
            found += 1
    return found


@compiled()
def related(one: Any, i: Any, other: Any, j: Any, limits: Any) -> Any:
    """Return whether no, some or all pairs of points of box i and of the other box j are neighbours."""
    least, most = 0.0, 0.0
    for dim in range(0, 4, 2):
        low = max(0.0, other[j, dim] - one[i, dim + 1], one[i, dim] - other[j, dim + 1])
        high = max(other[j, dim + 1] - one[i, dim], one[i, dim + 1] - other[j, dim])
        least, most = least + low * low, most + high * high
    if least > limits[0]:
        return NONE
    sure = most <= limits[0]
    if one.shape[1] > 4:
        if max(other[j, 4] - one[i, 5], one[i, 4] - other[j, 5]) > limits[1]:
            return NONE
        sure = sure and max(other[j, 5] - one[i, 4], one[i, 5] - other[j, 4]) <= limits[1]
    return ALL if sure else SOME


@compiled(inline="always")
def number_within(point: Any, i: Any, other: Any, start: Any, stop: Any, limits: Any) -> Any:
    """Return how many of the other points from start to stop are near point i."""
    # Slices of one step, looked at in turn without leaving off, become eight at a time.
    x, y, square, held = point[0, i], point[1, i], limits[0], 0
    xs, ys = other[0][start:stop], other[1][start:stop]
    if len(point) < 3:
        for j in range(len(xs)):
            dx, dy = x - xs[j], y - ys[j]
            held += dx * dx + dy * dy <= square
        return held
    t, days, ts = point[2, i], limits[1], other[2][start:stop]
    for j in range(len(xs)):
        dx, dy = x - xs[j], y - ys[j]
        held += (dx * dx + dy * dy <= square) & (abs(t - ts[j]) <= days)
    return held


@compiled(inline="always")
def weight_within(point: Any, i: Any, other: Any, weight: Any, start: Any, stop: Any, limits: Any) -> Any:
    """Return the weight of the other points from start to stop near point i."""
    held = 0.0
    for j in range(start, stop):
        dx, dy = point[0, i] - other[0, j], point[1, i] - other[1, j]
        near = dx * dx + dy * dy <= limits[0]
        if near and (len(point) < 3 or abs(point[2, i] - other[2, j]) <= limits[1]):
            held += weight[j]
    return held


@compiled()
def one_within(point: Any, i: Any, other: Any, start: Any, stop: Any, limits: Any) -> Any:
    """Return whether any of the other points from start to stop is near point i."""
    for part in range(start, stop, PART):
        if number_within(point, i, other, part, min(part + PART, stop), limits):
            return True
    return False


@compiled()
def any_within(point: Any, a: Any, b: Any, c: Any, d: Any, limits: Any, todo: Any) -> Any:
    """Return whether any point from a to b is near any from c to d; moves points within either range.

    Halves the wider of the two until boxes settle it, or few pairs are left.
    """
    dims = len(point)
    box = np.empty((2, 2 * dims))
    _put(todo, 0, a, b, c, d)
    left = 1
    while left:
        left -= 1
        a, b, c, d = todo[left, 0], todo[left, 1], todo[left, 2], todo[left, 3]
        _shut(point, a, b, box[0])
        _shut(point, c, d, box[1])
        relation = related(box, 0, box, 1, limits)
        if relation == ALL:
            return True
        if relation == NONE:
            continue
        if (b - a) * (d - c) <= _FEW:
            if _any_pair(point, a, b, c, d, limits):
                return True
            continue
        side, dim = _widest(box, limits)
        middle = box[side, 2 * dim] + (box[side, 2 * dim + 1] - box[side, 2 * dim]) / 2
        if middle >= box[side, 2 * dim + 1]:
            middle = box[side, 2 * dim]
        if side == 0:
            half = _parted(point, a, b, dim, middle)
            _put(todo, left, a, half, c, d)
            _put(todo, left + 1, half, b, c, d)
        else:
            half = _parted(point, c, d, dim, middle)
            _put(todo, left, a, b, c, half)
            _put(todo, left + 1, a, b, half, d)
        left += 2
    return False


@compiled()
def _put(todo: Any, at: Any, a: Any, b: Any, c: Any, d: Any) -> None:
    todo[at, 0], todo[at, 1], todo[at, 2], todo[at, 3] = a, b, c, d


@compiled()
def _shut(point: Any, start: Any, stop: Any, box: Any) -> None:
    for dim in range(len(point)):
        low, high = point[dim, start], point[dim, start]
        for i in range(start + 1, stop):
            low, high = min(low, point[dim, i]), max(high, point[dim, i])
        box[2 * dim], box[2 * dim + 1] = low, high


@compiled()
def _any_pair(point: Any, a: Any, b: Any, c: Any, d: Any, limits: Any) -> Any:
    for i in range(a, b):
        for j in range(c, d):
            dx, dy = point[0, i] - point[0, j], point[1, i] - point[1, j]
            near = dx * dx + dy * dy <= limits[0]
            if near and (len(point) < 3 or abs(point[2, i] - point[2, j]) <= limits[1]):
                return True
    return False


@compiled()
def _widest(box: Any, limits: Any) -> Any:
    """Return which box is widest, and along what, beside what is a neighbour there."""
    side, dim, widest = 0, 0, -1.0
    for k in range(2):
        for along in range(box.shape[1] // 2):
            wide = box[k, 2 * along + 1] - box[k, 2 * along]
            wide /= np.sqrt(limits[0]) if along < 2 else limits[1]
            if wide > widest:
                side, dim, widest = k, along, wide
    return side, dim


@compiled()
def _parted(point: Any, start: Any, stop: Any, dim: Any, middle: Any) -> Any:
    """Move points up to the middle before the others, and return where those begin."""
    low, high = start, stop - 1
    while low <= high:
        if point[dim, low] <= middle:
            low += 1
            continue
        for along in range(len(point)):
            point[along, low], point[along, high] = point[along, high], point[along, low]
        high -= 1
    return low
