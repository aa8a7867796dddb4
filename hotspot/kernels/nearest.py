"""How far from each place one has to look for a weight: the radii that hold it.

Places come along a Hilbert curve, so that each lies near the one before: what holds
the weight around that one, and the way to here, bound the radius. What lies within is
gathered for a leaf of the tree together, and the radius is found among it by
counting what is within a trial radius, eight places at a time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hotspot.kernels.compiled import compiled
from hotspot.kernels.tree import DEPTH, LEAF

_FEW = 3
"""Places left between two trial radii that are sorted rather than counted again."""
_TRIALS = 24
_ROOM = 1024
_ENOUGH = 1 - 1e-12
"""What rounding may have taken from a sum of weights."""
_MORE = 1 + 1e-9
"""What rounding may have taken from a bound."""


@compiled()
def _gathered(
    x: Any, y: Any, weight: Any, box: Any, around: Any, reach: Any, near: Any, held: Any, most: Any
) -> Any:
    """Put the places of leaves within reach of a box into ``near`` and ``held``; how many, -1 if too many."""
    leaves = len(box) // 2
    todo = np.empty(DEPTH, dtype=np.int64)
    todo[0], waiting, found = 1, 1, 0
    while waiting:
        waiting -= 1
        k = todo[waiting]
        dx = max(box[k, 0] - around[1], around[0] - box[k, 1], 0.0)
        dy = max(box[k, 2] - around[3], around[2] - box[k, 3], 0.0)
        if not dx * dx + dy * dy <= reach * reach:
            continue
        if k < leaves:
            todo[waiting], todo[waiting + 1] = 2 * k, 2 * k + 1
            waiting += 2
            continue
        start = (k - leaves) * LEAF
        if found + LEAF > most:
            return -1
        for i in range(start, min(start + LEAF, len(x))):
            near[0, found], near[1, found], held[found] = x[i], y[i], weight[i]
            found += 1
    return found


@compiled(inline="always")
def _within(apart: Any, held: Any, square: Any) -> Any:
    total = held[0] - held[0]
    for j in range(len(apart)):
        total += held[j] * (apart[j] <= square)
    return total


@compiled()
def _least_square(apart: Any, held: Any, low: Any, high: Any, least: Any) -> Any:
    """Return the least square of a distance that holds enough: above ``low``, at most ``high``."""
    below, within = _within(apart, held, low), _within(apart, held, high)
    for _ in range(_TRIALS):
        if within - below <= _FEW:
            break
        # As many lie within a square of a distance as it is large, where they lie evenly.
        trial = low + (high - low) * min(max((least - below) / (within - below), 0.02), 0.98)
        inside = _within(apart, held, trial)
        if inside >= least:
            high, within = trial, inside
        else:
            low, below = trial, inside
    while below < least and low < high:
        low = _next(apart, low)
        for j in range(len(apart)):
            below += held[j] * (apart[j] == low)
    return low


@compiled(inline="always")
def _next(apart: Any, low: Any) -> Any:
    """Return the least above ``low``."""
    least = np.inf
    for j in range(len(apart)):
        least = min(least, apart[j] if apart[j] > low else np.inf)
    return least


@compiled()
def _masses(weight: Any, leaves: Any) -> Any:
    """Return what each node holds."""
    mass = np.zeros(2 * leaves)
    for i in range(len(weight)):
        mass[leaves + i // LEAF] += weight[i]
    for k in range(leaves - 1, 0, -1):
        mass[k] = mass[2 * k] + mass[2 * k + 1]
    return mass


@compiled()
def _at_most(x: Any, y: Any, k: Any, mass: Any, box: Any, least: Any) -> Any:
    """Return how far the least node above a leaf that holds enough reaches from a point."""
    while k > 1 and mass[k] < least * _MORE:
        k //= 2
    return np.hypot(max(x - box[k, 0], box[k, 1] - x), max(y - box[k, 2], box[k, 3] - y))


@compiled()
def _for_point(x: Any, y: Any, weight: Any, box: Any, i: Any, high: Any, near: Any, held: Any) -> Any:
    """Return what lies near one point, in more room if that takes it."""
    around = np.array([x[i], x[i], y[i], y[i]])
    found = _gathered(x, y, weight, box, around, high, near, held, len(held))
    while found < 0:
        near, held = np.empty((2, 2 * len(held))), np.empty(2 * len(held), dtype=weight.dtype)
        found = _gathered(x, y, weight, box, around, high, near, held, len(held))
    return near, held, found


@compiled(inline="always")
def _measure(x: Any, y: Any, near: Any, found: Any, apart: Any) -> None:
    """Put the squares of the distances into ``apart``."""
    xs, ys, squares = near[0][:found], near[1][:found], apart[:found]
    for j in range(found):
        dx, dy = xs[j] - x, ys[j] - y
        squares[j] = dx * dx + dy * dy


@compiled(
    "f8[::1](f8[::1], f8[::1], i8[::1], f8[:,::1], f8, i8[::1])",
    "f8[::1](f8[::1], f8[::1], f8[::1], f8[:,::1], f8, i8[::1])",
)
def radii(x: Any, y: Any, weight: Any, box: Any, least: Any, asked: Any) -> Any:
    """Return the radius around each asked place that holds weight; all places together hold as much.

    Places are in the order of the curve of `hotspot.kernels.tree`, whose boxes are given;
    what is asked are numbers of places, ascending.
    """
    leaves, least = len(box) // 2, least * _ENOUGH
    radius, mass = np.zeros(len(asked)), _masses(weight, leaves)
    near, held = np.empty((2, _ROOM)), np.empty(_ROOM, dtype=weight.dtype)
    apart = np.empty(_ROOM)
    last, reach, shared, found, leaf = 0, np.inf, False, 0, -1
    for k in range(len(asked)):
        i = asked[k]
        first = leaf != leaves + i // LEAF
        if first:
            shared = False
        if weight[i] >= least:
            last, reach = i, 0.0
            continue
        leaf = leaves + i // LEAF
        step = np.hypot(x[i] - x[last], y[i] - y[last])
        high = min(reach + step, _at_most(x[i], y[i], leaf, mass, box, least)) * _MORE
        if first:
            # For the whole leaf at once, if that is not too wide.
            across = np.hypot(box[leaf, 1] - box[leaf, 0], box[leaf, 3] - box[leaf, 2])
            found = _gathered(x, y, weight, box, box[leaf], high + across * _MORE, near, held, _ROOM)
            shared = found >= 0
        if not shared:
            near, held, found = _for_point(x, y, weight, box, i, high, near, held)
        low = (reach - step) * (2 - _MORE)
        squares = low * low if 0 < low < high else -1.0, high * high
        if len(apart) < found:
            apart = np.empty(len(held))
        _measure(x[i], y[i], near, found, apart)
        square = _least_square(apart[:found], held[:found], squares[0], squares[1], least)
        last, reach = i, np.sqrt(square)
        radius[k] = reach
    return radius
