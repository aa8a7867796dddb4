"""The OpenAPI 3.0.3 document of the OGC API, with a concrete path for each collection.

QGIS looks up ``/collections/<id>/items`` literally, and its ``limit`` by reference,
to learn how many features it may ask for at a time; with a template path or a limit
written in place it asks for 100 at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hotspot.ogc import openapi_parameters, openapi_schemas, tile_openapi
from hotspot.ogc.documents import OPENAPI
from hotspot.ogc.links import GEOJSON, HTML
from hotspot.ogc.openapi_parts import answers, get, otherwise, reference
from hotspot.ogc.schemas import MEDIA_TYPE as SCHEMA
from hotspot.outputs.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotspot.ogc.collection import Collection

PROBLEM: Final = "application/problem+json"


def openapi(records: Sequence[Collection], base: str, *, version: str) -> dict[str, Any]:
    """Return the definition of the API over these collections.

    Parameters
    ----------
    base
        Address of the landing page, without a slash at its end.
    version
        Version of the software.
    """
    paths = _common_paths()
    schemas = openapi_schemas.common()
    for record in records:
        paths |= _collection_paths(record)
        name = openapi_schemas.name_of(record)
        schemas[name] = openapi_schemas.feature(record)
        schemas[f"{name}.page"] = openapi_schemas.page(record)
        if not record.rows_in_store:
            paths |= tile_openapi.paths(record, name)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Hotspot",
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


def _collection_paths(record: Collection) -> dict[str, Any]:
    here = f"/collections/{record.id}"
    name = openapi_schemas.name_of(record)
    form = [reference("parameters", "f")]
    paths = {
        here: get(f"{name}.collection", record.title, form, answers("collection", missing=True)),
        f"{here}/items": get(
            f"{name}.items",
            f"{record.title}: features",
            openapi_parameters.of_items(record),
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
            **otherwise(),
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
