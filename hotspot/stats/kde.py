"""Kernel density: incidents per km2 at any place, smoothed over a bandwidth in metres.

Each incident is spread over its surroundings by a kernel whose volume is one,
so that the volume under the surface is the number of incidents. Silverman 1986.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

KERNELS: Final = ("quartic", "epanechnikov", "gaussian")
"""The first is the default. Of the Gaussian the bandwidth is one standard deviation."""
REACH: Final = {"quartic": 1.0, "epanechnikov": 1.0, "gaussian": 8.0}
"""Bandwidths beyond which an incident counts nothing; beyond 8 a Gaussian holds 1e-14 of it."""
NEAR: Final = {"quartic": 1.0, "epanechnikov": 1.0, "gaussian": 5.0}
"""The same where speed counts; beyond 5 a Gaussian holds 4e-6."""
_STEPS: Final = {"quartic": 15, "epanechnikov": 60, "gaussian": 8}
"""Lattice steps in a bandwidth: with these no density is wrong by 1 % of the largest."""
_FEW_PAIRS: Final = 2_500_000
"""Pairs of an incident and a place below which exact sums are as fast as a lattice."""
_MOST_NODES: Final = 6_000_000
_CHUNK: Final = 4_000_000
_NOISE: Final = 1e-12
"""Of the largest density: what a Fourier transform leaves where nothing is."""


def kernel_value(distance: ArrayLike, *, bandwidth: float, kernel: str = "quartic") -> Floats:
    """Return the density of one incident at these distances from it, per km2; 0 out of its reach.

    Parameters
    ----------
    distance
        Metres, any shape.
    bandwidth
        Metres: where the quartic and Epanechnikov kernels end, and the
        standard deviation of the Gaussian.
    kernel
        ``quartic``, ``epanechnikov`` or ``gaussian``.

    Examples
    --------
    >>> kernel_value([0, 500, 1000], bandwidth=1000).round(4)
    array([0.9549, 0.5371, 0.    ])
    """
    squared = np.square(np.asarray(distance, dtype=np.float64) / _checked(bandwidth, kernel))
    km2 = math.pi * bandwidth**2 / 1e6
    if kernel == "gaussian":
        return np.asarray(np.exp(-squared / 2) / (2 * km2))
    inner = np.maximum(1 - squared, 0.0)
    return np.asarray(3 * inner**2 / km2 if kernel == "quartic" else 2 * inner / km2)


def density(
    x: ArrayLike,
    y: ArrayLike,
    at_x: ArrayLike,
    at_y: ArrayLike,
    *,
    bandwidth: float,
    kernel: str = "quartic",
    weights: ArrayLike | None = None,
) -> Floats:
    """Return the density at each place, incidents (or their weight) per km2; shape of ``at_x``.

    Exact sums where few incidents are in reach of the places. Where they are
    many, incidents are shared out over the nodes of a lattice finer than the
    bandwidth, spread from there by one convolution, and read between the nodes:
    within 1 % of the largest density, and much faster. No incidents, 0
    everywhere.

    Parameters
    ----------
    x, y
        Incidents, metres, none missing.
    at_x, at_y
        Places, metres.
    bandwidth, kernel
        As for ``kernel_value``.
    weights
        Harm of each incident; 1 each if left out.

    Examples
    --------
    >>> density([0, 0], [0, 0], [0, 1000], [0, 0], bandwidth=1000, weights=[1, 2]).round(4)
    array([2.8648, 0.    ])
    """
    _checked(bandwidth, kernel)
    incidents, places, weight = _points(x, y), _points(at_x, at_y), _weights(weights, x)
    if not len(incidents) or not len(places):
        return np.zeros(len(places))
    reach = NEAR[kernel] * bandwidth
    close = _Close.of(incidents, places, reach)
    if close.pairs > _FEW_PAIRS:
        found = lattice_density(incidents, weight, places, bandwidth=bandwidth, kernel=kernel)
        if found is not None:
            return found
    one, two = close.incidents, close.places
    result = np.zeros(len(places))
    result[two] = _exact(incidents[one], weight[one], places[two], reach, bandwidth, kernel)
    return result


def exact_density(
    x: ArrayLike,
    y: ArrayLike,
    at_x: ArrayLike,
    at_y: ArrayLike,
    *,
    bandwidth: float,
    kernel: str = "quartic",
    weights: ArrayLike | None = None,
) -> Floats:
    """Return what ``density`` does by exact sums, however long they take: the reference."""
    _checked(bandwidth, kernel)
    incidents, places, weight = _points(x, y), _points(at_x, at_y), _weights(weights, x)
    if not len(incidents) or not len(places):
        return np.zeros(len(places))
    return _exact(incidents, weight, places, REACH[kernel] * bandwidth, bandwidth, kernel)


def lattice_density(
    incidents: Floats, weight: Floats, places: Floats, *, bandwidth: float, kernel: str = "quartic"
) -> Floats | None:
    """Return the density at places by a convolution on a lattice; None where it would be too large.

    The same lattice serves both ways: the density of incidents at places is
    the transpose of that of the places at incidents, to the last bits.

    Parameters
    ----------
    incidents, places
        Metres, shapes (n, 2) and (m, 2), neither empty.
    weight
        Of each incident, shape (n,).
    bandwidth, kernel
        As for ``kernel_value``.
    """
    from scipy.signal import oaconvolve

    step = bandwidth / _STEPS[kernel]
    low = np.minimum(incidents.min(axis=0), places.min(axis=0))
    high = np.maximum(incidents.max(axis=0), places.max(axis=0))
    n_cols, n_rows = (int(size) for size in np.floor((high - low) / step) + 2)
    if n_cols * n_rows > _MOST_NODES:
        return None
    nodes = np.zeros(n_rows * n_cols)
    for node, share in _corners((incidents - low) / step, n_cols):
        nodes += np.bincount(node, weights=share * weight, minlength=len(nodes))
    radius = math.ceil(NEAR[kernel] * _STEPS[kernel])
    offset = np.arange(-radius, radius + 1) * step
    stamp = kernel_value(np.hypot(offset[:, None], offset), bandwidth=bandwidth, kernel=kernel)
    # Sampled at the nodes a kernel holds a little more or less than one incident.
    stamp /= stamp.sum() * step**2 / 1e6
    surface = oaconvolve(nodes.reshape(n_rows, n_cols), stamp, mode="same").ravel()
    surface[np.abs(surface) <= _NOISE * np.abs(surface).max()] = 0.0
    result = np.zeros(len(places))
    for node, share in _corners((places - low) / step, n_cols):
        result += share * surface[node]
    return result


def _corners(position: Floats, n_cols: int) -> list[tuple[NDArray[np.int64], Floats]]:
    """Return the four nodes around each position, and the share of it that each one has."""
    whole = np.floor(position).astype(np.int64)
    part = position - whole
    node = whole[:, 1] * n_cols + whole[:, 0]
    east, north = part[:, 0], part[:, 1]
    return [
        (node, (1 - east) * (1 - north)),
        (node + 1, east * (1 - north)),
        (node + n_cols, (1 - east) * north),
        (node + n_cols + 1, east * north),
    ]


def _exact(
    incidents: Floats, weight: Floats, places: Floats, reach: float, bandwidth: float, kernel: str
) -> Floats:
    from scipy.spatial import cKDTree

    known = cKDTree(places)
    result = np.zeros(len(places))
    parts = int(cKDTree(incidents).count_neighbors(known, reach)) // _CHUNK + 1
    for part in range(parts):
        # Every parts-th incident: a run of them could all lie in the thick of it.
        some = cKDTree(incidents[part::parts])
        found = some.sparse_distance_matrix(known, reach, output_type="ndarray")
        value = kernel_value(found["v"], bandwidth=bandwidth, kernel=kernel)
        value *= weight[part::parts][found["i"]]
        result += np.bincount(found["j"], weights=value, minlength=len(places))
    return result


@dataclass(frozen=True, eq=False)
class _Close:
    """Which incidents and places may be in reach of each other, by the squares of that side they are in."""

    pairs: float
    """About how many pairs are in reach; 0 where there would be too many squares to say."""
    incidents: NDArray[np.bool_]
    places: NDArray[np.bool_]

    @classmethod
    def of(cls, incidents: Floats, places: Floats, reach: float) -> _Close:
        low = np.minimum(incidents.min(axis=0), places.min(axis=0))
        squares = [np.floor((points - low) / reach).astype(np.int64) + 1 for points in (incidents, places)]
        width, height = np.maximum(squares[0].max(axis=0), squares[1].max(axis=0)) + 2
        if width * height > _MOST_NODES:
            return cls(0.0, np.ones(len(incidents), dtype=bool), np.ones(len(places), dtype=bool))
        here, there = (each[:, 1] * width + each[:, 0] for each in squares)
        held, offered = (np.bincount(each, minlength=width * height) for each in (here, there))
        around = _around(offered, width)
        pairs = float(held @ around) * math.pi / 9
        return cls(pairs, around[here] > 0, _around(held, width)[there] > 0)


def _around(number: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """Sum over each square and the eight around it; the outermost squares are empty."""
    square = number.reshape(-1, width)
    rows = square + np.roll(square, 1, axis=0) + np.roll(square, -1, axis=0)
    return np.asarray(rows + np.roll(rows, 1, axis=1) + np.roll(rows, -1, axis=1)).ravel()


def _points(x: ArrayLike, y: ArrayLike) -> Floats:
    points = np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])
    if not np.isfinite(points).all():
        msg = "A density needs coordinates for each incident and place; leave out those without."
        raise ValueError(msg)
    return points


def _weights(weights: ArrayLike | None, x: ArrayLike) -> Floats:
    n = len(np.asarray(x))
    if weights is None:
        return np.ones(n)
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != (n,) or not np.isfinite(given).all():
        msg = f"Expected a finite weight for each of {n} incidents; got {given.shape}."
        raise ValueError(msg)
    return given


def _checked(bandwidth: float, kernel: str) -> float:
    if kernel not in KERNELS:
        msg = f"kernel must be one of {', '.join(KERNELS)}; got {kernel!r}."
        raise ParameterError("kernel", msg)
    if not (bandwidth > 0 and math.isfinite(bandwidth)):
        msg = f"bandwidth must be a number of metres above 0; got {bandwidth}."
        raise ParameterError("bandwidth", msg)
    return float(bandwidth)
