"""The real server on a real port, filled by the demonstration, and the real programs that use it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

collect_ignore_glob = ["qgis_*.py"]
"""What the Python of QGIS runs: ours could not even import it."""


@dataclass(frozen=True)
class Answer:
    """What the server said to one request."""

    status: int
    headers: Message
    """Looked up whatever the case of the name."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Site:
    """A running server and its data folder."""

    url: str
    data_dir: Path
    env: dict[str, str] = field(repr=False)

    def ask(
        self, path: str, *, data: bytes | None = None, method: str | None = None, **headers: str
    ) -> Answer:
        """Send one request to this machine; an error status is an answer like any other."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=named)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=120) as reply:  # noqa: S310
                return Answer(reply.status, reply.headers, reply.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def layers(self) -> list[dict[str, Any]]:
        """Return the published layers as the API lists them."""
        return self.ask("/api/v1/layers").json

    def cli(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the `hotspot` command on the server's own store."""
        return command(self.env, *words)


def command(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run the `hotspot` command and return what it said."""
    return subprocess.run(
        [sys.executable, "-m", "hotspot.cli", *words],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def environment(data_dir: Path) -> dict[str, str]:
    """Return an environment in which the command keeps its data in a folder of the test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTSPOT_")}
    return {**kept, "HOTSPOT_DATA_DIR": str(data_dir)}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The server, with both demonstration datasets and their layers."""
    data_dir = tmp_path_factory.mktemp("site") / "data"
    filled = command(environment(data_dir), "demo")
    assert filled.returncode == 0, filled.stderr
    with serving(data_dir) as running:
        yield running


@contextmanager
def serving(data_dir: Path) -> Iterator[Site]:
    """Run the server over a data folder; no traceback may stand in its log at the end."""
    env = environment(data_dir)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = data_dir.parent / "server.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "hotspot.cli", "serve", "--port", str(port)],
            env=env,
            stdout=output,
            stderr=output,
        ) as server,
    ):
        try:
            running = Site(f"http://127.0.0.1:{port}", data_dir, env)
            _wait(running, server, log)
            yield running
        finally:
            server.terminate()
    assert "Traceback" not in log.read_text(encoding="utf-8")


def _wait(site: Site, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            site.ask("/healthz")
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the server did not answer:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def ogrinfo() -> str:
    """GDAL's own command, as a GIS officer has it."""
    found = shutil.which("ogrinfo")
    if found is None:
        pytest.skip("ogrinfo is not installed (Debian: gdal-bin): GDAL as a client is NOT tested")
    return found


@pytest.fixture(scope="session")
def qgis() -> str:
    """The Python that has QGIS: the system's own, for Debian's packages."""
    python = "/usr/bin/python3"
    asked = [python, "-c", "import qgis.core"]
    if not Path(python).exists() or subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("QGIS is not installed (make test-gis installs it): QGIS as a client is NOT tested")
    return python


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of the pages go: HOTSPOT_SCREENSHOTS, or a temporary folder."""
    named = os.environ.get("HOTSPOT_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
