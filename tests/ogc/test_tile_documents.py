from __future__ import annotations

import pytest

from hotspot.analysis.methods import METHODS
from hotspot.ogc import tile_documents
from hotspot.ogc.collection import Collection

BASE = "http://127.0.0.1:8000/ogc"
RECORD = Collection(
    id="thefts",
    title="Thefts",
    bbox=(-88.3, 17.4, -88.1, 17.6),
    fields=METHODS["gi_star"].fields,
    keywords=("hotspots",),
    attribution="© <b>Police</b> & partners",
)


def test_the_list_has_the_one_tileset_with_what_the_standard_asks_for() -> None:
    (tileset,) = tile_documents.tilesets(RECORD, BASE)["tilesets"]
    assert tileset["dataType"] == "vector"
    assert tileset["crs"].endswith("EPSG/0/3857")
    assert tileset["tileMatrixSetURI"].endswith("WebMercatorQuad")
    links = {link["rel"]: link["href"] for link in tileset["links"]}
    assert links["self"] == f"{BASE}/collections/thefts/tiles/WebMercatorQuad"
    assert links[tile_documents.TILING_SCHEME] == f"{BASE}/tileMatrixSets/WebMercatorQuad"


def test_the_tileset_says_where_its_tiles_are_by_a_template() -> None:
    links = tile_documents.tileset(RECORD, BASE)["links"]
    (item,) = [link for link in links if link["rel"] == "item"]
    assert item["href"].endswith("/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}")
    assert (item["templated"], item["type"]) == (True, tile_documents.MVT)


def test_the_tileset_lists_properties_with_units() -> None:
    (layer,) = tile_documents.tileset(RECORD, BASE)["layers"]
    assert layer["id"] == "thefts"
    properties = layer["propertiesSchema"]["properties"]
    assert properties["incidents"]["type"] == "integer"
    assert properties["incidents"]["uom"] == "incidents"


def test_the_box_is_in_metres() -> None:
    box = tile_documents.tileset(RECORD, BASE)["boundingBox"]
    assert box["lowerLeft"] == pytest.approx([-9829511.0, 1967437.5], abs=1)
    assert box["upperRight"][0] > box["lowerLeft"][0]


def test_tilejson_has_absolute_addresses_bounds_and_a_place_to_begin() -> None:
    document = tile_documents.tilejson(RECORD, BASE)
    assert document["tilejson"] == "3.0.0"
    assert document["tiles"] == [f"{BASE}/collections/thefts/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"]
    assert document["bounds"] == [-88.3, 17.4, -88.1, 17.6]
    longitude, latitude, level = document["center"]
    assert (longitude, latitude) == pytest.approx((-88.2, 17.5))
    assert document["minzoom"] <= level <= document["maxzoom"]
    (layer,) = document["vector_layers"]
    assert layer["id"] == "thefts"
    assert all(isinstance(words, str) for words in layer["fields"].values())


def test_the_attribution_is_no_html() -> None:
    attribution = tile_documents.tilejson(RECORD, BASE)["attribution"]
    assert attribution == "© &lt;b&gt;Police&lt;/b&gt; &amp; partners"


def test_a_collection_without_features_has_no_bounds() -> None:
    empty = Collection(id="none", title="None")
    assert "bounds" not in tile_documents.tilejson(empty, BASE)
    assert "boundingBox" not in tile_documents.tileset(empty, BASE)


def test_bounds_stay_within_the_map() -> None:
    world = Collection(id="world", title="World", bbox=(-180, -90, 180, 90))
    document = tile_documents.tilejson(world, BASE)
    assert document["bounds"][1] == pytest.approx(-85.0511, abs=1e-4)
    assert document["center"][2] == 0
