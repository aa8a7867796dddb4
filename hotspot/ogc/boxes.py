"""What ``bbox`` may say: four or six numbers, in degrees or in the metres of a CRS the collection offers."""

from __future__ import annotations

import math

from hotspot.errors import ParameterError
from hotspot.ogc.collection import CRS84, WEB_MERCATOR

Box = tuple[float, float, float, float]
"""West, south, east, north; or lowest x, lowest y, highest x, highest y."""


def boxes(text: str, *, crs: str = CRS84) -> tuple[tuple[Box, ...], tuple[str, Box] | None]:
    """Return the box in degrees as one, or as two where it crosses the antimeridian; heights are ignored.

    Edges in EPSG:3857 are meridians and parallels, so its boxes are exact in degrees. One of
    another CRS in metres is returned as it is too, and those in degrees only surround it.

    >>> boxes("177,65,-177,70")
    (((177.0, 65.0, 180.0, 70.0), (-180.0, 65.0, -177.0, 70.0)), None)
    """
    given = _numbers(text, "degrees" if crs == CRS84 else "metres")
    if crs == CRS84:
        if not all(-90 <= latitude <= 90 for latitude in (given[1], given[3])):
            msg = f"bbox goes from -90 to 90 degrees at most; got {given[1]:g} to {given[3]:g}."
            raise ParameterError("bbox", msg)
        return _split(given), None
    # Not at the head: only who asks in metres waits for PROJ.
    from hotspot.ogc import reproject

    if crs == WEB_MERCATOR:
        return _split(reproject.degrees_of(given)), None
    if given[0] > given[2]:
        raise ParameterError("bbox", f"bbox goes from low to high; got {given[0]:g} to {given[2]:g}.")
    return _split(reproject.surrounding(given, crs)), (crs, given)


def _numbers(text: str, unit: str) -> Box:
    try:
        # Python alone takes 1_000 for a number.
        numbers = [] if "_" in text else [float(part) for part in text.split(",", 6)]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        msg = (
            f"bbox takes 4 numbers (west, south, east, north) or 6 with heights, in {unit}; "
            f"got {text[:80]!r}."
        )
        raise ParameterError("bbox", msg)
    half = len(numbers) // 2
    west, south, east, north = numbers[0], numbers[1], numbers[half], numbers[half + 1]
    if south > north:
        raise ParameterError("bbox", f"bbox goes from south to north; got {south:g} to {north:g}.")
    if half == 3 and numbers[2] > numbers[5]:
        raise ParameterError("bbox", f"bbox goes from low to high; got {numbers[2]:g} to {numbers[5]:g}.")
    return west, south, east, north


def _split(box: Box) -> tuple[Box, ...]:
    west, south, east, north = box
    if west <= east:
        return (box,)
    return ((west, south, 180.0, north), (-180.0, south, east, north))
