"""The straight sides of the outlines of polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray


def sides(polygons: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the position of the polygon that each side is of, shape (n,), and its ends, shape (n, 2, 2).

    Polygons may have parts and holes.

    >>> of, ends = sides(shapely.polygons([[(0, 0), (2, 0), (0, 1)]]))
    >>> of.tolist(), ends[0].tolist()
    ([0, 0, 0], [[0.0, 0.0], [2.0, 0.0]])
    """
    parts, of_polygon = shapely.get_parts(polygons, return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    at, of_ring = shapely.get_coordinates(rings, return_index=True)
    same = of_ring[1:] == of_ring[:-1]
    ends = np.stack([at[:-1][same], at[1:][same]], axis=1)
    return of_polygon[of_part[of_ring[:-1][same]]].astype(np.int64), ends
