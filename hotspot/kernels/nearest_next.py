"""The walk of OPTICS: from a place, always on to what is nearest to any visited so far.

Each visited place waits in a heap with the nearest of those not visited yet. Once that is
visited by another way, it looks for the next one, and not before its turn comes: so
that a place looks as often as its surroundings ask, not at all the others at each step.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hotspot.kernels.compiled import compiled
from hotspot.kernels.tree import DEPTH, LEAF, away, least_of, nearer_last

_NONE = np.iinfo(np.int64).max


@compiled()
def _before(square: Any, key: Any, a: Any, b: Any) -> Any:
    """Return whether entry a comes before entry b: nearer, of a lower number, of an earlier visit."""
    if square[a] != square[b]:
        return square[a] < square[b]
    return key[a, 0] < key[b, 0] or (key[a, 0] == key[b, 0] and key[a, 1] < key[b, 1])


@compiled()
def _swap(square: Any, key: Any, a: Any, b: Any) -> None:
    square[a], square[b] = square[b], square[a]
    for k in range(2):
        key[a, k], key[b, k] = key[b, k], key[a, k]


@compiled()
def _up(square: Any, key: Any, at: Any) -> None:
    while at and _before(square, key, at, (at - 1) // 2):
        _swap(square, key, at, (at - 1) // 2)
        at = (at - 1) // 2


@compiled()
def _down(square: Any, key: Any, size: Any) -> None:
    at = 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and _before(square, key, child + 1, child):
            child += 1
        if not _before(square, key, child, at):
            break
        _swap(square, key, at, child)
        at = child


@compiled()
def _nearest(
    i: Any, x: Any, y: Any, number: Any, core: Any, box: Any, lowest: Any, seen: Any, widest: Any
) -> Any:
    """Return the number of the place left nearest to place i, at most ``widest`` off, and how far squared."""
    leaves, best, found = len(box) // 2, widest, _NONE
    todo = np.empty(DEPTH, dtype=np.int64)
    todo[0], waiting = 1, 1
    while waiting:
        waiting -= 1
        k = todo[waiting]
        bound = max(away(box, k, x[i], y[i]), core)
        if bound > best or (bound == best and lowest[k] >= found) or lowest[k] == _NONE:
            continue
        if k < leaves:
            todo[waiting], todo[waiting + 1] = nearer_last(box, k, x[i], y[i])
            waiting += 2
            continue
        start = (k - leaves) * LEAF
        for j in range(start, min(start + LEAF, len(x))):
            dx, dy = x[i] - x[j], y[i] - y[j]
            square = max(dx * dx + dy * dy, core)
            if not seen[j] and (square < best or (square == best and number[j] < found)):
                best, found = square, number[j]
    return found, best


@compiled()
def _leave(i: Any, number: Any, seen: Any, lowest: Any) -> None:
    """Mark a place visited, and put right the lowest number left in each node above it."""
    seen[i] = True
    k = len(lowest) // 2 + i // LEAF
    start = i - i % LEAF
    least = _NONE
    for j in range(start, min(start + LEAF, len(seen))):
        if not seen[j]:
            least = min(least, number[j])
    lowest[k] = least
    while k > 1:
        k //= 2
        lowest[k] = min(lowest[2 * k], lowest[2 * k + 1])


@compiled("Tuple((i8[::1], f8[::1], i8[::1]))(f8[::1], f8[::1], i8[::1], f8[::1], f8[:,::1], f8)")
def walk(x: Any, y: Any, number: Any, core: Any, box: Any, widest: Any) -> Any:
    """Return numbers in the order of the visit; by number, the square of how far each was, and from where.

    Places are in the order of the curve of `hotspot.kernels.tree`; ``number`` settles ties;
    ``core`` is the square of the radius of each, ``widest`` that of the widest step.
    """
    n = len(x)
    order, reach, before = np.empty(n, dtype=np.int64), np.full(n, np.inf), np.full(n, -1, dtype=np.int64)
    place, lowest = np.empty(n, dtype=np.int64), least_of(number, len(box) // 2, _NONE)
    place[number] = np.arange(n)
    seen = np.zeros(n, dtype=np.bool_)
    square, key, size = np.empty(n), np.empty((n, 2), dtype=np.int64), 0
    for step in range(n):
        while size and seen[place[key[0, 0]]]:
            i = place[order[key[0, 1]]]
            key[0, 0], square[0] = _nearest(i, x, y, number, core[i], box, lowest, seen, widest)
            if key[0, 0] == _NONE:
                size -= 1
                _swap(square, key, 0, size)
            _down(square, key, size)
        here = lowest[1]
        if size:
            here = key[0, 0]
            reach[here], before[here] = square[0], order[key[0, 1]]
        order[step], i = here, place[here]
        _leave(i, number, seen, lowest)
        if core[i] <= widest and core[i] < np.inf:
            key[size, 0], square[size] = _nearest(i, x, y, number, core[i], box, lowest, seen, widest)
            key[size, 1] = step
            if key[size, 0] < _NONE:
                _up(square, key, size)
                size += 1
    return order, reach, before
