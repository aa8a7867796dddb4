"""Local Moran: places unlike chance beside their neighbours, hot among hot or among cold, and the reverse.

Gi* asks how much there is around a place, itself included. Local Moran holds a
place against its neighbours: much amid much, little amid little, and the two kinds
of outlier, much amid little and little amid much. Anselin 1995,
doi:10.1111/j.1538-4632.1995.tb00338.x.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from hotspot.stats.conditional import Tails
    from hotspot.stats.neighbours import Neighbours

    Floats = NDArray[np.float64]

HH, LH, LL, HL = 1, 2, 3, 4
QUADRANTS: Final = ("", "high-high", "low-high", "low-low", "high-low")
"""What the numbers of quadrants mean: the place itself first, then the mean of its neighbours."""


@dataclass(frozen=True, eq=False)
class LocalMoran:
    """Local Moran's I of n places, all of shape (n,)."""

    i: Floats = field(repr=False)
    """Above 0 like its neighbours, below 0 unlike them; their mean is about that of the whole map."""
    z: Floats = field(repr=False)
    """Standard score of I when the place keeps its value and the others are shuffled; 0: no evidence."""
    quadrant: NDArray[np.int8] = field(repr=False)
    """HH, LH, LL or HL: above the mean of the map or not, and the same for the mean of the neighbours."""
    others: Floats = field(repr=False)
    """Number of neighbours, the place itself left out."""
    neighbour_sum: Floats = field(repr=False)
    """Sum of their values."""
    above: Floats = field(repr=False)
    """Above 0 where the neighbours hold more than others on average, below 0 less; 0 no evidence."""

    def p_exact(self, tails: Tails) -> Floats:
        """Return the exact two-sided p of each place: twice the tail on the side of its z, at most 1.

        Parameters
        ----------
        tails
            From ``conditional_tails`` of the same values, ``neighbour_sum`` and ``others``.
        """
        return tails.two_sided(self.above)


def local_moran(values: ArrayLike, *, neighbours: Neighbours) -> LocalMoran:
    """Return local Moran's I with row-standardised weights, no place its own neighbour.

    A value at the very mean, a place without neighbours or linked to every other,
    and values all equal are no evidence either way: z is 0 there. The z
    is that under conditional permutation (Sokal, Oden and Thomson 1998), which neither leans on
    the values being normal nor takes a place's own value for part of the evidence.

    Parameters
    ----------
    values
        Incidents or harm of each place, shape (n,); every place of the study area,
        those without incidents too.
    neighbours
        From ``Lattice.within``, ``band_neighbours`` or ``polygon_neighbours``.

    Examples
    --------
    >>> from hotspot.stats.neighbours import band_neighbours
    >>> row = band_neighbours([0, 1, 2, 3, 4, 5], [0] * 6, distance=1)
    >>> found = local_moran([4, 4, 0, 0, 0, 4], neighbours=row)
    >>> [QUADRANTS[each] for each in found.quadrant]
    ['high-high', 'high-low', 'low-low', 'low-low', 'low-low', 'high-low']
    >>> found.i.round(3)
    array([ 0.833,  0.   ,  0.   ,  0.833,  0.   , -0.833])
    """
    x = np.asarray(values, dtype=np.float64)
    if not np.isfinite(x).all():
        msg = f"Local Moran needs a number for each place; {np.count_nonzero(~np.isfinite(x))} are missing."
        raise ValueError(msg)
    n = len(x)
    others = neighbours.number - 1
    around = neighbours.sums(x) - x
    # Everything times n or n - 1: whole numbers stay whole, and a tie is a tie to the bit.
    own = n * x - x.sum()
    lag = n * around - others * x.sum()
    excess = (n - 1) * around - others * (x.sum() - x)
    quadrant = np.select([(own > 0) & (lag > 0), lag > 0, own > 0], [HH, LH, HL], LL).astype(np.int8)
    result = LocalMoran(np.zeros(n), np.zeros(n), quadrant, others, around, np.zeros(n))
    if n < 3 or x.min() == x.max():
        return result
    variance = np.square(x - x.mean()).sum() / n
    linked = others > 0
    mean_lag = np.divide(lag / n, others, out=np.zeros(n), where=linked)
    i = (n - 1) / n * (own / n) * mean_lag / variance
    spread = _spread(x, others, variance)
    score = np.divide(excess, spread, out=np.zeros(n), where=spread > 0)
    z = np.sign(own) * score
    above = np.where((own == 0) | (spread == 0), 0.0, np.sign(excess))
    return LocalMoran(i + 0.0, z + 0.0, quadrant, others, around, above)


def _spread(x: Floats, others: Floats, variance: float) -> Floats:
    """Return n - 1 standard deviations of the sum of so many of the other values, 0 where it cannot vary."""
    n = len(x)
    rest = n / (n - 1) * (variance - np.square(x - x.mean()) / (n - 1))
    # Nothing varies where all the others are equal: what is left of the difference is rounding.
    rest[rest < 1e-12 * variance] = 0.0
    drawn = others * np.maximum(n - 1 - others, 0.0) / (n - 2)
    spread: Floats = (n - 1) * np.sqrt(rest * drawn)
    return spread
