"""Circles around the places of incidents, each with the incidents in it: where a scan looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEAST = 2
"""Incidents that a circle holds at least: one alone is no cluster."""
MOST_MEMBERS = 4_000_000
"""Entries in the lists of incidents of all circles together."""
MOST_CIRCLES = 400_000
_THINNER = ((0, 0.0), (12, 0.0), (12, 1 / 16), (8, 1 / 8), (6, 1 / 4), (4, 1 / 2), (4, 1.0))
"""Radii a centre (0: every one) and spacing of the centres in largest radii; each row is less work."""


@dataclass(frozen=True, eq=False)
class Circles:
    """n circles, no two with the same incidents."""

    x: Floats = field(repr=False)
    """Centre, m, shape (n,)."""
    y: Floats = field(repr=False)
    radius: Floats = field(repr=False)
    """Distance of the furthest incident inside, m; 0 around a single place; shape (n,)."""
    member: NDArray[np.int32] = field(repr=False)
    """The incidents of the largest circle around each centre, the nearest first."""
    begin: Ints = field(repr=False)
    """Where those of each circle begin, shape (n,); circles around one centre follow each other, growing."""
    size: Ints
    """Incidents in each, shape (n,)."""
    n_points: int
    """Incidents in all."""
    n_places: int
    """Places with incidents."""
    n_centres: int
    """Those that circles are drawn around."""
    n_radii: int
    """Radii that are tried around each; 0 for every radius that makes a difference."""

    def __len__(self) -> int:
        return len(self.x)

    def members(self, circle: int) -> NDArray[np.int32]:
        """Return the incidents of one circle."""
        begin = self.begin[circle]
        return self.member[begin : begin + self.size[circle]]


@dataclass(frozen=True, eq=False)
class _Places:
    """Distinct locations and how many incidents each holds."""

    x: Floats
    y: Floats
    of: Ints
    number: Ints


def circles(x: ArrayLike, y: ArrayLike, *, max_radius: float, most: int = MOST_CIRCLES) -> Circles:
    """Return the circles around the incidents' places with 2 incidents to half of them all.

    Every place is a centre and every other place's distance a radius; where that
    would be too much work a dozen radii are tried, then centres are thinned to a
    lattice, the fullest place of each square. No incidents, no circles.

    Parameters
    ----------
    x, y
        Metres, none missing.
    max_radius
        Largest radius, m.
    most
        Circles that are borne.

    Raises
    ------
    ParameterError
        Too many circles, or too much in them, however thinly they are laid.

    Examples
    --------
    >>> circles([0, 10, 900, 900], [0, 0, 0, 0], max_radius=50).size
    array([2, 2])
    """
    points = np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)]) + 0.0
    if not np.isfinite(points).all():
        msg = "A scan needs coordinates for each incident; leave out those without."
        raise ValueError(msg)
    spot, of, number = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    places = _Places(spot[:, 0], spot[:, 1], of.ravel(), number)
    for n_radii, spacing in _THINNER:
        centre = _centres(places, spacing * max_radius)
        found = _prefixes(places, centre, max_radius, n_radii)
        if found is not None and len(found.centre) <= most and found.size.sum() <= MOST_MEMBERS:
            return _circles(places, found, len(points), len(centre), n_radii)
    msg = (
        f"Circles of up to {max_radius:,.0f} m around {len(spot):,} places are more than is borne. "
        "Take a smaller max_radius, a shorter window or one offence."
    )
    raise ParameterError("max_radius", msg)


def _centres(places: _Places, spacing: float) -> Ints:
    """Return the places that circles are drawn around: all, or the fullest of each square."""
    if not spacing:
        return np.arange(len(places.x))
    square = np.floor(np.column_stack([places.x, places.y]) / spacing)
    order = np.lexsort((places.y, places.x, -places.number, square[:, 1], square[:, 0]))
    _, first = np.unique(square[order], axis=0, return_index=True)
    return np.sort(order[first])


@dataclass(frozen=True, eq=False)
class _Prefixes:
    """Circles as the nearest places of a centre: those of ``near`` from ``begin`` to ``end``."""

    near: Ints
    centre: Ints
    begin: Ints
    end: Ints
    radius: Floats
    size: Ints


def _prefixes(places: _Places, centre: Ints, reach: float, n_radii: int) -> _Prefixes | None:
    """Return the circles that hold enough and not too much; None if there are far too many."""
    from scipy.spatial import cKDTree

    spots = np.column_stack([places.x, places.y])
    if not len(spots):
        none = np.empty(0, dtype=np.int64)
        return _Prefixes(none, none, none, none, np.empty(0), none)
    spots = spots - spots.min(axis=0)
    tree, middle = cKDTree(spots), cKDTree(spots[centre])
    # Whatever the radii, the largest circles alone have as many entries.
    if middle.count_neighbors(tree, reach) > MOST_MEMBERS:
        return None
    pairs = middle.sparse_distance_matrix(tree, reach, output_type="ndarray")
    at, near, apart = pairs["i"].astype(np.int64), pairs["j"].astype(np.int64), pairs["v"]
    lengths = np.bincount(at, minlength=len(centre))
    order = np.lexsort((apart, at))
    near, at, apart = near[order], at[order], apart[order]
    ring = np.ceil(apart * (n_radii / reach)) if n_radii else apart
    last = np.flatnonzero(np.append((np.diff(at) != 0) | (np.diff(ring) != 0), True))
    begin = (np.cumsum(lengths) - lengths)[at[last]]
    held = np.concatenate([[0], np.cumsum(places.number[near])])
    size = held[last + 1] - held[begin]
    keep = (size >= LEAST) & (2 * size <= places.number.sum())
    keep[keep] = _distinct(near, begin[keep], last[keep] + 1, apart[last[keep]])
    last, begin, size = last[keep], begin[keep], size[keep]
    return _Prefixes(near, centre[at[last]], begin, last + 1, apart[last], size)


def _distinct(near: Ints, begin: Ints, end: Ints, radius: Floats) -> NDArray[np.bool_]:
    """Whether each circle is the smallest of those with the same places."""
    # Places stand for random numbers: equal sums, equal sets, but for one chance in 2 ** 64.
    sign = np.random.default_rng(0).integers(0, 2**64, int(near.max(initial=0)) + 1, dtype=np.uint64)
    held = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(sign[near], dtype=np.uint64)])
    alike = held[end] - held[begin]
    order = np.lexsort((radius, alike))
    first = np.zeros(len(order), dtype=bool)
    first[order[np.flatnonzero(np.append(True, np.diff(alike[order]) != 0)[: len(order)])]] = True
    return first


def _circles(places: _Places, found: _Prefixes, n_points: int, n_centres: int, n_radii: int) -> Circles:
    """Return the circles with the incidents of the largest around each centre written out."""
    by_place = np.argsort(places.of, kind="stable").astype(np.int32)
    offset = np.cumsum(places.number) - places.number
    new = np.diff(found.centre, prepend=-1) != 0
    largest = np.flatnonzero(np.append(new[1:], True)[: len(new)])
    begin, end = found.begin[largest], found.end[largest]
    spot = found.near[_ranges(begin, end - begin)]
    member = by_place[_ranges(offset[spot], places.number[spot])]
    length = found.size[largest]
    return Circles(
        places.x[found.centre],
        places.y[found.centre],
        found.radius,
        member,
        (np.cumsum(length) - length)[np.cumsum(new) - 1],
        found.size,
        n_points,
        len(places.x),
        n_centres,
        n_radii,
    )


def _ranges(begin: Ints, length: Ints) -> Ints:
    """Return ``begin[0], begin[0] + 1, ...`` for each length, one after the other."""
    before = np.cumsum(length) - length
    ranges: Ints = np.arange(int(length.sum())) + np.repeat(begin - before, length)
    return ranges
