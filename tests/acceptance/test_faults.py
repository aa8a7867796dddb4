"""What may go wrong around the program: killed, crowded, asked for nonsense. The store stays whole."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.acceptance.conftest import Site, command, environment

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]


@pytest.fixture(scope="module")
def site(open_site: Site) -> Site:
    """The server that may be written to."""
    return open_site


HEAD = "Incident ID,Offence,Occurred from,Latitude,Longitude\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """20,000 made-up incidents."""
    path = tmp_path / "many.csv"
    rows = (f"SYNTHETIC-{i},Theft,2026-01-{1 + i % 28:02d} 10:00,17.25,-88.77\n" for i in range(20_000))
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


def stored(folder: Path) -> tuple[str, int]:
    with closing(sqlite3.connect(folder / "hotspot.sqlite")) as store:
        (whole,) = store.execute("PRAGMA integrity_check").fetchone()
        (rows,) = store.execute("SELECT count(*) FROM incident").fetchone()
    return whole, rows


def test_the_same_file_from_four_processes_is_one_import(file: Path, tmp_path: Path) -> None:
    env = environment(tmp_path / "data")
    words = ("import", str(file), "--dataset", "d")
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: command(env, *words), range(4)))
    assert [one.returncode for one in done] == [0] * 4, [one.stderr for one in done]
    assert sum("Already imported" in one.stdout for one in done) == 3
    assert stored(tmp_path / "data") == ("ok", 20_000)


@pytest.mark.parametrize("seconds", [0.6, 1.2, 1.8])
def test_an_import_that_is_killed_leaves_all_or_nothing(file: Path, tmp_path: Path, seconds: float) -> None:
    env = environment(tmp_path / "data")
    assert command(env, "datasets").returncode == 0
    words = [sys.executable, "-m", "hotspot.cli", "import", str(file), "--dataset", "d"]
    with subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as importing:
        try:
            importing.wait(seconds)
        except subprocess.TimeoutExpired:
            importing.kill()
    whole, rows = stored(tmp_path / "data")
    assert whole == "ok"
    assert rows in (0, 20_000)
    assert command(env, *words[3:]).returncode == 0
    assert stored(tmp_path / "data") == ("ok", 20_000)


def test_slow_clients_leave_others_answered(site: Site) -> None:
    place = urlsplit(site.url)
    heads = [
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST /imports HTTP/1.1\r\nContent-Length: 9\r\n\r\nx",
    ]
    with ExitStack() as held:
        for number in range(600):
            client = held.enter_context(socket.create_connection((place.hostname, place.port)))
            client.sendall(heads[number % 2])
        for path in ("/healthz", "/", "/ogc/collections?f=json"):
            assert site.ask(path).status == 200


def raw(site: Site, method: str, path: str, **headers: str) -> tuple[int, bytes]:
    """Ask without a client's good manners: the path goes out as it is."""
    place = urlsplit(site.url)
    connection = HTTPConnection(str(place.hostname), place.port, timeout=60)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=named)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/__init__.py",
        "/static/..%2f__init__.py",
        "/static/..%5c__init__.py",
        "/static/%00",
        "/boundaries/..%2f..%2fweb-secret.geojson",
        "/ogc/collections/districts-..%2f..",
        "/ogc/collections/%ED%A0%80",
        "/datasets/%ff",
        "/imports/99999999999999999999",
        "/%zz",
    ],
)
def test_no_path_leads_out(site: Site, path: str) -> None:
    status, body = raw(site, "GET", path)
    assert status == 404, body
    assert b"Traceback" not in body
    assert str(site.data_dir).encode() not in body


def test_what_an_import_cannot_hold_is_told_from_a_fault(site: Site) -> None:
    half = b'{"type":"Feature","geometry":null,"properties":{"Offence":"a\\ud800","Date":"2026-03-01"}}'
    long = b"Offence,Date\nTheft,2026-03-01\n" + b"x" * 2_000_000 + b",2026-03-01\n"
    for name, body, aside in (("half", half, 0), ("long", long, 1)):
        sent = site.ask(
            f"/api/v1/datasets/faults-{name}/imports", data=body, method="POST", Content_Type="text/plain"
        )
        assert sent.status == 201, sent.body
        assert (sent.json["accepted"], sent.json["set_aside"]) == (1, aside)
        assert len(sent.body) < 20_000


def queries() -> list[str]:
    nonsense = ("nan,nan,nan,nan", "inf,0,0,0", "1e400,0,1,1", "1,2,3", "%00", "%ff", "%F0%9F", "9" * 5000)
    names = ("bbox", "datetime", "limit", "offset", "f", "class", "district", "zzz", "filter", "sortby")
    return [f"{name}={value}" for name in names for value in nonsense]


