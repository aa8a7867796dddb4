"""Every layer can be taken away in every format; what is not there yet is made once, elsewhere, and kept."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from hotspot.errors import LimitError
from hotspot.outputs.formats import FORMATS, OF_DISTRICTS
from hotspot.service import layer_files
from hotspot.web import turns

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from hotspot.service.store import Store

MAGIC = {
    "geojson": b'{"type":"FeatureCollection"',
    "gpkg": b"SQLite format 3\0",
    "csv": b"\xef\xbb\xbfid,",
    "kml": b"<?xml",
    "shp.zip": b"PK",
    "fgb": b"fgb\x03",
    "parquet": b"PAR1",
    "qlr": b"<!DOCTYPE qgis-layer-definition>",
    "qml": b"<!DOCTYPE qgis ",
}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What processes of their own were asked to make."""
    asked: list[dict[str, Any]] = []
    real = layer_files.run_on_store

    def counting(store: Store, task: str, payload: dict[str, Any]) -> dict[str, Any]:
        asked.append(payload)
        return real(store, task, payload)

    monkeypatch.setattr(layer_files, "run_on_store", counting)
    return asked


@pytest.fixture
def cells(layer_ids: dict[str, str]) -> str:
    return f"/layers/{layer_ids['gi_star']}/download"


@pytest.mark.parametrize("suffix", FORMATS)
def test_each_format_is_a_file_to_keep_of_its_own_type(
    client: FlaskClient, layer_ids: dict[str, str], suffix: str
) -> None:
    name = layer_ids["dbscan"]
    page, ogc = (client.get(f"{place}/{name}/download.{suffix}") for place in ("/layers", "/ogc/collections"))
    assert page.status_code == ogc.status_code == 200
    assert page.content_type == ogc.content_type == FORMATS[suffix].media_type
    assert page.data == ogc.data
    assert page.data.startswith(MAGIC[suffix])
    assert page.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}.{suffix}"


