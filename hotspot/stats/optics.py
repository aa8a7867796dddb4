"""OPTICS: incidents in the order of a walk from dense to denser, and the valleys in its profile.

A steep fall of reachability opens a hotspot and a steep rise closes it, so
hotspots of different density are found, and the innermost are kept. Ankerst,
Breunig, Kriegel and Sander 1999, doi:10.1145/304182.304187.

Coincident incidents are one location of the walk and follow each other in it;
of two locations as near, that of the earlier incident comes first.
Reachability below ``finest`` counts as that: a heap on one map point would
otherwise be infinitely steep.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.errors import ParameterError
from hotspot.stats.clusters import Clusters, Locations, above_zero, in_order, merged, radii, to_the_millimetre
from hotspot.stats.reachability import walk

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from hotspot.stats.reachability import Walk

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

FINEST: Final = 25.0
"""Reachability that no hotspot is split below, m: coordinates are published no finer."""


@dataclass(frozen=True, eq=False)
class OPTICS:
    """Clusters of n incidents, and the profile they were read from."""

    clusters: Clusters
    order: Ints = field(repr=False)
    """Incidents in the order of the walk, shape (n,)."""
    reach: Floats = field(repr=False)
    """Reachability of each incident's location, m; infinite for the first and behind a gap; shape (n,)."""
    holds: Floats = field(repr=False)
    """Largest reachability inside each cluster, at which all of it is joined, m; shape (n_clusters,)."""


def optics(
    x: ArrayLike,
    y: ArrayLike,
    *,
    min_samples: int,
    max_eps: float = np.inf,
    xi: float = 0.05,
    finest: float = FINEST,
    weights: ArrayLike | None = None,
) -> OPTICS:
    """Return the innermost valleys of the reachability profile; no incidents, no clusters.

    Labels are those of scikit-learn where no incidents coincide or lie within
    ``finest``.

    Parameters
    ----------
    x, y
        Metres, none missing.
    min_samples
        Incidents (or their weight) within a distance, itself included, that make
        it dense, and incidents that make a hotspot at least.
    max_eps
        Widest step of the walk, m.
    xi
        Least fall and rise of a hotspot's edge, as a share of reachability, 0 to 1.
    finest
        Reachability below this counts as this, m.
    weights
        Harm of each incident; 1 each if left out.

    Examples
    --------
    >>> optics([0, 1, 2, 90, 91, 92], [0] * 6, min_samples=3, finest=1).clusters.labels
    array([0, 0, 0, 1, 1, 1])
    """
    above_zero("max_eps", max_eps, "metres")
    above_zero("finest", finest, "metres")
    if not 0 < xi < 1:
        msg = f"xi is a share between 0 and 1; got {xi}."
        raise ParameterError("xi", msg)
    places = merged(*to_the_millimetre(x, y), weights=weights)
    core = radii(places, min_samples)
    core[core > max_eps * 1e3] = np.inf
    path = walk(places.points, core, limit=max_eps * 1e3)
    profile = _Profile(places, path, core, finest)
    label = _innermost(profile.valleys(xi, min_samples), profile.weight, min_samples)
    of_place = np.full(len(places), -1, dtype=np.int64)
    of_place[profile.stop[label >= 0]] = label[label >= 0]
    given = of_place[places.number]
    found = in_order(given)
    # The first incident of each cluster tells which of the valleys it is.
    _, first = np.unique(found[found >= 0], return_index=True)
    holds = _holds(label, profile.reach)[given[found >= 0][first]]
    visit = np.empty(len(places), dtype=np.int64)
    visit[path.order] = np.arange(len(places))
    order = np.argsort(visit[places.number], kind="stable")
    reach = np.maximum(path.reach[places.number] / 1e3, finest)
    return OPTICS(Clusters(found, found >= 0), order, reach, holds)


class _Profile:
    """Reachability along the walk: one stop a location, two where it is dense by itself.

    Such a heap is a valley though nothing else lies in it.
    """

    def __init__(self, places: Locations, path: Walk, core: Floats, finest: float) -> None:
        times = np.where(core[path.order] == 0, 2, 1)
        again = np.zeros(int(times.sum()), dtype=bool)
        again[np.cumsum(times)[times == 2] - 1] = True
        self.stop = np.repeat(path.order, times)
        self.reach = np.where(again, finest, np.maximum(path.reach[self.stop] / 1e3, finest))
        head = np.empty(len(places), dtype=np.int64)
        head[path.order] = np.cumsum(times) - times
        came_from = path.before[self.stop]
        self.before = np.where(again, head[self.stop], np.where(came_from >= 0, head[came_from], -1))
        self.weight = np.where(again, 0.0, places.weight[self.stop])
        # A steep edge may have as many even stops as hold min_samples incidents.
        self._usual = float(places.weight.mean()) if len(places) else 1.0

    def valleys(self, xi: float, min_samples: int) -> Ints:
        """First and last stop of each valley, the inner before the outer; shape (k, 2)."""
        n = len(self.stop)
        if n < 2 or not np.isfinite(self.reach).any():
            return np.empty((0, 2), dtype=np.int64)
        from sklearn.cluster import cluster_optics_xi

        _, found = cluster_optics_xi(
            reachability=self.reach,
            predecessor=self.before,
            ordering=np.arange(n),
            min_samples=min(max(round(min_samples / self._usual), 2), n),
            min_cluster_size=2,
            xi=xi,
        )
        return np.asarray(found, dtype=np.int64).reshape(-1, 2)


def _innermost(valleys: Ints, weight: Floats, least: float) -> Ints:
    """Return the innermost valley that holds enough, for each stop; -1 for none."""
    label = np.full(len(weight), -1, dtype=np.int64)
    counted = np.cumsum(np.r_[0.0, weight])
    for number, (first, last) in enumerate(valleys.tolist()):
        inside = slice(first, last + 1)
        if counted[last + 1] - counted[first] >= least and (label[inside] < 0).all():
            label[inside] = number
    return label


def _holds(label: Ints, reach: Floats) -> Floats:
    """Return the largest step inside each valley: the one that leads into it is none of its own."""
    inside = label >= 0
    inside[1:] &= label[1:] == label[:-1]
    inside[:1] = False
    holds = np.zeros(int(label.max(initial=-1)) + 1)
    np.maximum.at(holds, label[inside], reach[inside])
    return holds
