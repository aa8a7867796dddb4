"""Dual density: where there is more than a population, or an earlier time, would lead to expect.

Both densities are smoothed with one bandwidth. Where both are thin their ratio
would be a matter of single incidents; a floor added to both takes it to one, as
there is no evidence there. Bowman and Azzalini 1997; Kelsall and Diggle 1995,
doi:10.2307/3318678.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Dual:
    """Two densities side by side, at n places; never NaN, never infinite."""

    ratio: Floats = field(repr=False)
    """How many times the other density it is, both raised by the floor: 1 the same, 2 twice; shape (n,)."""
    difference: Floats = field(repr=False)
    """The one less the other, without a floor; per km2, shape (n,)."""
    log_ratio: Floats = field(repr=False)
    """Logarithm of the ratio to base 2: 0 the same, 1 twice, -1 half; shape (n,)."""
    other: Floats = field(repr=False)
    """The other density as it was compared: scaled if asked for; shape (n,)."""


def dual(density: ArrayLike, other: ArrayLike, *, floor: float, scale: float = 1.0) -> Dual:
    """Return the ratio, difference and log ratio of two densities.

    Parameters
    ----------
    density, other
        At the same places, shape (n,), 0 or more. No places give none.
    floor
        Added to both before dividing, above 0; in the unit of the densities.
    scale
        What the other density is multiplied with first. With ``even_scale`` both are
        compared as shares of their own total: 1 is then as much as expected.

    Examples
    --------
    >>> found = dual([3, 0, 0], [1, 1, 0], floor=1)
    >>> found.ratio, found.difference, found.log_ratio
    (array([2. , 0.5, 1. ]), array([ 2., -1.,  0.]), array([ 1., -1.,  0.]))
    """
    one, two = np.asarray(density, dtype=np.float64), np.asarray(other, dtype=np.float64) * scale
    if one.shape != two.shape or not (np.isfinite(one).all() and np.isfinite(two).all()):
        msg = f"Expected two finite densities of each place; got {one.shape} and {two.shape}."
        raise ValueError(msg)
    if not (floor > 0 and math.isfinite(floor)):
        msg = f"floor must be a density above 0, so that nothing is divided by nothing; got {floor}."
        raise ParameterError("floor", msg)
    ratio = (one + floor) / (two + floor)
    return Dual(ratio, one - two, np.log2(ratio), two)


def even_scale(density: ArrayLike, other: ArrayLike, *, area: ArrayLike) -> float:
    """Return what to multiply the other density with, for both to hold as much over all places.

    1 where either holds nothing.

    >>> even_scale([2, 2], [10, 30], area=[1, 1])
    0.1
    """
    size = np.asarray(area, dtype=np.float64)
    held, others = (float((np.asarray(each, float) * size).sum()) for each in (density, other))
    return held / others if held > 0 and others > 0 else 1.0
