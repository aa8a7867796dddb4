"""The web process stays small, listens on this machine only, and starts as a recipe."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from hotspot.errors import ConflictError, ParameterError, StoreError
from hotspot.web import secret, serve

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

HEAVY = {
    "pandas",
    "geopandas",
    "libpysal",
    "esda",
    "pointpats",
    "sklearn",
    "folium",
    "branca",
    "scipy",
    "matplotlib",
}

_SCRIPT = """
import sys
from wsgi import app
client = app.test_client()
layers = client.get("/api/v1/layers").json
addresses = ["/", "/map", "/datasets", "/datasets/testville", "/imports/new", "/imports/1", "/boundaries"]
addresses += ["/about", "/ogc/collections", "/reports", "/api/v1/reports"]
addresses += ["/reports/compare?dataset=testville", "/reports/profile?dataset=testville&run=yes"]
for layer in layers:
    here = f"/layers/{layer['id']}"
    addresses += [here, f"{here}/map", f"{here}/download.parquet"]
    addresses += [f"/ogc/collections/{layer['id']}/items?bbox=-89,17,-88,18"]
    behind = client.get(f"/api/v1{here}/tables").json
    addresses += [address for table in behind for address in (table["csv"], table["svg"]) if address]
    addresses += [f"{here}/changes?since={layer['id']}"]
for address in addresses:
    assert client.get(address).status_code == 200, address
question = {"dataset": "testville", "method": "dbscan", "area": "BZ", "title": "from a small process"}
assert client.post("/api/v1/layers", json=question).status_code == 201
assert client.delete(f"/api/v1/layers/{layers[0]['id']}").status_code == 204
print(" ".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_no_page_no_question_and_no_layer_makes_the_web_process_import_the_libraries_of_analysis(
    app: Flask, repository: Path
) -> None:
    folder = app.extensions["hotspot"].store.settings.data_dir
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        cwd=repository,
        env={**os.environ, "HOTSPOT_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) & HEAVY == set()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1", "[::1]"])
def test_the_server_listens_on_this_machine(host: str) -> None:
    assert serve.loopback(host) == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.org", ""])  # noqa: S104
def test_the_server_refuses_to_listen_elsewhere_as_long_as_nobody_signs_in(host: str) -> None:
    with pytest.raises(ParameterError, match="this machine only"):
        serve.loopback(host)


def test_a_port_in_use_is_told_with_the_remedy(app: Flask) -> None:
    first = serve.make_server(app, host="127.0.0.1", port=0)
    try:
        with pytest.raises(ConflictError, match="--port"):
            serve.make_server(app, host="127.0.0.1", port=int(first.effective_port))
    finally:
        first.close()


def test_the_key_of_the_forms_lasts_and_is_its_owners_only(tmp_path: Path) -> None:
    key = secret.of(tmp_path)
    assert secret.of(tmp_path) == key
    assert (tmp_path / secret.NAME).stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == [secret.NAME]


def test_a_broken_key_is_told_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / secret.NAME).write_bytes(b"short")
    with pytest.raises(StoreError, match="Delete it"):
        secret.of(tmp_path)


def test_a_request_that_comes_byte_by_byte_is_given_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve.make_server(app, host="127.0.0.1", port=0)
    clock = iter([0.0, 10.0, float(serve.CHANNEL_TIMEOUT) + 1])
    monkeypatch.setattr(serve.time, "monotonic", lambda: next(clock))
    ours, theirs = socket.socketpair()
    try:
        channel = server.channel_class(server, ours, ("127.0.0.1", 1), server.adj, map={})
        assert channel.received(b"GET / HTTP/1.1\r\n")
        assert channel.received(b"X")
        assert not channel.received(b"-")
        assert channel.will_close
    finally:
        ours.close()
        theirs.close()
        server.close()


def test_an_answer_that_nobody_reads_is_given_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve.make_server(app, host="127.0.0.1", port=0)
    ours, theirs = socket.socketpair()
    try:
        channel = server.channel_class(server, ours, ("127.0.0.1", 1), server.adj, map={})
        channel.total_outbufs_len = server.adj.outbuf_high_watermark + 1
        waits: list[float] = []

        def wait(seconds: float) -> bool:
            waits.append(seconds)
            # The loop of the server closes what will close once its connection is broken.
            channel.connected = not channel.will_close
            return False

        monkeypatch.setattr(channel.outbuf_lock, "wait", wait)
        channel._flush_outbufs_below_high_watermark()
        assert (channel.will_close, theirs.recv(1)) == (True, b"")
        assert set(waits) == {serve.CHANNEL_TIMEOUT}
    finally:
        ours.close()
        theirs.close()
        server.close()


def test_a_request_that_keeps_coming_is_waited_for(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve.make_server(app, host="127.0.0.1", port=0)
    clock = iter([0.0, 60.0])
    monkeypatch.setattr(serve.time, "monotonic", lambda: next(clock))
    ours, theirs = socket.socketpair()
    try:
        channel = server.channel_class(server, ours, ("127.0.0.1", 1), server.adj, map={})
        assert channel.received(b"POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n")
        assert channel.received(b"x" * 60 * serve.SLOWEST)
        assert not channel.will_close
    finally:
        ours.close()
        theirs.close()
        server.close()


@pytest.mark.parametrize("size", [0, 1, serve.UNDIVIDED, serve.UNDIVIDED + 1, 3 * serve.UNDIVIDED])
def test_an_answer_arrives_whole_with_its_head_whatever_its_size(app: Flask, size: int) -> None:
    from flask import Response

    body = bytes(range(256)) * (size // 256 + 1)
    app.view_functions["site.health"] = lambda: Response(body[:size], content_type="application/octet-stream")
    server = serve.make_server(app, host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    try:
        asked = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=30)
        for method in ("GET", "HEAD", "GET"):
            asked.request(method, "/healthz")
            with asked.getresponse() as answer:
                assert answer.status == 200
                assert answer.headers["Content-Length"] == str(size)
                assert answer.read() == (body[:size] if method == "GET" else b"")
        asked.request("GET", "/ogc/", headers={"If-None-Match": _etag(asked)})
        with asked.getresponse() as answer:
            assert (answer.status, answer.read()) == (304, b"")
        asked.close()
    finally:
        server.close()
        server.task_dispatcher.shutdown()


def _etag(asked: http.client.HTTPConnection) -> str:
    asked.request("GET", "/ogc/")
    with asked.getresponse() as answer:
        assert answer.read().startswith(b"{")
        return str(answer.headers["ETag"])


def test_what_this_process_changes_is_seen_at_once_and_asked_about_once_in_a_while(
    app: Flask, client: FlaskClient, layer_ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from hotspot.web import catalogue

    monkeypatch.setattr(catalogue, "_LATELY", 3600.0)
    shelf = app.extensions["hotspot"]
    asked = []
    version = shelf.store.version
    monkeypatch.setattr(type(shelf.store), "version", lambda _: asked.append(1) or version())
    address = f"/ogc/collections/{layer_ids['gi_star']}"
    for _ in range(5):
        assert client.get(address).status_code == 200
    assert len(asked) <= 1
    shelf.store.layers.withdraw(layer_ids["gi_star"])
    assert client.get(address).status_code == 404
    shelf.store.layers.restore(layer_ids["gi_star"])
    assert client.get(address).status_code == 200
    seen = len(asked)
    # A change that was asked for may have been made by a child, whose writing is not seen here.
    assert client.post("/api/v1/nothing").status_code == 404
    assert client.get(address).status_code == 200
    assert len(asked) > seen
