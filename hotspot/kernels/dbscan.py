"""Clusters of dense points by cells, in the plane or in the plane and time; nothing is kept of a pair.

Cells have sides of a little less than eps over the root of two, so that all points of a
cell are neighbours: a cell that holds enough is all core, and the cores of a cell are
one cluster. What is left is to count around the points of thin cells, to join cells
that have neighbouring cores, and to see which cores a border point lies by. Boxes
around the points of a cell settle most of that: rounding keeps the order of
numbers, so that what they settle is what each pair would say.

The idea is that of Gunawan 2013 and of de Berg, Gunawan and Roeloffzen 2019,
doi:10.1142/S0218195919400028.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hotspot.kernels.compiled import compiled
from hotspot.kernels.dbscan_cells import FAR, bounds, cells_of, dealt, masses, parted, shut_in, stand
from hotspot.kernels.dbscan_cores import cores_of, parts_of
from hotspot.kernels.dbscan_reach import (
    ALL,
    DEPTH,
    NONE,
    SOME,
    any_within,
    columns_of,
    listed,
    one_within,
    related,
)

_NEVER = np.iinfo(np.int32).max


@compiled()
def _kept(start: Any, core: Any, point: Any) -> Any:
    """Return where the cores of each cell start, and their coordinates; a repeated one only once."""
    first = np.zeros(len(start), dtype=np.int32)
    cores = np.empty((len(point), core.sum()))
    k = 0
    for c in range(len(start) - 1):
        for i in range(start[c], start[c + 1]):
            if core[i] and not (k > first[c] and _same(cores, k - 1, point, i)):
                for dim in range(len(point)):
                    cores[dim, k] = point[dim, i]
                k += 1
        first[c + 1] = k
    return first, cores


@compiled()
def _same(one: Any, i: Any, other: Any, j: Any) -> Any:
    same = True
    for dim in range(len(one)):
        same = same and one[dim, i] == other[dim, j]
    return same


@compiled()
def _root(up: Any, c: Any) -> Any:
    while up[c] != c:
        up[c] = up[up[c]]
        c = up[c]
    return c


@compiled()
def _room(steps: Any) -> Any:
    """Return room for the cells near one, and for the ends of their columns."""
    near = np.empty(len(steps) * (2 * FAR + 1), dtype=np.int64)
    return near, np.zeros((len(steps), 2), dtype=np.int64)


@compiled()
def _joined(cell: Any, steps: Any, first: Any, box: Any, cores: Any, limits: Any) -> Any:
    """Return one cell of each cluster, for each cell; moves cores within their cells."""
    up = np.arange(len(cell), dtype=np.int32)
    near, ends = _room(steps)
    todo = np.empty((DEPTH, 4), dtype=np.int64)
    for c in range(len(cell)):
        if first[c] == first[c + 1]:
            continue
        columns_of(cell, c, steps, ends)
        for d in near[: listed(ends, near)]:
            a, b = _root(up, c), _root(up, d)
            if a == b or d >= c or first[d] == first[d + 1]:
                continue
            relation = related(box, c, box, d, limits)
            if relation == SOME:
                pair = any_within(cores, first[c], first[c + 1], first[d], first[d + 1], limits, todo)
                relation = ALL if pair else NONE
            if relation == ALL:
                up[max(a, b)] = min(a, b)
    for c in range(len(cell)):
        up[c] = _root(up, c)
    return up


@compiled()
def _since(order: Any, core: Any, start: Any, root: Any) -> Any:
    """Return the first core of each cluster, at its root."""
    since = np.full(len(root), _NEVER, dtype=np.int32)
    for c in range(len(root)):
        for i in range(start[c], start[c + 1]):
            if core[i]:
                since[root[c]] = min(since[root[c]], order[i])
    return since


@compiled()
def _groups(
    cell: Any,
    steps: Any,
    start: Any,
    first: Any,
    box: Any,
    root: Any,
    since: Any,
    core: Any,
    point: Any,
    cores: Any,
    limits: Any,
) -> Any:
    """Return the root of the cluster of each point, -1 for none; of several the one that begins first."""
    group = np.full(len(core), -1, dtype=np.int32)
    near, ends = _room(steps)
    whole, here = np.empty((1, box.shape[1])), np.empty((1, box.shape[1]))
    for c in range(len(cell)):
        columns_of(cell, c, steps, ends)
        shut_in(start[c : c + 2], point, whole)
        found = _with_cores(whole, near, listed(ends, near), first, box, limits)
        for i in range(start[c], start[c + 1]):
            if core[i]:
                group[i] = root[c]
            elif found:
                stand(here, point, i)
                group[i] = _soonest(here, i, near[:found], first, box, root, since, point, cores, limits)
    return group


@compiled()
def _with_cores(whole: Any, near: Any, found: Any, first: Any, box: Any, limits: Any) -> Any:
    """Return the number of cells left in ``near``: those with cores that may be near."""
    kept = 0
    for k in range(found):
        d = near[k]
        if first[d] < first[d + 1] and related(whole, 0, box, d, limits) != NONE:
            near[kept] = d
            kept += 1
    return kept


@compiled()
def _soonest(
    here: Any,
    i: Any,
    near: Any,
    first: Any,
    box: Any,
    root: Any,
    since: Any,
    point: Any,
    cores: Any,
    limits: Any,
) -> Any:
    """Return the cluster that begins first of those with a core near a point; -1 for none."""
    found, begins = -1, _NEVER
    for d in near:
        if since[root[d]] >= begins:
            continue
        relation = related(here, 0, box, d, limits)
        if relation == ALL or (
            relation != NONE and one_within(point, i, cores, first[d], first[d + 1], limits)
        ):
            found, begins = root[d], since[root[d]]
    return found


@compiled()
def _told(order: Any, core: Any, group: Any) -> Any:
    """Return the labels and cores of the points as they were given, and number the clusters."""
    n = len(order)
    label, cored = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.bool_)
    for s in range(n):
        label[order[s]], cored[order[s]] = group[s], core[s]
    number = np.full(n, -1, dtype=np.int32)
    clusters = 0
    for i in range(n):
        if cored[i] and number[label[i]] < 0:
            number[label[i]] = clusters
            clusters += 1
    for i in range(n):
        if label[i] >= 0:
            label[i] = number[label[i]]
    return label, cored


@compiled("Tuple((i8[::1], b1[::1]))(f8[::1], f8[::1], f8[::1], f8[::1], f8, f8, f8)")
def clusters(x: Any, y: Any, t: Any, w: Any, eps: Any, days: Any, least: Any) -> Any:
    """Return the cluster of each point, by the first core of each, -1 for none; and whether it is a core.

    ``t`` is empty without times, ``w`` where every point weighs 1.
    """
    if not len(x):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.bool_)
    order, key, steps = cells_of(x, y, t, eps, days)
    cell, start = bounds(key)
    point = dealt(order, x, y, t)
    square = parted(order, start, point, (x.min(), y.min()), eps, parts_of(least, len(cell), len(x)))
    weight = w[order] if len(w) else w
    limits = np.array([eps * eps, days])
    core = cores_of(cell, steps, square, masses(square, weight), point, weight, limits, least)
    box = np.empty((len(cell), 2 * len(point)))
    first, cores = _kept(start, core, point)
    shut_in(first, cores, box)
    root = _joined(cell, steps, first, box, cores, limits)
    since = _since(order, core, start, root)
    group = _groups(cell, steps, start, first, box, root, since, core, point, cores, limits)
    return _told(order, core, group)
