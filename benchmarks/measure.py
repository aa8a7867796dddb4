"""Measuring: medians of several runs, peak memory, and the machine they were taken on."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

SMALL = os.environ.get("SIZE", "").lower() == "small"
"""Only check that results agree, on little data; no figure means anything then."""

PACKAGES = (
    "numpy",
    "pandas",
    "shapely",
    "geopandas",
    "scipy",
    "scikit-learn",
    "libpysal",
    "esda",
    "sqlalchemy",
    "flask",
)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    ours: str
    peer: str = ""
    ratio: str = ""
    target: str = ""
    met: bool | None = None
    check: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The texts of the line, the verdict beside the target."""
        verdict = {True: " ✓", False: " ✗", None: ""}[self.met]
        return (self.what, self.ours, self.peer, self.ratio, self.target + verdict, self.check)


HEAD = ("what", "ours", "peer", "ratio", "target", "checked")


def timed(work: Callable[[], T], *, repeats: int) -> tuple[float, T]:
    """Return the median of the seconds that the work took, and its last result."""
    seconds = []
    for _ in range(1 if SMALL else repeats):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), result


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
    """Return the processor, cores, memory, versions and load that the figures belong to."""
    processor = platform.processor() or platform.machine()
    memory = ""
    cpuinfo, meminfo = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    if cpuinfo.exists():
        names = [
            line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line
        ]
        processor = names[0] if names else processor
    if meminfo.exists():
        memory = f", {int(meminfo.read_text().split()[1]) / 1024**2:.0f} GB memory"
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    return (
        f"{processor}, {os.cpu_count()} cores{memory}; {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()}, {versions}; load average {os.getloadavg()[0]:.1f} when it began"
    )
