"""HDBSCAN: hotspots of different density, found without one distance for the whole city.

At each distance DBSCAN makes other clusters; HDBSCAN keeps those that last
longest while the distance shrinks. Campello, Moulavi, Zimek and Sander 2015,
doi:10.1145/2733381.

Coincident incidents are one location that weighs as many. Taken one by one,
as scikit-learn does, those on a map point that holds enough are infinitely
dense, and what holds such a point lasts infinitely longer than anything it is
part of. Distances below ``epsilon`` are therefore alike here: no hotspot is
split any finer, nor is any infinitely dense.
Merges at the same distance are one merge, so that no order decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hotspot.stats.clusters import Clusters, above_zero, in_order, merged, radii, to_the_millimetre
from hotspot.stats.mergers import Mergers
from hotspot.stats.reachability import spanning_tree

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class HDBSCAN:
    """Clusters of n incidents, and how long each lasts."""

    clusters: Clusters
    holds: Floats = field(repr=False)
    """Distance at which all incidents of each cluster are joined, m; shape (n_clusters,)."""
    melts: Floats = field(repr=False)
    """Distance at which it melts with another cluster, m."""
    stability: Floats = field(repr=False)
    """Excess of mass: incidents times the span of 1 / distance through which they stay in it, 1/m."""

    @property
    def persistence(self) -> Floats:
        """Part of the distance to the next cluster through which each holds together, 0 to 1."""
        return np.asarray(1 - self.holds / self.melts, dtype=np.float64)


def hdbscan(
    x: ArrayLike,
    y: ArrayLike,
    *,
    min_cluster_size: float,
    min_samples: float | None = None,
    max_cluster_size: float = np.inf,
    epsilon: float = 1.0,
    weights: ArrayLike | None = None,
) -> HDBSCAN:
    """Return the clusters that last; none where nothing stands apart from anything else.

    The whole is never a cluster of itself. Labels are those of scikit-learn on
    incidents one by one where no two are closer than ``epsilon``, but for ties.

    Parameters
    ----------
    x, y
        Metres, none missing.
    min_cluster_size
        Incidents (or their weight) that make a cluster at least, 2 or more.
    min_samples
        Incidents within a distance, itself included, that make it dense; as many
        as ``min_cluster_size`` if left out.
    max_cluster_size
        Incidents (or their weight) that a cluster holds at most; a larger one gives way to its parts.
    epsilon
        Distances below this count as this, m.
    weights
        Harm of each incident; 1 each if left out.

    Examples
    --------
    >>> found = hdbscan([0, 1, 2, 90, 91, 92, 500], [0] * 7, min_cluster_size=3)
    >>> found.clusters.labels
    array([ 0,  0,  0,  1,  1,  1, -1])
    >>> found.holds, found.melts
    (array([2., 2.]), array([88., 88.]))
    """
    above_zero("epsilon", epsilon, "metres")
    above_zero("min_cluster_size", min_cluster_size, "incidents")
    places = merged(*to_the_millimetre(x, y), weights=weights)
    core = radii(places, min_cluster_size if min_samples is None else min_samples)
    if not len(places) or np.isinf(core[0]):
        nothing = np.full(len(places.number), -1, dtype=np.int64)
        return HDBSCAN(Clusters(nothing, nothing >= 0), np.empty(0), np.empty(0), np.empty(0))
    ends, length = spanning_tree(places.points, core)
    mergers = Mergers(places.weight, _alike(core, epsilon), ends, _alike(length, epsilon)).run(
        min_cluster_size
    )
    chosen = mergers.lasting(max_cluster_size)
    given = mergers.labels(chosen)[places.number]
    labels = in_order(given)
    # The first incident of each cluster tells which of the chosen it is.
    _, first = np.unique(labels[labels >= 0], return_index=True)
    which = given[labels >= 0][first]
    return HDBSCAN(
        Clusters(labels, labels >= 0), mergers.holds[which], mergers.melts[which], mergers.stability[which]
    )


def _alike(millimetres: Floats, epsilon: float) -> Floats:
    """Return metres; what differs by less than a millimetre, or is less than epsilon, is alike."""
    return np.maximum(np.rint(millimetres) / 1e3, epsilon)
