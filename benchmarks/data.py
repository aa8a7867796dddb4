"""What is measured on: the synthetic Belize, larger and without its faults."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.measure import SMALL
from hotspot.demo import belize
from hotspot.places import boundaries

if TYPE_CHECKING:
    import pandas as pd

N_ROWS = 2_000 if SMALL else 100_000


@cache
def export() -> bytes:
    """Return a synthetic export of 100,000 rows as CSV bytes."""
    return belize.generate(n=N_ROWS)


def export_file(folder: Path) -> Path:
    """Write the synthetic export into the folder and return its path."""
    path = folder / "synthetic-benchmark.csv"
    path.write_bytes(export())
    return path


def points(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return n points, longitudes and latitudes: most in towns, a tenth anywhere around Belize."""
    rng = np.random.default_rng(7)
    west, south, east, north = boundaries.load("BZ").districts.total_bounds
    middles = np.column_stack([rng.uniform(west, east, 60), rng.uniform(south, north, 60)])
    lonlat = middles[rng.integers(0, 60, n)] + rng.normal(0, 0.01, (n, 2))
    anywhere = rng.random(n) < 0.1
    lonlat[anywhere] = np.column_stack(
        [rng.uniform(west, east, anywhere.sum()), rng.uniform(south, north, anywhere.sum())]
    )
    return lonlat[:, 0], lonlat[:, 1]


def incidents(folder: Path) -> pd.DataFrame:
    """Return the synthetic export as a clean table."""
    from datetime import UTC, datetime

    from hotspot.service.prepare import prepare

    prepared = prepare(
        export_file(folder),
        boundary_set=boundaries.load("BZ"),
        timezone="America/Belize",
        mapping_override=None,
        date_order=None,
        now=datetime(2026, 11, 1, tzinfo=UTC),
    )
    return prepared.table
