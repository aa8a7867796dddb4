"""What other sites and caches may do with an answer: by audience, and by nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from hotspot.outputs.assets import version_of
from hotspot.service.store.schema import layer
from hotspot.web import sharing
from tests.web.conftest import DATASET
from tests.web.test_pages import submit

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

FILLED = {
    "feature_id": "1",
    "suffix": "geojson",
    "table": "lorenz",
    "matrix_set": "WebMercatorQuad",
    "tile_matrix_set_id": "WebMercatorQuad",
    "matrix": "8",
    "row": "115",
    "column": "65",
    "name": "BZ",
}
"""What stands for each part of an address."""
MIDDLE = "/ogc/collections/{}/items?limit=1"


@pytest.fixture
def public(app: Flask, layer_ids: dict[str, str]) -> str:
    """A layer that somebody made public; whether it may be is looked at elsewhere."""
    app.extensions["hotspot"].store.layers.open_to(layer_ids["gi_star"], "public", by="Duty analyst")
    return layer_ids["gi_star"]


@pytest.fixture
def local(layer_ids: dict[str, str]) -> str:
    """A layer that nobody made public."""
    return layer_ids["dbscan"]


def addresses(app: Flask, thing: str) -> list[str]:
    """Every address that names one collection or layer."""
    found = []
    for rule in app.url_map.iter_rules():
        if {"collection_id", "layer_id"} & rule.arguments and "GET" in (rule.methods or ()):
            parts = {**FILLED, "collection_id": thing, "layer_id": thing}
            found.append(re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda part, parts=parts: parts[part[1]], rule.rule))
    assert len(found) > 12
    return found


def test_no_page_of_another_site_reads_a_local_layer(app: Flask, client: FlaskClient, local: str) -> None:
    for address in addresses(app, local):
        for answer in (client.get(address), client.options(address)):
            assert "Access-Control-Allow-Origin" not in answer.headers, address
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", address
            assert "public" not in answer.headers["Cache-Control"], address


def test_pages_of_any_site_read_a_public_layer_wherever_its_features_are(
    client: FlaskClient, public: str
) -> None:
    here = f"/ogc/collections/{public}"
    for address in (
        here,
        f"{here}/items",
        f"{here}/items/1",
        f"{here}/queryables",
        f"{here}/tiles",
        f"{here}/tiles/WebMercatorQuad",
        f"{here}/tiles/WebMercatorQuad/8/115/65",
        f"{here}/download.geojson",
        f"/layers/{public}/features.geojson",
        f"/layers/{public}/download.gpkg",
        f"/layers/{public}/charts/lorenz.svg",
        f"/layers/{public}/embed",
    ):
        answer = client.get(address)
        assert answer.status_code in (200, 204), address
        assert answer.headers["Access-Control-Allow-Origin"] == "*", address
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin", address
        exposed = {name.strip() for name in answer.headers["Access-Control-Expose-Headers"].split(",")}
        assert {"Content-Crs", "ETag", "Link"} <= exposed
        assert re.fullmatch(r"public, max-age=\d+, must-revalidate", answer.headers["Cache-Control"]), address
        assert answer.headers["ETag"], address
        assert "Set-Cookie" not in answer.headers


def test_what_names_or_shows_other_layers_too_is_shared_with_nobody(client: FlaskClient, public: str) -> None:
    for address in (
        "/",
        "/ogc/",
        "/ogc/collections",
        "/ogc/api",
        "/api/v1/layers",
        f"/layers/{public}",
        "/map",
    ):
        assert "Access-Control-Allow-Origin" not in client.get(address).headers, address


def test_every_door_is_local_unless_it_is_named(app: Flask, client: FlaskClient, public: str) -> None:
    app.add_url_rule("/fresh/<name>", endpoint="layers.fresh", view_func=lambda name: name)
    assert "layers.fresh" not in sharing.OF_A_LAYER
    answer = client.get(f"/fresh/{public}")
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_browser_that_asks_first_is_told_that_it_may(client: FlaskClient, public: str, local: str) -> None:
    asks = {"Origin": "https://map.example", "Access-Control-Request-Headers": "if-none-match"}
    answer = client.options(f"/ogc/collections/{public}/items", headers=asks)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]
    refused = client.options(f"/ogc/collections/{local}/items", headers=asks)
    assert not [name for name, _ in refused.headers if name.startswith("Access-Control")]


def test_a_page_elsewhere_can_read_what_it_did_wrong(client: FlaskClient, public: str) -> None:
    answer = client.get(f"/ogc/collections/{public}/items?limit=none")
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (400, "*")
    assert answer.headers["Cache-Control"] == "no-store"


def test_to_pages_elsewhere_a_local_layer_looks_as_if_it_were_not_there(
    client: FlaskClient, local: str
) -> None:
    kept = ("Access-Control-Allow-Origin", "Cross-Origin-Resource-Policy")
    there, nowhere = (client.get(MIDDLE.format(name)).headers for name in (local, "never-was"))
    assert [there.get(name) for name in kept] == [nowhere.get(name) for name in kept]


def test_districts_that_come_with_hotspot_are_public_and_imported_ones_are_not(
    app: Flask, client: FlaskClient
) -> None:
    for address in (MIDDLE.format("districts-bz"), "/boundaries/BZ.geojson"):
        assert client.get(address).headers["Access-Control-Allow-Origin"] == "*"
    catalogue = app.extensions["hotspot"]
    beats = catalogue.store.boundaries.load("BZ")
    from dataclasses import replace

    catalogue.store.boundaries.save(replace(beats, name="beats", title="Beats"))
    for address in (MIDDLE.format("districts-beats"), "/boundaries/beats.geojson"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["Cache-Control"] == sharing.OWN


def test_incidents_are_kept_by_nobody(client: FlaskClient) -> None:
    answer = client.get(MIDDLE.format(f"incidents-{DATASET}"))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_pages_for_people_are_kept_by_their_reader_alone(client: FlaskClient, public: str) -> None:
    answer = client.get(f"/ogc/collections/{public}/items?f=html")
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_an_alias_is_kept_for_a_shorter_time_than_its_layer(
    app: Flask, client: FlaskClient, public: str
) -> None:
    name_the_newest(app, public)
    ages = [
        int(re.findall(r"max-age=(\d+)", client.get(MIDDLE.format(name)).headers["Cache-Control"])[0])
        for name in ("latest-thefts", public)
    ]
    assert ages[0] < ages[1] <= 3600


def name_the_newest(app: Flask, layer_id: str) -> None:
    """Let a standing question lead to a layer."""
    from hotspot.service.store import StandingQuestion
    from hotspot.service.store import standing as table

    store = app.extensions["hotspot"].store
    kept = StandingQuestion(name="thefts", question=store.layers.get(layer_id).question, last_days=30)
    with store.engine.writing() as connection:
        table.put(connection, kept, layer_id=layer_id, now=store.layers.get(layer_id).published_at)


def test_a_layer_taken_back_is_local_at_once(app: Flask, client: FlaskClient, public: str) -> None:
    address = MIDDLE.format(public)
    assert client.get(address).headers["Access-Control-Allow-Origin"] == "*"
    assert client.put(f"/api/v1/layers/{public}/audience", json={"audience": "local"}).status_code == 200
    assert "Access-Control-Allow-Origin" not in client.get(address).headers


def test_a_map_that_was_public_is_another_once_it_is_not(
    app: Flask, client: FlaskClient, public: str
) -> None:
    address = f"/layers/{public}/embed"
    first = client.get(address)
    assert "frame-ancestors *" in first.headers["Content-Security-Policy"]
    app.extensions["hotspot"].store.layers.open_to(public, "local", by=None)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert "frame-ancestors 'self'" in again.headers["Content-Security-Policy"]


def test_the_api_refuses_to_make_public_what_tells_of_a_few(client: FlaskClient, local: str) -> None:
    address = f"/api/v1/layers/{local}/audience"
    refused = client.put(address, json={"audience": "public", "by": "Duty analyst"})
    assert (refused.status_code, refused.content_type) == (409, "application/problem+json")
    assert "1 to 4 incidents" in refused.json["detail"]
    assert client.put(address, json={"audience": "public"}).status_code == 400
    assert client.put(address, json={"audience": "press", "by": "Duty analyst"}).status_code == 422
    assert client.put(f"{address}x", json={"audience": "local"}).status_code == 404
    assert client.get(f"/api/v1/layers/{local}").json["audience"] == "local"


def test_the_page_of_a_layer_says_who_may_read_it_and_changes_that(
    app: Flask, client: FlaskClient, local: str
) -> None:
    page = f"/layers/{local}"
    assert "Let pages of other sites read it" in client.get(page).text
    refused = submit(client, page, f"{page}/audience", audience="public", by="Duty analyst")
    assert refused.status_code == 409
    assert "1 to 4 incidents" in refused.text
    with app.extensions["hotspot"].store.engine.writing() as connection:
        connection.execute(
            sa.update(layer).where(layer.c.id == local).values(audience="public", audience_by="<b>A</b>")
        )
    assert "by &lt;b&gt;A&lt;/b&gt;" in client.get(page).text
    back = submit(client, page, f"{page}/audience", audience="local")
    assert "Let pages of other sites read it" in back.text


def test_files_of_the_site_are_kept_for_ever_under_the_digest_of_their_bytes(client: FlaskClient) -> None:
    (address,) = re.findall(r'href="(/static/css/hotspot\.css\?v=[0-9a-f]{8})"', client.get("/").text)
    with client.get(address) as kept, client.get("/static/css/hotspot.css?v=00000000") as other:
        assert kept.headers["Cache-Control"] == sharing.FOR_EVER
        assert other.headers["Cache-Control"] == "no-cache"
    with client.get("/static/css/hotspot.css") as plain:
        assert plain.headers["Cache-Control"] == "no-cache"
        assert "Access-Control-Allow-Origin" not in plain.headers


def test_pages_elsewhere_load_the_scripts_of_others_from_here_and_no_more(client: FlaskClient) -> None:
    with client.get("/static/vendor/leaflet/leaflet.js") as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    with client.get("/static/js/hotspot.js") as answer:
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("name", ["", "none.js", "../serve.py", "/etc/passwd", "vendor"])
def test_only_files_of_the_site_have_a_version(name: str) -> None:
    assert version_of(name) == ""
