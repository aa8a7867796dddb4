"""Metres for measuring, degrees for publishing.

Distances and areas are taken in a projected CRS in metres, by default the UTM
zone of the study area; coordinates are published as longitude and latitude on
WGS 84 (EPSG:4326, in the order longitude, latitude).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from hotspot.errors import CRSError
from hotspot.side_by_side import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyproj
    from numpy.typing import ArrayLike, NDArray

WGS84 = "EPSG:4326"
DECIMALS = 6
"""Decimal places of published degrees: 0.11 m at the equator."""
_PART = 250_000
"""Points that are projected at a time."""


def utm_zone(longitude: float, latitude: float) -> str:
    """EPSG code of the UTM zone (WGS 84) that holds a point, such as ``EPSG:32616``.

    Norway's and Svalbard's exceptions are not made: a neighbouring zone measures
    as well there.

    >>> utm_zone(-88.19, 17.50)
    'EPSG:32616'
    """
    if not (-180 <= longitude <= 180 and -80 <= latitude <= 84):
        msg = (
            f"UTM covers longitudes -180..180 and latitudes -80..84; got {longitude}, {latitude}. "
            "Name a CRS in metres instead."
        )
        raise CRSError(msg)
    zone = min(int((longitude + 180) // 6) + 1, 60)
    return f"EPSG:{(32600 if latitude >= 0 else 32700) + zone}"


@lru_cache(maxsize=64)
def in_metres(name: str) -> str:
    """Return the name of a projected CRS in metres, or refuse it.

    Parameters
    ----------
    name
        Anything PROJ knows by authority and code, such as ``EPSG:32616``.
    """
    # Not at the head: naming a zone needs no PROJ, and the web process does little else.
    import pyproj
    from pyproj.exceptions import CRSError as ProjCRSError

    try:
        crs = pyproj.CRS.from_user_input(name)
    except ProjCRSError:
        msg = f"{name!r} is not a coordinate reference system. Use a code such as EPSG:32616 (UTM zone 16 N)."
        raise CRSError(msg) from None
    if not crs.is_projected or {axis.unit_name for axis in crs.axis_info} != {"metre"}:
        msg = f"Distances need a CRS in metres; got {crs.name}. Use a UTM zone such as EPSG:32616."
        raise CRSError(msg)
    return name


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    import pyproj

    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def project(
    longitude: ArrayLike, latitude: ArrayLike, crs: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coordinates in metres (x, y) of points in degrees; a missing one stays NaN."""
    lon = np.asarray(longitude, dtype=np.float64)
    lat = np.asarray(latitude, dtype=np.float64)
    change = _transformer(WGS84, in_metres(crs))
    parts = [slice(start, start + _PART) for start in range(0, lon.size, _PART)]
    if len(parts) < 2:
        x, y = change.transform(lon, lat)
    else:
        moved = side_by_side(lambda part: change.transform(lon[part], lat[part]), parts)
        x, y = (np.concatenate(each) for each in zip(*moved, strict=True))
    missing = ~np.isfinite(x) | ~np.isfinite(y)
    return np.where(missing, np.nan, x), np.where(missing, np.nan, y)


def projection(crs: str) -> Callable[[float, float], tuple[float, float]]:
    """Return what puts one point (longitude, latitude) into metres (x, y); infinite where it cannot.

    >>> x, y = projection("EPSG:32616")(-88.19, 17.50)
    >>> round(x), round(y)
    (373666, 1935263)
    """
    change = _transformer(WGS84, in_metres(crs)).transform
    return lambda longitude, latitude: change(longitude, latitude)


def unproject(x: ArrayLike, y: ArrayLike, crs: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude in degrees of points in metres."""
    lon, lat = _transformer(in_metres(crs), WGS84).transform(np.asarray(x, float), np.asarray(y, float))
    return np.asarray(lon), np.asarray(lat)


def project_shapes(shapes: ArrayLike, crs: str) -> NDArray[np.object_]:
    """Shapely geometries in degrees, as geometries in metres."""
    return _transform(shapes, WGS84, in_metres(crs))


def unproject_shapes(shapes: ArrayLike, crs: str) -> NDArray[np.object_]:
    """Shapely geometries in metres, as geometries in degrees rounded to 6 decimals."""
    return _transform(shapes, in_metres(crs), WGS84, decimals=DECIMALS)


def _transform(
    shapes: ArrayLike, source: str, target: str, decimals: int | None = None
) -> NDArray[np.object_]:
    import shapely

    change = _transformer(source, target)

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = np.column_stack(change.transform(points[:, 0], points[:, 1]))
        return moved if decimals is None else np.round(moved, decimals)

    return np.asarray(shapely.transform(np.asarray(shapes, dtype=object), move))


def bounds_in_degrees(box: tuple[float, float, float, float], crs: str) -> tuple[float, float, float, float]:
    """West, south, east, north of what a box in metres covers; infinite where it leaves the CRS.

    West is greater than east where it crosses the antimeridian.
    """
    west, south, east, north = _transformer(in_metres(crs), WGS84).transform_bounds(*box, densify_pts=41)
    return west, south, east, north
