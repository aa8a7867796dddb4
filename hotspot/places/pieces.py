"""The part of a polygon that lies in each of some cells, for those that are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from hotspot.places.tiling import Tiling

    Ints = NDArray[np.int64]
    Shapes = NDArray[np.object_]

_STEP: Final = 8
"""Blocks in a larger block, each way: of 2 to 32, measured fastest over a coast."""


def pieces(polygon: BaseGeometry, tiling: Tiling, col: Ints, row: Ints) -> Shapes:
    """Return the part of a polygon in each cell, shape (n,): a polygon, or several.

    Blocks of cells are parted again and again, and each keeps only its own piece of
    the polygon, so that a cell meets a handful of vertices and not the coast of a
    country. Lines and points where a cell only touches are left out.

    Parameters
    ----------
    polygon
        A valid polygon, or several, in metres.
    tiling
        The plane that the cells are of.
    col, row
        The cells, shape (n,).
    """
    if not len(col):
        return np.empty(0, dtype=object)
    first_col, first_row = int(col.min()), int(row.min())
    east, north = col - first_col, row - first_row
    side = 1
    while side <= max(int(east.max()), int(north.max())):
        side *= _STEP
    held: Shapes = np.array([polygon], dtype=object)
    of = np.zeros(len(col), dtype=np.int64)
    while True:
        # Each block that holds a cell, and the block that it is a part of.
        place = north // side * (int(east.max()) + 1) + east // side
        _, one, block = np.unique(place, return_index=True, return_inverse=True)
        west, south = first_col + east[one] // side * side, first_row + north[one] // side * side
        shapes = tiling.polygons(west, south) if side == 1 else tiling.boxes(west, south, side)
        held, of = shapely.intersection(held[of[one]], shapes), block
        if side == 1:
            return _areas_only(held)[of]
        side //= _STEP


def _areas_only(found: Shapes) -> Shapes:
    """Return the pieces without the lines and points where a cell only touches."""
    mixed = np.flatnonzero(shapely.get_type_id(found) == shapely.GeometryType.GEOMETRYCOLLECTION)
    result = found.copy()
    for i in mixed:
        parts = shapely.get_parts(shapely.get_parts(found[i]))
        result[i] = shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])
    return result
