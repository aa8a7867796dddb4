"""Polygons made ready to publish: degrees with 6 decimals, valid, counter-clockwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from hotspot.crs import DECIMALS, unproject_shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GRID: Final = 10.0**-DECIMALS
_POLYGONAL: Final = (3, 6)


def published(shapes: NDArray[np.object_], crs: str) -> NDArray[np.object_]:
    """Polygons in degrees of polygons in metres, valid though rounded to 6 decimals.

    Rounding can fold a thin part of a polygon over itself; such a part is
    cut off, or, where nothing would be left, widened to 0.1 m.
    """
    degrees = unproject_shapes(shapes, crs) if len(shapes) else np.empty(0, dtype=object)
    bad = np.flatnonzero(~(shapely.is_valid(degrees) & ~shapely.is_empty(degrees)))
    for i in bad:
        degrees[i] = _mended(degrees[i])
    # Telling which way a ring runs is cheaper than turning it, and most run right.
    ring = shapely.get_exterior_ring(degrees)
    turn = np.flatnonzero(~shapely.is_ccw(ring) | (shapely.get_num_interior_rings(degrees) > 0))
    degrees[turn] = shapely.orient_polygons(degrees[turn])
    return degrees


def _mended(shape: shapely.Geometry) -> shapely.Geometry:
    mended = _polygons_of(shapely.set_precision(shapely.make_valid(shape), _GRID))
    if shapely.is_empty(mended):
        around = shapely.box(*shapely.bounds(shapely.buffer(shape, _GRID)))
        mended = shapely.set_precision(around, _GRID)
    return mended


def _polygons_of(shape: shapely.Geometry) -> shapely.Geometry:
    if shapely.get_type_id(shape) in _POLYGONAL:
        return shape
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[np.isin(shapely.get_type_id(parts), _POLYGONAL)], grid_size=_GRID)
