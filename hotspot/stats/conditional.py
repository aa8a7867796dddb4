"""Exact p-values of conditional permutation: a place keeps its value, its neighbours' are drawn.

This is the null hypothesis of LISA statistics as esda and GeoDa simulate it
(Anselin 1995, doi:10.1111/j.1538-4632.1995.tb00338.x), without the simulation: the
sum around a place is that of m values drawn without replacement from the n - 1 others,
so that its chances depend on m and on the own value alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hotspot.stats.kinds import Kinds, in_units, whole
from hotspot.stats.permutation import SMALLEST, DrawnSums, Table, affordable

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
    if not n:
        return Tails(np.ones(n), np.ones(n))
    if m.min() < 0 or m.max() > n - 1:
        msg = f"A place has 0 to {n - 1} neighbours among {n} places, itself not counted."
        raise ValueError(msg)
    units, step = in_units(x)
    column, rest = np.divmod(s - m * int(x.min()), step)
    if rest.any() or column.min() < 0:
        raise ValueError(_IMPOSSIBLE)
    kinds = Kinds.of(units)
    draws = DrawnSums.of(kinds, most=int(m.max()), upto=int(column.max()))
    return tails_without(units, column, m, kinds=kinds, draws=draws)


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
    return not len(x) or affordable(Kinds.of(in_units(x)[0]), most=most)


_LOSS: Final = 64.0
"""Times that rounding may grow where one value is taken out of the chances of all."""


def tails_without(own: Ints, column: Ints, number: Ints, *, kinds: Kinds, draws: DrawnSums) -> Tails:
    """Return both tails of the sum around each place, from the chances of the whole draw.

    Where so much is taken out that digits would be lost, the chances without the own value
    are summed anew, of positive terms only.

    Parameters
    ----------
    own
        Value of each place above the least, shape (n,).
    column
        Sum of so many others above as many times the least.
    number
        Number of neighbours.
    kinds, draws
        Of all values.
    """
    if column.max(initial=0) >= draws.columns:
        raise ValueError(_IMPOSSIBLE)
    places = Places(*(np.array(each, dtype=np.int64) for each in (own, column, number)))
    at_least, lost = _taken_out(draws.at_least, places, draws.n, upper=True)
    at_most, lost_too = _taken_out(draws.at_most, places, draws.n, upper=False)
    again = np.flatnonzero(lost | lost_too)
    if len(again):
        at_least[again], at_most[again] = _summed_anew(kinds, places.take(again))
    return Tails(np.clip(at_least, 0.0, 1.0), np.clip(at_most, 0.0, 1.0))


class Places(NamedTuple):
    """Places as their chances see them, all of shape (n,)."""

    own: Ints
    column: Ints
    number: Ints

    def take(self, chosen: Ints) -> Places:
        """Return some of them."""
        return Places(*(each[chosen] for each in self))


def _taken_out(tail: Floats, places: Places, n: int, *, upper: bool) -> tuple[Floats, NDArray[np.bool_]]:
    """Return a tail of each place, and where rounding has grown too much."""
    from hotspot.kernels.left_out import leave_out

    chance, loss = np.empty(len(places.own)), np.empty(len(places.own))
    leave_out(tail, places.own, places.column, places.number, n, upper, chance, loss)
    return chance, ~(loss <= _LOSS)


def _summed_anew(kinds: Kinds, places: Places) -> tuple[Floats, Floats]:
    """Return both tails of places whose own values were never taken in."""
    at_least, at_most = np.empty(len(places.own)), np.empty(len(places.own))
    which, kind = np.unique(places.own, return_inverse=True)
    order = np.argsort(kind, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(kind))[:-1])
    without = _without_each(kinds, which, int(places.number.max()), int(places.column.max()))
    for mine, table in zip(parts, without, strict=True):
        upper, lower = table.tails()
        cell = places.number[mine], places.column[mine]
        at_least[mine], at_most[mine] = upper[cell], lower[cell]
    return at_least, at_most


def _without_each(kinds: Kinds, which: Ints, most: int, upto: int) -> Iterator[Table]:
    """Yield for each of some of the values, ascending, the chances of sums when one of it is left out.

    What is common to all of them is taken in once; they themselves are halved
    again and again, and what is common to all of one half, the other half, is taken
    in once. Nothing is ever taken out again, which would lose the tails.
    """
    chosen = np.isin(kinds.value, which)
    start = Table.empty(most, kinds, upto=upto, n=kinds.n - 1)
    start.take_in(kinds.value[~chosen], kinds.number[~chosen])
    value, number = kinds.value[chosen], kinds.number[chosen]
    waiting = [(start, 0, len(value))]
    while waiting:
        table, first, end = waiting.pop()
        if end - first == 1:
            table.take_in(value[first:end], number[first:end] - 1)
            yield table
            continue
        middle = (first + end) // 2
        for low, high, other in (
            (middle, end, slice(first, middle)),
            (first, middle, slice(middle, end)),
        ):
            half = table.copy()
            half.take_in(value[other], number[other])
            waiting.append((half, low, high))
