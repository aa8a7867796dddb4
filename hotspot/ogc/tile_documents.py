"""The documents of OGC API - Tiles, Part 1: Core 1.0 (OGC 20-057) and TileJSON 3.0: plain dictionaries."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

from hotspot.ogc import tile_matrix
from hotspot.ogc.links import HTML, JSON, address, link

if TYPE_CHECKING:
    from hotspot.analysis.methods import Field
    from hotspot.ogc.collection import Collection

MVT: Final = "application/vnd.mapbox-vector-tile"
TILESETS: Final = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
TILING_SCHEME: Final = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
TILING_SCHEMES: Final = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"

CONFORMANCE: Final = (
    *(
        f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{name}"
        for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30")
    ),
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
)


def link_to_tiles(here: str) -> dict[str, str]:
    """Return the link from a collection to its tilesets (20-057, /req/geodata-tilesets/desc-links)."""
    return link(f"{here}/tiles", TILESETS, JSON, "Vector tiles")


def link_to_schemes(base: str) -> dict[str, str]:
    """Return the link from the landing page to the tile matrix sets."""
    return link(f"{base}/tileMatrixSets", TILING_SCHEMES, JSON, "Tile matrix sets")


def tilesets(record: Collection, base: str) -> dict[str, Any]:
    """Return the list of the tilesets of a collection (/req/tilesets-list/tileset-links): one."""
    here = f"{address(record.id, base)}/tiles"
    return {
        "links": [
            link(here, "self", JSON, "This document"),
            link(f"{here}?f=html", "alternate", HTML, "This document as a page"),
            link(address(record.id, base), "collection", JSON, record.title),
        ],
        "tilesets": [
            {
                "title": record.title,
                "dataType": "vector",
                "crs": tile_matrix.CRS,
                "tileMatrixSetId": tile_matrix.ID,
                "tileMatrixSetURI": tile_matrix.URI,
                "links": [
                    link(f"{here}/{tile_matrix.ID}", "self", JSON, f"{record.title}: tiles"),
                    _scheme(base),
                ],
            }
        ],
    }


def tileset(record: Collection, base: str) -> dict[str, Any]:
    """Return what a tileset is (/req/tileset/description; 17-083r4, clause 7).

    It has no limits: every tile of the matrix set is answered, most with no content.
    """
    here = _address(record, base)
    document = {
        "title": record.title,
        "description": record.description,
        "keywords": list(record.keywords),
        "license": record.licence,
        "dataType": "vector",
        "crs": tile_matrix.CRS,
        "tileMatrixSetId": tile_matrix.ID,
        "tileMatrixSetURI": tile_matrix.URI,
        "mediaTypes": [MVT],
        "boundingBox": _box(record),
        "layers": [_layer(record, base)],
        "links": [
            link(here, "self", JSON, "This document"),
            link(f"{here}?f=html", "alternate", HTML, "This document as a page"),
            link(f"{here}?f=tilejson", "alternate", JSON, "This document as TileJSON 3.0"),
            link(address(record.id, base), "collection", JSON, record.title),
            _scheme(base),
            {
                **link(f"{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", "item", MVT, "Tiles"),
                "templated": True,
            },
        ],
    }
    return {key: value for key, value in document.items() if value not in ("", [], {})}


def tilejson(record: Collection, base: str) -> dict[str, Any]:
    """Return TileJSON 3.0 for MapLibre and others: the layer in each tile is named as the collection.

    >>> from hotspot.ogc.collection import Collection
    >>> tilejson(Collection(id="thefts", title="Thefts"), "/ogc")["tiles"]
    ['/ogc/collections/thefts/tiles/WebMercatorQuad/{z}/{y}/{x}']
    """
    levels = {"minzoom": 0, "maxzoom": tile_matrix.DETAILED}
    document = {
        "tilejson": "3.0.0",
        "name": record.title,
        "description": record.description,
        # MapLibre and Leaflet put the attribution into their page as HTML.
        "attribution": escape(record.attribution or record.licence),
        "scheme": "xyz",
        "tiles": [f"{_address(record, base)}/{{z}}/{{y}}/{{x}}"],
        **levels,
        **_around(record),
        "vector_layers": [
            {
                "id": record.id,
                "description": record.title,
                **levels,
                "fields": {field.name: _meaning(field) for field in record.fields},
            }
        ],
    }
    return {key: value for key, value in document.items() if value != ""}


def matrix_sets(base: str) -> dict[str, Any]:
    """Return the list of tile matrix sets: one."""
    here = f"{base}/tileMatrixSets"
    definition = tile_matrix.document()
    return {
        "links": [
            link(here, "self", JSON, "This document"),
            link(f"{here}?f=html", "alternate", HTML, "This document as a page"),
        ],
        "tileMatrixSets": [
            {
                **{name: definition[name] for name in ("id", "title", "uri", "crs")},
                "links": [link(f"{here}/{tile_matrix.ID}", "self", JSON, definition["title"])],
            }
        ],
    }


def _address(record: Collection, base: str) -> str:
    return f"{address(record.id, base)}/tiles/{tile_matrix.ID}"


def _scheme(base: str) -> dict[str, str]:
    return link(f"{base}/tileMatrixSets/{tile_matrix.ID}", TILING_SCHEME, JSON, "The tile matrix set")


def _box(record: Collection) -> dict[str, Any]:
    if record.bbox is None:
        return {}
    west, south, east, north = tile_matrix.within(record.bbox)
    return {
        "crs": tile_matrix.CRS,
        "lowerLeft": list(tile_matrix.metres(west, south)),
        "upperRight": list(tile_matrix.metres(east, north)),
    }


def _around(record: Collection) -> dict[str, Any]:
    """Bounds, and a place to begin at: the last level at which one tile holds the collection."""
    if record.bbox is None:
        return {}
    west, south, east, north = tile_matrix.within(record.bbox)
    level = next(
        level
        for level in range(tile_matrix.DETAILED, -1, -1)
        if tile_matrix.tile_at(west, north, level) == tile_matrix.tile_at(east, south, level)
    )
    return {
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2, level],
    }


def _layer(record: Collection, base: str) -> dict[str, Any]:
    properties = {field.name: _property(field) for field in record.fields}
    return {
        "id": record.id,
        "title": record.title,
        "dataType": "vector",
        "geometryType": "polygons",
        "minTileMatrix": "0",
        "maxTileMatrix": str(tile_matrix.LAST_LEVEL),
        "propertiesSchema": {"type": "object", "properties": properties},
        "links": [link(address(record.id, base), "collection", JSON, record.title)],
    }


def _property(field: Field) -> dict[str, str]:
    found = {"title": field.title, "description": field.doc, "type": field.type, "uom": field.unit}
    return {key: value for key, value in found.items() if value}


def _meaning(field: Field) -> str:
    kind = "Text" if field.type == "string" else "Number"
    unit = f", {field.unit}" if field.unit else ""
    return f"{kind}{unit}. {field.doc or field.title}"
