"""Points dealt out to cells, and the boxes around them: parts of `hotspot.kernels.dbscan`."""

from __future__ import annotations

from typing import Any

import numpy as np

from hotspot.kernels.compiled import compiled
from hotspot.kernels.ordering import order_of

SHRUNK = 1 - 1e-6
"""Rounding must not put two points into one cell that are no neighbours."""
FAR = 2
"""Cells on either side that may hold neighbours."""


@compiled()
def cells_of(x: Any, y: Any, t: Any, eps: Any, days: Any) -> Any:
    """Return the points in the order of their cells, the cell of each, and `_steps` to nearby columns.

    A cell is a number: by span of time, then by column, then by row, with room around for
    steps that lead outside.
    """
    n, timed = len(x), len(t) > 0
    side = eps / np.sqrt(2.0) * SHRUNK
    west, south = x.min(), y.min()
    cols = np.int64((x.max() - west) / side) + 1 + 2 * FAR
    rows = np.int64((y.max() - south) / side) + 1 + 2 * FAR
    keys = np.empty(n, dtype=np.uint64)
    for i in range(n):
        col, row = np.int64((x[i] - west) / side), np.int64((y[i] - south) / side)
        keys[i] = np.uint64((col + FAR) * rows + row + FAR)
    spans = 0
    if timed:
        spans = FAR
        start = t.min()
        for i in range(n):
            keys[i] += np.uint64((np.int64((t[i] - start) / (days * SHRUNK)) + FAR) * cols * rows)
    order = order_of(keys)
    key = np.empty(n, dtype=np.int64)
    for i in range(n):
        key[i] = np.int64(keys[order[i]])
    return order, key, _steps(spans, cols, rows)


@compiled()
def _steps(spans: Any, cols: Any, rows: Any) -> Any:
    """Return how much the number of a cell grows to each nearby column, and its columns and spans away."""
    steps = np.empty(((2 * spans + 1) * (2 * FAR + 1), 3), dtype=np.int64)
    k = 0
    # The nearest come first: they hold most of what is near.
    for far in range(FAR + 1):
        for span in range(-spans, spans + 1):
            for col in range(-FAR, FAR + 1):
                if max(abs(span), abs(col)) == far:
                    steps[k, 0], steps[k, 1], steps[k, 2] = (span * cols + col) * rows, col, span
                    k += 1
    return steps


@compiled()
def dealt(order: Any, x: Any, y: Any, t: Any) -> Any:
    """Return coordinates in the order of cells, shape (2 or 3, n)."""
    point = np.empty((3 if len(t) else 2, len(order)))
    for i in range(len(order)):
        point[0, i], point[1, i] = x[order[i]], y[order[i]]
    if len(t):
        for i in range(len(order)):
            point[2, i] = t[order[i]]
    return point


@compiled()
def bounds(key: Any) -> Any:
    """Return the number of each cell, and where its points start; one more start for the end."""
    cells = 1
    for i in range(1, len(key)):
        cells += key[i] != key[i - 1]
    cell, start = np.empty(cells, dtype=np.int64), np.empty(cells + 1, dtype=np.int32)
    c = 0
    for i in range(len(key)):
        if i == 0 or key[i] != key[i - 1]:
            cell[c], start[c] = key[i], i
            c += 1
    start[cells] = len(key)
    return cell, start


@compiled()
def parted(order: Any, start: Any, point: Any, corner: Any, eps: Any, parts: Any) -> Any:
    """Move the points of each cell into squares, and return where each begins, shape (n_cells, squares + 1).

    Squares count by column, then by row; there are ``parts`` of each.
    """
    side = eps / np.sqrt(2.0) * SHRUNK
    square = np.zeros((len(start) - 1, parts * parts + 1), dtype=np.int32)
    place, most = np.empty(parts * parts, dtype=np.int32), 0
    for c in range(len(square)):
        most = max(most, start[c + 1] - start[c])
    to, room = np.empty(most, dtype=np.int32), np.empty(most)
    numbers = np.empty(most, dtype=order.dtype)
    for c in range(len(square)):
        begin, end = start[c], start[c + 1]
        if parts == 1:
            square[c, 0], square[c, 1] = begin, end
            continue
        for i in range(begin, end):
            col, row = (point[0, i] - corner[0]) / side, (point[1, i] - corner[1]) / side
            col, row = (col - np.int64(col)) * parts, (row - np.int64(row)) * parts
            to[i - begin] = np.int64(col) * parts + np.int64(row)
            square[c, to[i - begin] + 1] += 1
        square[c, 0] = begin
        for k in range(parts * parts):
            place[k] = square[c, k] - begin
            square[c, k + 1] += square[c, k]
        for i in range(end - begin):
            place[to[i]] += 1
            to[i] = place[to[i]] - 1
        _moved(order[begin:end], to, numbers)
        for dim in range(len(point)):
            _moved(point[dim, begin:end], to, room)
    return square


@compiled()
def _moved(values: Any, to: Any, room: Any) -> None:
    """Move each value to another place."""
    for i in range(len(values)):
        room[to[i]] = values[i]
    for i in range(len(values)):
        values[i] = room[i]


@compiled()
def masses(square: Any, weight: Any) -> Any:
    """Return what the squares of a cell hold up to each: points, or their weights where there are any."""
    held = np.zeros(square.shape)
    for c in range(len(square)):
        for k in range(square.shape[1] - 1):
            total = held[c, k]
            if len(weight):
                for i in range(square[c, k], square[c, k + 1]):
                    total += weight[i]
            else:
                total += square[c, k + 1] - square[c, k]
            held[c, k + 1] = total
    return held


@compiled()
def shut_in(start: Any, point: Any, box: Any) -> None:
    """Put the box around the points of each cell into ``box``: least and greatest of each coordinate."""
    for c in range(len(start) - 1):
        for dim in range(len(point)):
            low, high = np.inf, -np.inf
            for i in range(start[c], start[c + 1]):
                low, high = min(low, point[dim, i]), max(high, point[dim, i])
            box[c, 2 * dim], box[c, 2 * dim + 1] = low, high


@compiled()
def stand(here: Any, point: Any, i: Any) -> None:
    """Make ``here`` the box of one point."""
    for dim in range(len(point)):
        here[0, 2 * dim] = here[0, 2 * dim + 1] = point[dim, i]
