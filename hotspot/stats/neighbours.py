"""Who is whose neighbour: sums over neighbourhoods, each one's own value included.

Grid cells have a faster form in ``lattice``; this one is for points and
irregular areas.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


class Neighbours(Protocol):
    """Binary neighbourhoods of n places, each place its own neighbour too."""

    @property
    def number(self) -> Floats:
        """Number of neighbours of each place, itself included; shape (n,)."""

    def sums(self, values: ArrayLike) -> Floats:
        """Sum of the values in each neighbourhood, shape (n,)."""


@dataclass(frozen=True, eq=False)
class BandNeighbours:
    """Neighbours by distance, held as a sparse matrix of ones."""

    matrix: Any = field(repr=False)

    @property
    def number(self) -> Floats:
        """Number of neighbours of each place, itself included; shape (n,)."""
        return np.asarray(self.matrix.sum(axis=1), dtype=np.float64).ravel()

    def sums(self, values: ArrayLike) -> Floats:
        """Sum of the values in each neighbourhood, shape (n,)."""
        return np.asarray(self.matrix @ np.asarray(values, dtype=np.float64))


def band_neighbours(x: ArrayLike, y: ArrayLike, *, distance: float) -> BandNeighbours:
    """Return the neighbours of points: those at most ``distance`` away, and the point itself.

    Parameters
    ----------
    x, y
        Metres.
    distance
        Metres.

    Examples
    --------
    >>> band_neighbours([0, 10, 30], [0, 0, 0], distance=10).number
    array([2., 2., 1.])
    """
    from scipy.sparse import csr_array
    from scipy.spatial import cKDTree

    if not distance >= 0:
        msg = f"A neighbour distance is a number of metres, 0 or more; got {distance}."
        raise ParameterError("neighbour_distance", msg)
    points = np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])
    n = len(points)
    pairs = (
        cKDTree(points).query_pairs(distance, output_type="ndarray")
        if n > 1
        else np.empty((0, 2), dtype=np.int64)
    )
    itself = np.arange(n)
    focal = np.concatenate([itself, pairs[:, 0], pairs[:, 1]])
    neighbour = np.concatenate([itself, pairs[:, 1], pairs[:, 0]])
    return BandNeighbours(csr_array((np.ones(len(focal)), (focal, neighbour)), shape=(n, n)))
