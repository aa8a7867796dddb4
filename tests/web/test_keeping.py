"""What is the same until something changes has a name, is not sent twice, and is zipped once."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from hotspot.web import keeping

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

ZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture
def immutable(layer_ids: dict[str, str]) -> list[str]:
    """Addresses of what is made once."""
    layer = layer_ids["gi_star"]
    return [
        f"/layers/{layer}/map",
        f"/layers/{layer}/embed",
        f"/layers/{layer}/features.geojson",
        f"/layers/{layer}/charts/lorenz.svg",
        *(
            f"/layers/{layer}/download.{suffix}"
            for suffix in ("geojson", "gpkg", "csv", "parquet", "qml", "qlr")
        ),
        "/map",
        f"/api/v1/layers/{layer}",
        f"/api/v1/layers/{layer}/tables",
        f"/api/v1/layers/{layer}/tables/lorenz.csv",
        "/api/v1/layers",
        "/api/v1/methods",
        "/api/v1/openapi.json",
        "/ogc/api",
        "/ogc/conformance",
        "/ogc/collections",
        f"/ogc/collections/{layer}",
        f"/ogc/collections/{layer}/items",
        f"/ogc/collections/{layer}/items/1",
        f"/ogc/collections/{layer}/tiles/WebMercatorQuad/8/115/65",
        f"/ogc/collections/{layer}/download.geojson",
        "/ogc/collections/districts-bz/items",
        "/boundaries/BZ.geojson",
        "/static/map/map.js",
        "/static/vendor/leaflet/leaflet.css",
    ]


def test_nothing_is_sent_twice_to_who_has_it(client: FlaskClient, immutable: list[str]) -> None:
    for address in immutable:
        for accepts in ({}, ZIP):
            with client.get(address, headers=accepts) as first:
                assert first.status_code == 200, address
                name = first.headers["ETag"]
                assert "no-store" not in first.headers["Cache-Control"], address
            with client.get(address, headers={"If-None-Match": name, **accepts}) as again:
                assert (again.status_code, again.data) == (304, b""), address
                assert again.headers["ETag"].removeprefix("W/") == name.removeprefix("W/"), address


def test_who_has_something_else_gets_it(client: FlaskClient, immutable: list[str]) -> None:
    for address in immutable:
        with client.get(address, headers={"If-None-Match": '"something-else"'}) as answer:
            assert answer.status_code == 200, address


def test_the_policy_of_a_page_that_is_kept_stays_the_one_it_came_with(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    address = f"/layers/{layer_ids['gi_star']}/map"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert "Content-Security-Policy" in first.headers
    # Another nonce than that of the scripts that are kept would stop them.
    assert "Content-Security-Policy" not in again.headers


def test_text_is_sent_as_gzip_and_is_the_same(client: FlaskClient, immutable: list[str]) -> None:
    zipped = 0
    for address in immutable:
        with client.get(address) as plain, client.get(address, headers=ZIP) as packed:
            assert "Content-Encoding" not in plain.headers, address
            if "Content-Encoding" not in packed.headers:
                continue
            zipped += 1
            assert gzip.decompress(packed.data) == plain.data, address
            assert "Accept-Encoding" in packed.headers["Vary"], address
            assert "Accept-Encoding" in plain.headers["Vary"], address
            assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert zipped >= 14


def test_it_is_zipped_once(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    real = gzip.compress

    def counted(data: bytes, *arguments: int, **named: int) -> bytes:
        calls.append(len(data))
        return real(data, *arguments, **named)

    monkeypatch.setattr(keeping.gzip, "compress", counted)
    for _ in range(3):
        for address in ("/static/map/map.js", "/api/v1/methods", "/boundaries/BZ.geojson"):
            with client.get(address, headers=ZIP) as answer:
                assert answer.headers["Content-Encoding"] == "gzip"
    assert len(calls) == 3
    assert 0 < app.extensions["hotspot-zipped"].held < sum(calls)


def test_a_part_of_a_file_and_a_small_answer_are_sent_as_they_are(client: FlaskClient) -> None:
    with client.get("/static/map/map.js", headers={**ZIP, "Range": "bytes=0-99"}) as part:
        assert (part.status_code, len(part.data)) == (206, 100)
        assert "Content-Encoding" not in part.headers
    assert "Content-Encoding" not in client.get("/api/v1/standing", headers=ZIP).headers


def test_the_head_of_an_answer_is_that_of_the_whole(client: FlaskClient) -> None:
    for address in ("/static/map/map.js", "/api/v1/methods"):
        with client.get(address, headers=ZIP) as whole, client.head(address, headers=ZIP) as head:
            assert head.data == b""
            for name in ("ETag", "Content-Encoding", "Content-Type", "Vary"):
                assert head.headers.get(name) == whole.headers.get(name), (address, name)


def test_an_answer_has_another_name_once_the_store_has_changed(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    names = {
        address: client.get(address).headers["ETag"]
        for address in ("/api/v1/layers", "/ogc/collections", "/map")
    }
    client.delete(f"/api/v1/layers/{layer_ids['dbscan']}")
    for address, name in names.items():
        answer = client.get(address, headers={"If-None-Match": name})
        assert answer.status_code == 200, address
        assert answer.headers["ETag"] != name
