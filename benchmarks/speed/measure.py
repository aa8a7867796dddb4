"""Measuring: medians of interleaved runs, peak memory, and the machine they were taken on."""

from __future__ import annotations

import ctypes
import gc
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Generic, TypeVar

import psutil

T = TypeVar("T")
Ours = TypeVar("Ours")
Peer = TypeVar("Peer")

SMALL = os.environ.get("SIZE", "").lower() == "small"
"""Only check that results agree, on little data; no figure means anything then."""
ROUNDS = 5
"""Runs of ours; of a peer as many, or fewer where it takes minutes."""
SLACK = 1.5
"""How many times as slow as what wins a row may be."""

PACKAGES = (
    "numpy",
    "numba",
    "pandas",
    "pyarrow",
    "shapely",
    "geopandas",
    "scipy",
    "scikit-learn",
    "libpysal",
    "esda",
    "h3",
    "KDEpy",
    "dbscan",
    "sqlalchemy",
    "flask",
)


@dataclass(frozen=True)
class Run(Generic[T]):
    """What one way took: median seconds, the most memory beyond what was there before, MB, and its result."""

    seconds: float
    mb: float
    result: T


@dataclass(frozen=True)
class Mark:
    """What a row is held to: the seconds and the ratio to the peer of the fastest way known, or a bound."""

    seconds: float | None = None
    ratio: float | None = None
    at_most: float | None = None
    """A bound in seconds or MB that is a target itself: no slack."""
    unit: str = "s"
    at_least: float | None = None
    """A ratio that is a target itself."""

    def words(self) -> str:
        """Return the mark for the table."""
        if self.at_most is not None:
            return f"≤ {self.at_most:g} {self.unit}"
        if self.at_least is not None:
            return f"≥ {self.at_least:g}×"
        parts = [] if self.seconds is None else [duration(self.seconds)]
        parts += [] if self.ratio is None else [f"{self.ratio:g}×"]
        return " or ".join(parts)

    def met(self, value: float, ratio: float | None) -> bool:
        """Return whether a row keeps the mark: its seconds or its ratio within the slack, or the bound."""
        if self.at_most is not None:
            return value <= self.at_most
        if self.at_least is not None:
            return ratio is not None and ratio >= self.at_least
        by_time = self.seconds is not None and value <= SLACK * self.seconds
        return by_time or (self.ratio is not None and ratio is not None and ratio >= self.ratio / SLACK)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    ours: str
    memory: str = ""
    peer: str = ""
    peer_memory: str = ""
    ratio: str = ""
    mark: str = ""
    met: bool | None = None
    check: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The texts of the line, the verdict beside the mark."""
        verdict = {True: " ✓", False: " ✗", None: ""}[None if SMALL else self.met]
        return (
            self.what,
            self.ours,
            self.memory,
            self.peer,
            self.peer_memory,
            self.ratio,
            self.mark + verdict,
            self.check,
        )


HEAD = ("what", "ours", "memory", "peer", "its memory", "ratio", "mark", "checked")


def duel(
    ours: Callable[[], Ours],
    peer: Callable[[], Peer],
    *,
    rounds: int = ROUNDS,
    peer_rounds: int | None = None,
) -> tuple[Run[Ours], Run[Peer]]:
    """Return what both ways took, run in turn, so that a busy minute meets both.

    Ours runs once before, unmeasured: its machine code is loaded then.
    """
    ours()
    of_peer = rounds if peer_rounds is None else peer_rounds
    mine: list[Run[Ours]] = []
    theirs: list[Run[Peer]] = []
    for turn in range(1 if SMALL else rounds):
        mine = [*mine, _run(ours)]
        if turn < of_peer:
            theirs = [*theirs, _run(peer)]
    return _median(mine), _median(theirs)


def timed(work: Callable[[], T], *, rounds: int = ROUNDS) -> Run[T]:
    """Return what one way took alone."""
    return _median([_run(work) for _ in range(1 if SMALL else rounds)])


def process(command: list[str], *, environment: dict[str, str] | None = None) -> Run[None]:
    """Return what a whole process took, and the most memory that it and its own processes held, MB."""
    start = time.perf_counter()
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    family, most = psutil.Process(child.pid), 0.0
    while child.poll() is None:
        with suppress(psutil.Error):
            held = [one.memory_info().rss for one in (family, *family.children(recursive=True))]
            most = max(most, sum(held) / 1024**2)
        with suppress(subprocess.TimeoutExpired):
            child.wait(0.03)
    assert child.returncode == 0, f"{' '.join(command[1:])} ended with {child.returncode}"
    return Run(time.perf_counter() - start, most, None)


def processes(command: list[str], *, rounds: int) -> Run[None]:
    """Return what a whole process took, run so many times one after the other."""
    return _median([process(command) for _ in range(1 if SMALL else rounds)])


def _run(work: Callable[[], T]) -> Run[T]:
    gc.collect()
    # What was freed before goes back to the system, and is counted again when it is taken again.
    ctypes.CDLL(None).malloc_trim(0)
    before = _reset_peak()
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    return Run(seconds, max(_status("VmHWM") - before, 0.0), result)


def _median(runs: list[Run[T]]) -> Run[T]:
    return Run(statistics.median(run.seconds for run in runs), max(run.mb for run in runs), runs[-1].result)


def _reset_peak() -> float:
    """Forget the peak of memory so far; return what is held now, MB."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return _status("VmHWM")
    return _status("VmRSS")


