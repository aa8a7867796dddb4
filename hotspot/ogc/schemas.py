"""What can be asked of a collection's features, and what they have, as JSON Schema.

Queryables are those of OGC API - Features, Part 3 (OGC 19-079r2, 6.2); the schema of the
features follows Part 5 (OGC 23-058r1). Both are the collection's fields: filters, ``sortby`` and
``property=value`` ask of the same names that features answer with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hotspot.ogc.links import address, link
from hotspot.ogc.query import DAYS

if TYPE_CHECKING:
    from hotspot.analysis.methods import Field
    from hotspot.ogc.collection import Collection

MEDIA_TYPE: Final = "application/schema+json"
QUERYABLES: Final = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA: Final = "http://www.opengis.net/def/rel/ogc/1.0/schema"
"""Relations of the links to both."""

CONFORMANCE: Final = (
    *(
        f"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/{name}"
        for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        f"http://www.opengis.net/spec/cql2/1.0/conf/{name}"
        for name in (
            "cql2-text",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "accent-insensitive-comparison",
            "basic-spatial-functions",
            # The same in a draft; QGIS looks for it.
            "basic-spatial-operators",
            "basic-spatial-functions-plus",
            "spatial-functions",
            "temporal-functions",
            "property-property",
            "arithmetic",
        )
    ),
)

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_UNITS: Final = {
    "m": "m",
    "km²": "km2",
    "days": "d",
    "degrees": "deg",
    "share": "1",
    "times": "1",
    "percent": "%",
    "incidents": "{incidents}",
    "incidents per km²": "{incidents}/km2",
}
"""Units in the words of UCUM, in which Part 5 has them; others are told in the description only."""
_MOMENTS: Final = DAYS - {"last_incident"}


def links(here: str) -> list[dict[str, str]]:
    """Return the links from a collection to both (19-079r2, /req/queryables/queryables-link)."""
    return [
        link(f"{here}/queryables", QUERYABLES, MEDIA_TYPE, "What filters may ask of"),
        link(f"{here}/schema", SCHEMA, MEDIA_TYPE, "What features have"),
    ]


def link_header(here: str) -> str:
    """Return the header ``Link`` of what can be filtered.

    >>> link_header("/ogc/collections/thefts")
    '</ogc/collections/thefts/queryables>; rel="http://www.opengis.net/def/rel/ogc/1.0/queryables"'
    """
    return f'<{here}/queryables>; rel="{QUERYABLES}"'


def queryables(record: Collection, base: str) -> dict[str, Any]:
    """Return the properties that filters may ask of; any other name is refused (6.2.2)."""
    return {**_document(record, base, "queryables", _properties(record)), "additionalProperties": False}


def schema(record: Collection, base: str) -> dict[str, Any]:
    """Return what each feature has: its id, its geometry and its properties."""
    number = {"id": {"title": "Id", "type": "integer", "x-ogc-role": "id", "readOnly": True}}
    return _document(record, base, "schema", {**number, **_properties(record)})


def _document(record: Collection, base: str, name: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": _DIALECT,
        "$id": f"{address(record.id, base)}/{name}",
        "type": "object",
        "title": record.title,
        "properties": properties,
    }


def _properties(record: Collection) -> dict[str, Any]:
    # A geometry has neither a type nor a reference (/req/queryables/get-queryables-response, D and E).
    shape = "geometry-point" if record.rows_in_store else "geometry-any"
    found = {"geometry": {"title": "Geometry", "format": shape, "x-ogc-role": "primary-geometry"}}
    return {**found, **{field.name: _property(field) for field in record.fields}}


def _property(field: Field) -> dict[str, Any]:
    said = f"{field.doc} Unit: {field.unit}." if field.unit else field.doc
    told = {"title": field.title, "description": said.strip(), "type": field.type}
    if field.name in DAYS:
        told |= {"format": "date-time" if field.name in _MOMENTS else "date", "x-ogc-role": "primary-instant"}
    if field.unit in _UNITS:
        told["x-ogc-unit"] = _UNITS[field.unit]
    return {key: value for key, value in told.items() if value}
