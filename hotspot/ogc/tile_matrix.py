"""The tile matrix set WebMercatorQuad (OGC 17-083r4, annex D.1): which tiles there are and where they lie."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Final

from hotspot.errors import NotFoundError, ParameterError
from hotspot.ogc.collection import WEB_MERCATOR
from hotspot.ogc.reproject import RADIUS

ID: Final = "WebMercatorQuad"
URI: Final = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
CRS: Final = WEB_MERCATOR
LAST_LEVEL: Final = 22
DETAILED: Final = 16
"""At this level a square of a tile's grid (0.15 m at the equator) is as fine as published degrees are.

Clients draw higher levels from the tiles of this one.
"""
EXTENT: Final = 4096
"""Squares of a tile's grid on each side."""

_HALF: Final = 20_037_508.3427892
"""From the middle of the world to its edge, in metres of EPSG:3857."""
_PIXELS: Final = 256
_PIXEL_SIZE: Final = 0.00028
_MOST_NORTH: Final = math.degrees(math.atan(math.sinh(math.pi)))


@dataclass(frozen=True)
class Tile:
    """One tile by level, row from the north and column from the west."""

    level: int
    row: int
    column: int


def known(matrix_set: str) -> None:
    """Refuse any tile matrix set but this one."""
    if matrix_set != ID:
        msg = f"There is no tile matrix set {matrix_set[:40]!r} here. Tiles are made in {ID}."
        raise NotFoundError(msg)


def read(matrix: str, row: str, column: str) -> Tile:
    """Return the tile of an address, or refuse what names none.

    >>> read("2", "1", "3")
    Tile(level=2, row=1, column=3)
    """
    level = _whole("tileMatrix", matrix, LAST_LEVEL, f"a level from 0 to {LAST_LEVEL}")
    last = 2**level - 1
    meant = f"a whole number from 0 to {last} at level {level}"
    return Tile(level, _whole("tileRow", row, last, meant), _whole("tileCol", column, last, meant))


def tile_at(longitude: float, latitude: float, level: int) -> Tile:
    """Return the tile that holds a point in degrees.

    >>> tile_at(-88.19, 17.5, 8)
    Tile(level=8, row=115, column=65)
    """
    side = 2**level
    north = math.radians(max(-_MOST_NORTH, min(_MOST_NORTH, latitude)))
    across = (longitude + 180) / 360 * side
    down = (1 - math.asinh(math.tan(north)) / math.pi) / 2 * side
    return Tile(level, min(max(int(down), 0), side - 1), min(max(int(across), 0), side - 1))


def within(bbox: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return the part of a box in degrees that the set covers.

    >>> [round(side, 3) for side in within((-180, -90, 180, 90))]
    [-180, -85.051, 180, 85.051]
    """
    west, south, east, north = bbox
    return max(west, -180), max(south, -_MOST_NORTH), min(east, 180), min(north, _MOST_NORTH)


def metres(longitude: float, latitude: float) -> tuple[float, float]:
    """Return a point of the set in metres of EPSG:3857.

    >>> [round(metre) for metre in metres(-88.19, 17.5)]
    [-9817266, 1979106]
    """
    x = math.radians(longitude) * RADIUS
    return x, math.asinh(math.tan(math.radians(latitude))) * RADIUS


def document() -> dict[str, Any]:
    """Return the definition of the set, levels 0 to 22.

    >>> round(document()["tileMatrices"][0]["scaleDenominator"], 3)
    559082264.029
    """
    return {
        "id": ID,
        "title": "Google Maps Compatible for the World",
        "uri": URI,
        "crs": CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_matrix(level) for level in range(LAST_LEVEL + 1)],
    }


def _matrix(level: int) -> dict[str, Any]:
    cell = 2 * _HALF / _PIXELS / 2**level
    return {
        "id": str(level),
        "scaleDenominator": cell / _PIXEL_SIZE,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-_HALF, _HALF],
        "tileWidth": _PIXELS,
        "tileHeight": _PIXELS,
        "matrixWidth": 2**level,
        "matrixHeight": 2**level,
    }


def _whole(name: str, text: str, last: int, meant: str) -> int:
    # Seven digits hold every row and column of level 22.
    if not re.fullmatch(r"[0-9]{1,7}", text) or int(text) > last:
        raise ParameterError(name, f"{name} is {meant}; got {text[:40]!r}.")
    return int(text)
