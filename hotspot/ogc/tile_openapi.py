"""What the OpenAPI document says of tiles (OGC 20-057, clause 14): operations are named as it prescribes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot.ogc import tile_matrix
from hotspot.ogc.tile_documents import MVT

if TYPE_CHECKING:
    from hotspot.ogc.collection import Collection

_JSON, _HTML = "application/json", "text/html"
_LAST = 2**tile_matrix.LAST_LEVEL - 1


def common_paths() -> dict[str, Any]:
    """Return the paths of the tile matrix sets."""
    sets = _get("getTileMatrixSetsList", "Tile matrix sets", [], _documents())
    definition = _get("getTileMatrixSet", "The tile matrix set WebMercatorQuad", [], _documents())
    return {"/tileMatrixSets": sets, f"/tileMatrixSets/{tile_matrix.ID}": definition}


def paths(record: Collection, name: str) -> dict[str, Any]:
    """Return the paths of the tiles of one collection; ``name`` begins the names of its operations."""
    here = f"/collections/{record.id}/tiles"
    each = [_ref("parameters", parameter) for parameter in parameters()]
    tile = {
        "200": {
            "description": "The tile",
            "content": {MVT: {"schema": {"type": "string", "format": "binary"}}},
        },
        "204": {"description": "The collection has nothing in this tile."},
        **_problems(),
    }
    named = f"{name}.collection.vector"
    return {
        here: _get(f"{named}.getTileSetsList", f"{record.title}: tilesets", [], _documents()),
        f"{here}/{tile_matrix.ID}": _get(
            f"{named}.getTileSet",
            f"{record.title}: the tileset",
            [],
            _documents(),
            forms=("json", "html", "tilejson"),
        ),
        f"{here}/{tile_matrix.ID}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _get(
            f"{named}.getTile", f"{record.title}: a vector tile", each, tile, forms=("mvt",)
        ),
    }


def parameters() -> dict[str, Any]:
    """Return the parameters of a tile's path, to stand among the components."""
    level = {"type": "string", "enum": [str(level) for level in range(tile_matrix.LAST_LEVEL + 1)]}
    place = {"type": "integer", "minimum": 0, "maximum": _LAST}
    return {
        "tileMatrix": _path("tileMatrix", "Level, 0 to 22.", level),
        "tileRow": _path("tileRow", "Row from the north; below 2 to the power of the level.", place),
        "tileCol": _path("tileCol", "Column from the west; below 2 to the power of the level.", place),
    }


def _path(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "style": "simple",
        "explode": False,
        "schema": schema,
    }


def _get(
    operation: str,
    summary: str,
    own: list[dict[str, Any]],
    responses: dict[str, Any],
    *,
    forms: tuple[str, ...] = ("json", "html"),
) -> dict[str, Any]:
    form = {
        "name": "f",
        "in": "query",
        "required": False,
        "description": "Form of the answer, instead of the Accept header.",
        "style": "form",
        "explode": False,
        "schema": {"type": "string", "enum": list(forms)},
    }
    operation_object = {
        "operationId": operation,
        "summary": summary,
        "tags": ["Tiles"],
        "parameters": [*own, form],
        "responses": responses,
    }
    return {"get": operation_object}


def _documents() -> dict[str, Any]:
    content = {_JSON: {"schema": {"type": "object"}}, _HTML: {"schema": {"type": "string"}}}
    return {"200": {"description": "The document", "content": content}, **_problems()}


def _problems() -> dict[str, Any]:
    return {
        "304": _ref("responses", "NotModified"),
        **{status: _ref("responses", "Problem") for status in ("400", "404", "500")},
    }


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}
