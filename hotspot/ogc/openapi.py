"""The OpenAPI 3.0.3 document of the OGC API, with a concrete path for each collection.

QGIS looks up ``/collections/<id>/items`` literally, and its ``limit`` by reference,
to learn how many features it may ask for at a time; with a template path or a limit
written in place it asks for 100 at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot.ogc.collection import LIMIT_DEFAULT, LIMIT_MAXIMUM
from hotspot.ogc.documents import GEOJSON, HTML, JSON, OPENAPI

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotspot.analysis.methods import Field
    from hotspot.ogc.collection import Collection

PROBLEM = "application/problem+json"


def openapi(
    records: Sequence[Collection],
    base: str,
    *,
    version: str,
    title: str = "Hotspot",
    property_filters: bool = False,
) -> dict[str, Any]:
    """Return the definition of the API over these collections.

    Parameters
    ----------
    base
        Address of the landing page, without a slash at its end.
    version
        Version of the software.
    property_filters
        Whether the service answers ``property=value``.
    """
    paths = _common_paths()
    schemas = _common_schemas()
    for record in records:
        paths |= _collection_paths(record, property_filters=property_filters)
        schemas[_schema_name(record)] = _feature_schema(record)
        schemas[f"{_schema_name(record)}.page"] = _page_schema(record)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": title,
            "version": version,
            "description": "Hotspot layers as OGC API - Features, Part 1: Core.",
        },
        "servers": [{"url": base}],
        "tags": [
            {"name": "Capabilities", "description": "What this service is and has."},
            {"name": "Data", "description": "The features of each layer."},
        ],
        "paths": paths,
        "components": {"parameters": _parameters(), "responses": _responses(), "schemas": schemas},
    }


def _common_paths() -> dict[str, Any]:
    return {
        "/": _get("landing", "Landing page", [_ref("parameters", "f")], _answers("landing")),
        "/api": _get("api", "This definition", [], {"200": _answer("object", OPENAPI)}),
        "/conformance": _get(
            "conformance", "Conformance", [_ref("parameters", "f")], _answers("conformance")
        ),
        "/collections": _get("collections", "Layers", [_ref("parameters", "f")], _answers("collections")),
    }


def _collection_paths(record: Collection, *, property_filters: bool) -> dict[str, Any]:
    here = f"/collections/{record.id}"
    name = _schema_name(record)
    form = _ref("parameters", "f")
    filters = [_property_parameter(field) for field in record.fields] if property_filters else []
    page = [_ref("parameters", p) for p in ("bbox", "datetime", "limit", "offset")]
    return {
        here: _get(f"{name}.collection", record.title, [form], _answers("collection", missing=True)),
        f"{here}/items": _get(
            f"{name}.items",
            f"{record.title}: features",
            [*page, *filters, form],
            _answers(f"{name}.page", GEOJSON, missing=True),
            tag="Data",
        ),
        f"{here}/items/{{featureId}}": _get(
            f"{name}.item",
            f"{record.title}: one feature",
            [_ref("parameters", "featureId"), form],
            _answers(name, GEOJSON, missing=True),
            tag="Data",
        ),
    }


def _get(
    operation: str, summary: str, parameters: list[dict[str, Any]], answers: dict[str, Any], *, tag: str = ""
) -> dict[str, Any]:
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "tags": [tag or "Capabilities"],
            "parameters": parameters,
            "responses": answers,
        }
    }


def _answers(schema: str, media_type: str = JSON, *, missing: bool = False) -> dict[str, Any]:
    answers = {
        "200": _answer(schema, media_type, HTML),
        "304": _ref("responses", "NotModified"),
        "400": _ref("responses", "Problem"),
        "406": _ref("responses", "Problem"),
        "500": _ref("responses", "Problem"),
    }
    return {**answers, "404": _ref("responses", "Problem")} if missing else answers


def _answer(schema: str, *media_types: str) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for media_type in media_types:
        kind = {"type": "string"} if media_type == HTML else _ref("schemas", schema)
        content[media_type] = {"schema": kind}
    return {"description": "The document", "content": content}


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _parameters() -> dict[str, Any]:
    whole = {"type": "integer", "minimum": 0}
    limit = {"type": "integer", "minimum": 1, "maximum": LIMIT_MAXIMUM, "default": LIMIT_DEFAULT}
    number_list = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    return {
        "limit": _query(
            "limit", "At most this many features; more than the maximum gives the maximum.", limit
        ),
        "offset": _query("offset", "Features to pass over first.", {**whole, "default": 0}),
        "bbox": _query(
            "bbox", "West, south, east, north in degrees (or six numbers with heights).", number_list
        ),
        "datetime": _query("datetime", "A moment or an interval such as 2026-01-01/..", {"type": "string"}),
        "f": _query(
            "f",
            "Form of the answer, instead of the Accept header.",
            {"type": "string", "enum": ["json", "html"]},
        ),
        "featureId": {
            "name": "featureId",
            "in": "path",
            "required": True,
            "description": "Number of the feature.",
            "style": "simple",
            "explode": False,
            "schema": {"type": "integer", "minimum": 1},
        },
    }


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "style": "form",
        "explode": False,
        "schema": schema,
    }


def _property_parameter(field: Field) -> dict[str, Any]:
    return _query(field.name, f"Only features with this value. {field.doc}".strip(), {"type": field.type})


def _responses() -> dict[str, Any]:
    return {
        "Problem": {
            "description": "What went wrong, and what helps.",
            "content": {PROBLEM: {"schema": _ref("schemas", "problem")}},
        },
        "NotModified": {"description": "What you have is still right."},
    }


def _schema_name(record: Collection) -> str:
    return f"layer.{record.id}"


def _feature_schema(record: Collection) -> dict[str, Any]:
    properties = {field.name: _field_schema(field) for field in record.fields if field.name != "id"}
    return {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "integer"},
            "geometry": _ref("schemas", "geometry"),
            "properties": {"type": "object", "properties": properties},
            "links": _links(),
        },
    }


def _page_schema(record: Collection) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": _ref("schemas", _schema_name(record))},
            "links": _links(),
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
            "timeStamp": {"type": "string", "format": "date-time"},
        },
    }


def _field_schema(field: Field) -> dict[str, Any]:
    words = f"{field.doc} Unit: {field.unit}." if field.unit else field.doc
    schema = {"type": field.type, "nullable": True, "title": field.title, "description": words.strip()}
    return {key: value for key, value in schema.items() if value != ""}


def _links() -> dict[str, Any]:
    return {"type": "array", "items": _ref("schemas", "link")}


def _document(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def _common_schemas() -> dict[str, Any]:
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
            collections={"type": "array", "items": _ref("schemas", "collection")},
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
            links=_links(),
            fields={"type": "array", "items": {"type": "object"}},
        ),
        "geometry": {
            "type": "object",
            "nullable": True,
            "required": ["type", "coordinates"],
            "properties": {
                "type": {"type": "string", "enum": ["Point", "Polygon", "MultiPolygon"]},
                "coordinates": {"type": "array", "items": {}},
            },
        },
        "problem": _document("title", "status", title=text, status={"type": "integer"}, detail=text),
    }
