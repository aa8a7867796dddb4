"""What ten times as many incidents cost: seconds an incident, and memory."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from benchmarks.speed import data, product
from benchmarks.speed.measure import SMALL, Row, duration, memory, process, timed

SIZES = (2_000, 4_000) if SMALL else (1_000_000, 10_000_000)
MOST_MB = 4_000
MOST_GROWTH = 1.3


def rows() -> list[Row]:
    """Return the lines of this stage."""
    return [*importing(), *answering()]


def importing() -> list[Row]:
    """Import files of two sizes into a new store, and answer a question on it, by the command line."""
    found = []
    seconds = {}
    for n in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "HOTSPOT_DATA_DIR": str(Path(folder) / "store")}
            path = data.export_file(Path(folder), times=max(n // data.N_ROWS, 1))
            brought = _command(["import", str(path), "--dataset", "bench", "--area", "BZ"], environment)
            asked = _command(
                ["run", "--dataset", "bench", "--area", "BZ/BZ-BZ", "--from", "2026-01-01"], environment
            )
        seconds[n] = brought[0]
        found.append(_line(f"`hotspot import` of {n:,} CSV rows, geocoded", brought, seconds, n))
        found.append(Row("`hotspot run` on them, Gi* of some months", duration(asked[0]), memory(asked[1])))
    return found


def _line(what: str, used: tuple[float, float], seconds: dict[int, float], n: int) -> Row:
    first = SIZES[0]
    if n == first:
        return Row(what, duration(used[0]), memory(used[1]))
    growth = seconds[n] / n / (seconds[first] / first)
    return Row(
        what,
        duration(used[0]),
        memory(used[1]),
        mark=f"≤ {MOST_GROWTH:g}× a row, ≤ {MOST_MB:,} MB",
        met=bool(growth <= MOST_GROWTH and used[1] <= MOST_MB),
        check=f"{growth:.2f}× the time a row of {first:,}",
    )


def _command(words: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return the seconds of a command and the most memory that it and its processes held, MB."""
    run = process([sys.executable, "-m", "hotspot.cli", *words], environment=environment)
    return run.seconds, run.mb


def answering() -> list[Row]:
    """Answer from incidents in memory, warm."""
    area, found, seconds = data.belize(), [], {}
    for n in SIZES:
        incidents = data.incidents(n)
        product.answer(incidents.head(1_000), area, checks=True)
        run = timed(lambda: product.answer(incidents, area, checks=True), rounds=1)  # noqa: B023 - called at once
        held = incidents.memory_usage(deep=True).sum() / 1024**2
        seconds[n] = run.seconds
        what = f"{n:,} incidents in memory ({memory(held)}) to three checked layers and a map"
        found.append(_line(what, (run.seconds, run.mb + held), seconds, n))
    return found
