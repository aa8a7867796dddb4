"""Polygons made ready to publish: degrees with 6 decimals, valid, counter-clockwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from hotspot.crs import DECIMALS, unproject, unproject_shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GRID: Final = 10.0**-DECIMALS
_POLYGON: Final = 3
_ROUNDING: Final = 1e-9
"""Share of what a ring's area is summed from that no rounding reaches."""


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
    return turned(degrees)


def turned(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return valid polygons with outer rings anticlockwise and holes clockwise."""
    # Telling which way a ring runs is cheaper than turning it, and most run right.
    wrong = ~_surely_anticlockwise(shapes)
    found = shapes.copy()
    found[wrong] = shapely.orient_polygons(shapes[wrong])
    return found


def _surely_anticlockwise(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Whether each is a polygon of one ring that runs anticlockwise, beyond any rounding."""
    simple = (shapely.get_type_id(shapes) == _POLYGON) & (shapely.get_num_interior_rings(shapes) == 0)
    sure = np.asarray(simple & ~shapely.is_empty(shapes), dtype=bool)
    points, of = shapely.get_coordinates(shapes[sure], return_index=True)
    if not len(points):
        return sure
    first = np.flatnonzero(np.diff(of, prepend=-1))
    # Seen from its own first point, which is its last as well, a ring ends with nothing.
    x, y = (points - points[first][of]).T
    twice = np.append(x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
    area, size = np.add.reduceat(twice, first), np.add.reduceat(np.abs(twice), first)
    sure[sure] = area > _ROUNDING * size
    return sure


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
