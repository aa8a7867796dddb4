"""Outlines checked: brought to degrees, repaired, joined by code, held against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import CRSError as ProjCRSError

from hotspot.errors import BoundaryError, LimitError
from hotspot.places.names import natural

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from hotspot.places.boundary_sources import Features

MOST_VERTICES: Final = 2_000_000
OVERLAP_REFUSED: Final = 0.05
"""Share of the smaller of two districts that may lie in the other."""

_OVERLAP_NOTED: Final = 1e-4
_GEOD: Final = pyproj.Geod(ellps="WGS84")


def checked_shapes(
    found: Features, codes: list[str], file: str
) -> tuple[NDArray[np.object_], tuple[str, ...], list[str]]:
    """Return one valid shape a code, the codes in natural order, and notes on what was done.

    Raises ``BoundaryError`` where nothing is an area, coordinates are not
    degrees, or districts overlap by more than ``OVERLAP_REFUSED``.
    """
    shapes, notes = _degrees(found, file)
    parts, left_out = _polygons(codes, shapes, file)
    joined, more = _by_code(parts)
    ordered = tuple(sorted(joined, key=natural))
    geometry = np.array([joined[code] for code in ordered], dtype=object)
    _check_range(geometry, file)
    return geometry, ordered, [*notes, *left_out, *more, *_overlaps(ordered, geometry, file)]


def areas_km2(geometry: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return square kilometres on the WGS 84 ellipsoid."""
    around = [_GEOD.geometry_area_perimeter(shape)[0] for shape in shapely.orient_polygons(geometry)]
    return np.round(np.abs(np.array(around, dtype=np.float64)) / 1e6, 4)


def _degrees(found: Features, file: str) -> tuple[list[BaseGeometry | None], list[str]]:
    """Return the shapes in two dimensions and WGS 84."""
    shapes = np.array(found.shapes, dtype=object)
    if (vertices := int(shapely.get_num_coordinates(shapes).sum())) > MOST_VERTICES:
        msg = f"{file} has {vertices:,} vertices; boundaries may have {MOST_VERTICES:,}. Simplify them first."
        raise LimitError(msg)
    flat = shapely.force_2d(shapes)
    if found.epsg == 4326:
        return list(flat), []
    try:
        change = pyproj.Transformer.from_crs(f"EPSG:{found.epsg}", "EPSG:4326", always_xy=True)
    except ProjCRSError:
        msg = f"{file} uses EPSG:{found.epsg}, which is unknown here. Export it as WGS 84 (EPSG:4326)."
        raise BoundaryError(msg) from None
    moved = shapely.transform(flat, lambda at: np.column_stack(change.transform(at[:, 0], at[:, 1])))
    return list(moved), [f"Coordinates were changed from EPSG:{found.epsg} to WGS 84."]


def _polygons(
    codes: list[str], shapes: list[BaseGeometry | None], file: str
) -> tuple[list[tuple[str, BaseGeometry]], list[str]]:
    """Return the features that are areas, valid; and notes on those repaired or left out."""
    kept, notes = [], []
    for number, (code, shape) in enumerate(zip(codes, shapes, strict=True), start=1):
        area, note = _as_area(shape)
        if note:
            notes.append(f"Feature {number} ({code}): {note}.")
        if area is not None:
            kept.append((code, area))
    if not kept:
        why = f" {notes[0]}" if notes else ""
        msg = f"{file} holds no polygon, and districts are polygons.{why}"
        raise BoundaryError(msg)
    return kept, notes


def _as_area(shape: BaseGeometry | None) -> tuple[BaseGeometry | None, str]:
    if shape is None or shape.is_empty:
        return None, "left out, for it has no outline"
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return None, "left out, for a coordinate of it is not a number"
    plain = shape.geom_type in {"Polygon", "MultiPolygon"}
    whole = shape if plain and shape.is_valid else _areas_of(shape)
    if whole is None or not whole.area:
        return None, f"left out, for it is a {shape.geom_type} without any area"
    if not plain:
        return whole, f"only the areas of this {shape.geom_type} were kept"
    return whole, "" if whole is shape else "its outline crossed or touched itself and was repaired"


def _areas_of(shape: BaseGeometry) -> BaseGeometry | None:
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape)))
    areas = [part for part in parts if part.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(areas) if areas else None


def _by_code(parts: list[tuple[str, BaseGeometry]]) -> tuple[dict[str, BaseGeometry], list[str]]:
    """Return one shape a code; parts that share it are joined."""
    grouped: dict[str, list[BaseGeometry]] = {}
    for code, shape in parts:
        grouped.setdefault(code, []).append(shape)
    several = [code for code, shapes in grouped.items() if len(shapes) > 1]
    joined = {c: shapely.union_all(s) if len(s) > 1 else s[0] for c, s in grouped.items()}
    notes = [f"{len(grouped[code])} features have the code {code} and were joined." for code in several]
    return joined, notes


def _check_range(geometry: NDArray[np.object_], file: str) -> None:
    west, south, east, north = shapely.total_bounds(geometry)
    if west < -180 or east > 180 or south < -80 or north > 84:
        msg = (
            f"{file}: outlines reach from {west:.6g}, {south:.6g} to {east:.6g}, {north:.6g}, which are not "
            "degrees of longitude and latitude (-180..180, -80..84). Export the file as WGS 84 (EPSG:4326)."
        )
        raise BoundaryError(msg)


def _overlaps(codes: tuple[str, ...], geometry: NDArray[np.object_], file: str) -> list[str]:
    """Return a note on small overlaps; large ones are refused."""
    one, other = shapely.STRtree(geometry).query(geometry, predicate="intersects")
    first, second = one[one < other], other[one < other]
    shared = shapely.area(shapely.intersection(geometry[first], geometry[second]))
    share = shared / np.minimum(shapely.area(geometry[first]), shapely.area(geometry[second]))
    if len(share) and share.max() > OVERLAP_REFUSED:
        worst = int(share.argmax())
        msg = (
            f"{file}: districts {codes[first[worst]]} and {codes[second[worst]]} overlap "
            f"by {share[worst]:.0%} of the smaller; at most {OVERLAP_REFUSED:.0%} is accepted. "
            "Keep one level of districts and mend their borders."
        )
        raise BoundaryError(msg)
    count = int((share > _OVERLAP_NOTED).sum())
    if not count:
        return []
    pairs = "1 pair of districts overlaps" if count == 1 else f"{count} pairs of districts overlap"
    return [f"{pairs} slightly: a point in both belongs to the lower code."]
