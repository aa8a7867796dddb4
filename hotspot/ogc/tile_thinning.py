"""Which features stand for the others far out, where many lie in one square of a tile's grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.ogc.tile_matrix import EXTENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST: Final = 20_000
"""Features that a tile may hold before squares of 2 to 16 of the grid a side are thinned, too."""
COARSEST: Final = 16
"""A pixel of a tile drawn at 256 pixels."""


def smaller(bounds: NDArray[np.float64], step: int) -> NDArray[np.bool_]:
    """Which features are smaller than squares of that many of the grid's a side."""
    return np.asarray((bounds[:, 2:] - bounds[:, :2] < step).all(axis=1))


def corners(bounds: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    """North-western corners of the squares in which the features' middles lie, in squares of the grid."""
    return step * np.floor((bounds[:, :2] + bounds[:, 2:]) / (2 * step))


def standing(bounds: NDArray[np.float64], weights: NDArray[np.float64], *, step: int) -> NDArray[np.int64]:
    """Places of the features that stay: those that fill a square, and the heaviest of each square of others.

    Of several as heavy the first one stays.

    >>> bounds = np.array([[0, 0, 0.1, 0.1], [0.5, 0.5, 0.6, 0.6], [3, 3, 9, 9]])
    >>> standing(bounds, np.array([1.0, 2.0, 0.0]), step=1).tolist()
    [1, 2]
    """
    small = np.flatnonzero(smaller(bounds, step))
    heaviest_first = small[np.argsort(-weights[small], kind="stable")]
    _, first = np.unique(_joined(corners(bounds[heaviest_first], step)), return_index=True)
    stays = np.logical_not(smaller(bounds, step))
    stays[heaviest_first[first]] = True
    return np.flatnonzero(stays)


def step_of(bounds: NDArray[np.float64]) -> int:
    """Side of the squares that are thinned at a level: 1, or what keeps each tile below `MOST` features.

    Parameters
    ----------
    bounds
        Of all features of a collection, in squares of the level's grid over the whole world.
    """
    if len(bounds) <= MOST:
        return 1
    step = 1
    while step < COARSEST and _busiest(bounds, step) > MOST:
        step *= 2
    return step


def _busiest(bounds: NDArray[np.float64], step: int) -> int:
    """How many features the tile with the most would have, each counted where its middle lies."""
    stays = standing(bounds, np.zeros(len(bounds)), step=step)
    _, counts = np.unique(_joined(corners(bounds[stays], EXTENT)), return_counts=True)
    return int(counts.max(initial=0))


def _joined(pairs: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Return pairs as single numbers that sort and compare as they do."""
    return np.ascontiguousarray(pairs).view(np.complex128).ravel()
