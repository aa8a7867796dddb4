"""Who is whose neighbour: sums over neighbourhoods, each one's own value included.

Grid cells have a faster form in ``lattice``; this one is for points and
irregular areas.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray
    from shapely.geometry.base import BaseGeometry

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

GAP: Final = 50.0
"""Widest gap between two outlines that still counts as touching, m."""
GAP_SHARE: Final = 0.01
"""The same as a part of the usual width of the polygons: small beats have small gaps."""


class Neighbours(Protocol):
    """Binary neighbourhoods of n places, each place its own neighbour too."""

    @property
    def number(self) -> Floats:
        """Number of neighbours of each place, itself included; shape (n,)."""

    def sums(self, values: ArrayLike) -> Floats:
        """Sum of the values in each neighbourhood, shape (n,)."""


@dataclass(frozen=True, eq=False)
class BandNeighbours:
    """Neighbours by distance or contact, held as a sparse matrix of ones."""

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


def polygon_neighbours(
    polygons: Sequence[BaseGeometry] | NDArray[np.object_],
    *,
    distance: float | None = None,
) -> BandNeighbours:
    """Return the neighbours of irregular areas: those that touch at an edge or corner, and the area itself.

    Outlines drawn one by one leave slivers between them, so areas touch where
    the gap is at most 1 % of their usual width (the root of the median area) and
    at most 50 m. An island that touches nothing has only itself. No areas, no
    neighbours.

    Parameters
    ----------
    polygons
        Shapely polygons in metres, shape (n,).
    distance
        If given, the areas whose centroids lie at most so many metres apart instead.

    Examples
    --------
    >>> import shapely
    >>> polygon_neighbours([shapely.box(x, 0, x + 10, 10) for x in (0, 10, 30)]).number
    array([2., 2., 1.])
    """
    import shapely

    areas = np.asarray(polygons, dtype=object)
    if distance is not None:
        middle = shapely.centroid(areas)
        return band_neighbours(shapely.get_x(middle), shapely.get_y(middle), distance=distance)
    return BandNeighbours(_touching(areas))


def _touching(areas: NDArray[np.object_]) -> Any:
    from scipy.sparse import csr_array, eye_array

    n = len(areas)
    if n < 2:
        return csr_array(np.ones((n, n)))
    import geopandas
    import shapely
    from libpysal.graph import Graph

    gap = min(GAP, GAP_SHARE * float(np.sqrt(np.median(shapely.area(areas)))))
    outlines = geopandas.GeoSeries(areas)
    graph = Graph.build_fuzzy_contiguity(outlines, buffer=gap / 2)
    # Islands carry a link of weight 0 to themselves there.
    return csr_array(graph.sparse, dtype=np.float64) + eye_array(n, format="csr")


def linked(n: int, one: ArrayLike, other: ArrayLike) -> Ints:
    """Return the group of each of n things, numbered from 0: those that links join, one by one, are together.

    Parameters
    ----------
    n
        How many there are.
    one, other
        The two ends of each link, shape (n_links,).

    Examples
    --------
    >>> linked(5, [0, 3], [1, 1])
    array([0, 0, 1, 0, 2])
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not n:
        return np.empty(0, dtype=np.int64)
    ends = np.asarray(one, dtype=np.int64), np.asarray(other, dtype=np.int64)
    links = coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(n, n))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)
