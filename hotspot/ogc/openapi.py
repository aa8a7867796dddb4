"""The OpenAPI 3.0.3 document of the OGC API, with a concrete path for each collection.

QGIS looks up ``/collections/<id>/items`` literally, and its ``limit`` by reference,
to learn how many features it may ask for at a time; with a template path or a limit
written in place it asks for 100 at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hotspot.ogc import openapi_parameters, openapi_schemas, tile_openapi
from hotspot.ogc.documents import GEOJSON, HTML, JSON, OPENAPI
from hotspot.ogc.openapi_parameters import reference
from hotspot.outputs.files import FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotspot.ogc.collection import Collection

PROBLEM: Final = "application/problem+json"
SCHEMA: Final = "application/schema+json"


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
    schemas = openapi_schemas.common()
    for record in records:
        paths |= _collection_paths(record, property_filters=property_filters)
        name = openapi_schemas.name_of(record)
        schemas[name] = openapi_schemas.feature(record)
        schemas[f"{name}.page"] = openapi_schemas.page(record)
        if not record.rows_in_store:
            paths |= tile_openapi.paths(record, name)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": title,
            "version": version,
            "description": "Hotspot layers as OGC API - Features: core, other reference systems, filters.",
        },
        "servers": [{"url": base}],
        "tags": [
            {"name": "Capabilities", "description": "What this service is and has."},
            {"name": "Data", "description": "The features of each layer."},
            {"name": "Tiles", "description": "Vector tiles of each layer."},
        ],
        "paths": paths,
        "components": {
            "parameters": openapi_parameters.shared() | tile_openapi.parameters(),
            "headers": _headers(),
            "responses": _responses(),
            "schemas": schemas,
        },
    }


def _common_paths() -> dict[str, Any]:
    form = [reference("parameters", "f")]
    return {
        "/": get("landing", "Landing page", form, answers("landing")),
        "/api": get("api", "This definition", form, answers("object", OPENAPI)),
        "/conformance": get("conformance", "Conformance", form, answers("conformance")),
        "/collections": get("collections", "Layers", form, answers("collections")),
        **tile_openapi.common_paths(),
    }


def _collection_paths(record: Collection, *, property_filters: bool) -> dict[str, Any]:
    here = f"/collections/{record.id}"
    name = openapi_schemas.name_of(record)
    form = [reference("parameters", "f")]
    paths = {
        here: get(f"{name}.collection", record.title, form, answers("collection", missing=True)),
        f"{here}/items": get(
            f"{name}.items",
            f"{record.title}: features",
            openapi_parameters.of_items(record, property_filters=property_filters),
            answers(f"{name}.page", GEOJSON, missing=True, features=True),
            tag="Data",
        ),
        f"{here}/items/{{featureId}}": get(
            f"{name}.item",
            f"{record.title}: one feature",
            [reference("parameters", "featureId"), openapi_parameters.system(record, "crs"), *form],
            answers(name, GEOJSON, missing=True, features=True),
            tag="Data",
        ),
    }
    for word, said in (("queryables", "what filters may ask of"), ("schema", "its properties")):
        paths[f"{here}/{word}"] = get(
            f"{name}.{word}", f"{record.title}: {said}", form, answers("object", SCHEMA, missing=True)
        )
    for suffix in record.downloads:
        paths[f"{here}/download.{suffix}"] = _download(record, suffix)
    return paths


def get(
    operation: str,
    summary: str,
    parameters: list[dict[str, Any]],
    responses: dict[str, Any],
    *,
    tag: str = "",
) -> dict[str, Any]:
    """Return a path that is read."""
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "tags": [tag or "Capabilities"],
            "parameters": parameters,
            "responses": responses,
        }
    }


def answers(
    schema: str, media_type: str = JSON, *, missing: bool = False, features: bool = False
) -> dict[str, Any]:
    """Return the answers of a path: the document in either form, and what can go wrong.

    Parameters
    ----------
    missing
        Whether what is asked for may not be there.
    features
        Whether the answer has coordinates, so that a header tells their CRS.
    """
    named = ("ETag", "Content-Crs") if features else ("ETag",)
    answer = {
        "description": "The document",
        "headers": {name: reference("headers", name) for name in named},
        "content": {
            media_type: {"schema": reference("schemas", schema)},
            HTML: {"schema": {"type": "string"}},
        },
    }
    possible = {
        "200": answer,
        "304": reference("responses", "NotModified"),
        "400": reference("responses", "Problem"),
        "500": reference("responses", "Problem"),
    }
    return {**possible, "404": reference("responses", "Problem")} if missing else possible


def _download(record: Collection, suffix: str) -> dict[str, Any]:
    kind = FORMATS[suffix]
    binary = {"type": "string", "format": "binary"}
    content = {kind.media_type: {"schema": {"type": "object"} if suffix == "geojson" else binary}}
    return get(
        f"{openapi_schemas.name_of(record)}.download.{suffix}",
        f"{record.title}: {kind.title}",
        openapi_parameters.of_file(record) if record.rows_in_store else [],
        {
            "200": {"description": "The whole collection as a file", "content": content},
            "304": reference("responses", "NotModified"),
            "400": reference("responses", "Problem"),
            "404": reference("responses", "Problem"),
            "500": reference("responses", "Problem"),
        },
        tag="Data",
    )


def _headers() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "ETag": {"description": "Changes with the answer; send it back as If-None-Match.", "schema": text},
        "Content-Crs": {
            "description": "URI of the coordinates' reference system, in angle brackets.",
            "schema": text,
        },
    }


def _responses() -> dict[str, Any]:
    return {
        "Problem": {
            "description": "What went wrong, and what helps.",
            "content": {
                PROBLEM: {"schema": reference("schemas", "problem")},
                # To who asked for a page.
                HTML: {"schema": {"type": "string"}},
            },
        },
        "NotModified": {"description": "What you have is still right."},
    }
