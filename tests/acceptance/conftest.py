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

from tests.acceptance.filtering import Filtered
from tests.acceptance.oapif import Api

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
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with both demonstration datasets and their layers, which nobody serves or changes."""
    data_dir = tmp_path_factory.mktemp("sample") / "data"
    filled = command(environment(data_dir), "demo")
    assert filled.returncode == 0, filled.stderr
    return data_dir


@pytest.fixture(scope="session")
def site(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The server over the sample, for tests that read: what one of them saw the next sees."""
    with serving(shutil.copytree(sample, tmp_path_factory.mktemp("site") / "data")) as running:
        yield running


@pytest.fixture(scope="session")
def open_site(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Another server over the sample, for tests that bring in files, faulty ones too."""
    with serving(shutil.copytree(sample, tmp_path_factory.mktemp("open-site") / "data")) as running:
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


@dataclass(frozen=True)
class Qgis:
    """QGIS without a screen, which keeps its settings and what it has read in a folder of the test."""

    python: str
    home: Path

    def run(self, script: str, *words: str) -> str:
        """Run a script beside this file in QGIS's own Python and return the last line that it printed."""
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("PYTHON", "VIRTUAL_ENV"))}
        own = {"HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.home)}
        done = subprocess.run(
            [self.python, str(Path(__file__).with_name(script)), *words],
            env={**kept, **own, "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def qgis(tmp_path_factory: pytest.TempPathFactory) -> Qgis:
    """QGIS, by the Python that has it: the system's own, for Debian's packages."""
    python = "/usr/bin/python3"
    asked = [python, "-c", "import qgis.core"]
    if not Path(python).exists() or subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("QGIS is not installed (make test-gis installs it): QGIS as a client is NOT tested")
    home = tmp_path_factory.mktemp("qgis")
    home.chmod(0o700)
    return Qgis(python, home)


@pytest.fixture(scope="module")
def api(site: Site) -> Api:
    """The OGC API of the site."""
    return Api(site)


@pytest.fixture(scope="module")
def listed(api: Api) -> list[dict[str, Any]]:
    """Every collection."""
    return api.collections()


@pytest.fixture(scope="module")
def filled(api: Api, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every collection with features."""
    return [c for c in listed if api.get(f"/collections/{c['id']}/items", limit=1)["features"]]


@pytest.fixture(scope="module")
def biggest(site: Site) -> dict[str, Any]:
    """The layer with the most features."""
    return max(site.layers(), key=lambda entry: entry["n_features"])


@pytest.fixture(scope="module")
def cells(biggest: dict[str, Any]) -> str:
    """The id of the layer with the most features."""
    return str(biggest["id"])


@pytest.fixture(scope="module")
def service(api: Api) -> Filtered:
    """The OGC API of the site, to be asked by filters."""
    return Filtered(api)


@pytest.fixture(scope="module")
def clusters(site: Site) -> str:
    """A layer of hotspots with a day and a text."""
    return next(e["id"] for e in site.layers() if e["method"] == "dbscan" and e["n_features"] > 1)


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of the pages go: HOTSPOT_SCREENSHOTS, or a temporary folder."""
    named = os.environ.get("HOTSPOT_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
