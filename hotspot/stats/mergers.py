"""How locations merge into clusters, and clusters into one, as the distance grows.

The condensed tree of HDBSCAN, from below: a cluster is born where a merge first
holds enough incidents, grows by what is too small to be one, and melts where
two clusters meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


class Mergers:
    """The merges of m locations along a spanning tree.

    Parameters
    ----------
    weight
        Incidents at each location, shape (m,).
    core
        Distance at which the incidents at each location are joined, m, shape (m,); above 0.
    ends
        The two locations of each edge, shape (m - 1, 2).
    height
        Distance at which each edge joins them, m, shape (m - 1,); above 0.
    """

    def __init__(self, weight: Floats, core: Floats, ends: Ints, height: Floats) -> None:
        order = np.argsort(height, kind="stable")
        self._edges = list(zip(height[order].tolist(), ends[order].tolist(), strict=True))
        # A node is a location or a merge; its cluster is the one that it is, or is part of the growth of.
        self._locations = len(weight)
        self._up = list(range(len(weight)))
        self._above = [-1] * len(weight)
        self._weight = weight.tolist()
        self._top = core.tolist()
        self._cluster = [-1] * len(weight)
        self._mass: list[float] = []
        self._held: list[float] = []
        self._joined: list[float] = []
        self._born: list[float] = []
        self._parts: list[list[int]] = []

    def run(self, least: float) -> Self:
        """Merge everything; a cluster weighs ``least`` or more."""
        self._least = least
        for height, group in groupby(self._edges, key=lambda edge: edge[0]):
            for nodes in self._meeting([pair for _, pair in group]):
                self._merge(nodes, height)
        if len(self._weight) == 1 and self._weight[0] >= least:
            self._grow(0, self._top[0])
        return self

    @property
    def holds(self) -> Floats:
        """Distance at which all of each cluster is joined, m."""
        return np.array(self._joined)

    @property
    def melts(self) -> Floats:
        """Distance at which each cluster melts with another, m; infinite for the whole."""
        return np.array(self._born)

    @property
    def stability(self) -> Floats:
        """Excess of mass of each cluster, 1/m."""
        return np.asarray(
            np.array(self._mass) - np.array(self._held) / np.array(self._born), dtype=np.float64
        )

    def _find(self, node: int) -> int:
        up = self._up
        while up[node] != node:
            up[node] = up[up[node]]
            node = up[node]
        return node

    def _meeting(self, pairs: list[list[int]]) -> Iterator[list[int]]:
        """Yield the nodes that edges of one height join, together: none of them comes first."""
        if len(pairs) == 1:
            yield [self._find(pairs[0][0]), self._find(pairs[0][1])]
            return
        group: dict[int, list[int]] = {}
        for one, other in pairs:
            a, b = self._find(one), self._find(other)
            joined, more = group.setdefault(a, [a]), group.setdefault(b, [b])
            if joined is more:
                continue
            if len(joined) < len(more):
                joined, more = more, joined
            joined.extend(more)
            group.update(dict.fromkeys(more, joined))
        seen: set[int] = set()
        for nodes in group.values():
            if id(nodes) not in seen:
                seen.add(id(nodes))
                yield sorted(nodes)

    def _merge(self, nodes: list[int], height: float) -> None:
        new = len(self._up)
        large = [node for node in nodes if self._weight[node] >= self._least and self._top[node] < height]
        for node in nodes:
            self._up[node] = self._above[node] = new
        self._up.append(new)
        self._above.append(-1)
        total = sum(self._weight[node] for node in nodes)
        self._weight.append(total)
        self._top.append(height)
        self._cluster.append(-1)
        for node in large:
            if self._cluster[node] < 0:
                self._grow(node, self._top[node])
        if len(large) == 1:
            cluster = self._cluster[new] = self._cluster[large[0]]
            self._mass[cluster] += (total - self._weight[large[0]]) / height
            self._held[cluster] = total
            self._joined[cluster] = height
        elif total >= self._least:
            self._grow(new, height)
            parts = [self._cluster[node] for node in large]
            self._parts[-1].extend(parts)
            for part in parts:
                self._born[part] = height

    def _grow(self, node: int, height: float) -> None:
        """Make a node a new cluster."""
        self._cluster[node] = len(self._mass)
        self._mass.append(self._weight[node] / height)
        self._held.append(self._weight[node])
        self._joined.append(height)
        self._born.append(np.inf)
        self._parts.append([])

    def lasting(self, most: float = np.inf) -> Ints:
        """Return the clusters that outlast their parts; never the whole, nor one heavier than ``most``."""
        best = self.stability.tolist()
        chosen = [False] * len(best)
        for cluster, parts in enumerate(self._parts):
            together = sum(best[part] for part in parts)
            # Alike but for rounding is alike: then the larger one is taken.
            may = np.isfinite(self._born[cluster]) and self._held[cluster] <= most
            chosen[cluster] = may and best[cluster] >= together * (1 - 1e-9)
            if not chosen[cluster]:
                best[cluster] = together
        for cluster in range(len(best) - 1, -1, -1):
            if chosen[cluster]:
                self._drop_within(cluster, chosen)
        return np.flatnonzero(chosen)

    def _drop_within(self, cluster: int, chosen: list[bool]) -> None:
        waiting = list(self._parts[cluster])
        while waiting:
            part = waiting.pop()
            chosen[part] = False
            waiting.extend(self._parts[part])

    def labels(self, chosen: Ints) -> Ints:
        """Return which of the chosen clusters each location is in, -1 for none; shape (m,)."""
        taken = [-1] * len(self._mass)
        for cluster in chosen.tolist():
            taken[cluster] = cluster
        for cluster in range(len(taken) - 1, -1, -1):
            for part in self._parts[cluster]:
                taken[part] = max(taken[part], taken[cluster])
        found = [-1] * len(self._up)
        for node in range(len(found) - 1, -1, -1):
            own, above = self._cluster[node], self._above[node]
            found[node] = taken[own] if own >= 0 else (found[above] if above >= 0 else -1)
        return np.array(found[: self._locations], dtype=np.int64)
