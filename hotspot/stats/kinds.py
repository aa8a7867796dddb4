"""The distinct values among whole numbers, and how many there are of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

_DENSE: Final = 4
"""Times as many possible values as there are values, up to which counting each beats sorting."""


@dataclass(frozen=True, eq=False)
class Kinds:
    """The distinct ones among n whole numbers, counted from the least of them."""

    lowest: int
    """Least of the values."""
    value: Ints = field(repr=False)
    """How far each is above the least, ascending from 0; shape (n_kinds,)."""
    number: Ints = field(repr=False)
    """How many there are of each."""

    @classmethod
    def of(cls, values: ArrayLike | Kinds) -> Kinds:
        """Return the kinds among whole numbers of shape (n,), none of none; kinds as they are.

        >>> found = Kinds.of([7, 1, 1, 3, 1])
        >>> found.lowest, found.value, found.number
        (1, array([0, 2, 6]), array([3, 1, 1]))
        """
        if isinstance(values, Kinds):
            return values
        x = whole(values)
        if not len(x):
            return cls(0, x, x)
        lowest, highest = int(x.min()), int(x.max())
        if highest - lowest <= _DENSE * len(x):
            every = np.bincount(x - lowest)
            value = np.flatnonzero(every)
            number = every[value]
        else:
            value, number = np.unique(x, return_counts=True)
            value -= lowest
        return cls(lowest, value, number)

    @cached_property
    def n(self) -> int:
        """How many values there are."""
        return int(self.number.sum())

    @cached_property
    def total(self) -> int:
        """Sum of all the values themselves."""
        return int((self.number * self.value).sum()) + self.n * self.lowest

    def largest_sum(self, most: int) -> Ints:
        """Return the most that ``most`` of the values up to each kind add up to; shape (n_kinds,)."""
        end = np.cumsum(self.number)
        total = np.cumsum(self.number * self.value)
        # The values that are not among the last `most`: whole kinds, and a part of one.
        before = np.maximum(end - most, 0)
        kind = np.searchsorted(end, before)
        start, under = (np.concatenate([[0], each]) for each in (end, total))
        left_out = under[kind] + (before - start[kind]) * self.value[kind]
        result: Ints = total - left_out
        return result

    def work(self, most: int, upto: float = np.inf) -> float:
        """Multiplications that the chances of the sums of up to ``most`` of them take, read up to a sum."""
        width = np.minimum(self.largest_sum(most), upto) + 1.0
        return float((np.minimum(self.number, most) * width).sum() * (most + 1) / 2)


def in_units(values: Ints) -> tuple[Ints, int]:
    """Return whole numbers above the least of them, in their largest common unit, and that unit.

    Chances of sums hang on these alone. Summed in them, they are the same to the last bit whatever
    the unit was, in the smallest table there can be.

    >>> in_units(np.array([7, 1, 1, 3]))
    (array([3, 0, 0, 1]), 2)
    """
    kinds = Kinds.of(values)
    step = max(int(np.gcd.reduce(kinds.value)), 1)
    return (values - kinds.lowest) // step, step


def whole(values: ArrayLike) -> Ints:
    """Return whole numbers as such, shape as given; others are refused."""
    given = np.asarray(values)
    if given.dtype == np.int64:
        return given
    result = given.astype(np.int64)
    if not (result == given).all():
        msg = "Exact p-values need whole numbers; take the normal approximation for others."
        raise ValueError(msg)
    return result
