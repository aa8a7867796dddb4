"""The main way: a file in, a layer out, and the web process that serves it."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from benchmarks.speed import data
from benchmarks.speed.measure import SMALL, Mark, Row, cpu_of_children, duration, timed

HEAVY = (
    "libpysal",
    "esda",
    "sklearn",
    "folium",
    "pandas",
    "geopandas",
    "scipy.stats",
    "pointpats",
    "pyogrio",
    "numba",
    "matplotlib",
)
"""What a web process has no use for."""

PATHS = (
    "/",
    "/datasets",
    "/about",
    "/reports",
    "/layers/{layer}",
    "/layers/{layer}/map",
    "/layers/{layer}/features.geojson",
    "/api/v1/openapi.json",
    "/api/v1/layers",
    "/api/v1/layers/{layer}",
    "/ogc/",
    "/ogc/api",
    "/ogc/conformance",
    "/ogc/collections",
    "/ogc/collections/{layer}",
    "/ogc/collections/{layer}/items?limit=10",
    "/ogc/collections/{layer}/items/1",
)
"""What is asked for the first time and the tenth."""

_WEB = """
import json, sys, time
start = time.perf_counter()
from hotspot.web import create_app
app = create_app()
answer = app.test_client().get("/")
assert answer.status_code == 200, answer.status
heavy = [name for name in {heavy!r} if name in sys.modules]
print(json.dumps({{"seconds": time.perf_counter() - start, "heavy": heavy}}))
"""


def rows() -> list[Row]:
    """Return the lines of this stage."""
    return [help_text(), importing(), *web(), first_and_tenth()]


def help_text() -> Row:
    """Ask the command line for its help."""
    command = [sys.executable, "-m", "hotspot.cli", "--help"]
    run = timed(lambda: subprocess.run(command, capture_output=True, check=True))
    return Row("`hotspot --help`, fresh process", duration(run.seconds), **_bound(run.seconds, 0.3))


def _bound(value: float, most: float, unit: str = "s") -> dict[str, Any]:
    mark = Mark(at_most=most, unit=unit)
    return {"mark": mark.words(), "met": mark.met(value, None)}


def importing() -> Row:
    """Import a large file by the command line, a fresh process and a fresh store each time."""
    seconds, cpu = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = data.export_file(Path(folder))
        for run in range(1 if SMALL else 5):
            environment = {**os.environ, "HOTSPOT_DATA_DIR": str(Path(folder) / f"store-{run}")}
            command = [sys.executable, "-m", "hotspot.cli", "import", str(path)]
            start, used = time.perf_counter(), cpu_of_children()
            done = subprocess.run(
                [*command, "--dataset", "bench", "--area", "BZ"],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            seconds.append(time.perf_counter() - start)
            cpu.append(cpu_of_children() - used)
            assert done.returncode == 0, done.stderr
    median = statistics.median(seconds)
    return Row(
        f"`hotspot import` of {data.N_ROWS:,} CSV rows, geocoded, into a new store; fresh process",
        duration(median),
        **_bound(median, 3),
        check=f"{len(seconds)} runs, {min(seconds):.2f} to {max(seconds):.2f} s; processor {min(cpu):.2f} s",
    )


def web() -> list[Row]:
    """Start the web process: seconds to its first answer, memory, and what it never imports."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HOTSPOT_DATA_DIR": folder}
        used, repeats = cpu_of_children(), 1 if SMALL else 5
        runs = [_inside(environment) for _ in range(repeats)]
        cpu = (cpu_of_children() - used) / repeats
        memory, ready = _served(environment)
    seconds = statistics.median(run["seconds"] for run in runs)
    heavy = runs[-1]["heavy"]
    absent = ", ".join(name for name in HEAVY if name not in heavy)
    imported = f"; IMPORTED: {', '.join(heavy)}" if heavy else ""
    return [
        Row(
            "web application made and first page answered, in a fresh process",
            duration(seconds),
            **_bound(seconds, 1),
            check=f"processor {cpu:.2f} s; never imported: {absent}{imported}",
        ),
        Row("`hotspot serve`: from the shell to the first page", duration(ready)),
        Row(
            "web process, resident memory after its first page",
            f"{memory:.0f} MB",
            **_bound(memory, 150, "MB"),
        ),
    ]


def first_and_tenth() -> Row:
    """Ask a serving process with the demo's layers for each kind of page, the first time and the tenth."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HOTSPOT_DATA_DIR": folder}
        words = [sys.executable, "-m", "hotspot.cli", "demo"]
        subprocess.run(words, env=environment, capture_output=True, check=True)
        port = free_port()
        with serving(port, environment) as (base, _):
            layer = json.loads(_get(f"{base}/api/v1/layers")[1])[0]["id"]
            time.sleep(1.0)
            first, tenth = [], []
            for path in PATHS:
                took = [_get(base + path.format(layer=layer))[0] for _ in range(10)]
                first.append(took[0])
                tenth.append(statistics.median(took[5:]))
    worst = max(range(len(PATHS)), key=lambda at: first[at] - tenth[at])
    return Row(
        f"first request beside the tenth, median of {len(PATHS)} addresses, a second after start",
        duration(statistics.median(first)),
        peer=duration(statistics.median(tenth)) + " (the tenth)",
        check=f"worst: {PATHS[worst]} {duration(first[worst])} beside {duration(tenth[worst])}",
    )


def _get(url: str) -> tuple[float, bytes]:
    start = time.perf_counter()
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own address
        body = answer.read()
    return time.perf_counter() - start, body


def _inside(environment: dict[str, str]) -> dict[str, object]:
    code = _WEB.format(heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def _served(environment: dict[str, str]) -> tuple[float, float]:
    """Return the resident MB of a serving process and the seconds until it answered."""
    port = free_port()
    start = time.perf_counter()
    with serving(port, environment) as (_, server):
        ready = time.perf_counter() - start
        process = psutil.Process(server.pid)
        memory = max(p.memory_info().rss for p in [process, *process.children(recursive=True)])
    return memory / 1024**2, ready


@contextmanager
def serving(port: int, environment: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Give the address and the process of a server, which ends with the block."""
    command = [sys.executable, "-m", "hotspot.cli", "serve", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/", server)
            yield f"http://127.0.0.1:{port}", server
        finally:
            server.terminate()


def free_port() -> int:
    """Return a port that nothing listens on now."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, server: subprocess.Popen[bytes], *, seconds: float = 30.0) -> None:
    """Return when the address answers; a server that ended, or is not ready in time, is an error."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        assert server.poll() is None, f"the server ended with {server.returncode}"
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.02)
    msg = f"{url} did not answer within {seconds:g} s"
    raise TimeoutError(msg)
