"""Polygons made ready to publish: degrees with 6 decimals, valid, counter-clockwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from hotspot.crs import DECIMALS, unproject, unproject_shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GRID: Final = 10.0**-DECIMALS


def published(shapes: NDArray[np.object_], crs: str) -> NDArray[np.object_]:
    """Polygons in degrees of valid polygons in metres, valid though rounded to 6 decimals.

    Rounding can fold a thin part of a polygon over itself; such a part is
    cut off, or, where nothing would be left, widened to some 0.1 m.
    """
    if not len(shapes):
        return np.empty(0, dtype=object)
    degrees = unproject_shapes(shapes, crs)
    for i in np.flatnonzero(~shapely.is_valid(degrees)):
        degrees[i] = _snapped(shapes[i], crs)
    # Telling which way a ring runs is cheaper than turning it, and most run right.
    ring = shapely.get_exterior_ring(degrees)
    turn = np.flatnonzero(~shapely.is_ccw(ring) | (shapely.get_num_interior_rings(degrees) > 0))
    degrees[turn] = shapely.orient_polygons(degrees[turn])
    return degrees


def _snapped(shape: shapely.Geometry, crs: str) -> shapely.Geometry:
    """Return the polygon on the lattice of 6 decimals, made valid on the way."""

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(unproject(points[:, 0], points[:, 1], crs))

    exact = shapely.transform(shape, move)
    snapped = shapely.set_precision(exact, _GRID)
    if shapely.is_empty(snapped):
        west, south, east, north = shapely.bounds(exact)
        wide = shapely.box(west - _GRID, south - _GRID, east + _GRID, north + _GRID)
        snapped = shapely.set_precision(wide, _GRID)
    return snapped
