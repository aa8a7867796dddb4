"""ST-DBSCAN: incidents that lie densely together in space and in time at once.

Two incidents are neighbours if they lie within a distance and within so many
days of each other; an incident with enough neighbours, itself included, is a
core. Birant and Kut 2007, doi:10.1016/j.datak.2006.01.013 (without its third,
thematic radius).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot.errors import ParameterError
from hotspot.stats.clusters import Clusters, Locations, above_zero, in_order, merged
from hotspot.stats.neighbours import linked

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

MOST_PAIRS: Final = 100_000_000
"""Pairs of neighbours that take about forty seconds."""
_PAIRS: Final = 2_000_000
"""Pairs of neighbours looked at in one go."""
_ROOM: Final = 1 + 1e-6
"""The search takes a little more than the radii; what it finds is measured."""
_MOMENT: Final = 1e-8
"""Days, about a millisecond."""
_SAMPLE: Final = 4_000
_CHUNK: Final = 256


def st_dbscan(
    x: ArrayLike,
    y: ArrayLike,
    days: ArrayLike,
    *,
    eps: float,
    eps_days: float,
    min_samples: float,
    weights: ArrayLike | None = None,
) -> Clusters:
    """Return the cluster of each incident; no incidents, no clusters.

    Labels are those of scikit-learn's DBSCAN with "within both radii" as metric:
    an incident at the border of several clusters is in the one whose first core
    incident comes first.

    Parameters
    ----------
    x, y
        Metres, none missing.
    days
        When, in days since any moment; none missing.
    eps
        Radius in space, m.
    eps_days
        Radius in time, days.
    min_samples
        Incidents (or their weight) within both radii that make a core.
    weights
        Harm of each incident; 1 each if left out.

    Raises
    ------
    ParameterError
        A radius that is not above 0, or radii that hold too many pairs.

    Examples
    --------
    >>> st_dbscan([0, 5, 9, 0, 5], [0] * 5, [1, 2, 3, 50, 51], eps=10, eps_days=2, min_samples=3).labels
    array([ 0,  0,  0, -1, -1])
    """
    above_zero("eps", eps, "metres")
    above_zero("days", eps_days, "days")
    places = merged(x, y, days, weights=weights)
    if not len(places):
        return Clusters(np.empty(0, dtype=np.int64), np.empty(0, dtype=bool))
    near = _Near(places, eps, eps_days)
    if (pairs := near.count()) > MOST_PAIRS:
        msg = (
            f"Within {eps:g} m and {eps_days:g} days of each other there are some {pairs:,} pairs of "
            f"incidents; at most {MOST_PAIRS:,} are looked at. Choose a smaller eps or fewer days, or "
            "ask about a shorter window."
        )
        raise ParameterError("eps", msg)
    around = np.zeros(len(places))
    for focal, other in near.pairs():
        around += np.bincount(focal, weights=places.weight[other], minlength=len(places))
    core = around >= min_samples
    labels = _joined(near, core)
    return Clusters(labels[places.number], core[places.number])


def _joined(near: _Near, core: NDArray[np.bool_]) -> Ints:
    """Clusters of cores that are neighbours, and of the neighbours of cores."""
    m = len(core)
    borders = np.empty((0, 2), dtype=np.int64)
    group = np.arange(m)
    for focal, other in near.pairs():
        both = core[focal] & core[other]
        group = linked(m, group[focal[both]], group[other[both]])[group]
        edge = ~core[focal] & core[other]
        borders = np.vstack([borders, np.column_stack([focal[edge], other[edge]])])
    labels = in_order(np.where(core, group, -1))
    lowest = np.full(m, m, dtype=np.int64)
    np.minimum.at(lowest, borders[:, 0], labels[borders[:, 1]])
    return np.where(core, labels, np.where(lowest < m, lowest, -1))


class _Near:
    """Who is near whom in space and in time."""

    def __init__(self, places: Locations, eps: float, eps_days: float) -> None:
        from scipy.spatial import cKDTree

        self._points = places.points
        # Seven days are seven days, though minutes are no whole parts of one.
        self._eps, self._days = eps, eps_days + _MOMENT
        self._scaled = (self._points - self._points.mean(axis=0)) / np.array([eps, eps, eps_days])
        self._tree: Any = cKDTree(self._scaled)

    def count(self) -> int:
        """Return the number of pairs within a box of both radii: somewhat more than there are neighbours."""
        return int(self._tree.count_neighbors(self._tree, _ROOM, p=np.inf))

    def pairs(self) -> Iterator[tuple[Ints, Ints]]:
        """Yield pairs of neighbours, all of one focal location together, each also with itself."""
        from scipy.spatial import cKDTree

        number = self._tree.query_ball_point(self._scaled, _ROOM, p=np.inf, return_length=True)
        chunk = np.cumsum(number) // _PAIRS
        for part in np.split(np.arange(len(chunk)), np.flatnonzero(np.diff(chunk)) + 1):
            found = cKDTree(self._scaled[part]).sparse_distance_matrix(
                self._tree, _ROOM, p=np.inf, output_type="ndarray"
            )
            focal, other = part[found["i"]], found["j"]
            apart = np.abs(self._points[focal] - self._points[other])
            near = (np.hypot(apart[:, 0], apart[:, 1]) <= self._eps) & (apart[:, 2] <= self._days)
            yield focal[near], other[near]


def st_k_distances(x: ArrayLike, y: ArrayLike, days: ArrayLike, k: int, *, eps_days: float) -> Floats:
    """Return the radius around incidents that holds ``k`` within so many days, itself included, sorted.

    Metres, ascending; infinite where there are fewer. Of many incidents every
    so manieth is looked at, some 4,000 evenly through time.

    Parameters
    ----------
    x, y
        Metres.
    days
        When, in days since any moment.
    k
        Incidents to hold.
    eps_days
        Radius in time, days.
    """
    order = np.argsort(np.asarray(days, dtype=np.float64), kind="stable")
    when = np.asarray(days, dtype=np.float64)[order]
    px, py = np.asarray(x, dtype=np.float64)[order], np.asarray(y, dtype=np.float64)[order]
    looked = np.arange(0, len(when), max(len(when) // _SAMPLE, 1))
    found = np.full(len(looked), np.inf)
    for start in range(0, len(looked), _CHUNK):
        part = looked[start : start + _CHUNK]
        low = np.searchsorted(when, when[part[0]] - eps_days, side="left")
        high = np.searchsorted(when, when[part[-1]] + eps_days, side="right")
        if high - low < k:
            continue
        apart = np.hypot(px[part, None] - px[low:high], py[part, None] - py[low:high])
        apart[np.abs(when[part, None] - when[low:high]) > eps_days] = np.inf
        found[start : start + _CHUNK] = np.partition(apart, k - 1, axis=1)[:, k - 1]
    return np.sort(found)
