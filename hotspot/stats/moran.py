"""Global Moran's I: whether like lies by like over the whole map, and at which distance most of all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from hotspot.stats.neighbours import Neighbours

    Floats = NDArray[np.float64]

SURE: Final = 1.96
"""Standard score that a peak must exceed: 95 % confidence that there is anything to peak."""


@dataclass(frozen=True)
class MoransI:
    """Moran's I of a map."""

    i: float
    """About -1 to 1: above ``expected`` like lies by like, below it like avoids like."""
    expected: float
    """What chance makes on average, -1 / (n - 1)."""
    variance: float
    """Of I under chance; 0 where there is no evidence."""
    z: float
    """Standard score; 0 where there is no evidence."""


@dataclass(frozen=True, eq=False)
class _Weights:
    """Row-standardised binary weights in the sums that Moran's I needs."""

    others: Floats
    """Neighbours of each place, itself left out."""
    s0: float
    s1: float
    s2: float

    @classmethod
    def of(cls, near: Neighbours) -> _Weights:
        others = near.number - 1
        has = others > 0
        part = np.divide(1.0, others, out=np.zeros(len(others)), where=has)
        # What each place receives, where neighbours are neighbours both ways.
        received = near.sums(part) - part
        s1 = part.sum() + (part * received).sum()
        return cls(others, float(has.sum()), float(s1), float(np.square(has + received).sum()))


def moran(
    values: ArrayLike,
    *,
    neighbours: Neighbours,
    null: Literal["randomisation", "normality"] = "randomisation",
) -> MoransI:
    """Return Moran's I with row-standardised weights, no place its own neighbour.

    No place, places without any neighbour, values all equal, and fewer than four
    places are no evidence either way: I is what is expected, and z is 0. A place
    without a neighbour counts for nothing among others. Moran 1950; moments of
    Cliff and Ord 1981.

    Parameters
    ----------
    values
        Incidents or harm of each place, shape (n,).
    neighbours
        From ``Lattice.within``, ``band_neighbours`` or ``polygon_neighbours``: whoever
        is a neighbour must be one both ways.
    null
        What chance means: the values shuffled over the places (``randomisation``), or
        each drawn from one normal distribution (``normality``).

    Examples
    --------
    >>> from hotspot.stats.neighbours import band_neighbours
    >>> row = band_neighbours([0, 1, 2, 3, 4, 5], [0] * 6, distance=1)
    >>> found = moran([1, 1, 1, 0, 0, 0], neighbours=row)
    >>> round(found.i, 4), round(found.expected, 4), round(found.z, 4)
    (0.6667, -0.2, 1.8667)
    """
    x = _finite(values)
    return _moran(x, neighbours, _Weights.of(neighbours), null)


def _finite(values: ArrayLike) -> Floats:
    x = np.asarray(values, dtype=np.float64)
    if not np.isfinite(x).all():
        msg = f"Moran's I needs a number for each place; {np.count_nonzero(~np.isfinite(x))} are missing."
        raise ValueError(msg)
    return x


def _moran(x: Floats, near: Neighbours, w: _Weights, null: str) -> MoransI:
    n = len(x)
    expected = -1 / (n - 1) if n > 1 else 0.0
    if n < 4 or w.s0 == 0 or x.min() == x.max():
        return MoransI(expected, expected, 0.0, 0.0)
    mean = x.mean()
    away = x - mean
    # The sums of whole numbers are exact; those of deviations would not be.
    around = near.sums(x) - x - w.others * mean
    lag = np.divide(around, w.others, out=np.zeros(n), where=w.others > 0)
    squares = float((away**2).sum())
    i = float(n / w.s0 * (away * lag).sum() / squares)
    kurtosis = float((away**4).sum()) / n / (squares / n) ** 2
    variance = _variance(n, w, kurtosis, null) - expected**2
    # Where everybody is everybody's neighbour I cannot vary: what is left is rounding.
    if variance < 1e-12 * expected**2:
        return MoransI(expected, expected, 0.0, 0.0)
    return MoransI(i, expected, variance, (i - expected) / float(np.sqrt(variance)))


def _variance(n: int, w: _Weights, kurtosis: float, null: str) -> float:
    """Return the mean square of I under chance."""
    s0, s1, s2 = w.s0**2, w.s1, w.s2
    if null == "normality":
        return (n**2 * s1 - n * s2 + 3 * s0) / ((n - 1) * (n + 1) * s0)
    flat = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0)
    peaked = kurtosis * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0)
    return (flat - peaked) / ((n - 1) * (n - 2) * (n - 3) * s0)


@dataclass(frozen=True, eq=False)
class MoranCurve:
    """Moran's I at increasing distances, all of shape (n_distances,)."""

    distance: Floats = field(repr=False)
    """m, ascending."""
    neighbours: Floats = field(repr=False)
    """Mean number of neighbours, the place itself left out."""
    i: Floats = field(repr=False)
    z: Floats = field(repr=False)

    @property
    def peak(self) -> float | None:
        """The first distance where clustering is at its height; None if there is none.

        Its z is above 1.96, above that of the distance before, and above the next
        that differs: neither end of the curve is a peak, for nobody knows what lies beyond.

        >>> import numpy as np
        >>> z = np.array([3.0, 5.0, 4.0, 6.0, 2.0])
        >>> MoranCurve(np.arange(5.0), z, z, z).peak
        1.0
        """
        steps = np.flatnonzero(np.diff(self.z))
        slope = np.sign(self.z[steps + 1] - self.z[steps])
        tops = steps[1:][(slope[:-1] > 0) & (slope[1:] < 0)]
        starts = steps[:-1][(slope[:-1] > 0) & (slope[1:] < 0)] + 1
        sure = starts[self.z[tops] > SURE]
        return float(self.distance[sure[0]]) if len(sure) else None


def incremental_moran(
    values: ArrayLike, *, distances: Sequence[float], neighbours: Callable[[float], Neighbours]
) -> MoranCurve:
    """Return Moran's I, and its z under randomisation, at each of a series of distances.

    As the distance grows, z rises until neighbourhoods are as wide as what
    clusters, and falls beyond: the first peak is a distance that suits local
    statistics of the same map. Distances that add nobody repeat the value before.

    Parameters
    ----------
    values
        Incidents or harm of each place, shape (n,).
    distances
        Metres, ascending.
    neighbours
        Called with a distance: the neighbours within it, as for `moran`.

    Examples
    --------
    >>> from hotspot.stats.lattice import Lattice
    >>> grid = Lattice.of([0, 1, 2, 3] * 4, [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4, "square")
    >>> corner = [9, 8, 1, 0, 7, 9, 0, 1, 1, 0, 1, 0, 0, 0, 1, 0]
    >>> incremental_moran(corner, distances=[1, 2, 3], neighbours=grid.within).z.round(2)
    array([3.46, 3.32, 1.63])
    """
    x = _finite(values)
    metres = np.asarray(distances, dtype=np.float64)
    if (np.diff(metres) <= 0).any():
        msg = f"Distances must increase; got {metres.tolist()}."
        raise ValueError(msg)
    found, around = [], []
    for each in metres.tolist():
        near = neighbours(each)
        weights = _Weights.of(near)
        found.append(_moran(x, near, weights, "randomisation"))
        around.append(float(weights.others.mean()) if len(x) else 0.0)
    return MoranCurve(
        distance=metres,
        neighbours=np.array(around, dtype=np.float64),
        i=np.array([each.i for each in found], dtype=np.float64),
        z=np.array([each.z for each in found], dtype=np.float64),
    )
