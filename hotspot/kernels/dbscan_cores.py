"""Which points are cores, decided for blocks of points at once: parts of `hotspot.kernels.dbscan`.

Each cell is parted into squares, as many as leave some points in each where a point
has just enough neighbours. Of a block of squares, those that lie within reach of all of it and
those that may lie within reach of any of it, column by column, bound what its points
have around them. A block that this does not decide is quartered, and in the end its points
are tried one by one on what lies between the bounds alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hotspot.kernels.compiled import compiled
from hotspot.kernels.dbscan_cells import FAR, SHRUNK
from hotspot.kernels.dbscan_reach import columns_of, number_within, weight_within

_SLACK = 1 - 1e-9
"""Less than enough by more than the order of a sum may change."""
_SLIP = 1e-5
"""Of the side of a square: what rounding may move a point over its edge."""
_PARTS = 8
"""Squares along the side of a cell at most."""
_HELD = 24
"""Points that make a cell worth parting; the same for each half as long."""
_ROOM = 4
"""Squares for each point at most."""
_PART = 128


@compiled()
def parts_of(least: Any, cells: Any, n: Any) -> Any:
    """Return how many squares there are along the side of each cell: a power of two."""
    parts = 1
    while parts < _PARTS and least >= _HELD * 4 * parts * parts and 4 * parts * parts * cells <= _ROOM * n:
        parts *= 2
    return parts


@compiled()
def _rows(parts: Any) -> Any:
    """Return which rows of each column of squares are within reach of a block, shape (levels, columns, 4).

    Rows and columns count from the block's first. Rows from the first to the fourth may
    be within reach of a point of the block, those from the second to the third are of all.
    """
    levels = 1
    while 1 << (levels - 1) < parts:
        levels += 1
    rows = np.zeros((levels, 6 * parts, 4), dtype=np.int64)
    reach = np.sqrt(2.0) * parts / SHRUNK
    sure, maybe = reach - _SLIP, reach + _SLIP
    for level in range(levels):
        wide = 1 << level
        for k in range(6 * parts):
            col = k - 3 * parts
            near, far = max(0, col - wide, -col - 1), max(col + 1, wide - col)
            if near > maybe:
                continue
            tall = np.sqrt(maybe * maybe - near * near)
            rows[level, k, 0], rows[level, k, 3] = np.ceil(-tall - 1), np.floor(wide + tall) + 1
            rows[level, k, 1] = rows[level, k, 2] = rows[level, k, 0]
            if far <= sure:
                short = np.sqrt(sure * sure - far * far)
                if np.ceil(wide - short) < np.floor(short):
                    rows[level, k, 1], rows[level, k, 2] = np.ceil(wide - short), np.floor(short)
    return rows


@compiled()
def _near_cells(cell: Any, c: Any, steps: Any, ends: Any, near: Any) -> Any:
    """Put each cell near one, its columns and rows away, and whether all times are near, into ``near``."""
    found = 0
    for k in range(len(steps)):
        for d in range(ends[k, 0], ends[k, 1]):
            near[found, 0], near[found, 1] = d, steps[k, 1]
            near[found, 2], near[found, 3] = cell[d] - cell[c] - steps[k, 0], steps[k, 2] == 0
            found += 1
    return found


@compiled()
def _bounds(near: Any, col: Any, row: Any, rows: Any, square: Any, upto: Any, rim: Any) -> Any:
    """Return what is within reach of all of a block, and of any; put the ranges between into ``rim``."""
    sure, maybe, found, parts = 0.0, 0.0, 0, len(rows) // 6
    for k in range(len(near)):
        d, up = near[k, 0], row - near[k, 2] * parts
        first = 3 * parts - col + near[k, 1] * parts
        for j in range(parts):
            low, stop = rows[first + j, 0] + up, rows[first + j, 3] + up
            if stop <= 0 or low >= parts:
                continue
            at = j * parts
            low, stop = at + max(low, 0), at + min(stop, parts)
            here = upto[d, stop] - upto[d, low]
            if here == 0 and square[d, stop] == square[d, low]:
                continue
            maybe += here
            inner = at + min(max(rows[first + j, 1] + up, 0), parts)
            outer = at + min(max(rows[first + j, 2] + up, 0), parts)
            if outer > inner and near[k, 3]:
                sure += upto[d, outer] - upto[d, inner]
            else:
                inner = outer = low
            if square[d, low] < square[d, inner]:
                rim[found, 0], rim[found, 1] = square[d, low], square[d, inner]
                found += 1
            if square[d, outer] < square[d, stop]:
                rim[found, 0], rim[found, 1] = square[d, outer], square[d, stop]
                found += 1
    return sure, maybe, found


@compiled()
def _gathered(rim: Any, point: Any, weight: Any, beside: Any) -> Any:
    """Return the points of some ranges side by side, the last row their weights, if any; how many."""
    found = 0
    for k in range(len(rim)):
        found += rim[k, 1] - rim[k, 0]
    if found > beside.shape[1]:
        beside = np.empty((len(beside), 2 * found))
    found = 0
    for k in range(len(rim)):
        more = rim[k, 1] - rim[k, 0]
        for dim in range(len(point)):
            for i in range(more):
                beside[dim, found + i] = point[dim, rim[k, 0] + i]
        if len(weight):
            for i in range(more):
                beside[-1, found + i] = weight[rim[k, 0] + i]
        found += more
    return beside, found


@compiled()
def _enough(
    point: Any, i: Any, beside: Any, found: Any, total: Any, maybe: Any, limits: Any, least: Any
) -> Any:
    """Return whether a point has enough around it: ``total`` at least, ``maybe`` at most."""
    weighed = len(beside) > len(point)
    for part in range(0, found, _PART):
        stop = min(part + _PART, found)
        if weighed:
            total += weight_within(point, i, beside, beside[-1], part, stop, limits)
        else:
            inside = number_within(point, i, beside, part, stop, limits)
            total, maybe = total + inside, maybe - (stop - part - inside)
        if total >= least or maybe < least * _SLACK:
            break
    return total >= least


@compiled()
def _decide(
    core: Any,
    c: Any,
    around: Any,
    square: Any,
    upto: Any,
    rows: Any,
    point: Any,
    weight: Any,
    room: Any,
    limits: Any,
    least: Any,
) -> Any:
    """Tell the cores of a cell, given those near it; return the room for points beside one."""
    todo, rim, beside = room
    parts = rows.shape[1] // 6
    todo[0] = len(rows) - 1, 0, 0
    left = 1
    while left:
        left -= 1
        level, col, row = todo[left]
        wide = 1 << level
        if _empty(square, c, col, row, wide, parts):
            continue
        sure, maybe, found = _bounds(around, col, row, rows[level], square, upto, rim)
        if maybe < least * _SLACK:
            continue
        if sure >= least:
            for j in range(col, col + wide):
                core[square[c, j * parts + row] : square[c, j * parts + row + wide]] = True
        elif level:
            left = _quartered(todo, left, level - 1, col, row)
        else:
            beside, found = _gathered(rim[:found], point, weight, beside)
            for i in range(square[c, col * parts + row], square[c, col * parts + row + 1]):
                core[i] = _enough(point, i, beside, found, sure, maybe, limits, least)
    return beside


@compiled()
def cores_of(
    cell: Any, steps: Any, square: Any, upto: Any, point: Any, weight: Any, limits: Any, least: Any
) -> Any:
    """Return whether each point is a core."""
    core = np.zeros(point.shape[1], dtype=np.bool_)
    parts = np.int64(np.sqrt(square.shape[1] - 1))
    rows = _rows(parts)
    ends = np.zeros((len(steps), 2), dtype=np.int64)
    near = np.empty((len(steps) * (2 * FAR + 1), 4), dtype=np.int64)
    rim, todo = (
        np.empty((2 * parts * len(near), 2), dtype=np.int64),
        np.empty((4 * len(rows), 3), dtype=np.int64),
    )
    beside = np.empty((len(point) + (len(weight) > 0), 1024))
    for c in range(len(cell)):
        if upto[c, -1] >= least:
            core[square[c, 0] : square[c, -1]] = True
            continue
        columns_of(cell, c, steps, ends)
        if _around(ends, upto) >= least * _SLACK:
            around = near[: _near_cells(cell, c, steps, ends, near)]
            room = todo, rim, beside
            beside = _decide(core, c, around, square, upto, rows, point, weight, room, limits, least)
    return core


@compiled()
def _around(ends: Any, upto: Any) -> Any:
    """Return what all cells of the columns hold."""
    total = 0.0
    for k in range(len(ends)):
        for d in range(ends[k, 0], ends[k, 1]):
            total += upto[d, -1]
    return total


@compiled()
def _empty(square: Any, c: Any, col: Any, row: Any, wide: Any, parts: Any) -> Any:
    held = 0
    for j in range(col, col + wide):
        held += square[c, j * parts + row + wide] - square[c, j * parts + row]
    return held == 0


@compiled()
def _quartered(todo: Any, left: Any, level: Any, col: Any, row: Any) -> Any:
    """Put the quarters of a block on the list, and return how long that is."""
    for k in range(4):
        todo[left + k] = level, col + (k // 2 << level), row + (k % 2 << level)
    return left + 4