def test_no_query_of_items_is_a_fault(site: Site) -> None:
    layer = next(entry["id"] for entry in site.layers() if entry["method"] == "gi_star")
    for query in queries():
        status, body = raw(site, "GET", f"/ogc/collections/{layer}/items?{query}")
        assert status in (200, 400), (query, status)
        if status == 400 and b"request_id" in body:
            assert json.loads(body)["detail"]


QUESTIONS: list[dict[str, Any]] = [
    {"title": "\ud800"},
    {"title": "x" * 100_000},
    {"hours": [-1, 99]},
    {"weekdays": ["someday"]},
    {"start": "2026-13-01"},
    {"area": "../x"},
    {"method": "os"},
    {"parameters": []},
    {"parameters": {"cell_size": float("nan")}},
    {"parameters": {"cell_size": 10**30}},
    {"parameters": {"cell_size": {}}},
    {"unknown": 1},
]


@pytest.mark.parametrize("wrong", QUESTIONS, ids=lambda wrong: next(iter(wrong)))
def test_no_question_is_a_fault(site: Site, wrong: dict[str, Any]) -> None:
    question = {"dataset": "belize-synthetic", "method": "gi_star", "area": "BZ", **wrong}
    sent = site.ask(
        "/api/v1/layers", data=json.dumps(question).encode(), method="POST", Content_Type="application/json"
    )
    assert 400 <= sent.status < 500, sent.body
    assert sent.json["detail"]


REPORTS: list[tuple[str, dict[str, Any]]] = [
    ("profile", {"parameters": {"window": 10**30}}),
    ("profile", {"parameters": {"window": {"a": [{}]}}}),
    ("profile", {"parameters": {"by": "x" * 10_000}}),
    ("profile", {"offences": ["x" * 10_000]}),
    ("profile", {"offences": [1] * 1000}),
    ("profile", {"harm": {"*": 1e-300}}),
    ("profile", {"harm": {"*": float("inf")}}),
    ("profile", {"start": "9999-12-31"}),
    ("compare", {"parameters": {"methods": ["gi_star:cell_size=nan"]}}),
    ("compare", {"parameters": {"methods": ["kde:" * 1000]}}),
    ("compare", {"parameters": {"cell_size": 25}}),
    ("evaluate", {"parameters": {"treated": ["<b>"], "control": ["BZ-CY"], "since": "0001-01-01"}}),
    ("../profile", {}),
]


@pytest.mark.parametrize(("name", "wrong"), REPORTS, ids=range(len(REPORTS)))
def test_no_report_is_a_fault(site: Site, name: str, wrong: dict[str, Any]) -> None:
    question = {"dataset": "belize-synthetic", "area": "BZ", **wrong}
    sent = site.ask(
        f"/api/v1/reports/{name}",
        data=json.dumps(question).encode(),
        method="POST",
        Content_Type="application/json",
    )
    assert 400 <= sent.status < 500, sent.body
    assert sent.json["detail"]
    assert len(sent.body) < 3000


@pytest.mark.parametrize(
    ("method", "settings"),
    [("dbscan", {"min_samples": 100_000}), ("change", {}), ("gi_star", {"cell_size": 25})],
)
def test_a_layer_that_cannot_be_made_says_so(site: Site, method: str, settings: dict[str, Any]) -> None:
    question = {"dataset": "belize-synthetic", "method": method, "area": "BZ", "parameters": settings}
    asked = {**question, "start": "0001-01-01", "end": "9999-12-31"}
    sent = site.ask(
        "/api/v1/layers", data=json.dumps(asked).encode(), method="POST", Content_Type="application/json"
    )
    assert sent.status in (201, 400), sent.body
    assert "Traceback" not in sent.body.decode()


@pytest.mark.parametrize(
    "name", ["..%2fx", "%2e%2e%2fhotspot.sqlite", "%00", "tables.json", "x" * 5000, "%ff"]
)
def test_no_name_of_a_table_leads_out(site: Site, name: str) -> None:
    listed = site.layers()
    assert isinstance(listed, list), listed
    layer = listed[0]["id"]
    for path in (
        f"/api/v1/layers/{layer}/tables/{name}.csv",
        f"/layers/{layer}/charts/{name}.svg",
        f"/api/v1/layers/{layer}/changes?since={name}",
        f"/layers/{layer}/changes?since={name}",
    ):
        status, body = raw(site, "GET", path)
        assert status == 404, (path, status)
        assert str(site.data_dir).encode() not in body
        assert len(body) < 8000
