"""A layer's map for the pages of others, and what the page of a layer offers for copying."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


def test_the_map_alone_keeps_its_words_and_says_where_it_is_from(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    answer = client.get(f"/layers/{layer_ids['dbscan']}/embed")
    assert answer.status_code == 200
    assert '<html lang="en" class="hs-shared">' in answer.text
    assert "<h1>dbscan test</h1>" in answer.text
    assert f'href="/layers/{layer_ids["dbscan"]}"' in answer.text
    assert 'class="hs-list"' in answer.text
    assert "HOTSPOT-NONCE" not in answer.text


def test_only_a_public_layer_may_stand_in_any_page(client: FlaskClient, layer_ids: dict[str, str]) -> None:
    answer = client.get(f"/layers/{layer_ids['dbscan']}/embed")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_public_layer_may_stand_in_any_page_until_it_is_local_again(
    app: Flask, client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    store, name = app.extensions["hotspot"].store, layer_ids["dbscan"]
    for audience, ancestors in (("public", "*"), ("local", "'self'")):
        store.layers.open_to(name, audience, by="Duty analyst")
        answer = client.get(f"/layers/{name}/embed")
        assert answer.headers["Content-Security-Policy"].endswith(f"frame-ancestors {ancestors}")
        assert ("X-Frame-Options" in answer.headers) == (audience == "local")
        # The page of the layer has forms: it stays in pages of this service.
        page = client.get(f"/layers/{name}")
        assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'self'")


def test_nothing_is_embedded_of_what_is_not_there(client: FlaskClient) -> None:
    assert client.get("/layers/nothing-here/embed").status_code == 404
    assert client.get("/layers/districts-bz/embed").status_code == 404


def test_every_address_that_a_page_offers_answers(client: FlaskClient, layer_ids: dict[str, str]) -> None:
    page = unescape(client.get(f"/layers/{layer_ids['dbscan']}").text)
    offered = set(re.findall(r'http://localhost(/[^\s"<)]*)', page))
    assert {f"/layers/{layer_ids['dbscan']}/embed", "/ogc"} <= offered
    for address in offered:
        assert client.get(address).status_code == 200, address
    for address in re.findall(r'<a href="([^"]+)" download>', page):
        assert client.get(address).status_code == 200, address
