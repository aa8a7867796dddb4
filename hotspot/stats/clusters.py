"""What the clustering methods share: the cluster of each incident, and incidents that coincide.

Coincident incidents are merged into one location with a weight first: the
labels are the same, and a map point that holds thousands of incidents costs no
more than one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

FURTHEST: Final = 1e9
"""Radii between incidents at most: numbers of cells have no more digits."""
MOST_NEAREST: Final = 5_000_000_000
"""Nearest neighbours that are looked for at most: a minute's work."""


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


def columns(*coordinates: ArrayLike) -> list[Floats]:
    """Return coordinates as kernels take them.

    Raises
    ------
    ValueError
        One is missing.
    """
    found = [np.require(values, np.float64, ["C", "W"]) for values in coordinates]
    if not all(np.isfinite(values).all() for values in found):
        msg = "Clusters need coordinates for each incident; leave out those without."
        raise ValueError(msg)
    return found


def harm_of(weights: ArrayLike | None) -> Floats:
    """Return the harm of each incident as kernels take it; empty where each counts as one."""
    if weights is None:
        return np.empty(0)
    harm = np.require(weights, np.float64, ["C", "W"])
    if not (np.isfinite(harm) & (harm >= 0)).all():
        msg = "Harm is a number of 0 or more for each incident."
        raise ValueError(msg)
    return harm


def merged(*coordinates: ArrayLike, weights: ArrayLike | None = None) -> Locations:
    """Return the distinct locations of incidents.

    Parameters
    ----------
    coordinates
        x and y in metres; none missing.
    weights
        Harm of each incident, 0 or more; 1 each if left out.

    Examples
    --------
    >>> merged([5, 1, 5], [0, 0, 0]).number
    array([0, 1, 0])
    """
    from hotspot.kernels.merging import number_places

    # One zero only: -0.0 lies where 0.0 does.
    x, y = (values + 0.0 for values in columns(*coordinates))
    number, first = number_places(x, y)
    harm = harm_of(weights)
    held = np.bincount(number, weights=harm if len(harm) else None, minlength=len(first))
    return Locations(np.column_stack([x[first], y[first]]), number, held.astype(np.float64))


def dense_clusters(
    points: list[Floats], harm: Floats, *, eps: float, least: float, days: float = np.inf
) -> Clusters:
    """Return the clusters of cores, and of what lies by them.

    Parameters
    ----------
    points
        `columns` of x and y, m, and times, if any, in days.
    harm
        `harm_of` each, empty for 1 each.
    eps
        Radius, m.
    least
        Weight that makes a core.
    days
        Radius in time, days.

    Raises
    ------
    ParameterError
        A radius less than a billionth of how far incidents spread.
    """
    from hotspot.kernels.dbscan import clusters

    if len(points[0]):
        _fine_enough(points, (eps, eps, days))
    times = points[2] if len(points) > 2 else np.empty(0)
    return Clusters(*clusters(points[0], points[1], times, harm, float(eps), float(days), float(least)))


def _fine_enough(points: list[Floats], reach: tuple[float, ...]) -> None:
    """Refuse radii for which there would be more cells than can be numbered."""
    radii = [float(np.ptp(values)) / each for values, each in zip(points, reach, strict=False)]
    if max(radii) > FURTHEST or math.prod(each + 1 for each in radii) > FURTHEST**2:
        msg = (
            f"eps is at least a billionth of how far incidents spread; got {reach[0]:g} m, of which they "
            f"spread {max(radii):,.0f} times as far. Choose a larger eps."
        )
        raise ParameterError("eps", msg)


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


def radii(places: Locations, k: float, asked: NDArray[np.bool_] | None = None) -> Floats:
    """Return the radius around each location that holds incidents of weight ``k``, its own included.

    Metres, shape (m,); 0 where the location alone holds as much, infinite where
    all together hold less.

    Parameters
    ----------
    places
        Where incidents are.
    k
        Weight to look for.
    asked
        Locations whose radius is wanted, shape (m,), all by default; NaN at the others.

    Raises
    ------
    ParameterError
        So many incidents around each of so many places would take too long to find.
    """
    from hotspot.kernels import nearest
    from hotspot.kernels.tree import boxes, curve

    m = len(places)
    wanted = m if asked is None else int(asked.sum())
    radius = np.full(m, np.inf)
    if not m or places.weight.sum() < k:
        return radius
    most = min(max(int(np.ceil(k)), 1), m)
    if wanted * most > MOST_NEAREST:
        msg = (
            f"min_samples, or what it follows, is too many for so many places: the nearest {most:,} of "
            f"each of {wanted:,} would have to be found, at most {MOST_NEAREST:,} together are. "
            "Choose a smaller one, or ask about a shorter window."
        )
        raise ParameterError("min_samples", msg)
    x, y = (np.ascontiguousarray(values) for values in places.points.T)
    order = curve(x, y)
    x, y, weight = x[order], y[order], places.weight[order]
    if (weight == np.rint(weight)).all():
        weight = weight.astype(np.int64)
    rows = np.arange(m) if asked is None else np.flatnonzero(asked[order])
    radius[:] = np.nan
    radius[order[rows]] = nearest.radii(x, y, weight, boxes(x, y), float(k), rows)
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
