"""Kernel density: incidents per km2 at any place, smoothed over a bandwidth in metres.

Each incident is spread over its surroundings by a kernel whose volume is one,
so that the volume under the surface is the number of incidents. Silverman 1986.
Sums are exact, and over the places in reach only.
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
REACH: Final = {"quartic": 1.0, "epanechnikov": 1.0, "gaussian": 5.0}
"""Bandwidths beyond which an incident counts nothing; beyond 5 a Gaussian holds 4e-6 of it."""
PARTS: Final = {"quartic": 24, "epanechnikov": 80, "gaussian": 10}
"""Squares in a bandwidth within which very many incidents are taken for one in their middle."""
_MOST_SQUARES: Final = 1_000_000


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
    if kernel == "gaussian":
        shape = np.exp(-squared / 2)
    else:
        shape = np.maximum(1 - squared, 0.0) ** (2 if kernel == "quartic" else 1)
    return np.asarray(shape * _highest(bandwidth, kernel))


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

    No incidents, 0 everywhere.

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
    from hotspot.kernels.kernel_sums import at_places

    how = _how(bandwidth, kernel)
    (east, north), (px, py), weight = _points(x, y), _points(at_x, at_y), _weights(weights, x)
    if not len(east) or not len(px):
        return np.zeros(len(px))
    west, south = px.min(), py.min()
    wide, high = px.max() - west, py.max() - south
    # About as many squares as places: finer ones cost more to go through than they spare.
    few = min(len(px), _MOST_SQUARES)
    side = max(how[0] / 2, math.sqrt(wide * high / few), max(wide, high) / _MOST_SQUARES)
    n_rows, n_cols = int(high / side) + 1, int(wide / side) + 1
    square = ((py - south) / side).astype(np.int64) * n_cols + ((px - west) / side).astype(np.int64)
    order = np.argsort(square, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(square, minlength=n_rows * n_cols))])
    result = np.empty(len(px))
    result[order] = at_places(
        east, north, weight, px[order], py[order], start, n_cols, west, south, side, *how
    )
    return result * _highest(bandwidth, kernel)


@dataclass(frozen=True)
class Nodes:
    """Places, the nodes, on a lattice of rectangles."""

    west: float
    south: float
    """Metres: where the first node is."""
    east: float
    north: float
    """Metres from one to the next."""
    n_rows: int
    n_cols: int

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """Where the first node is, and how far it is to the next ones."""
        return float(self.west), float(self.south), float(self.east), float(self.north)

    @property
    def x(self) -> Floats:
        """Metres east of each column, shape (n_cols,)."""
        return self.west + self.east * np.arange(self.n_cols, dtype=np.float64)

    @property
    def y(self) -> Floats:
        """Metres north of each row, shape (n_rows,)."""
        return self.south + self.north * np.arange(self.n_rows, dtype=np.float64)

    def sums(self, number: int, *, bandwidth: float, kernel: str = "quartic") -> float:
        """Return how many sums it takes to spread so many incidents over the nodes."""
        wide = 2 * REACH[kernel] * bandwidth
        return number * min(wide / self.north + 1, self.n_rows) * min(wide / self.east + 1, self.n_cols)


def density_at_nodes(
    x: ArrayLike,
    y: ArrayLike,
    nodes: Nodes,
    *,
    bandwidth: float,
    kernel: str = "quartic",
    weights: ArrayLike | None = None,
) -> Floats:
    """Return the density at each node, shape (n_rows, n_cols); otherwise as ``density``.

    A Gaussian ends in a square of five standard deviations to each side.

    Examples
    --------
    >>> density_at_nodes([0], [0], Nodes(0, 0, 500, 500, 2, 3), bandwidth=1000).round(4)
    array([[0.9549, 0.5371, 0.    ],
           [0.5371, 0.2387, 0.    ]])
    """
    from hotspot.kernels.kernel_sums import spread

    reach, scale, kind = _how(bandwidth, kernel)
    (east, north), weight = _points(x, y), _weights(weights, x)
    return spread(
        east,
        north,
        weight * _highest(bandwidth, kernel),
        *nodes.frame,
        nodes.n_rows,
        nodes.n_cols,
        reach,
        scale,
        kind,
    )


def held(
    values: Floats, nodes: Nodes, x: ArrayLike, y: ArrayLike, *, bandwidth: float, kernel: str = "quartic"
) -> Floats:
    """Return what the kernel of each place holds of the values at the nodes; shape of ``x``.

    The same sums as those of ``density_at_nodes``, the other way round: with the area of each
    node in km2 it is the part of the kernel that lies in that area.

    Parameters
    ----------
    values, nodes
        Of each node, shape (n_rows, n_cols), and where the nodes are.
    x, y
        Places, metres.
    bandwidth, kernel
        As for ``kernel_value``.

    Examples
    --------
    >>> nodes = Nodes(-2000, -2000, 100, 100, 41, 41)
    >>> held(np.full((41, 41), 0.01), nodes, [0], [0], bandwidth=1000).round(3)
    array([1.])
    """
    from hotspot.kernels.kernel_sums import gathered

    east, north = _points(x, y)
    found = gathered(
        east,
        north,
        np.ascontiguousarray(values, dtype=np.float64),
        *nodes.frame,
        *_how(bandwidth, kernel),
    )
    return found * _highest(bandwidth, kernel)


def fewer(
    x: ArrayLike,
    y: ArrayLike,
    weights: ArrayLike | None,
    *,
    bandwidth: float,
    kernel: str = "quartic",
    parts: int | None = None,
) -> tuple[Floats, Floats, Floats]:
    """Return x, y and weights of fewer incidents with about the same density.

    Squares of the bandwidth that hold more incidents than ``parts`` x ``parts`` are cut into
    so many smaller squares, and those in one of these become one in their middle that weighs
    as much; incidents elsewhere, and those in one place, stay as they are. With the parts
    of ``PARTS`` the density changes by less than 1 % of the largest, whatever the incidents, and
    by some 0.01 % of it where they lie at random.

    Parameters
    ----------
    x, y, weights, bandwidth, kernel
        As for ``density``.
    parts
        Smaller squares in a bandwidth; those of ``PARTS`` if left out.

    Examples
    --------
    >>> east, _, weight = fewer([5.0] * 900, [5.0] * 900, None, bandwidth=100)
    >>> east, weight
    (array([5.]), array([900.]))
    """
    from hotspot.kernels.gathering import gather_dense

    _checked(bandwidth, kernel)
    (east, north), weight = _points(x, y), _weights(weights, x)
    cut = parts or PARTS[kernel]
    if len(east) <= cut**2:
        return east, north, weight
    west, south = float(east.min()), float(north.min())
    n_cols, n_rows = int((east.max() - west) / bandwidth) + 1, int((north.max() - south) / bandwidth) + 1
    if n_cols * n_rows > max(_MOST_SQUARES, len(east)):
        return east, north, weight
    found = gather_dense(east, north, weight, west, south, float(bandwidth), n_rows, n_cols, cut)
    return found[0], found[1], found[2]


def _highest(bandwidth: float, kernel: str) -> float:
    """Return the density of one incident where it is, per km2."""
    return {"quartic": 3.0, "epanechnikov": 2.0, "gaussian": 0.5}[kernel] / (math.pi * bandwidth**2 / 1e6)


def _how(bandwidth: float, kernel: str) -> tuple[float, float, int]:
    """Return reach, bandwidth and number of the kernel, for the sums."""
    checked = _checked(bandwidth, kernel)
    return REACH[kernel] * checked, checked, KERNELS.index(kernel)


def _points(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    east, north = (np.ascontiguousarray(each, dtype=np.float64) for each in (x, y))
    if not (np.isfinite(east).all() and np.isfinite(north).all()):
        msg = "A density needs coordinates for each incident and place; leave out those without."
        raise ValueError(msg)
    return east, north


def _weights(weights: ArrayLike | None, x: ArrayLike) -> Floats:
    n = len(np.asarray(x))
    if weights is None:
        return np.ones(n)
    given = np.ascontiguousarray(weights, dtype=np.float64)
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
