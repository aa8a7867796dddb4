"""A layer of some ten thousand polygons served to many readers, beside the least that a Flask service can do.

Requests a second as wrk (Debian's package) counts them, with two and with eight connections, in turn.
What is asked for changes from request to request: another feature, another box.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.speed import data
from benchmarks.speed.measure import SLACK, SMALL, Row
from benchmarks.speed.starts import free_port, serving, wait_for

CELL = 3000 if SMALL else 600
"""Metres."""
SECONDS = 1 if SMALL else 3
ROUNDS = 1 if SMALL else 3
CONNECTIONS = (2, 8)
SLOWEST_MS = 50
"""Of a hundred requests for one feature with eight connections, 99 take no longer."""
BOX = 0.06
"""Degrees along a side, about a hundred features."""

_LUA = """
math.randomseed(7)
local paths = {{{paths}}}
request = function() return wrk.format("GET", paths[math.random(#paths)]) end
"""
_WIDTH = 400
"""Different requests of one kind."""


@dataclass(frozen=True)
class Asked:
    """One kind of request, to the service and to the probe."""

    what: str
    ours: tuple[str, ...]
    probe: tuple[str, ...]
    known: dict[int, int] = field(default_factory=dict)
    """Requests a second of the best known service of its kind, by connections."""


def rows() -> list[Row]:
    """Return the lines of this stage."""
    if shutil.which("wrk") is None:
        print("LEFT OUT: serving, as wrk is not installed (Debian: wrk)", file=sys.stderr)
        return []
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HOTSPOT_DATA_DIR": str(Path(folder) / "store")}
        layer = _layer(Path(folder), environment)
        with serving(free_port(), environment) as (base, _):
            kinds = _kinds(base, layer)
            whole = Path(folder) / "features.geojson"
            whole.write_bytes(_get(f"{base}/layers/{layer}/features.geojson"))
            tile = Path(folder) / "tile.mvt"
            tile.write_bytes(_get(base + kinds[-1].ours[0]))
            with _probe(whole, tile) as probe:
                return [line for kind in kinds for line in _lines(kind, base, probe, Path(folder))]


def _layer(folder: Path, environment: dict[str, str]) -> str:
    path = data.export_file(folder)
    said = ["--dataset", "bench", "--area"]
    for words in (
        ["import", str(path), *said, "BZ"],
        ["run", *said, "BZ/BZ-BZ", "--set", f"cell_size={CELL}", "--set", "cells=all"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "hotspot.cli", *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    listed = subprocess.run(
        [sys.executable, "-m", "hotspot.cli", "layers", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return str(json.loads(listed.stdout)[0]["id"])


def _kinds(base: str, layer: str) -> list[Asked]:
    here = f"/ogc/collections/{layer}"
    about = json.loads(_get(base + here))
    number = json.loads(_get(f"{base}{here}/items?limit=1"))["numberMatched"]
    west, south, east, north = about["extent"]["spatial"]["bbox"][0]
    boxes = [
        f"bbox={x:.5f},{y:.5f},{x + BOX:.5f},{y + BOX:.5f}"
        for x, y in (
            (west + part * (east - west - BOX), south + (part * 7.3 % 1) * (north - south - BOX))
            for part in (i / _WIDTH for i in range(_WIDTH))
        )
    ]
    ids = [1 + i * (number - 1) // _WIDTH for i in range(_WIDTH)]
    many = "limit=1000"
    return [
        Asked(
            f"1,000 of {number:,} polygons",
            (f"{here}/items?{many}",),
            (f"/items?{many}",),
            {2: 999, 8: 1067},
        ),
        Asked(
            f"one of {number:,} polygons",
            tuple(f"{here}/items/{i}" for i in ids),
            tuple(f"/items/{i}" for i in ids),
            {2: 2446, 8: 2549},
        ),
        Asked(
            f"a box of {BOX}° among {number:,} polygons",
            tuple(f"{here}/items?{box}" for box in boxes),
            tuple(f"/items?{box}" for box in boxes),
            {2: 1403, 8: 1614},
        ),
        Asked("a vector tile", (f"{here}/tiles/WebMercatorQuad/{_tile(west, north)}",), ("/tile",)),
    ]


def _tile(lon: float, lat: float, zoom: int = 9) -> str:
    import math

    n = 2**zoom
    x = int((lon + 180) / 360 * n)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)
    return f"{zoom}/{y}/{x}"


def _lines(kind: Asked, base: str, probe: str, folder: Path) -> list[Row]:
    found = []
    for connections in CONNECTIONS:
        ours: list[tuple[float, float]] = []
        theirs: list[tuple[float, float]] = []
        for _ in range(ROUNDS):
            ours += [_wrk(base, kind.ours, connections, folder)]
            theirs += [_wrk(probe, kind.probe, connections, folder)]
        mine, bound = (statistics.median(rate for rate, _ in runs) for runs in (ours, theirs))
        slow = statistics.median(ms for _, ms in ours)
        late = connections == max(CONNECTIONS) and kind.what.startswith("one of")
        known = kind.known.get(connections, 0)
        enough = mine >= min(known, bound) / SLACK
        marks = [f"{known:,}/s or 1×"] if known else []
        marks += [f"p99 ≤ {SLOWEST_MS} ms"] if late else []
        found.append(
            Row(
                f"{kind.what}, {connections} connections",
                f"{mine:,.0f}/s",
                peer=f"{bound:,.0f}/s (probe)",
                ratio=f"{mine / bound:.2f}×",
                mark=", ".join(marks),
                met=enough and (slow <= SLOWEST_MS or not late) if marks else None,
                check=f"99 of 100 within {slow:.0f} ms",
            )
        )
        print(found[-1].what, found[-1].ours, found[-1].peer, file=sys.stderr, flush=True)
    return found


def _wrk(base: str, paths: tuple[str, ...], connections: int, folder: Path) -> tuple[float, float]:
    """Return requests a second and the milliseconds that 99 of 100 keep; any error is a failure."""
    script = folder / "paths.lua"
    script.write_text(_LUA.format(paths=",".join(json.dumps(path) for path in paths)))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", "-s", str(script), base]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said and "Socket errors" not in said, said
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    slow = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    assert rate and slow, said
    return float(rate[1]), float(slow[1]) * {"us": 1e-3, "ms": 1, "s": 1e3}[slow[2]]


@contextmanager
def _probe(features: Path, tile: Path) -> Iterator[str]:
    """Give the address of the probe, which ends with the block."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.speed.probe", str(features), str(tile), str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/items/1", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own address
        return bytes(answer.read())