def _status(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return float("nan")


def against(
    what: str,
    ours: Run[Ours],
    peer: Run[Peer],
    name: str,
    *,
    mark: Mark | None = None,
    check: str = "",
) -> Row:
    """Return the line of a duel."""
    ratio = peer.seconds / ours.seconds
    print(f"{what}: {duration(ours.seconds)}, {name} {duration(peer.seconds)}", file=sys.stderr, flush=True)
    return Row(
        what,
        duration(ours.seconds),
        memory(ours.mb),
        f"{duration(peer.seconds)} ({name})",
        memory(peer.mb),
        f"{ratio:,.0f}×" if ratio >= 10 else f"{ratio:.1f}×",
        mark.words() if mark else "",
        mark.met(ours.seconds, ratio) if mark else None,
        check,
    )


def alone(what: str, ours: Run[Ours], *, mark: Mark | None = None, check: str = "") -> Row:
    """Return the line of what has no peer."""
    return Row(
        what,
        duration(ours.seconds),
        memory(ours.mb),
        mark=mark.words() if mark else "",
        met=mark.met(ours.seconds, None) if mark else None,
        check=check,
    )


def duration(seconds: float) -> str:
    """Return seconds as a reader has them.

    >>> duration(0.00671), duration(0.28), duration(41.2)
    ('6.7 ms', '0.28 s', '41 s')
    """
    if seconds < 0.1:
        return f"{seconds * 1000:.1f} ms" if seconds < 0.01 else f"{seconds * 1000:.0f} ms"
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"


def memory(mb: float) -> str:
    """Return megabytes as a reader has them."""
    return f"{mb:,.0f} MB" if mb < 10_000 else f"{mb / 1024:.1f} GB"


def cpu_of_children() -> float:
    """Return the processor seconds of all ended child processes: what a busy machine does not stretch."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table with aligned columns."""
    lines = [HEAD, *(row.cells for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]

    def written(cells: tuple[str, ...]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([written(HEAD), rule, *(written(row.cells) for row in rows)])


def machine() -> str:
    """Return the processor, cores, memory and versions that the figures belong to."""
    processor = platform.processor() or platform.machine()
    memory_gb = ""
    cpuinfo, meminfo = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    if cpuinfo.exists():
        names = [
            line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line
        ]
        processor = names[0] if names else processor
    if meminfo.exists():
        memory_gb = f", {int(meminfo.read_text().split()[1]) / 1024**2:.0f} GB memory"
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    return (
        f"{processor}, {os.cpu_count()} cores{memory_gb}; {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()}, {versions}"
    )
