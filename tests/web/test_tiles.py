"""The doors to vector tiles."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import pytest

from hotspot.analysis.question import Question
from hotspot.ogc.tile_matrix import tile_at
from hotspot.service import standing
from hotspot.web.ogc.tiles import Tiles
from tests.web.conftest import DATASET

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

MVT = "application/vnd.mapbox-vector-tile"


@pytest.fixture
def here(layer_ids: dict[str, str]) -> str:
    return f"/ogc/collections/{layer_ids['gi_star']}/tiles"


@pytest.fixture
def address(here: str) -> str:
    """A tile that holds the whole town."""
    tile = tile_at(-88.2, 17.5, 8)
    return f"{here}/WebMercatorQuad/{tile.level}/{tile.row}/{tile.column}"


def layer_of(data: bytes) -> tuple[str, list[dict[str, Any]]]:
    ((name, layer),) = mapbox_vector_tile.decode(data).items()
    return name, layer["features"]


def test_a_tile_holds_every_feature_of_the_layer_with_its_attributes(
    client: FlaskClient, address: str, layer_ids: dict[str, str]
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.content_type) == (200, MVT)
    name, features = layer_of(answer.data)
    assert name == layer_ids["gi_star"]
    items = client.get(f"/ogc/collections/{name}/items?limit=10000").get_json()["features"]
    assert {f["id"]: f["properties"] for f in features} == {
        item["id"]: {key: value for key, value in item["properties"].items() if value is not None}
        for item in items
    }


def test_districts_have_tiles_too(client: FlaskClient) -> None:
    answer = client.get("/ogc/collections/districts-bz/tiles/WebMercatorQuad/5/14/8")
    name, features = layer_of(answer.data)
    assert name == "districts-bz"
    assert len(features) == 6


def test_a_tile_that_is_known_is_not_sent_again(client: FlaskClient, address: str) -> None:
    etag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)


def test_a_tile_is_sent_as_gzip_to_who_takes_it(client: FlaskClient, address: str) -> None:
    plain = client.get(address)
    zipped = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data


def test_a_tile_without_features_has_no_content(client: FlaskClient, here: str) -> None:
    answer = client.get(f"{here}/WebMercatorQuad/8/0/0")
    assert (answer.status_code, answer.data) == (204, b"")
    again = client.get(f"{here}/WebMercatorQuad/8/0/0", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_standing_question_keeps_address_and_layer_name_while_its_tiles_change(
    app: Flask, client: FlaskClient
) -> None:
    tile = tile_at(-88.2, 17.5, 8)
    address = f"/ogc/collections/latest-thefts/tiles/WebMercatorQuad/8/{tile.row}/{tile.column}"
    seen = []
    for cell_size in (500, 800):
        question = Question(
            dataset=DATASET, method="gi_star", parameters={"cell_size": cell_size}, area="BZ/BZ-BZ"
        )
        standing.ask(app.extensions["hotspot"].store, "thefts", question, last_days=60)
        answer = client.get(address, headers={"If-None-Match": seen[0][0]} if seen else {})
        name, features = layer_of(answer.data)
        assert name == "latest-thefts"
        seen.append((answer.headers["ETag"], len(features)))
    assert seen[0][0] != seen[1][0]
    assert seen[0][1] > seen[1][1]


def test_incidents_have_no_tiles(client: FlaskClient) -> None:
    assert client.get(f"/ogc/collections/incidents-{DATASET}/items?limit=1").status_code == 200
    for place in ("", "/WebMercatorQuad", "/WebMercatorQuad/0/0/0"):
        answer = client.get(f"/ogc/collections/incidents-{DATASET}/tiles{place}")
        assert answer.status_code == 404
        assert "items" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("place", "status", "said"),
    [
        ("WebMercatorQuad/23/0/0", 400, "tileMatrix is a level from 0 to 22"),
        ("WebMercatorQuad/zoom/0/0", 400, "tileMatrix"),
        ("WebMercatorQuad/2/4/0", 400, "tileRow is a whole number from 0 to 3 at level 2"),
        ("WebMercatorQuad/2/0/-1", 400, "tileCol"),
        ("WebMercatorQuad/2/0/0?f=png", 400, "f is mvt"),
        ("WebMercatorQuad/2/0/0?style=red", 400, "'style'"),
        ("WorldCRS84Quad/2/0/0", 404, "WebMercatorQuad"),
        ("WorldCRS84Quad", 404, "WebMercatorQuad"),
        ("WebMercatorQuad?f=xml", 400, "f is one of"),
        ("WebMercatorQuad?f=tilejson&x=1", 400, "'x'"),
    ],
)
def test_what_is_no_tile_is_refused_by_name(
    client: FlaskClient, here: str, place: str, status: int, said: str
) -> None:
    answer = client.get(f"{here}/{place}")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert said in answer.get_json()["detail"]


def test_there_are_no_tiles_of_an_unknown_collection(client: FlaskClient) -> None:
    for place in ("", "/WebMercatorQuad", "/WebMercatorQuad/0/0/0"):
        assert client.get(f"/ogc/collections/none/tiles{place}").status_code == 404


def test_tilejson_leads_to_the_tile(client: FlaskClient, here: str, address: str) -> None:
    document = client.get(f"{here}/WebMercatorQuad?f=tilejson").get_json()
    tile = tile_at(*document["center"][:2], 8)
    template = document["tiles"][0]
    filled = template.format(z=tile.level, y=tile.row, x=tile.column)
    assert filled.endswith(address)
    assert client.get(filled).status_code == 200


def test_the_collection_leads_to_its_tiles_and_these_to_the_matrix_set(
    client: FlaskClient, here: str
) -> None:
    collection = client.get(here.removesuffix("/tiles")).get_json()
    (link,) = [link for link in collection["links"] if link["rel"].endswith("/tilesets-vector")]
    (tileset,) = client.get(link["href"]).get_json()["tilesets"]
    links = {link["rel"].rpartition("/")[2]: link["href"] for link in tileset["links"]}
    assert client.get(links["self"]).get_json()["dataType"] == "vector"
    assert client.get(links["tiling-scheme"]).get_json()["id"] == "WebMercatorQuad"


@pytest.mark.parametrize(
    "address",
    ["{here}", "{here}/WebMercatorQuad", "/ogc/tileMatrixSets", "/ogc/tileMatrixSets/WebMercatorQuad"],
)
def test_each_document_is_a_page_too(client: FlaskClient, here: str, address: str) -> None:
    answer = client.get(address.format(here=here), headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/html")
    assert "<h1>" in answer.text


def test_every_link_of_the_documents_is_answered(client: FlaskClient, here: str) -> None:
    for address in (here, f"{here}/WebMercatorQuad", "/ogc/tileMatrixSets"):
        for link in client.get(address).get_json()["links"]:
            if not link.get("templated"):
                answer = client.get(link["href"])
                assert answer.status_code == 200, link
                assert answer.content_type.partition(";")[0] == link["type"]


def test_the_tiles_that_are_held_stay_within_their_bytes(app: Flask, client: FlaskClient, here: str) -> None:
    held = Tiles(keep_bytes=20_000, keep_tilesets=1)
    app.extensions["hotspot-tiles"] = held
    tile = tile_at(-88.2, 17.5, 14)
    first = client.get(f"{here}/WebMercatorQuad/14/{tile.row}/{tile.column}").data
    for down in range(-4, 5):
        for across in range(-4, 5):
            client.get(f"{here}/WebMercatorQuad/14/{tile.row + down}/{tile.column + across}")
    client.get("/ogc/collections/districts-bz/tiles/WebMercatorQuad/5/14/8")
    assert len(held.tilesets) == 1
    assert 1 < len(held.pages) < 82
    assert held.pages.held <= 20_000
    assert client.get(f"{here}/WebMercatorQuad/14/{tile.row}/{tile.column}").data == first
