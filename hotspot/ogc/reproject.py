"""Degrees to the metres of a CRS that a collection offers, and boxes back (OGC 18-058r1).

Every CRS here has easting before northing, so no axes are ever swapped: CRS84 is longitude
then latitude, EPSG:3857 and the UTM zones are x then y. EPSG:4326 is left out on purpose.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from hotspot.ogc.collection import CRS84, WEB_MERCATOR

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from hotspot.ogc.boxes import Box

EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"
"""How the URI of a reference system begins that EPSG has a number for."""
DECIMALS: Final = 2
"""Decimal places of published metres: finer than the degrees they are made of."""

RADIUS: Final = 6_378_137.0
"""Of the Earth as EPSG:3857 has it, in metres."""

_CODE: Final = re.compile(r"EPSG:\d{4,5}")
_UTM_REACHES: Final = (-80, 84)
"""Degrees north between which there are UTM zones."""
_WORLD: Final = (-180.0, -90.0, 180.0, 90.0)
_HALF_ROUND: Final = math.pi * RADIUS
_MARGIN: Final = 1e-3
"""Degrees that a surrounding box is wider: edges in metres are curves in degrees, met at points only."""


def uri(code: str) -> str:
    """Return the URI of a code.

    >>> uri("EPSG:32616")
    'http://www.opengis.net/def/crs/EPSG/0/32616'
    """
    return EPSG + code.removeprefix("EPSG:")


def code(crs: str) -> str:
    """Return the code of a URI.

    >>> code("http://www.opengis.net/def/crs/EPSG/0/3857")
    'EPSG:3857'
    """
    return f"EPSG:{crs.removeprefix(EPSG)}"


def reference_systems(own: str | None) -> tuple[str, ...]:
    """Return the URIs of CRS84, EPSG:3857 and, if it has one, a collection's own code.

    >>> reference_systems("EPSG:32616")[-1]
    'http://www.opengis.net/def/crs/EPSG/0/32616'
    """
    return (CRS84, WEB_MERCATOR, *((uri(own),) if own and _CODE.fullmatch(own) else ()))


def zone_at(longitude: float, latitude: float) -> str | None:
    """Return the code of the UTM zone of a place; None where UTM does not reach.

    >>> zone_at(-88.19, 17.5), zone_at(0, 89)
    ('EPSG:32616', None)
    """
    # Brings NumPy, which the first page does without.
    from hotspot.crs import utm_zone

    south, north = _UTM_REACHES
    return utm_zone(longitude, latitude) if south <= latitude <= north else None


def shapes(degrees: ArrayLike, crs: str) -> NDArray[np.object_]:
    """Return shapes in the metres of a CRS; missing ones stay missing."""
    from hotspot.crs import project_shapes

    return project_shapes(degrees, code(crs))


def encoded(degrees: NDArray[np.object_], crs: str) -> list[bytes]:
    """Return the geometry of each shape as GeoJSON in the metres of a CRS, to the centimetre."""
    import numpy as np
    import shapely

    moved = shapely.transform(shapes(degrees, crs), lambda points: np.round(points, DECIMALS) + 0.0)
    # A pole has no place in EPSG:3857, nor has the far side of the world in a UTM zone.
    moved[~np.isfinite(shapely.bounds(moved)).all(axis=1)] = None
    return [b"null" if text is None else text.encode() for text in shapely.to_geojson(moved).tolist()]


def degrees_of(box: Box) -> Box:
    """Return the box in degrees that one in EPSG:3857 is.

    >>> [round(side) for side in degrees_of((-20037508.34, 0, 0, 20037508.34))]
    [-180, 0, 0, 85]
    """
    west, east = (180.0 * x / _HALF_ROUND for x in (box[0], box[2]))
    south, north = (math.degrees(math.atan(math.sinh(_bounded(y) / RADIUS))) for y in (box[1], box[3]))
    return west, south, east, north


def surrounding(box: Box, crs: str) -> Box:
    """Return a box in degrees that holds one in metres, the whole world where that is not known.

    West is greater than east where it crosses the antimeridian.
    """
    if crs == WEB_MERCATOR:
        return degrees_of(box)
    from hotspot.crs import bounds_in_degrees

    west, south, east, north = bounds_in_degrees(box, code(crs))
    if not all(map(math.isfinite, (west, south, east, north))):
        return _WORLD
    return west - _MARGIN, max(south - _MARGIN, -90.0), east + _MARGIN, min(north + _MARGIN, 90.0)


def _bounded(y: float) -> float:
    # sinh overflows beyond; a pole is reached long before.
    return max(-10 * _HALF_ROUND, min(y, 10 * _HALF_ROUND))
