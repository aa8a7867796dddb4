"""Emerging hotspots: Gi* of a cube of space and time, the trend of each place, and its pattern.

The cube counts incidents by place and step. A bin's neighbourhood holds the place and
its neighbours in the same step, and these in the ``lag`` steps before: never in one that
is still to come, so that what a bin is called does not change once it is past. The n
values that Gi* compares with are all bins of the cube.

The first ``lag`` steps have a smaller neighbourhood, for want of steps before them. Their
scores are right, but less extreme for that alone: a place where nothing ever happens would
seem to cool down. They count in how often a place was hot, but not in its trend.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from hotspot.errors import ParameterError
from hotspot.stats.getisord import gi_star
from hotspot.stats.mannkendall import Trend, mann_kendall
from hotspot.stats.patterns import patterns
from hotspot.stats.significance import adjust, classes, two_sided_p

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from hotspot.stats.getisord import GiStar
    from hotspot.stats.neighbours import Neighbours

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CubeNeighbours:
    """Neighbours of the bins of a cube, step after step: as `Neighbours`, of n_steps times n bins."""

    near: Neighbours
    """Who is whose neighbour among the n places."""
    n_steps: int
    lag: int = 1
    """Earlier steps that a neighbourhood reaches back to."""

    def __post_init__(self) -> None:
        if self.lag < 0:
            msg = f"A neighbourhood reaches 0 or more steps back; got {self.lag}."
            raise ParameterError("lag", msg)

    @property
    def places(self) -> int:
        """Number of places."""
        return len(self.near.number)

    @cached_property
    def number(self) -> Floats:
        """Number of bins in the neighbourhood of each bin, itself included; shape (n_steps * n,)."""
        layers = np.minimum(np.arange(self.n_steps), self.lag) + 1.0
        return np.outer(layers, self.near.number).ravel()

    def sums(self, values: ArrayLike) -> Floats:
        """Sum of the values in each neighbourhood, shape (n_steps * n,), in the order of the values."""
        cube = np.asarray(values, dtype=np.float64).reshape(self.n_steps, self.places)
        around = np.empty_like(cube)
        for step, each in enumerate(cube):
            around[step] = self.near.sums(each)
        total = around.copy()
        # Whole numbers stay whole: steps are added one by one, not taken from running totals.
        for back in range(1, min(self.lag, self.n_steps - 1) + 1):
            total[back:] += around[:-back]
        return total.ravel()


@dataclass(frozen=True, eq=False)
class Emerging:
    """What became of n places over the steps."""

    z: Floats = field(repr=False)
    """Gi* of each bin, shape (n_steps, n)."""
    p: Floats = field(repr=False)
    """Two-sided, shape (n_steps, n)."""
    p_adjusted: Floats = field(repr=False)
    """The same after false-discovery control over all bins."""
    level: NDArray[np.int8] = field(repr=False)
    """Class of each bin, -3..3; shape (n_steps, n)."""
    trend: Trend = field(repr=False)
    """Of the scores of each place, over the steps with a whole neighbourhood."""
    pattern: NDArray[np.int8] = field(repr=False)
    """Code of the pattern of each place, shape (n,); see `patterns`."""


def emerging(
    counts: ArrayLike,
    *,
    neighbours: CubeNeighbours,
    p_of: Callable[[GiStar], Floats] | None = None,
    adjustment: str = "bh",
    definition: str = "current",
    trend_level: float = 0.05,
) -> Emerging:
    """Return the scores, trend and pattern of each place of a cube.

    Places without incidents count too. Counts all equal are no evidence: every score
    is 0 and every pattern none.

    Parameters
    ----------
    counts
        Incidents or harm, shape (n_steps, n), in order of time.
    neighbours
        Of the cube's bins.
    p_of
        Gives the p of each bin, such as the exact one; the normal approximation if left out.
    adjustment
        ``bh`` or ``by``, over all bins.
    definition
        Of the patterns: ``current`` or ``2.8``.
    trend_level
        Largest p of a trend that counts as significant, 0 to 1.

    Examples
    --------
    Nine places in a row, far apart; the last holds ten incidents a step from the sixth step on. In the
    sixth its neighbourhood, two steps, holds ten: not yet beyond chance.

    >>> from hotspot.stats.neighbours import band_neighbours
    >>> from hotspot.stats.patterns import words
    >>> counts = np.zeros((10, 9))
    >>> counts[5:, 8] = 10
    >>> near = band_neighbours(range(9), [0] * 9, distance=0.5)
    >>> found = emerging(counts, neighbours=CubeNeighbours(near, 10))
    >>> found.level[:, 8], words(found.pattern[8]), words(found.pattern[0])
    (array([0, 0, 0, 0, 0, 0, 3, 3, 3, 3], dtype=int8), 'consecutive hot', 'none')
    """
    cube = np.asarray(counts, dtype=np.float64)
    expected = (neighbours.n_steps, neighbours.places)
    if cube.shape != expected:
        msg = f"Expected counts of {expected[0]} steps by {expected[1]} places, got shape {cube.shape}."
        raise ValueError(msg)
    found = gi_star(cube.ravel(), neighbours=neighbours)
    p = p_of(found) if p_of else two_sided_p(found.z)
    p_adjusted = adjust(p, adjustment)
    level = classes(found.z, p_adjusted).reshape(cube.shape)
    z = found.z.reshape(cube.shape)
    trend = mann_kendall(z[neighbours.lag :], overlap=neighbours.lag)
    way = np.where(trend.p <= trend_level, np.sign(trend.s), 0)
    return Emerging(
        z,
        p.reshape(cube.shape),
        p_adjusted.reshape(cube.shape),
        level,
        trend,
        patterns(np.sign(level), way, definition=definition),
    )
