"""A tree of boxes over points of any density: points along a Hilbert curve, sixteen to a leaf.

Node 1 is the root, nodes 2 k and 2 k + 1 are the halves of node k, and the leaves are the last
``len(box) // 2``; those behind the last point are empty. Kamel and Faloutsos 1993.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hotspot.kernels.compiled import compiled
from hotspot.kernels.ordering import order_of

LEAF = 16
DEPTH = 64
"""Nodes that wait at most while a tree is walked through."""
_BITS = 16


@compiled()
def _along(col: Any, row: Any) -> Any:
    """Return how far along the Hilbert curve a cell of a square of 2^16 cells lies."""
    far = np.uint64(0)
    side = np.int64(1) << (_BITS - 1)
    while side:
        right, upper = np.int64(col & side > 0), np.int64(row & side > 0)
        far += np.uint64(side) * np.uint64(side) * np.uint64((3 * right) ^ upper)
        if upper == 0:
            if right == 1:
                col, row = (1 << _BITS) - 1 - col, (1 << _BITS) - 1 - row
            col, row = row, col
        side >>= 1
    return far


@compiled("i4[::1](f8[::1], f8[::1])")
def curve(x: Any, y: Any) -> Any:
    """Return the points in the order of a Hilbert curve."""
    keys = np.empty(len(x), dtype=np.uint64)
    if len(x):
        west, south = x.min(), y.min()
        wide = max(x.max() - west, y.max() - south)
        scale = ((1 << _BITS) - 1) / wide if wide > 0 else 0.0
        for i in range(len(x)):
            keys[i] = _along(np.int64((x[i] - west) * scale), np.int64((y[i] - south) * scale))
    return order_of(keys)


@compiled("f8[:,::1](f8[::1], f8[::1])")
def boxes(x: Any, y: Any) -> Any:
    """Return west, east, south and north of each node, of points in the order of the curve."""
    leaves = 1
    while leaves * LEAF < len(x):
        leaves *= 2
    box = np.empty((2 * leaves, 4))
    box[:, 0::2], box[:, 1::2] = np.inf, -np.inf
    for i in range(len(x)):
        k = leaves + i // LEAF
        box[k, 0], box[k, 1] = min(box[k, 0], x[i]), max(box[k, 1], x[i])
        box[k, 2], box[k, 3] = min(box[k, 2], y[i]), max(box[k, 3], y[i])
    for k in range(leaves - 1, 0, -1):
        for side in range(0, 4, 2):
            box[k, side] = min(box[2 * k, side], box[2 * k + 1, side])
            box[k, side + 1] = max(box[2 * k, side + 1], box[2 * k + 1, side + 1])
    return box


@compiled()
def least_of(values: Any, leaves: Any, nothing: Any) -> Any:
    """Return the least value of the points of each node, ``nothing`` where there are none."""
    least = np.full(2 * leaves, nothing)
    for i in range(len(values)):
        k = leaves + i // LEAF
        least[k] = min(least[k], values[i])
    for k in range(leaves - 1, 0, -1):
        least[k] = min(least[2 * k], least[2 * k + 1])
    return least


@compiled(inline="always")
def away(box: Any, k: Any, x: Any, y: Any) -> Any:
    """Return the square of how far a point is from the box of a node; infinite from an empty one."""
    dx = max(box[k, 0] - x, x - box[k, 1], 0.0)
    dy = max(box[k, 2] - y, y - box[k, 3], 0.0)
    return dx * dx + dy * dy


@compiled(inline="always")
def nearer_last(box: Any, k: Any, x: Any, y: Any) -> Any:
    """Return the halves of a node, the nearer to a point last, as what is put by last is looked at first."""
    turned = away(box, 2 * k, x, y) < away(box, 2 * k + 1, x, y)
    return 2 * k + turned, 2 * k + 1 - turned
