"""What the clustering methods share: the cluster of each incident, and incidents that coincide.

Coincident incidents are merged into one location with a weight first: the
labels are the same, and a map point that holds thousands of incidents costs no
more than one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

MOST_NEAREST: Final = 200_000_000
"""Nearest neighbours that are looked for at most."""
_CHUNK, _ENTRIES = 1 << 13, 1 << 22
"""Places, and neighbours of theirs, that are looked at in one go."""


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
class Locations:
    """Distinct locations, in the order of their first incident."""

    points: Floats = field(repr=False)
    """Coordinates, shape (m, 2) or, with times, (m, 3)."""
    number: Ints = field(repr=False)
    """The location of each incident, shape (n,)."""
    weight: Floats = field(repr=False)
    """Incidents at each location, or their harm; shape (m,)."""

    def __len__(self) -> int:
        return len(self.points)


def merged(*coordinates: ArrayLike, weights: ArrayLike | None = None) -> Locations:
    """Return the distinct locations of incidents.

    Parameters
    ----------
    coordinates
        x and y in metres, and any more that tell locations apart; none missing.
    weights
        Harm of each incident, 0 or more; 1 each if left out.

    Examples
    --------
    >>> merged([5, 1, 5], [0, 0, 0]).number
    array([0, 1, 0])
    """
    points = np.column_stack([np.asarray(values, dtype=np.float64) for values in coordinates])
    if not np.isfinite(points).all():
        msg = "Clusters need coordinates for each incident; leave out those without."
        raise ValueError(msg)
    points += 0.0  # one zero only: -0.0 lies where 0.0 does
    _, first, number = np.unique(points, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    number = rank[number.ravel()]
    harm = None if weights is None else np.asarray(weights, dtype=np.float64)
    if harm is not None and not (np.isfinite(harm) & (harm >= 0)).all():
        msg = "Harm is a number of 0 or more for each incident."
        raise ValueError(msg)
    return Locations(
        points[first[order]], number, np.bincount(number, weights=harm, minlength=len(order)).astype(float)
    )


def to_the_millimetre(*coordinates: ArrayLike) -> tuple[Floats, ...]:
    """Return coordinates in whole millimetres: distances are then exact, and so are ties.

    >>> to_the_millimetre([1.0004], [2])
    (array([1000.]), array([2000.]))
    """
    return tuple(np.rint(np.asarray(values, dtype=np.float64) * 1e3) for values in coordinates)


def in_order(labels: ArrayLike) -> Ints:
    """Return labels numbered 0, 1, ... in the order of their first incident; -1 stays.

    >>> in_order([-1, 7, 2, 7])
    array([-1,  0,  1,  0])
    """
    given = np.asarray(labels, dtype=np.int64)
    there = given >= 0
    if not there.any():
        return np.full(len(given), -1, dtype=np.int64)
    _, first, number = np.unique(given[there], return_index=True, return_inverse=True)
    found = np.full(len(given), -1, dtype=np.int64)
    found[there] = np.argsort(np.argsort(first))[number]
    return found


def radii(places: Locations, k: float) -> Floats:
    """Return the radius around each location that holds incidents of weight ``k``, its own included.

    Metres, shape (m,); 0 where the location alone holds as much, infinite where
    all together hold less.

    Raises
    ------
    ParameterError
        So many incidents around each of so many places would take too long to find.
    """
    from scipy.spatial import cKDTree

    m = len(places)
    radius = np.full(m, np.inf)
    if not m or places.weight.sum() < k:
        return radius
    tree = cKDTree(places.points)
    wanting = np.arange(m)
    most = min(max(int(np.ceil(k)), 1), m)
    while len(wanting):
        if len(wanting) * most > MOST_NEAREST:
            msg = (
                f"min_samples, or what it follows, is too many for so many places: the nearest {most:,} of "
                f"each of {len(wanting):,} would have to be found, at most {MOST_NEAREST:,} together are. "
                "Choose a smaller one, or ask about a shorter window."
            )
            raise ParameterError("min_samples", msg)
        chunk = min(max(_ENTRIES // most, 1), _CHUNK)
        for start in range(0, len(wanting), chunk):
            part = wanting[start : start + chunk]
            distance, neighbour = tree.query(places.points[part], k=np.arange(1, most + 1))
            held = np.cumsum(places.weight[neighbour], axis=1) >= k
            enough = held[:, -1]
            radius[part[enough]] = distance[enough, held[enough].argmax(axis=1)]
        # Harm may be less than 1 an incident: then it takes more neighbours than k.
        wanting = wanting[np.isinf(radius[wanting])] if most < m else wanting[:0]
        most = min(2 * most, m)
    return radius


def above_zero(name: str, value: float, unit: str) -> None:
    """Refuse a distance or duration that is not above 0.

    Raises
    ------
    ParameterError
        It is 0, negative or missing.
    """
    if not value > 0:
        msg = f"{name} is a number of {unit} above 0; got {value}."
        raise ParameterError(name, msg)
