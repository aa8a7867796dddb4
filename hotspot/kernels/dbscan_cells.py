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
    """Return the points in the order of their cells, the cell of each, and the steps to nearby columns.

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
    """Return how much the number of a cell grows to each nearby column of each nearby span of time."""
    steps = np.empty((2 * spans + 1) * (2 * FAR + 1), dtype=np.int64)
    k = 0
    # The nearest come first: they hold most of what is near.
    for far in range(FAR + 1):
        for span in range(-spans, spans + 1):
            for col in range(-FAR, FAR + 1):
                if max(abs(span), abs(col)) == far:
                    steps[k] = (span * cols + col) * rows
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
def masses(start: Any, weight: Any) -> Any:
    """Return what each cell holds: points, or their weights where there are any."""
    held = np.zeros(len(start) - 1)
    for c in range(len(held)):
        if len(weight):
            for i in range(start[c], start[c + 1]):
                held[c] += weight[i]
        else:
            held[c] = start[c + 1] - start[c]
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
