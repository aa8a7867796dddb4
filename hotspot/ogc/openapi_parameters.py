"""The parameters of the OGC API as OpenAPI 3.0.3 tells them: each with its style, the limit by reference.

GDAL and QGIS read lists without ``explode: false`` otherwise than they write them, and
QGIS learns how many features it may ask for at a time only through the reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hotspot.ogc.collection import CRS84, LIMIT_DEFAULT, LIMIT_MAXIMUM
from hotspot.ogc.openapi_parts import form, in_path, in_query, reference
from hotspot.ogc.query import FILTER_LANGUAGES, OF_PAGES

if TYPE_CHECKING:
    from hotspot.analysis.methods import Field
    from hotspot.ogc.collection import Collection

SHARED: Final = ("bbox", "datetime", "limit", "offset", "filter", "filter-lang", "skipGeometry")
"""Parameters of ``/items`` that are the same for every collection."""


def shared() -> dict[str, Any]:
    """Return the parameters that every collection has, by name."""
    whole = {"type": "integer", "minimum": 0}
    limit = {"type": "integer", "minimum": 1, "maximum": LIMIT_MAXIMUM, "default": LIMIT_DEFAULT}
    numbers = {
        "type": "array",
        "items": {"type": "number"},
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    }
    language = {"type": "string", "enum": list(FILTER_LANGUAGES), "default": FILTER_LANGUAGES[0]}
    return {
        "limit": in_query(
            "limit", "At most this many features; more than the maximum gives the maximum.", limit
        ),
        "offset": in_query("offset", "Features to pass over first.", {**whole, "default": 0}),
        "bbox": in_query(
            "bbox",
            "West, south, east, north in degrees, or in the units of bbox-crs (or six numbers with heights).",
            numbers,
        ),
        "datetime": in_query(
            "datetime", "A moment, a day or an interval of two, .. for an open side.", _text("2026-01-01/..")
        ),
        "filter": in_query(
            "filter",
            "Only features of which this is true, in CQL2 text.",
            {**_text("S_INTERSECTS(geometry, BBOX(-180, -90, 180, 90))"), "minLength": 1},
        ),
        "filter-lang": in_query("filter-lang", "The language of the filter; both names mean CQL2.", language),
        "skipGeometry": in_query(
            "skipGeometry", "Whether to leave geometries out.", {"type": "boolean", "default": False}
        ),
        "f": form("json", "html"),
        "featureId": in_path("featureId", "Number of the feature.", {"type": "integer", "minimum": 1}),
    }


def of_items(record: Collection) -> list[dict[str, Any]]:
    """Return the parameters of a collection's ``/items``."""
    named = [reference("parameters", name) for name in SHARED]
    named += [system(record, name) for name in ("crs", "bbox-crs", "filter-crs")]
    names = [field.name for field in record.fields]
    if names:
        named += [_properties(names), _sortby(names)]
    named += [_of_property(field) for field in record.fields]
    return [*named, reference("parameters", "f")]


def of_file(record: Collection) -> list[dict[str, Any]]:
    """Return the parameters of a file of rows: those that say which they are, and what to tell of each."""
    return [
        each
        for each in of_items(record)
        if each.get("name", each.get("$ref", "").rpartition("/")[2]) not in OF_PAGES
    ]


def system(record: Collection, name: str) -> dict[str, Any]:
    """Return a parameter that names one of a collection's reference systems (18-058r1, 6.2)."""
    said = {
        "crs": "Reference system of the answer's coordinates.",
        "bbox-crs": "Reference system of bbox.",
        "filter-crs": "Reference system of the shapes in filter.",
    }
    return in_query(
        name, said[name], {"type": "string", "format": "uri", "enum": list(record.crs), "default": CRS84}
    )


def _properties(names: list[str]) -> dict[str, Any]:
    schema = {"type": "array", "minItems": 1, "items": {"type": "string", "enum": names}}
    return in_query("properties", "Properties to answer with; all by default.", schema)


def _sortby(names: list[str]) -> dict[str, Any]:
    ordered = [sign + name for name in names for sign in ("", "+", "-")]
    schema = {"type": "array", "minItems": 1, "items": {"type": "string", "enum": ordered}}
    return in_query(
        "sortby",
        "Properties to sort by, each with a minus sign to descend; missing values come last.",
        schema,
    )


def _of_property(field: Field) -> dict[str, Any]:
    return in_query(field.name, f"Only features with this value. {field.doc}".strip(), {"type": field.type})


def _text(example: str) -> dict[str, Any]:
    return {"type": "string", "example": example}
