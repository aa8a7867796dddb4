"""Who may come in, and what every answer carries."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hotspot.service import access
from hotspot.web import create_app, guard

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from hotspot.service.settings import Settings

_EVERYWHERE = ("/", "/nothing-here", "/ogc/", "/api/v1/layers", "/static/css/hotspot.css", "/healthz")


def test_every_route_is_in_the_access_table_and_every_line_of_it_is_a_route(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints == set(access.ACCESS)


def test_a_route_without_a_line_in_the_table_is_refused_to_everybody(app: Flask) -> None:
    app.add_url_rule("/new", endpoint="new.thing", view_func=lambda: "secret")
    answer = app.test_client().get("/new")
    assert answer.status_code == 403
    assert b"secret" not in answer.data


def test_nobody_gets_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "ROLE", "nobody")
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<[^>]+>", "1", rule.rule)
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            assert client.open(address, method=method).status_code == 403, (method, address)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000"])
def test_a_page_that_points_its_own_name_at_this_machine_is_refused(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_this_machine_is_answered_by_each_of_its_names(client: FlaskClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_the_host_of_the_base_url_is_trusted(settings: Settings) -> None:
    app = create_app(replace(settings, base_url="https://maps.example/hotspot"))
    assert app.test_client().get("/healthz", headers={"Host": "maps.example"}).status_code == 200
    app.extensions["hotspot"].store.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_change_that_another_site_asks_for_is_refused(
    client: FlaskClient, layer_ids: dict[str, str], headers: dict[str, str]
) -> None:
    address = f"/api/v1/layers/{layer_ids['dbscan']}"
    assert client.delete(address, headers=headers).status_code == 403
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", _EVERYWHERE)
def test_every_answer_carries_the_headers(client: FlaskClient, address: str) -> None:
    with client.get(address) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'self'"):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Request-ID"]
    assert headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in headers


def test_a_nonce_is_used_once(client: FlaskClient, layer_ids: dict[str, str]) -> None:
    address = f"/layers/{layer_ids['gi_star']}/map"
    nonces = set()
    for _ in range(2):
        answer = client.get(address)
        (nonce,) = set(re.findall(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"]))
        scripts = re.findall(r"<script\b[^>]*>", answer.text)
        assert scripts
        assert all(f'nonce="{nonce}"' in script for script in scripts)
        nonces.add(nonce)
    assert len(nonces) == 2


def test_no_page_has_a_script_or_style_that_the_policy_would_block(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    pages = [
        "/",
        "/datasets",
        "/datasets/testville",
        "/imports/new",
        "/imports/1",
        "/boundaries",
        "/about",
        *(f"/layers/{i}" for i in layer_ids.values()),
        "/ogc/?f=html",
    ]
    for address in pages:
        text = client.get(address).text
        assert not re.search(r"<[^>]+\s(style|on\w+)=", text), address
        assert "<style" not in text
        assert all("nonce=" in tag for tag in re.findall(r"<script\b[^>]*>", text)), address


def test_a_form_without_its_token_changes_nothing(client: FlaskClient, layer_ids: dict[str, str]) -> None:
    own = f"/layers/{layer_ids['dbscan']}"
    for address in (f"{own}/withdraw", f"{own}/restore", "/imports", "/datasets/testville/layers"):
        answer = client.post(address, data={"dataset": "x"})
        assert answer.status_code == 400
        assert "form" in answer.text
    assert client.get(f"/layers/{layer_ids['dbscan']}").status_code == 200


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "//", "garbage"])
def test_an_origin_that_is_no_address_is_refused_like_a_foreign_one(
    client: FlaskClient, layer_ids: dict[str, str], origin: str
) -> None:
    address = f"/api/v1/layers/{layer_ids['dbscan']}"
    assert client.delete(address, headers={"Origin": origin}).status_code == 403


def test_a_host_with_a_port_that_cannot_be_is_refused(client: FlaskClient) -> None:
    for port in ("99999", "00080", "0"):
        assert client.get("/ogc", headers={"Host": f"127.0.0.1:{port}"}).status_code == 400
