"""Whole numbers behind numbers that are not: sums of harm in the unit that all weights share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.stats.kinds import Kinds

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]

MOST_UNITS: Final = 10_000_000
"""Units that the largest value may be: beyond, no exact chance could be worked out anyway."""
_SAME: Final = 1e-9
"""Part of the largest value below which a remainder is the rounding of a sum."""


def whole_units(values: ArrayLike) -> tuple[Ints, float] | None:
    """Return the values as whole multiples of their largest common unit, and that; None if they share none.

    Weights such as 0.5 and 2.5, or 365 and 3,650 days, add up to multiples of one unit, and
    their sums have exact chances as counts have. Values that are measured, such as
    costs in cents over many incidents, share no unit coarse enough to be of use.

    Parameters
    ----------
    values
        Any real numbers, shape (n,).

    Examples
    --------
    >>> whole_units([0, 2.5, 0.5, 3.0])
    (array([0, 5, 1, 6]), 0.5)
    >>> whole_units([0, 3650, 365])
    (array([ 0, 10,  1]), 365.0)
    >>> whole_units([1, 2**0.5]) is None
    True
    """
    x = np.asarray(values, dtype=np.float64)
    if not np.isfinite(x).all():
        return None
    if len(x) and np.abs(x).max() <= MOST_UNITS and (x == np.rint(x)).all():
        return _whole(x.astype(np.int64))
    sizes = np.unique(np.abs(x))
    largest = float(sizes.max(initial=0.0))
    if largest == 0:
        return np.zeros(len(x), dtype=np.int64), 1.0
    unit = _common(sizes[sizes > _SAME * largest], same=_SAME * largest, least=largest / MOST_UNITS)
    if not unit:
        return None
    whole = np.rint(x / unit)
    exact = float(np.abs(x).sum() / np.abs(whole).sum())
    if np.abs(whole * exact - x).max() > max(_SAME * largest, 1e-6 * exact):
        return None
    return whole.astype(np.int64), float(f"{exact:.12g}")


def _whole(x: Ints) -> tuple[Ints, float]:
    """Return the same of values that are whole themselves, as counts are."""
    kinds = Kinds.of(x)
    unit = int(np.gcd.reduce(kinds.value + kinds.lowest)) or 1
    return (x if unit == 1 else x // unit), float(unit)


def _common(sizes: NDArray[np.float64], *, same: float, least: float) -> float:
    """Greatest common divisor of some lengths, by Euclid's remainders; 0 where it is below the least."""
    unit = float(sizes[0])
    for taken, size in enumerate(sizes.tolist(), start=1):
        longer, shorter = size, unit
        while shorter > same:
            rest = longer % shorter
            # A remainder of nearly the whole is none that was rounded down.
            longer, shorter = shorter, min(rest, shorter - rest)
        unit = longer
        if unit < least:
            return 0.0
        # Remainders of remainders gather rounding; fitted to all lengths so far the unit is sharp again.
        held = sizes[:taken]
        unit = float(held.sum() / np.rint(held / unit).sum())
    return unit
