"""A minimum spanning tree of mutual reachability, by Borůvka's rounds over a tree of boxes.

In each round every group of joined places looks for its shortest way out; all
those ways are taken at once. Of ways as long, that between the lower numbers is the shorter,
so that no round ever closes a ring. Borůvka 1926; March, Ram and Gray 2010,
doi:10.1145/1835804.1835882.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hotspot.kernels.compiled import compiled
from hotspot.kernels.tree import DEPTH, LEAF, away, least_of, nearer_last


@compiled()
def _root(up: Any, i: Any) -> Any:
    while up[i] != i:
        up[i] = up[up[i]]
        i = up[i]
    return i


@compiled()
def _grouped(up: Any, leaves: Any, group: Any, whole: Any) -> None:
    """Put the group of each place into ``group``, and that of all of a node, if any, into ``whole``."""
    whole[:] = -2
    for i in range(len(up)):
        group[i] = _root(up, i)
        k = leaves + i // LEAF
        whole[k] = group[i] if whole[k] in (-2, group[i]) else -1
    for k in range(leaves - 1, 0, -1):
        one, other = whole[2 * k], whole[2 * k + 1]
        whole[k] = one if other in (-2, one) else (other if one == -2 else -1)


@compiled(inline="always")
def _shorter(square: Any, i: Any, j: Any, than: Any, a: Any, b: Any) -> Any:
    """Return whether the way from i to j comes before that from a to b."""
    if square != than:
        return square < than
    low, high = min(i, j), max(i, j)
    first, last = min(a, b), max(a, b)
    return low < first or (low == first and high < last)


@compiled()
def _way_out(
    i: Any,
    x: Any,
    y: Any,
    number: Any,
    core: Any,
    box: Any,
    least: Any,
    group: Any,
    whole: Any,
    best: Any,
    way: Any,
) -> None:
    """Shorten the way out of the group of place i, if one from i is shorter."""
    g, leaves = group[i], len(box) // 2
    todo = np.empty(DEPTH, dtype=np.int64)
    todo[0], waiting = 1, 1
    while waiting:
        waiting -= 1
        k = todo[waiting]
        if whole[k] == g or max(away(box, k, x[i], y[i]), core[i], least[k]) > best[g]:
            continue
        if k < leaves:
            todo[waiting], todo[waiting + 1] = nearer_last(box, k, x[i], y[i])
            waiting += 2
            continue
        start = (k - leaves) * LEAF
        for j in range(start, min(start + LEAF, len(x))):
            dx, dy = x[i] - x[j], y[i] - y[j]
            square = max(dx * dx + dy * dy, core[i], core[j])
            if group[j] == g or square > best[g]:
                continue
            if way[g, 0] < 0 or _shorter(
                square, number[i], number[j], best[g], number[way[g, 0]], number[way[g, 1]]
            ):
                best[g], way[g, 0], way[g, 1] = square, i, j


@compiled("Tuple((i8[:,::1], f8[::1]))(f8[::1], f8[::1], i8[::1], f8[::1], f8[:,::1])")
def spanning_tree(x: Any, y: Any, number: Any, core: Any, box: Any) -> Any:
    """Return the numbers of the ends of each edge, and the squares of their lengths.

    Places are in the order of the curve of `hotspot.kernels.tree`; ``number`` settles ties;
    ``core`` is the square of the radius of each.
    """
    n, leaves = len(x), len(box) // 2
    ends, square = np.empty((max(n - 1, 0), 2), dtype=np.int64), np.empty(max(n - 1, 0))
    up, group, whole = np.arange(n), np.empty(n, dtype=np.int64), np.empty(2 * leaves, dtype=np.int64)
    least = least_of(core, leaves, np.inf)
    best, way = np.empty(n), np.empty((n, 2), dtype=np.int64)
    edges = 0
    while edges < n - 1:
        _grouped(up, leaves, group, whole)
        best[:], way[:] = np.inf, -1
        for i in range(n):
            if core[i] <= best[group[i]]:
                _way_out(i, x, y, number, core, box, least, group, whole, best, way)
        for g in range(n):
            if way[g, 0] < 0:
                continue
            a, b = _root(up, way[g, 0]), _root(up, way[g, 1])
            if a != b:
                up[max(a, b)] = min(a, b)
                ends[edges, 0], ends[edges, 1] = number[way[g, 0]], number[way[g, 1]]
                square[edges] = best[g]
                edges += 1
    return ends, square
