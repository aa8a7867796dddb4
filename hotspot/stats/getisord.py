"""Getis-Ord Gi*: whether there is more, or less, around a place than chance would put there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from hotspot.stats.neighbours import Neighbours

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GiStar:
    """Gi* of n places."""

    z: Floats = field(repr=False)
    """Standard score of each place, shape (n,): above 0 more than expected around it."""
    neighbour_sum: Floats = field(repr=False)
    """Sum of the values around each place, its own included; shape (n,)."""
    neighbours: Floats = field(repr=False)
    """Number of neighbours of each place, itself included; shape (n,)."""


def gi_star(values: ArrayLike, *, neighbours: Neighbours) -> GiStar:
    """Return Gi* with binary weights, each place its own neighbour too.

    A place linked to every other, and values all equal, are no evidence either
    way: z is 0 there. Getis and Ord 1992, doi:10.1111/j.1538-4632.1992.tb00261.x;
    Ord and Getis 1995, doi:10.1111/j.1538-4632.1995.tb00912.x.

    Parameters
    ----------
    values
        Incidents or harm of each place, shape (n,); every place of the study
        area, those without incidents too.
    neighbours
        From ``Lattice.within`` or ``band_neighbours``.

    Examples
    --------
    >>> from hotspot.stats.neighbours import band_neighbours
    >>> near = band_neighbours([10, 20, 40, 15, 30, 30], [10, 10, 10, 20, 20, 30], distance=15)
    >>> gi_star([2, 3, 3.2, 5, 8, 7], neighbours=near).z.round(5)
    array([-1.39728, -0.28918,  0.65065, -0.28918,  1.23452,  2.02424])
    """
    x = np.asarray(values, dtype=np.float64)
    if not np.isfinite(x).all():
        msg = f"Gi* needs a number for each place; {np.count_nonzero(~np.isfinite(x))} are missing."
        raise ValueError(msg)
    n = len(x)
    number = neighbours.number
    sums = neighbours.sums(x)
    z = np.zeros(n)
    if n > 1 and x.min() != x.max():
        # Everything above the line times n: whole numbers stay whole, and a tie is a tie to the bit.
        above = n * sums - x.sum() * number
        spread = float(np.sqrt(np.square(x - x.mean()).sum() * n))
        below = spread * np.sqrt(np.maximum(n * number - np.square(number), 0.0) / (n - 1))
        np.divide(above, below, out=z, where=below > 0)
    return GiStar(z, sums, number)
