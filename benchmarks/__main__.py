"""Run every benchmark, print the tables and write them to ``benchmarks/RESULTS.md``.

Each stage runs in a process of its own, ours and the peer in turn. ``SIZE=small``
uses little data and writes nothing: it only shows that the results still agree.
``python -m benchmarks districts cells`` runs some stages, and leaves the others as they are.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from benchmarks.speed import measure

RESULTS = Path(__file__).with_name("RESULTS.md")
STAGES = {
    "starts": "Starting, importing and serving",
    "districts": "Where points are",
    "cells": "Cells and Getis-Ord Gi*",
    "clusters": "Clusters",
    "density": "Kernel density",
    "files": "Files and the store",
    "whole": "End to end",
    "serving": "Serving",
    "growth": "Growth",
}
"""Module of ``benchmarks.speed`` and its heading."""

HEAD = """# Results

Written by `make bench`. Each stage runs in a process of its own, ours and the peer in turn: medians of
five runs (fewer where the peer takes minutes), memory as the most held beyond what was there before. A
mark is the fastest way known for the row, in seconds or as a ratio to the peer, and ✓ means within 1.5
times of one of them; with ≤ or ≥ it is a bound itself. Compare ratios rather than seconds, and expect a
busy machine to be slower.

"""


def main() -> int:
    """Print the tables; a mark that was missed has a cross beside it."""
    if sys.argv[1:2] == ["--stage"]:
        rows = import_module(f"benchmarks.speed.{sys.argv[2]}").rows()
        print(json.dumps([dataclasses.asdict(row) for row in rows]))
        return 0
    print(measure.machine())
    for name in sys.argv[1:] or STAGES:
        load = os.getloadavg()[0]
        part = measure.table(_rows(name))
        print(f"## {STAGES[name]}\n\n{part}\n", flush=True)
        if not measure.SMALL:
            _write(STAGES[name], f"{datetime.now(UTC):%Y-%m-%d}, load average {load:.1f} before\n\n{part}")
    return 0


def _write(heading: str, part: str) -> None:
    """Put a part into the page, and the machine at its head."""
    page = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    known = dict(text.split("\n\n", 1) for text in page.split("\n## ")[1:])
    known[heading] = part
    parts = [f"## {name}\n\n{known[name].strip()}\n" for name in STAGES.values() if name in known]
    RESULTS.write_text(HEAD + measure.machine() + "\n\n" + "\n".join(parts), encoding="utf-8")


def _rows(stage: str) -> list[measure.Row]:
    command = [sys.executable, "-m", "benchmarks", "--stage", stage]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"The stage {stage!r} failed; see above.")
    return [measure.Row(**row) for row in json.loads(done.stdout.splitlines()[-1])]


if __name__ == "__main__":
    sys.exit(main())
