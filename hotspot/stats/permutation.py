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
from math import comb
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.stats.kinds import Kinds, in_units, whole

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

MOST_STEPS: Final = 1_000_000_000
"""Multiplications that the exact chances may take: about a tenth of a second."""
MOST_ENTRIES: Final = 20_000_000
"""Entries that a table of them may have, of which there are two: 160 MB each."""
COSTLY_STEPS: Final = 250_000_000
"""From here on rounded sums, where they will do, save most of the time."""
SMALLEST: Final = 1e-290
"""No p-value is given smaller than this."""
_IMPOSSIBLE: Final = "A sum that no draw of so many values can have."


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
    columns: int
    """How many of the columns are a sum of their own."""

    @classmethod
    def of(cls, values: ArrayLike | Kinds, *, most: int, upto: int | None = None) -> DrawnSums:
        """Return the chances for up to ``most`` of these whole numbers.

        The distinct values are taken in one after another, each with the chance that so
        many of those drawn are of its kind. All terms are positive, so nothing cancels: tails
        keep a relative accuracy of about 1e-13, however small.

        Parameters
        ----------
        values
            Whole numbers, shape (n,), n at least 1.
        most
            Largest number to be drawn, at most n.
        upto
            Largest column that will be read, which is where the tables end; the largest
            there is if left out. Larger sums are taken together, not left out.
        """
        kinds = Kinds.of(values)
        if not 0 <= most <= kinds.n or not kinds.n:
            msg = f"Can draw 0 to {kinds.n} of {kinds.n} values, of which there must be one; got {most}."
            raise ValueError(msg)
        table = Table.empty(most, kinds, upto=upto)
        table.take_in(kinds.value, kinds.number)
        at_least, at_most = table.tails()
        columns = at_least.shape[1] - table.closed
        return cls(kinds.n, kinds.total, kinds.lowest, at_least, at_most, columns)

    def column(self, sums: Ints, number: Ints) -> Ints:
        """Return the column of each sum of so many values; sums that no draw can have are refused."""
        column = sums - number * self.lowest
        rows = len(self.at_most)
        if ((column < 0) | (column >= self.columns) | (number < 0) | (number >= rows)).any():
            raise ValueError(_IMPOSSIBLE)
        return column

    def p(self, sums: ArrayLike, number: ArrayLike) -> Floats:
        """Return the two-sided p of each sum of ``number`` values: twice its tail, at most 1.

        The tail is the one on the side of z: sums as large or larger where the sum is above
        its mean, as small or smaller below. That is the smaller tail, except where a few huge
        values pull the mean beyond nearly every sum; p is 1 there.
        """
        s, k = (whole(each) for each in np.broadcast_arrays(sums, number))
        column = self.column(s, k)
        side = self.n * s - self.total * k
        tail = np.where(side > 0, self.at_least[k, column], self.at_most[k, column])
        return np.where(side == 0, 1.0, np.clip(2 * tail, SMALLEST, 1.0))


@dataclass(frozen=True, eq=False)
class Table:
    """Ways to draw k of the values taken in so far, by their sum, as parts of all ways to draw k of n."""

    n: int
    ways: Floats
    """Row k, column s; the last column holds all sums as large and larger."""
    top: Ints
    """Last column of each row that holds any, -1 for none."""
    closed: bool
    """Whether sums may lie beyond the columns, so that the last one is no sum of its own."""

    @classmethod
    def empty(cls, most: int, kinds: Kinds, *, upto: int | None = None, n: int | None = None) -> Table:
        """Return the table before any value is taken in: one way to draw none.

        Parameters
        ----------
        most
            Largest number to be drawn.
        kinds
            What there is to draw from: how wide the table may become.
        upto
            Largest sum that will be read; the largest there is if left out.
        n
            How many values there are; as many as the kinds have if left out.
        """
        full = int(kinds.largest_sum(most)[-1])
        closed = upto is not None and upto < full - 1
        last = upto + 1 if closed and upto is not None else full
        ways = np.zeros((most + 1, last + 1))
        ways[0, 0] = 1.0
        top = np.full(most + 1, -1)
        top[0] = 0
        return cls(kinds.n if n is None else n, ways, top, closed)

    def take_in(self, value: Ints, number: Ints) -> None:
        """Take in kinds of values, whose order does not matter: ascending is fastest."""
        from hotspot.kernels.drawn_sums import take_in

        most, last = len(self.ways) - 1, self.ways.shape[1] - 1
        # Whatever lies beyond the columns is one kind: drawn once, it is beyond them.
        beyond = value >= last if self.closed else np.zeros(len(value), dtype=bool)
        if beyond.any():
            value = np.append(value[~beyond], last)
            number = np.append(number[~beyond], number[beyond].sum())
        take_in(self.ways, self.top, value, number, self.n, comb(self.n, most) > _MANY)

    def copy(self) -> Table:
        """Return a table to go on with, this one left as it is."""
        return Table(self.n, self.ways.copy(), self.top.copy(), self.closed)

    def tails(self) -> tuple[Floats, Floats]:
        """Return the chances of as much or more, and of as little or less, in a row for each number drawn.

        The table is used up. Where sums lie beyond the columns, the last column of the
        second is not to be read.
        """
        from hotspot.kernels.drawn_sums import add_up

        at_least = np.zeros(self.ways.shape)
        add_up(self.ways, self.top, at_least)
        return at_least, self.ways


_MANY: Final = 10**280
"""Ways to draw beyond which one of them is too small a part to be kept with all its digits."""


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
    x = whole(values)
    if not len(x):
        return np.empty(0)
    units, step = in_units(x)
    s, k = whole(neighbour_sum), whole(number)
    column, rest = np.divmod(s - k * int(x.min()), step)
    if rest.any():
        raise ValueError(_IMPOSSIBLE)
    return DrawnSums.of(units, most=int(k.max()), upto=max(int(column.max()), 0)).p(column, k)


def affordable(values: ArrayLike | Kinds, *, most: int) -> bool:
    """Whether exact chances of these whole numbers are worth their time and memory.

    The time grows with the number of distinct values, the square of the number drawn and
    the largest sum: 10,000 cells with 1,000,000 incidents take 0.04 s for 9 neighbours. Not affordable
    are some hundred neighbours of many distinct counts, or millions of incidents in few cells.

    >>> affordable([0, 0, 0, 1, 2], most=2), affordable([0] * 50 + [10**8], most=9)
    (True, False)
    """
    kinds = Kinds.of(values)
    if not kinds.n:
        return True
    columns = float(kinds.largest_sum(most)[-1] + 1)
    return (most + 1) * columns <= MOST_ENTRIES and kinds.work(most) <= MOST_STEPS


def costly(values: ArrayLike | Kinds, *, most: int) -> bool:
    """Whether exact chances take so long that rounded sums are better, where they will do.

    >>> costly([0, 0, 0, 1, 2], most=2), costly(range(1000), most=100)
    (False, True)
    """
    kinds = Kinds.of(values)
    return bool(kinds.n) and kinds.work(most) > COSTLY_STEPS
