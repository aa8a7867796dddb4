"""DBSCAN: places where incidents lie densely together, of any shape.

Ester, Kriegel, Sander and Xu 1996.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.stats.clusters import (
    Clusters,
    above_zero,
    columns,
    dense_clusters,
    harm_of,
    merged,
    radii,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

SMALLEST, LARGEST, STEP = 50.0, 20_000.0, 10.0
"""Bounds and rounding of a suggested eps, m."""
CORE_SHARE: Final = 0.10
"""Share of the incidents that a suggested eps makes cores at most."""
LOOKED_AT: Final = 20_000
"""Incidents that make a k-distance curve at most."""


def dbscan(
    x: ArrayLike, y: ArrayLike, *, eps: float, min_samples: float, weights: ArrayLike | None = None
) -> Clusters:
    """Return the cluster of each incident; no incidents, no clusters.

    Labels are those of scikit-learn: clusters are numbered by their first core
    incident, and an incident at the border of several is in the first of them.
    Nothing is stored for a pair: a dense place costs no more than its incidents.

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
        Harm of each incident, 0 or more; 1 each if left out.

    Raises
    ------
    ParameterError
        An ``eps`` that is not above 0, or less than a billionth of how far incidents spread.

    Examples
    --------
    >>> dbscan([0, 0, 0, 50, 900], [0, 0, 0, 0, 0], eps=60, min_samples=4).labels
    array([ 0,  0,  0,  0, -1])
    """
    above_zero("eps", eps, "metres")
    return dense_clusters(columns(x, y), harm_of(weights), eps=eps, least=min_samples)


def k_distances(x: ArrayLike, y: ArrayLike, k: int) -> Floats:
    """Return the radius around incidents that holds ``k`` incidents, itself included, sorted.

    Metres, ascending; infinite where there are fewer than ``k`` in all. Of more than 20,000
    incidents every second, third ... is looked around, in the order given: where they are sorted
    by place, that is everywhere. What is held is counted among all.
    """
    places = merged(x, y)
    rows = places.number[:: -(-len(places.number) // LOOKED_AT) or 1]
    asked = np.zeros(len(places), dtype=bool)
    asked[rows] = True
    return np.sort(radii(places, k, asked)[rows])


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


def eps_of(curve: ArrayLike) -> float:
    """Return the eps that an ascending k-distance curve suggests, m: rounded to 10 m, from 50 to 20,000.

    The knee of the curve, but no more than makes one incident in ten a core. The knee tells
    a crowd from stragglers, and in a city everything is a crowd: by the knee alone one
    cluster held 57 % of Memphis' robberies and another 89 % of Chicago's crime.

    Incidents that have not so many within any distance, as within few days, are no part of the
    curve, but count among those of which one in ten is a core; 20,000 if there are no others.

    >>> eps_of([100, 100, 100, 110, 300, *[np.inf] * 35])
    110.0
    """
    radii = np.asarray(curve, dtype=np.float64)
    known = radii[np.isfinite(radii)]
    if not len(known):
        return LARGEST
    widest = float(known[min(math.ceil(CORE_SHARE * len(radii)), len(known)) - 1])
    return float(min(max(round(min(knee(known), widest) / STEP) * STEP, SMALLEST), LARGEST))
