"""Levels of a density by what they hold: the densest area with a quarter, half ... of the incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def volume_levels(density: ArrayLike, *, area: ArrayLike, shares: Sequence[float]) -> Floats:
    """Return the density from which on the densest cells hold each share of the volume; one a share.

    Cells of one density are all in or all out, so that a level may hold a little more. Infinite
    where there is no volume: nothing is that dense.

    Parameters
    ----------
    density
        Of each cell, 0 or more, shape (n,).
    area
        Of each cell, shape (n,).
    shares
        Of the volume, above 0, at most 1.

    Examples
    --------
    >>> volume_levels([4, 2, 1, 1], area=[1, 1, 1, 1], shares=[0.5, 0.75, 0.9])
    array([4., 2., 1.])
    """
    wanted = np.asarray(shares, dtype=np.float64)
    if not ((wanted > 0) & (wanted <= 1)).all():
        msg = f"A share of the volume lies above 0 and at most at 1; got {list(shares)}."
        raise ParameterError("shares", msg)
    height, size = np.asarray(density, dtype=np.float64), np.asarray(area, dtype=np.float64)
    some = np.flatnonzero(height > 0)
    order = some[np.argsort(-height[some], kind="stable")]
    held = np.cumsum(height[order] * size[order])
    if not len(held) or not held[-1] > 0:
        return np.full(len(wanted), np.inf)
    # A hair less: the sum of all may miss itself by the last bit.
    first = np.searchsorted(held, wanted * held[-1] * (1 - 1e-12))
    return np.asarray(height[order][first])
