"""Mann-Kendall: whether a series goes up, or down, more steadily than chance would have it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hotspot.stats.significance import two_sided_p

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Trend:
    """Trend of each of n series."""

    s: Floats = field(repr=False)
    """Pairs that go up less pairs that go down, shape (n,)."""
    variance: Floats = field(repr=False)
    """Of s where there is no trend, shape (n,)."""
    z: Floats = field(repr=False)
    """Standard score of s, shape (n,): above 0 upward."""
    p: Floats = field(repr=False)
    """Two-sided, shape (n,)."""


def mann_kendall(values: ArrayLike, *, overlap: int = 0) -> Trend:
    """Return the trend of each column of a table of steps, with ties corrected for.

    s counts the pairs of steps of which the later is higher, less those of which it is
    lower; its variance is that of shuffled values, less what ties take. A series that is
    all equal, or has fewer than three steps, has no trend: z is 0 and p is 1. Mann 1945,
    doi:10.2307/1907187; Kendall 1975.

    Windows that overlap make neighbouring steps alike, and chance alone then makes
    longer runs: unheeded, a series without trend is called one too often. The
    variance is raised by what the overlap does to the correlation of ranks (Hamed and Rao
    1998, doi:10.1016/S0022-1694(97)00125-X), which for sums over sliding windows is known.

    Parameters
    ----------
    values
        Shape (n_steps, n), in order of time.
    overlap
        Earlier steps that each value has taken in as well: a value is a sum, or a mean, over
        ``overlap`` + 1 steps. 0 is the classical test.

    Examples
    --------
    Of the 6 pairs of 1 3 2 4 five go up and one goes down:

    >>> trend = mann_kendall([[1], [3], [2], [4]])
    >>> trend.s, trend.variance.round(4), trend.z.round(4)
    (array([4.]), array([8.6667]), array([1.019]))
    """
    x = np.asarray(values, dtype=np.float64)
    steps, n = x.shape
    if not np.isfinite(x).all():
        msg = f"A trend needs a number for each step; {np.count_nonzero(~np.isfinite(x))} are missing."
        raise ValueError(msg)
    s = np.zeros(n)
    for apart in range(1, steps):
        s += np.sign(x[apart:] - x[:-apart]).sum(axis=0)
    variance = (steps * (steps - 1) * (2 * steps + 5) - _ties(x)) / 18 * inflation(steps, overlap)
    z = np.zeros(n)
    # One pair more or less moves s by 2: half of that is taken off.
    np.divide(s - np.sign(s), np.sqrt(variance), out=z, where=(variance > 0) & (steps > 2))
    return Trend(s, variance, z, two_sided_p(z))


def inflation(steps: int, overlap: int) -> float:
    """Return by how much windows that overlap raise the variance of s; 1 where they do not.

    Windows k steps apart that share m - k of their m = overlap + 1 steps correlate by
    (m - k) / m, and the ranks of normal values by 6 / pi arcsin of half of that.

    >>> inflation(12, 0), round(inflation(12, 1), 4)
    (1.0, 1.7239)
    """
    if overlap < 0:
        msg = f"Windows overlap by 0 steps or more; got {overlap}."
        raise ValueError(msg)
    if steps <= 2:
        return 1.0
    apart = np.arange(1, min(overlap, steps - 1) + 1)
    alike = 6 / np.pi * np.arcsin((overlap + 1 - apart) / (overlap + 1) / 2)
    pairs = (steps - apart) * (steps - apart - 1) * (steps - apart - 2)
    return float(1 + 2 * (pairs * alike).sum() / (steps * (steps - 1) * (steps - 2)))


def _ties(x: Floats) -> Floats:
    """Return what ties take from 18 times the variance, t (t - 1) (2t + 5) for each t equal values; (n,)."""
    taken = np.zeros(x.shape[1])
    ordered = np.sort(x, axis=0)
    run = np.ones(x.shape[1])
    for step in range(1, len(x)):
        same = ordered[step] == ordered[step - 1]
        taken += np.where(same, 0.0, run * (run - 1) * (2 * run + 5))
        run = np.where(same, run + 1, 1.0)
    return taken + run * (run - 1) * (2 * run + 5) if len(x) else taken
