"""Chances of sums too large to be told apart one by one: on scales, each coarser than the one before.

The exact chances of sums up to millions would take minutes. What a p-value needs
is a sum to a part of itself. So sums are read on several scales: small ones
one by one, larger ones in steps that are at most 1/256 of them. Values between two steps are
dealt to both so that their total stays, and a step's chance is spread evenly over its width.

Beside exact chances of clustered counts, p is off by a ten-thousandth of itself for most cells, by
less than a hundredth for 99 of 100, and by some hundredths where one or two huge counts decide (see the
tests). A million lots for each size of neighbourhood have a standard error of 10 % at p = 0.0001, and of
100 % at p = 0.000001, where false-discovery control decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hotspot.stats.conditional import Tails, tails_without
from hotspot.stats.kinds import Kinds, whole
from hotspot.stats.permutation import MOST_STEPS, DrawnSums

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

PARTS: Final = 256
"""Steps that a sum has at least on its scale, unless it is small enough to be told exactly."""
_USUAL: Final = 0.99
"""Part of the values that are no huge ones."""
_LUMPY: Final = 0.2
"""Mean direction of values wound round a unit from which they lie in lumps: 0 is even, 1 is one lump."""


class Fineness(NamedTuple):
    """How finely sums and values are told apart."""

    columns: int
    """Sums of a scale."""
    digits: int
    """Binary digits that are kept of a value."""


_FINENESSES: Final = (
    Fineness(16_384, 40),
    Fineness(16_384, 10),
    Fineness(16_384, 8),
    Fineness(4_096, 8),
    Fineness(1_024, 7),
)


def fineness(kinds: Kinds, *, most: int) -> Fineness | None:
    """Return how finely the chances of sums can be told within a tenth of a second; None if not at all.

    Not at all, too, where values come in lumps further apart than a step, such as multiples
    of one large weight and little beside it, or all incidents without a place in one cell:
    nothing is even within their steps.

    >>> fineness(Kinds.of([0, 1, 2]), most=2)
    Fineness(columns=16384, digits=40)
    >>> fineness(Kinds.of(range(100_000)), most=500) is None
    True
    """
    for each in _FINENESSES:
        units = _units(kinds, most, each)
        work = sum(rounded(kinds, unit, each.digits)[0].work(most, each.columns) for unit in units)
        if work <= MOST_STEPS:
            return None if any(_lumpy(kinds, unit, most) for unit in units[1:]) else each
    return None


@dataclass(frozen=True, eq=False)
class Scale:
    """The chances of sums on one scale."""

    unit: int
    """What a step stands for."""
    kinds: Kinds
    """The values, in steps."""
    steps: Ints = field(repr=False)
    """Steps of each kind of value there was before."""
    draws: DrawnSums


@dataclass(frozen=True, eq=False)
class RoughSums:
    """Chance of each sum of k values drawn without replacement from n, to a part of the sum."""

    kinds: Kinds
    columns: int
    scales: tuple[Scale, ...] = field(repr=False)
    """From single units to the coarsest, each for sums up to so many columns of its unit."""

    @classmethod
    def of(cls, kinds: Kinds, *, most: int, fine: Fineness) -> RoughSums:
        """Return the chances for up to ``most`` of the values of these kinds, as finely as told."""
        scales = []
        for unit in _units(kinds, most, fine):
            coarse, steps = rounded(kinds, unit, fine.digits)
            draws = DrawnSums.of(coarse, most=most, upto=fine.columns + 1)
            scales.append(Scale(unit, coarse, steps, draws))
        return cls(kinds, fine.columns, tuple(scales))

    def p(self, sums: ArrayLike, number: ArrayLike) -> Floats:
        """Return the two-sided p of each sum of ``number`` values, as ``DrawnSums.p`` does."""
        s, k = (whole(each) for each in np.broadcast_arrays(sums, number))

        def read(scale: Scale, mine: Ints, step: Ints) -> Tails:
            row = k.ravel()[mine]
            return Tails(scale.draws.at_least[row, step], scale.draws.at_most[row, step])

        tails = self._tails((s - k * self.kinds.lowest).ravel(), read)
        return tails.two_sided((self.kinds.n * s - self.kinds.total * k).ravel()).reshape(s.shape)

    def without(self, own: Ints, sums: Ints, number: Ints) -> Tails:
        """Return both tails of sums of so many others around places that keep their own value.

        Parameters
        ----------
        own
            Value of each place, shape (n,).
        sums, number
            Of its neighbours, its own left out.
        """
        kind = np.searchsorted(self.kinds.value, own - self.kinds.lowest)

        def read(scale: Scale, mine: Ints, step: Ints) -> Tails:
            steps = scale.steps[kind[mine]]
            return tails_without(steps, step, number[mine], kinds=scale.kinds, draws=scale.draws)

        return self._tails(sums - number * self.kinds.lowest, read)

    def _tails(self, column: Ints, read: Callable[[Scale, Ints, Ints], Tails]) -> Tails:
        """Return both tails of sums above the least, each on the finest scale that it is on."""
        at_least, at_most = np.empty(len(column)), np.empty(len(column))
        ends = np.array([scale.unit for scale in self.scales[:-1]], dtype=np.int64) * self.columns
        at = np.searchsorted(ends, column)
        for number, scale in enumerate(self.scales):
            mine = np.flatnonzero(at == number)
            if len(mine):
                at_least[mine], at_most[mine] = _read(column[mine], scale, partial(read, scale, mine))
        return Tails(at_least, at_most)


def _read(column: Ints, scale: Scale, at: Callable[[Ints], Tails]) -> tuple[Floats, Floats]:
    """Return both tails of sums on a scale: a step holds the sums half a step to either side, evenly."""
    last = scale.draws.columns - 1
    return (
        _between((column - 0.5) / scale.unit + 0.5, lambda step: at(step).at_least, last),
        _between((column + 0.5) / scale.unit - 0.5, lambda step: at(step).at_most, last),
    )


def _between(x: Floats, chance: Callable[[Ints], Floats], last: int) -> Floats:
    """Return a chance between two steps as near to each as it lies."""
    low = np.minimum(np.floor(x).astype(np.int64), last)
    part = np.minimum(x - low, 1.0)
    if not part.any():
        return chance(low)
    return (1 - part) * chance(low) + part * chance(np.minimum(low + 1, last))


def _lumpy(kinds: Kinds, unit: int, most: int) -> bool:
    """Whether chance may be uneven within a unit: where it is, rounding would move p by a part of a lump."""
    # Beside a few huge values the sum of the others must vary by several units.
    usual = np.cumsum(kinds.number) <= _USUAL * kinds.n
    value, number = kinds.value[usual], kinds.number[usual]
    if not len(value) or most * np.cov(value, fweights=number, bias=True) < (4 * unit) ** 2:
        return True
    # And values of several units must not lie by its multiples, clearly beyond chance.
    large = kinds.value >= 8 * unit
    number = kinds.number[large]
    turn = np.exp(2j * np.pi * (kinds.value[large] % unit) / unit)
    return bool(np.abs((number * turn).sum()) > _LUMPY * number.sum() + 2 * np.sqrt(number.sum()))


def _units(kinds: Kinds, most: int, fine: Fineness) -> list[int]:
    """Return the unit of each scale, until the last one holds the largest sum there can be."""
    units, largest = [1], int(kinds.largest_sum(most)[-1])
    while units[-1] * fine.columns < largest:
        units.append(min(units[-1] * (fine.columns // PARTS), -(-largest // fine.columns)))
    return units


def rounded(kinds: Kinds, unit: int, digits: int) -> tuple[Kinds, Ints]:
    """Return the kinds in steps of a unit, of so many digits, and the steps of each kind.

    The values between two steps are dealt to both so that their total stays as it is.
    """
    value, number = kinds.value, kinds.number
    # A unit holds all digits of small values; it doubles with each digit more.
    more = np.frexp(np.maximum(value // unit, 1))[1] - digits
    width = unit << np.maximum(more, 0)
    below = value // width * width
    start, bin_of = np.unique(below, return_inverse=True)
    wide = np.zeros_like(start)
    wide[bin_of] = width
    held = np.bincount(bin_of, number)
    up = np.rint(np.bincount(bin_of, number * (value - below) / width))
    step = np.concatenate([start, start + wide]) // unit
    found, kind = np.unique(step, return_inverse=True)
    many = np.rint(np.bincount(kind, np.concatenate([held - up, up]))).astype(np.int64)
    # The own value of a place is one of those that there are: the nearer, if there are any at both.
    nearer_above = (value - below) * 2 >= width
    rises = (up == held)[bin_of] | ((up > 0)[bin_of] & nearer_above)
    steps = np.where(rises, below + width, below) // unit
    return Kinds(0, found[many > 0], many[many > 0]), steps
