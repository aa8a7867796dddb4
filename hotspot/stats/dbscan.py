"""DBSCAN: places where incidents lie densely together, of any shape.

Coincident incidents are merged into one location with a weight first: the
labels are the same, and a map point that holds thousands of incidents costs no
more than one. Ester, Kriegel, Sander and Xu 1996.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

SMALLEST, LARGEST, STEP = 50.0, 20_000.0, 10.0
"""Bounds and rounding of a suggested eps, m."""
CORE_SHARE = 0.10
"""Share of the incidents that a suggested eps makes cores at most."""
_CHUNK = 1 << 13
_ARC = 8
"""Segments in a quarter of a disc; its edge lies at most 0.5 % of eps inside the true one."""


@dataclass(frozen=True, eq=False)
class Clusters:
    """The cluster of each of n incidents."""

    labels: Ints = field(repr=False)
    """0, 1, ... in the order of each cluster's first core incident; -1 in none; shape (n,)."""
    core: NDArray[np.bool_] = field(repr=False)
    """Whether the incident is in the thick of it; shape (n,)."""

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return int(self.labels.max(initial=-1)) + 1


@dataclass(frozen=True, eq=False)
class _Locations:
    """Distinct locations, in the order of their first incident."""

    points: Floats
    number: Ints
    """The location of each incident."""


def _locations(x: ArrayLike, y: ArrayLike) -> _Locations:
    points = np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])
    if not np.isfinite(points).all():
        msg = "DBSCAN needs coordinates for each incident; leave out those without."
        raise ValueError(msg)
    points += 0.0  # one zero only: -0.0 lies where 0.0 does
    _, first, number = np.unique(points, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return _Locations(points[first[order]], rank[number.ravel()])


def dbscan(
    x: ArrayLike, y: ArrayLike, *, eps: float, min_samples: int, weights: ArrayLike | None = None
) -> Clusters:
    """Return the cluster of each incident; no incidents, no clusters.

    Labels are those of scikit-learn on the incidents one by one.

    Parameters
    ----------
    x, y
        Metres, none missing.
    eps
        Two incidents at most this far apart are neighbours, m.
    min_samples
        Incidents (or their weight) within eps, itself included, that make an
        incident a core of its cluster.
    weights
        Harm of each incident; 1 each if left out.

    Examples
    --------
    >>> dbscan([0, 0, 0, 50, 900], [0, 0, 0, 0, 0], eps=60, min_samples=4).labels
    array([ 0,  0,  0,  0, -1])
    """
    if not eps > 0:
        msg = f"eps is a number of metres above 0; got {eps}."
        raise ParameterError("eps", msg)
    places = _locations(x, y)
    if not len(places.points):
        return Clusters(np.empty(0, dtype=np.int64), np.empty(0, dtype=bool))
    from sklearn.cluster import DBSCAN

    weight = np.bincount(places.number, weights=None if weights is None else np.asarray(weights, float))
    # Its other search takes differences of squares, which lose centimetres in UTM.
    model = DBSCAN(eps=eps, min_samples=min_samples, algorithm="kd_tree")
    model.fit(places.points, sample_weight=weight)
    core = np.zeros(len(places.points), dtype=bool)
    core[model.core_sample_indices_] = True
    return Clusters(model.labels_.astype(np.int64)[places.number], core[places.number])


def k_distances(x: ArrayLike, y: ArrayLike, k: int) -> Floats:
    """Return the radius around each incident that holds ``k`` incidents, itself included, sorted.

    Metres, shape (n,), ascending; infinite where there are fewer than ``k`` in all.
    """
    from scipy.spatial import cKDTree

    places = _locations(x, y)
    if not len(places.points):
        return np.empty(0)
    weight = np.bincount(places.number)
    most = min(k, len(weight))
    tree = cKDTree(places.points)
    radius = np.full(len(weight), np.inf)
    for start in range(0, len(weight), _CHUNK):
        part = slice(start, start + _CHUNK)
        distance, neighbour = tree.query(places.points[part], k=np.arange(1, most + 1))
        held = np.cumsum(weight[neighbour], axis=1) >= k
        enough = held[:, -1]
        radius[part][enough] = distance[enough, held[enough].argmax(axis=1)]
    return np.sort(radius[places.number])


def knee(curve: ArrayLike) -> float:
    """Return the value of an ascending curve where it turns most: furthest below its chord.

    0 for an empty curve. Satopaa and others 2011, doi:10.1109/ICDCSW.2011.20.

    >>> knee([1, 1, 1, 2, 3, 10, 20])
    3.0
    """
    values = np.asarray(curve, dtype=np.float64)
    if not len(values):
        return 0.0
    rise = values[-1] - values[0]
    if rise <= 0:
        return float(values[0])
    below = np.linspace(0, 1, len(values)) - (values - values[0]) / rise
    return float(values[int(below.argmax())])


def suggest_eps(x: ArrayLike, y: ArrayLike, min_samples: int) -> float:
    """Return an eps for these incidents, m: rounded to 10 m, from 50 to 20,000.

    The knee of their k-distance curve, but no more than makes one incident in
    ten a core. The knee tells a crowd from stragglers, and in a city everything
    is a crowd: by the knee alone one cluster held 57 % of Memphis' robberies and
    another 89 % of Chicago's crime. Fewer incidents than ``min_samples``: 20,000.
    """
    curve = k_distances(x, y, min_samples)
    if not len(curve) or not np.isfinite(curve[-1]):
        return LARGEST
    widest = float(curve[math.ceil(CORE_SHARE * len(curve)) - 1])
    return float(min(max(round(min(knee(curve), widest) / STEP) * STEP, SMALLEST), LARGEST))


def core_discs(x: ArrayLike, y: ArrayLike, clusters: Clusters, *, eps: float) -> NDArray[np.object_]:
    """Return the area of each cluster: the union of discs of ``eps`` around its core incidents.

    Shapely polygons in the order of the labels, shape (n_clusters,): everywhere
    in it at least one core incident lies within eps.

    Parameters
    ----------
    x, y
        Metres, as given to ``dbscan``.
    clusters
        From ``dbscan``.
    eps
        Radius of the discs, m.
    """
    import shapely

    points = np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])
    areas = np.empty(clusters.n_clusters, dtype=object)
    for label in range(clusters.n_clusters):
        cores = np.unique(points[clusters.core & (clusters.labels == label)], axis=0)
        # One buffer around all the points at once would be the same, and a hundred times slower.
        areas[label] = shapely.union_all(shapely.buffer(shapely.points(cores), eps, quad_segs=_ARC))
    return areas
