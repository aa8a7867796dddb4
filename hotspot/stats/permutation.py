"""Exact p-values of Gi* over counts: how often chance alone would put as much, or as little, around a cell.

The normal approximation takes the sum of a neighbourhood for bell-shaped. Where
it expects less than one incident the sum is anything but: on maps of pure
chance nearly every map then shows hot cells. Counts are whole numbers, so the
chance of each sum can be had without approximation and without drawing lots.

Under the null hypothesis the n values lie in the cells in any order, each order as
likely as any other. The k values of a neighbourhood, its own included, are then
k drawn from all n without replacement, the very draw whose mean and variance
Gi* standardises by. A cell's own count is part of the evidence: held fixed instead, the
busiest cell of a hotspot would be left out as a hole in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

MOST_STEPS: Final = 1_000_000_000
"""Multiplications that the exact chances may take: about a second."""
MOST_ENTRIES: Final = 20_000_000
"""Entries that a table of them may have: 160 MB."""
SMALLEST: Final = 1e-290
"""No p-value is given smaller than this."""
_NOTHING: Final = 1e-300
"""Probabilities below this are left out: all together they stay far below the smallest p."""


@dataclass(frozen=True, eq=False)
class DrawnSums:
    """Chance of each sum of k values drawn without replacement from n, for each k up to a number."""

    n: int
    total: int
    """Sum of all n values."""
    lowest: int
    """Least of the values: the tables count what is above it."""
    at_least: Floats = field(repr=False)
    """Row k, column s - k * lowest: chance that k values add up to s or more."""
    at_most: Floats = field(repr=False)
    """The same for s or less."""

    @classmethod
    def of(cls, values: ArrayLike, *, most: int) -> DrawnSums:
        """Return the chances for up to ``most`` of these whole numbers.

        The distinct values are taken in one after another. Of k values drawn from
        those so far, the number that are of the new kind is hypergeometric, and each
        adds its value. All terms are positive, so nothing cancels: tails keep a relative
        accuracy of about 1e-13, however small.

        Parameters
        ----------
        values
            Whole numbers, shape (n,), n at least 1.
        most
            Largest number to be drawn, at most n.
        """
        x = whole(values)
        if not 0 <= most <= len(x) or not len(x):
            msg = f"Can draw 0 to {len(x)} of {len(x)} values, of which there must be one; got {most}."
            raise ValueError(msg)
        lowest = int(x.min())
        value, number, width = kinds_of(x - lowest, most)
        chance = np.zeros((most + 1, 1))
        chance[0, 0] = 1.0
        held = 0
        for each, added, columns in zip(value.tolist(), number.tolist(), width.tolist(), strict=True):
            chance = with_kind(chance, held, each, added, columns)
            held += added
        return cls(
            n=len(x),
            total=int(x.sum()),
            lowest=lowest,
            at_least=np.minimum(np.cumsum(chance[:, ::-1], axis=1)[:, ::-1], 1.0),
            at_most=np.minimum(np.cumsum(chance, axis=1), 1.0),
        )

    def p(self, sums: ArrayLike, number: ArrayLike) -> Floats:
        """Return the two-sided p of each sum of ``number`` values: twice its tail, at most 1.

        The tail is the one on the side of z: sums as large or larger where the sum is above
        its mean, as small or smaller below. That is the smaller tail, except where a few huge
        values pull the mean beyond nearly every sum; p is 1 there.
        """
        s, k = (whole(each) for each in np.broadcast_arrays(sums, number))
        column = s - k * self.lowest
        if ((column < 0) | (column >= self.at_most.shape[1]) | (k < 0) | (k >= len(self.at_most))).any():
            msg = "A sum that no draw of so many values can have."
            raise ValueError(msg)
        side = self.n * s - self.total * k
        tail = np.where(side > 0, self.at_least[k, column], self.at_most[k, column])
        return np.where(side == 0, 1.0, np.clip(2 * tail, SMALLEST, 1.0))


def exact_p(values: ArrayLike, neighbour_sum: ArrayLike, number: ArrayLike) -> Floats:
    """Return the exact two-sided p of Gi* of each cell, shape (n,); no cells, none.

    Parameters
    ----------
    values
        Incidents in each cell, whole numbers. Harm and other real numbers have no
        such p: use ``significance.two_sided_p`` of their z.
    neighbour_sum, number
        Incidents around each cell and cells there, its own included, as from ``gi_star``.

    Examples
    --------
    Two of four cells hold an incident each. Two cells hold both of them once in six draws:

    >>> exact_p([1, 1, 0, 0], [2, 2, 1, 0], [2, 3, 3, 1]).round(4)
    array([0.3333, 1.    , 1.    , 1.    ])
    """
    if not len(np.asarray(values)):
        return np.empty(0)
    return DrawnSums.of(values, most=int(np.max(number))).p(neighbour_sum, number)


def affordable(values: ArrayLike, *, most: int) -> bool:
    """Whether exact chances of these whole numbers are worth their time and memory.

    The time grows with the number of distinct values, the square of the number drawn and
    the largest sum: 10,000 cells with 100,000 incidents take 0.03 s for 9 neighbours. Not affordable
    are some hundred neighbours of many distinct counts, or millions of incidents in few cells.

    >>> affordable([0, 0, 0, 1, 2], most=2), affordable([0] * 50 + [10**8], most=9)
    (True, False)
    """
    x = whole(values)
    _, number, width = kinds_of(x - x.min(initial=0), most)
    steps = ((np.minimum(number, most) + 1.0) * (most + 1) * width).sum()
    return bool(steps <= MOST_STEPS and (most + 1) * width.max(initial=0) <= MOST_ENTRIES)


def whole(values: ArrayLike) -> Ints:
    """Return whole numbers as such, shape as given; others are refused."""
    given = np.asarray(values)
    result = given.astype(np.int64)
    if not (result == given).all():
        msg = "Exact p-values need whole numbers; take the normal approximation for others."
        raise ValueError(msg)
    return result


def kinds_of(x: Ints, most: int) -> tuple[Ints, Ints, Ints]:
    """Return the distinct values, ascending, the number of each, and the sums possible up to each."""
    value, number = np.unique(x, return_counts=True)
    end = np.cumsum(number)
    running = np.concatenate([[0], np.cumsum(np.sort(x))])
    return value, number, running[end] - running[np.maximum(end - most, 0)] + 1


def with_kind(chance: Floats, held: int, value: int, added: int, columns: int) -> Floats:
    """Return the chances after taking in so many equal values beside those held."""
    most = len(chance) - 1
    share = _shares(held, added, most)
    result = np.zeros((most + 1, columns))
    for c in range(share.shape[1]):
        old = chance[: most + 1 - c, : columns - c * value]
        result[c:, c * value : c * value + old.shape[1]] += share[c:, c, None] * old
    result[result < _NOTHING] = 0.0
    return result


def _shares(held: int, added: int, most: int) -> Floats:
    """Chance that c of k drawn are of the added, row k, column c: hypergeometric, draw by draw."""
    share = np.zeros((most + 1, min(most, added) + 1))
    share[0, 0] = 1.0
    c = np.arange(share.shape[1])
    for k in range(1, min(most, held + added) + 1):
        left = held + added - (k - 1)
        share[k] = share[k - 1] * np.maximum(held - (k - 1 - c), 0) / left
        share[k, 1:] += share[k - 1, :-1] * ((added - c[:-1]) / left)
    return share