@pytest.mark.parametrize("suffix", FORMATS)
def test_who_has_a_file_is_told_that_nothing_changed(client: FlaskClient, cells: str, suffix: str) -> None:
    first = client.get(f"{cells}.{suffix}")
    again = client.get(f"{cells}.{suffix}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("suffix", ["geojson", "csv", "kml", "qml"])
def test_text_is_kept_as_gzip_beside_raw(client: FlaskClient, cells: str, suffix: str) -> None:
    raw = client.get(f"{cells}.{suffix}")
    packed = client.get(f"{cells}.{suffix}", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == raw.data
    assert len(packed.data) < len(raw.data)
    assert packed.headers["ETag"] != raw.headers["ETag"]
    assert "Accept-Encoding" in raw.headers["Vary"]


def test_most_are_there_at_once_and_the_others_are_made_once(
    client: FlaskClient, cells: str, made: list[dict[str, Any]]
) -> None:
    for suffix in ("geojson", "gpkg", "csv", "parquet", "qml", "qlr"):
        assert client.get(f"{cells}.{suffix}").status_code == 200
    assert made == []
    for suffix in ("kml", "shp.zip", "fgb"):
        first, second = client.get(f"{cells}.{suffix}"), client.get(f"{cells}.{suffix}")
        assert first.data == second.data
    assert [each["suffix"] for each in made] == ["kml", "shp.zip", "fgb"]


def test_a_file_that_an_earlier_version_left_out_is_made_too(
    app: Flask, client: FlaskClient, cells: str, made: list[dict[str, Any]]
) -> None:
    import sqlalchemy as sa

    was = client.get(f"{cells}.qml").data
    with app.extensions["hotspot"].store.engine.writing() as connection:
        connection.execute(sa.text("DELETE FROM layer_file WHERE name LIKE 'download.qml%'"))
    assert client.get(f"{cells}.qml").data == was
    assert [each["suffix"] for each in made] == ["qml"]


def test_many_who_ask_at_once_have_it_made_once(app: Flask, cells: str, made: list[dict[str, Any]]) -> None:
    with ThreadPoolExecutor(turns.AT_ONCE) as pool:
        answers = list(pool.map(lambda _: app.test_client().get(f"{cells}.fgb"), range(turns.AT_ONCE)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    assert len(made) == 1


def test_who_comes_when_all_are_busy_is_told_to_come_again(client: FlaskClient, cells: str) -> None:
    held = [turns.turn() for _ in range(turns.AT_ONCE)]
    for turn in held:
        turn.__enter__()
    try:
        busy = client.get(f"{cells}.fgb")
        there = client.get(f"{cells}.gpkg")
    finally:
        for turn in held:
            turn.__exit__(None, None, None)
    assert busy.status_code == 503
    assert busy.headers["Retry-After"]
    assert there.status_code == 200


def test_a_file_that_takes_too_much_is_refused_and_the_next_is_made(
    client: FlaskClient, cells: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(*_: Any, **__: Any) -> dict[str, Any]:
        raise LimitError("This needs more memory than the 512 MB allowed for it.")

    monkeypatch.setattr(layer_files, "run_on_store", too_large)
    refused = client.get(f"{cells}.fgb", headers={"Accept": "application/json"})
    assert refused.status_code == 413
    assert refused.content_type == "application/problem+json"
    monkeypatch.undo()
    assert client.get(f"{cells}.fgb").status_code == 200


def test_a_file_is_read_in_parts(client: FlaskClient, cells: str) -> None:
    whole = client.get(f"{cells}.fgb")
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = client.get(f"{cells}.fgb", headers={"Range": "bytes=4-11", "If-Range": whole.headers["ETag"]})
    assert (part.status_code, part.data) == (206, whole.data[4:12])
    assert part.headers["Content-Range"] == f"bytes 4-11/{len(whole.data)}"
    assert client.get(f"{cells}.fgb", headers={"Range": "bytes=99999999-"}).status_code == 416
    # As readers of Parquet ask for the end of a small file.
    last = client.get(f"{cells}.fgb", headers={"Range": "bytes=-99999999"})
    assert (last.status_code, last.data) == (206, whole.data)
    for other in ("bytes=5-1", "bytes=0-0,2-3", "rows=0-1", "bytes=x"):
        ignored = client.get(f"{cells}.fgb", headers={"Range": other})
        assert (ignored.status_code, ignored.data) == (200, whole.data), other


@pytest.mark.parametrize("suffix", ["exe", "gpkg.gz", "GPKG", "html", "x" * 500, "..%2Flayer"])
def test_another_suffix_is_a_404_that_names_the_known_ones(
    client: FlaskClient, cells: str, suffix: str
) -> None:
    answer = client.get(f"{cells}.{suffix}", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    if "%" not in suffix:
        assert json.loads(answer.data)["detail"].endswith(f"There are: {', '.join(FORMATS)}.")


def test_files_of_a_withdrawn_layer_are_gone(
    client: FlaskClient, layer_ids: dict[str, str], cells: str
) -> None:
    assert client.get(f"{cells}.fgb").status_code == 200
    assert client.delete(f"/api/v1/layers/{layer_ids['gi_star']}").status_code == 204
    for suffix in FORMATS:
        assert client.get(f"{cells}.{suffix}").status_code == 404


def test_the_page_and_the_collection_offer_every_format(
    client: FlaskClient, layer_ids: dict[str, str], cells: str
) -> None:
    page = client.get(f"/layers/{layer_ids['gi_star']}").text
    links = client.get(f"/ogc/collections/{layer_ids['gi_star']}", headers={"Accept": "application/json"})
    offered = {link["href"]: link["type"] for link in links.json["links"] if link["rel"] == "enclosure"}
    for suffix, kind in FORMATS.items():
        assert f'href="{cells}.{suffix}"' in page
        address = f"http://localhost/ogc/collections/{layer_ids['gi_star']}/download.{suffix}"
        assert offered[address] == kind.media_type


def test_a_layer_definition_leads_here_and_a_style_does_not(
    client: FlaskClient, layer_ids: dict[str, str], cells: str
) -> None:
    said = client.get(f"{cells}.qlr", base_url="http://127.0.0.1:8123").data
    uri = ET.fromstring(said).findtext(".//datasource", "")  # noqa: S314 - our own
    assert "url='http://127.0.0.1:8123/ogc'" in uri
    assert f"typename='{layer_ids['gi_star']}'" in uri
    assert b"http://127" not in client.get(f"{cells}.qml").data


def test_the_definition_of_a_name_that_stays_leads_to_that_name(
    client: FlaskClient, layer_ids: dict[str, str], named: Callable[[str, str], str]
) -> None:
    alias = named("weekly", "gi_star")
    for suffix in FORMATS:
        answer = client.get(f"/ogc/collections/{alias}/download.{suffix}")
        assert answer.status_code == 200, suffix
        assert f"{alias}.{suffix}" in answer.headers["Content-Disposition"]
    root = ET.fromstring(client.get(f"/ogc/collections/{alias}/download.qlr").data)  # noqa: S314
    assert f"typename='{alias}'" in root.findtext(".//datasource", "")
    # The next answer may hold classes that this one does not.
    assert len([*root.iter("category")]) == 8
    own = client.get(f"/ogc/collections/{alias}/download.fgb").data
    assert own == client.get(f"/layers/{layer_ids['gi_star']}/download.fgb").data


@pytest.fixture
def named(app: Flask, layer_ids: dict[str, str]) -> Callable[[str, str], str]:
    """Let a name stand for the layer of a method; return the id of its collection."""
    from hotspot.service.store import StandingQuestion
    from hotspot.service.store.standing import put

    def name(words: str, method: str) -> str:
        store = app.extensions["hotspot"].store
        record = store.layers.get(layer_ids[method])
        asked = StandingQuestion(name=words, question=record.question)
        with store.engine.writing() as connection:
            put(connection, asked, layer_id=record.id, now=record.published_at)
        return f"latest-{words}"

    return name


@pytest.mark.parametrize("suffix", OF_DISTRICTS)
def test_districts_are_files_to_keep(client: FlaskClient, suffix: str, made: list[dict[str, Any]]) -> None:
    address = f"/ogc/collections/districts-bz/download.{suffix}"
    first, second = client.get(address), client.get(address)
    assert first.status_code == 200
    assert first.data == second.data
    assert first.content_type == FORMATS[suffix].media_type
    assert first.headers["Content-Disposition"].endswith(f"districts-bz.{suffix}")
    assert len(made) == (suffix == "gpkg")
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_districts_have_no_other_files(client: FlaskClient) -> None:
    answer = client.get("/ogc/collections/districts-bz/download.kml", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert "geojson, gpkg" in json.loads(answer.data)["detail"]


def test_a_shapefile_has_all_its_parts(client: FlaskClient, cells: str) -> None:
    with zipfile.ZipFile(io.BytesIO(client.get(f"{cells}.shp.zip").data)) as archive:
        assert archive.testzip() is None
        assert {name.rpartition(".")[2] for name in archive.namelist()} == {
            "cpg", "dbf", "prj", "qml", "shp", "shx",
        }  # fmt: skip


def test_pages_of_collections_and_boundaries_offer_the_files(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    for name, known in ((layer_ids["gi_star"], FORMATS), ("districts-bz", OF_DISTRICTS)):
        page = client.get(f"/ogc/collections/{name}?f=html").text
        for suffix in known:
            assert f'href="/ogc/collections/{name}/download.{suffix}" download>' in page
    assert "/ogc/collections/districts-bz/download.gpkg" in client.get("/boundaries").text
