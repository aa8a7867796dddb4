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
from pathlib import Path

import psutil

from benchmarks import data
from benchmarks.measure import SMALL, Row, cpu_of_children, timed

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
)
"""What a web process has no use for."""

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


def importing() -> Row:
    """Import a large file by the command line, a fresh process and a fresh store each time."""
    seconds, cpu = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = data.export_file(Path(folder))
        for run in range(1 if SMALL else 5):
            environment = {**os.environ, "HOTSPOT_DATA_DIR": str(Path(folder) / f"store-{run}")}
            command = [
                sys.executable,
                "-m",
                "hotspot.cli",
                "import",
                str(path),
                "--dataset",
                "bench",
                "--area",
                "BZ",
            ]
            start, used = time.perf_counter(), cpu_of_children()
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            seconds.append(time.perf_counter() - start)
            cpu.append(cpu_of_children() - used)
            assert done.returncode == 0, done.stderr
    median = statistics.median(seconds)
    return Row(
        f"import {data.N_ROWS:,} CSV rows, geocoded, into a new store; fresh process",
        f"{median:.2f} s",
        target="3 s",
        met=None if SMALL else median < 3,
        check=f"{len(seconds)} runs, {min(seconds):.2f} to {max(seconds):.2f} s; processor {min(cpu):.2f} s",
    )


def layer() -> Row:
    """Make a Gi* layer of about 10,000 cells from the incidents in memory, imports done."""
    from hotspot.analysis.question import Question
    from hotspot.analysis.run import run
    from hotspot.places import boundaries

    belize = boundaries.load("BZ")
    question = Question.from_dict(
        {
            "dataset": "bench",
            "method": "gi_star",
            "parameters": {"cell_size": 3000 if SMALL else 600, "cells": "all"},
            "area": "BZ/BZ-BZ",
            "offences": [],
            "start": None,
            "end": None,
            "hours": None,
            "weekdays": [],
            "title": "Benchmark",
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        incidents = data.incidents(Path(folder))

    def make() -> object:
        return run(question, incidents, boundary_set=belize, timezone="America/Belize")

    first = make()
    seconds, again = timed(make, repeats=5)
    assert first.to_parquet() == again.to_parquet(), "the same question gave other bytes"
    n_cells = len(again.features)
    return Row(
        f"layer from {len(incidents):,} incidents: Gi*, {n_cells:,} cells, p, FDR, hold-out; warm",
        f"{seconds:.2f} s",
        target="1 s",
        met=None if SMALL else seconds < 1,
        check="the same bytes each time",
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
            f"{seconds:.2f} s",
            target="1 s",
            met=None if SMALL else seconds < 1,
            check=f"processor {cpu:.2f} s; never imported: {absent}{imported}",
        ),
        Row("`hotspot serve`: from the shell to the first page", f"{ready:.2f} s"),
        Row(
            "web process, resident memory after its first page",
            f"{memory:.0f} MB",
            target="150 MB",
            met=None if SMALL else memory < 150,
        ),
    ]


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
    command = [sys.executable, "-m", "hotspot.cli", "serve", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/", server)
            ready = time.perf_counter() - start
            process = psutil.Process(server.pid)
            memory = max(p.memory_info().rss for p in [process, *process.children(recursive=True)])
        finally:
            server.terminate()
    return memory / 1024**2, ready


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
