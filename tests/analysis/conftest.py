"""A made-up town over two districts, small enough to know what must come out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from hotspot.incidents.table import conform
from hotspot.places.boundaries import BoundarySet

ZONE = "America/Belize"
WEST, MIDDLE, EAST = -88.3, -88.2, -88.1
SOUTH, NORTH = 17.4, 17.5

Table = Callable[..., pd.DataFrame]


def rows(times: list[str] | list[tuple[str, str]], **columns: Any) -> pd.DataFrame:
    """A clean table: one row a local moment, or a local span, at one place unless said otherwise."""
    spans = [(time, time) if isinstance(time, str) else time for time in times]
    n = len(spans)
    given = {
        "row": np.arange(2, n + 2),
        "offence": ["Theft"] * n,
        "occurred_from": pd.to_datetime([first for first, _ in spans]).tz_localize(ZONE).tz_convert("UTC"),
        "occurred_to": pd.to_datetime([last for _, last in spans]).tz_localize(ZONE).tz_convert("UTC"),
        "lon": np.full(n, -88.25),
        "lat": np.full(n, 17.45),
        "location_precision": ["exact"] * n,
        **columns,
    }
    return conform(pd.DataFrame(given))


def town_of(n: int = 600, *, seed: int = 7, clumps: int = 2, days: int = 90) -> pd.DataFrame:
    """Incidents of a town: half of them in a few clumps, half anywhere; the clumps stay where they are."""
    rng = np.random.default_rng(seed)
    middle = np.array([[-88.26, 17.43], [-88.15, 17.47], [-88.13, 17.42]])[:clumps]
    which = rng.integers(0, max(clumps, 1), n)
    clumped = rng.random(n) < (0.5 if clumps else 0.0)
    around = middle[which] if clumps else np.zeros((n, 2))
    lon = np.where(clumped, around[:, 0] + rng.normal(0, 0.002, n), rng.uniform(WEST, EAST, n))
    lat = np.where(clumped, around[:, 1] + rng.normal(0, 0.002, n), rng.uniform(SOUTH, NORTH, n))
    minutes = rng.integers(0, days * 24 * 60, n)
    times = pd.Timestamp("2026-01-01", tz=ZONE).tz_convert("UTC") + pd.to_timedelta(minutes, unit="min")
    return conform(
        pd.DataFrame(
            {
                "row": np.arange(2, n + 2),
                "source_id": [f"T{i}" for i in range(n)],
                "offence": rng.choice(["Burglary", "Robbery", "Theft"], n, p=[0.3, 0.2, 0.5]),
                "occurred_from": times,
                "occurred_to": times,
                "lon": lon.round(5),
                "lat": lat.round(5),
                "location_precision": "exact",
            }
        )
    )


def twin_districts() -> BoundarySet:
    """Two square districts side by side, each about 10.6 by 11.1 km."""
    return BoundarySet(
        name="twins",
        title="Twins",
        codes=("T-E", "T-W"),
        names=("Eastside", "Westside"),
        types=("District",) * 2,
        area_km2=np.array([117.5, 117.5]),
        geometry=np.array(
            [shapely.box(MIDDLE, SOUTH, EAST, NORTH), shapely.box(WEST, SOUTH, MIDDLE, NORTH)], dtype=object
        ),
        source="made up",
        licence="none",
    )


@pytest.fixture(scope="session")
def twins() -> BoundarySet:
    """Two square districts side by side."""
    return twin_districts()


@pytest.fixture(scope="session")
def town() -> pd.DataFrame:
    """600 incidents over 90 days, half of them in two clumps."""
    return town_of()
