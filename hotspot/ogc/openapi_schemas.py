"""The schemas of the OGC API's answers, as OpenAPI 3.0.3 tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot.ogc.openapi_parts import reference

if TYPE_CHECKING:
    from hotspot.analysis.methods import Field
    from hotspot.ogc.collection import Collection


def name_of(record: Collection) -> str:
    """Return the name of the schema of a collection's features."""
    return f"layer.{record.id}"


def feature(record: Collection) -> dict[str, Any]:
    """Return the schema of one feature of a collection."""
    properties = {field.name: _field(field) for field in record.fields}
    return {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "integer"},
            "geometry": reference("schemas", "geometry"),
            "properties": {"type": "object", "properties": properties},
            "links": _links(),
        },
    }


def page(record: Collection) -> dict[str, Any]:
    """Return the schema of a page of a collection's features."""
    return {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": reference("schemas", name_of(record))},
            "links": _links(),
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
            "timeStamp": {"type": "string", "format": "date-time"},
        },
    }


def common() -> dict[str, Any]:
    """Return the schemas of what is not features."""
    text = {"type": "string"}
    texts = {"type": "array", "items": text}
    return {
        "object": {"type": "object"},
        "link": _document("href", "rel", href=text, rel=text, type=text, title=text),
        "landing": _document("links", title=text, description=text, links=_links()),
        "conformance": _document("conformsTo", conformsTo=texts),
        "collections": _document(
            "links",
            "collections",
            links=_links(),
            collections={"type": "array", "items": reference("schemas", "collection")},
        ),
        "collection": _document(
            "id",
            "links",
            id=text,
            title=text,
            description=text,
            keywords=texts,
            attribution=text,
            extent={"type": "object"},
            itemType=text,
            crs=texts,
            storageCrs=text,
            links=_links(),
            fields={"type": "array", "items": {"type": "object"}},
        ),
        "geometry": {
            "type": "object",
            "nullable": True,
            "required": ["type", "coordinates"],
            "properties": {
                "type": {
                    "type": "string",
                    "enum": [
                        *("Point", "MultiPoint", "LineString"),
                        *("MultiLineString", "Polygon", "MultiPolygon"),
                    ],
                },
                "coordinates": {"type": "array", "items": {}},
            },
        },
        "problem": _document("title", "status", title=text, status={"type": "integer"}, detail=text),
    }


def _field(field: Field) -> dict[str, Any]:
    words = f"{field.doc} Unit: {field.unit}." if field.unit else field.doc
    schema = {"type": field.type, "nullable": True, "title": field.title, "description": words.strip()}
    return {key: value for key, value in schema.items() if value != ""}


def _links() -> dict[str, Any]:
    return {"type": "array", "items": reference("schemas", "link")}


def _document(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}
