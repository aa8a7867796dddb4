"""Polygons as GeoJSON wants them (RFC 7946, 3.1.6): outer rings counterclockwise, holes clockwise."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Position = Sequence[float]
    Rings = Sequence[Sequence[Position]]


def right_handed(geometry: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return a geometry of GeoJSON with its rings turned as they should be; what has no rings as it is.

    Numbers stay as they were written.

    >>> clockwise = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}
    >>> right_handed(clockwise)["coordinates"]
    [[[0, 0], [1, 1], [0, 1], [0, 0]]]
    """
    if geometry is None or geometry["type"] not in {"Polygon", "MultiPolygon"}:
        return geometry
    coordinates = geometry["coordinates"]
    turned = (
        _turned(coordinates) if geometry["type"] == "Polygon" else [_turned(part) for part in coordinates]
    )
    return {**geometry, "coordinates": turned}


def _turned(rings: Rings) -> list[list[Position]]:
    return [
        list(ring) if (_twice_the_area(ring) > 0) == (number == 0) else list(ring)[::-1]
        for number, ring in enumerate(rings)
    ]


def _twice_the_area(ring: Sequence[Position]) -> float:
    # From its first corner: far from zero the products of degrees lose what is small.
    x, y = ring[0][:2]
    return sum((a[0] - x) * (b[1] - y) - (b[0] - x) * (a[1] - y) for a, b in pairwise(ring))
