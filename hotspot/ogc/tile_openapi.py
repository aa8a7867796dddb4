"""What the OpenAPI document says of tiles (OGC 20-057, clause 14): operations are named as it prescribes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot.ogc import tile_matrix
from hotspot.ogc.openapi_parts import answers, form, get, in_path, otherwise, reference
from hotspot.ogc.tile_documents import MVT

if TYPE_CHECKING:
    from hotspot.ogc.collection import Collection

_LAST = 2**tile_matrix.LAST_LEVEL - 1


def common_paths() -> dict[str, Any]:
    """Return the paths of the tile matrix sets."""
    sets = _document("getTileMatrixSetsList", "Tile matrix sets")
    definition = _document("getTileMatrixSet", "The tile matrix set WebMercatorQuad")
    return {"/tileMatrixSets": sets, f"/tileMatrixSets/{tile_matrix.ID}": definition}


def paths(record: Collection, name: str) -> dict[str, Any]:
    """Return the paths of the tiles of one collection; ``name`` begins the names of its operations."""
    here = f"/collections/{record.id}/tiles"
    tile = {
        "200": {
            "description": "The tile",
            "content": {MVT: {"schema": {"type": "string", "format": "binary"}}},
        },
        "204": {"description": "The collection has nothing in this tile."},
        **otherwise(),
    }
    each = [*(reference("parameters", parameter) for parameter in parameters()), form("mvt")]
    named = f"{name}.collection.vector"
    return {
        here: _document(f"{named}.getTileSetsList", f"{record.title}: tilesets"),
        f"{here}/{tile_matrix.ID}": _document(
            f"{named}.getTileSet", f"{record.title}: the tileset", form("json", "html", "tilejson")
        ),
        f"{here}/{tile_matrix.ID}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": get(
            f"{named}.getTile", f"{record.title}: a vector tile", each, tile, tag="Tiles"
        ),
    }


def parameters() -> dict[str, Any]:
    """Return the parameters of a tile's path, to stand among the components."""
    level = {"type": "string", "enum": [str(level) for level in range(tile_matrix.LAST_LEVEL + 1)]}
    place = {"type": "integer", "minimum": 0, "maximum": _LAST}
    return {
        "tileMatrix": in_path("tileMatrix", "Level, 0 to 22.", level),
        "tileRow": in_path("tileRow", "Row from the north; below 2 to the power of the level.", place),
        "tileCol": in_path("tileCol", "Column from the west; below 2 to the power of the level.", place),
    }


def _document(operation: str, summary: str, taken: dict[str, Any] | None = None) -> dict[str, Any]:
    forms = [taken or reference("parameters", "f")]
    return get(operation, summary, forms, answers("object", missing=True), tag="Tiles")
