"""Shapes in filters (OGC 21-065r2, 7.4 to 7.6): WKT and boxes, in CRS84 or in metres."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from hotspot.errors import ParameterError
from hotspot.ogc.collection import CRS84

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

FUNCTIONS: Final = {
    f"s_{name}": name
    for name in ("intersects", "disjoint", "equals", "touches", "within", "overlaps", "crosses", "contains")
}
"""What is asked by the name of each function."""
TURNED: Final = {"within": "contains", "contains": "within"}
"""What to ask of *b* and *a* instead of *a* and *b*; the others say the same of both."""

_STEPS: Final = 100
"""Straight edges in metres are curves in degrees: each is cut in so many parts of the shape's width."""
_FARTHEST: Final = 1e9
"""Metres: further than any place of the world in any CRS."""


def of_wkt(text: str, *, crs: str = CRS84) -> BaseGeometry:
    """Return a shape in CRS84 from its WKT in some CRS; heights are left out."""
    import numpy as np
    import shapely

    try:
        # A number beyond all is infinite, which no valid shape is.
        with np.errstate(over="ignore"):
            shape = shapely.force_2d(shapely.from_wkt(text))
    except (shapely.GEOSException, ValueError):
        msg = f"filter has a shape that cannot be read: {text[:60]!r}. One is POLYGON((0 0, 1 0, 1 1, 0 0))."
        raise ParameterError("filter", msg) from None
    return _placed(shape, crs)


def of_box(numbers: Sequence[Any], *, crs: str = CRS84) -> BaseGeometry:
    """Return the box of 4 numbers, or of 6 with heights; across the antimeridian where west is past east.

    >>> of_box([177.0, 65.0, -177.0, 70.0]).geom_type
    'MultiPolygon'
    """
    import shapely

    half = len(numbers) // 2
    if len(numbers) not in (4, 6) or not all(isinstance(number, float) for number in numbers):
        msg = "filter: BBOX takes 4 numbers (west, south, east, north), or 6 with heights."
        raise ParameterError("filter", msg)
    west, south, east, north = numbers[0], numbers[1], numbers[half], numbers[half + 1]
    if south > north or (west > east and crs != CRS84):
        msg = f"filter: BBOX goes from low to high; got {west:g}, {south:g} to {east:g}, {north:g}."
        raise ParameterError("filter", msg)
    if west <= east:
        return _placed(_box(west, south, east, north), crs)
    parts = [_box(west, south, 180.0, north), _box(-180.0, south, east, north)]
    return _placed(shapely.union_all(parts), crs)


def _box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    import shapely

    if west < east and south < north:
        return shapely.box(west, south, east, north)
    # Without width a box is no polygon, but a line or a point.
    if west < east or south < north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.Point(west, south)


def _placed(shape: BaseGeometry, crs: str) -> BaseGeometry:
    import shapely

    if not shapely.is_valid(shape):
        msg = f"filter has a shape that is not valid: {shapely.is_valid_reason(shape)}."
        raise ParameterError("filter", msg)
    if crs != CRS84:
        shape = _in_degrees(shape, crs)
    west, south, east, north = shapely.bounds(shape).tolist()
    if not all(map(math.isfinite, (west, east))) or south < -90 or north > 90:
        raise _outside(crs)
    return shape


def _outside(crs: str) -> ParameterError:
    msg = (
        "filter has a shape outside of the world: longitude comes first, latitude lies between -90 "
        f"and 90 degrees. It is read in {crs}; filter-crs says otherwise."
    )
    return ParameterError("filter", msg)


def _in_degrees(shape: BaseGeometry, crs: str) -> BaseGeometry:
    import numpy as np
    import shapely

    from hotspot.crs import unproject
    from hotspot.ogc.reproject import code

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(unproject(points[:, 0], points[:, 1], code(crs)))

    west, south, east, north = shapely.bounds(shape).tolist()
    if max(map(abs, (west, south, east, north))) > _FARTHEST:
        # Steps of such a length are lost to rounding, and GEOS says so.
        raise _outside(crs)
    longest = max(east - west, north - south) / _STEPS
    return shapely.transform(shapely.segmentize(shape, longest) if longest > 0 else shape, move)
