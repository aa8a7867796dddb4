"""Which of many discs of one radius make the edge of their union: the others need not be joined.

A disc is a regular polygon. It is no part of the edge where each of its sides lies inside
another disc. Where all cells around its own hold a disc's middle, every
point of its edge has one within 0.99 of the radius, and nothing has to be looked at;
else the outermost middles of the cells around are tried, which cover most.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hotspot.kernels.compiled import compiled
from hotspot.kernels.dbscan_cells import FAR, bounds, cells_of, dealt
from hotspot.kernels.dbscan_reach import columns_of

_CLOSE = 0.99
"""Of the radius; the sides of a polygon lie at 0.9952 and beyond."""
_ALL = np.int64((1 << 32) - 1)
_SIDES = 32
_WAYS = 8


@compiled()
def _outermost(start: Any, point: Any) -> Any:
    """Return the outermost point of each cell in eight directions, shape (n_cells, 8)."""
    turn = 2 * np.pi * np.arange(_WAYS) / _WAYS
    east, north = np.cos(turn), np.sin(turn)
    found = np.empty((len(start) - 1, _WAYS), dtype=np.int32)
    for c in range(len(start) - 1):
        for way in range(_WAYS):
            best, furthest = start[c], -np.inf
            for i in range(start[c], start[c + 1]):
                along = point[0, i] * east[way] + point[1, i] * north[way]
                if along > furthest:
                    best, furthest = i, along
            found[c, way] = best
    return found


@compiled()
def _covered(dx: Any, dy: Any, radius: Any, east: Any, north: Any) -> Any:
    """Return the sides of a disc that one so far off covers, as bits: both ends lie inside it."""
    inside = radius * np.cos(np.pi / _SIDES) * (1 - 1e-9)
    bound = (radius * radius - inside * inside + dx * dx + dy * dy) / (2 * radius)
    corners = np.int64(0)
    for k in range(_SIDES):
        corners |= np.int64(dx * east[k] + dy * north[k] > bound) << k
    return corners & (corners >> 1 | (corners & 1) << (_SIDES - 1))


@compiled()
def _open(i: Any, ends: Any, point: Any, outer: Any, radius: Any, east: Any, north: Any) -> Any:
    """Return whether a side of disc i is covered by none of the outermost around."""
    sides = np.int64(0)
    for k in range(len(ends)):
        for d in range(ends[k, 0], ends[k, 1]):
            for j in outer[d]:
                dx, dy = point[0, j] - point[0, i], point[1, j] - point[1, i]
                sides |= _covered(dx, dy, radius, east, north)
            if sides == _ALL:
                return False
    return True


@compiled("b1[::1](f8[::1], f8[::1], f8)")
def rim(x: Any, y: Any, radius: Any) -> Any:
    """Return whether each disc may make part of the edge; its middles are distinct."""
    kept = np.zeros(len(x), dtype=np.bool_)
    if not len(x):
        return kept
    order, key, steps = cells_of(x, y, np.empty(0), radius * _CLOSE, 1.0)
    cell, start = bounds(key)
    point = dealt(order, x, y, np.empty(0))
    outer = _outermost(start, point)
    turn = 2 * np.pi * np.arange(_SIDES) / _SIDES
    east, north = np.cos(turn), np.sin(turn)
    ends = np.zeros((len(steps), 2), dtype=np.int64)
    for c in range(len(cell)):
        columns_of(cell, c, steps, ends)
        if (ends[:, 1] - ends[:, 0]).sum() == (2 * FAR + 1) ** 2:
            continue
        for i in range(start[c], start[c + 1]):
            kept[order[i]] = _open(i, ends, point, outer, radius, east, north)
    return kept
