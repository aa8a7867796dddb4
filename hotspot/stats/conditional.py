"""Exact p-values of conditional permutation: a place keeps its value, its neighbours' are drawn.

This is the null hypothesis of LISA statistics as esda and GeoDa simulate it
(Anselin 1995, doi:10.1111/j.1538-4632.1995.tb00338.x), without the simulation: the
sum around a place is that of m values drawn without replacement from the n - 1 others,
so that its chances depend on m and on the own value alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hotspot.stats.permutation import MOST_ENTRIES, MOST_STEPS, SMALLEST, kinds_of, whole, with_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tails:
    """Chance of as much, and of as little, around each of n places whose own value stays."""

    at_least: Floats = field(repr=False)
    """Chance that the neighbours add up to what is there or more, shape (n,)."""
    at_most: Floats = field(repr=False)
    """The same for what is there or less."""

    def two_sided(self, above: ArrayLike | None = None) -> Floats:
        """Return twice the tail of each place, at most 1.

        Parameters
        ----------
        above
            Which tail: above 0 the upper one, below 0 the lower one, 0 neither, which
            gives 1; shape (n,). Left out, the smaller of the two.
        """
        if above is None:
            smaller: Floats = np.clip(2 * np.minimum(self.at_least, self.at_most), SMALLEST, 1.0)
            return smaller
        side = np.asarray(above)
        tail: Floats = np.where(side > 0, self.at_least, self.at_most)
        doubled: Floats = np.clip(2 * tail, SMALLEST, 1.0)
        doubled[side == 0] = 1.0
        return doubled


def conditional_tails(values: ArrayLike, neighbour_sum: ArrayLike, number: ArrayLike) -> Tails:
    """Return both tails of the sum around each place, shape (n,); no places, none.

    All terms are positive, so nothing cancels: tails keep a relative accuracy of about
    1e-13, however small. A place without neighbours has 1 on both sides.

    Parameters
    ----------
    values
        Whole numbers, one a place, shape (n,).
    neighbour_sum
        Sum of the values of its neighbours, its own left out.
    number
        Number of its neighbours, itself not counted.

    Examples
    --------
    Two of four places hold an incident each. Beside a place that holds one, the other
    is among two of the three other places twice in three draws:

    >>> found = conditional_tails([1, 1, 0, 0], [1, 0, 2, 0], [2, 2, 2, 0])
    >>> found.at_least.round(4), found.at_most.round(4)
    (array([0.6667, 1.    , 0.3333, 1.    ]), array([1.    , 0.3333, 1.    , 1.    ]))
    """
    x, s, m = (whole(each) for each in np.broadcast_arrays(values, neighbour_sum, number))
    n = len(x)
    at_least, at_most = np.ones(n), np.ones(n)
    if not n:
        return Tails(at_least, at_most)
    if m.min() < 0 or m.max() > n - 1:
        msg = f"A place has 0 to {n - 1} neighbours among {n} places, itself not counted."
        raise ValueError(msg)
    units, step = _units(x)
    column, rest = np.divmod(s - m * int(x.min()), step)
    if rest.any():
        raise ValueError(_IMPOSSIBLE)
    most = int(m.max())
    kind = np.searchsorted(np.unique(units), units)
    place = np.argsort(kind, kind="stable")
    ends = np.cumsum(np.bincount(kind))
    for each, chance in _without_one(units, most):
        mine = place[ends[each - 1] if each else 0 : ends[each]]
        rows, at = np.unique(m[mine], return_inverse=True)
        if (column[mine] < 0).any() or (column[mine] >= chance.shape[1]).any():
            raise ValueError(_IMPOSSIBLE)
        drawn = chance[rows]
        at_most[mine] = np.cumsum(drawn, axis=1)[at, column[mine]]
        at_least[mine] = np.cumsum(drawn[:, ::-1], axis=1)[:, ::-1][at, column[mine]]
    return Tails(np.minimum(at_least, 1.0), np.minimum(at_most, 1.0))


_IMPOSSIBLE = "A sum that no draw of so many of the other values can have."


def conditional_affordable(values: ArrayLike, *, most: int) -> bool:
    """Whether conditional chances of these whole numbers are worth their time and memory.

    Parameters
    ----------
    values
        Whole numbers, shape (n,).
    most
        Most neighbours that a place has, itself not counted.

    Examples
    --------
    >>> conditional_affordable([0, 0, 0, 1, 2], most=2), conditional_affordable(range(9**6), most=8)
    (True, False)
    """
    x = whole(values)
    if not len(x):
        return True
    _, number, width = kinds_of(_units(x)[0], most)
    depth = max(1.0, np.ceil(np.log2(len(number))))
    steps = ((np.minimum(number, most) + 1.0) * (most + 1) * width[-1]).sum() * depth
    return bool(steps <= MOST_STEPS and (most + 1) * width[-1] * (depth + 2) <= MOST_ENTRIES)


def _units(x: Ints) -> tuple[Ints, int]:
    """Return the values above the least of them in their largest common unit, and that unit."""
    above = x - x.min()
    step = max(int(np.gcd.reduce(np.unique(above))), 1)
    return above // step, step


def _without_one(x: Ints, most: int) -> Iterator[tuple[int, Floats]]:
    """Yield for each distinct value, by its position, the chances of sums when one of it is left out.

    Row k, column s: the chance that k of the n - 1 others add up to s. The distinct values
    are halved again and again: what is common to all of one half, the other half, is taken
    in once. That takes each value log2(D) times, not D times, and nothing is ever taken out
    again, which would lose the tails.
    """
    value, number, width = kinds_of(x, most)
    full = int(width[-1])
    start = np.zeros((most + 1, 1))
    start[0, 0] = 1.0
    waiting = [(start, 0, 0, len(value))]
    while waiting:
        chance, held, first, end = waiting.pop()
        if end - first == 1:
            v, left = int(value[first]), int(number[first]) - 1
            columns = min(chance.shape[1] + min(left, most) * v, full)
            yield first, with_kind(chance, held, v, left, columns) if left else chance
            continue
        middle = (first + end) // 2
        for low, high, other in ((middle, end, (first, middle)), (first, middle, (middle, end))):
            with_other, now = chance, held
            for each in range(*other):
                v, added = int(value[each]), int(number[each])
                columns = min(with_other.shape[1] + min(added, most) * v, full)
                with_other = with_kind(with_other, now, v, added, columns)
                now += added
            waiting.append((with_other, now, low, high))
