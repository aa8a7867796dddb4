"""What is measured on: synthetic incidents of a few sizes, drawn as crime lies (much of it in few places)."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from benchmarks.speed.measure import SMALL
from hotspot.demo import belize as synthetic
from hotspot.places import boundaries

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from hotspot.places.boundaries import BoundarySet

N_ROWS = 2_000 if SMALL else 100_000
SIDE = 20_000.0
"""Metres along a side of the synthetic city."""


@cache
def export() -> bytes:
    """Return a synthetic export as CSV bytes."""
    return synthetic.generate(n=N_ROWS)


def export_file(folder: Path, *, times: int = 1) -> Path:
    """Write the synthetic export into the folder, as often as asked with other ids, and return its path."""
    path = folder / "synthetic-benchmark.csv"
    head, _, body = export().partition(b"\n")
    with path.open("wb") as file:
        file.write(head + b"\n")
        for part in range(times):
            file.write(body.replace(b"SYNTHETIC-BZ-", b"SYNTHETIC-BZ-%d-" % part) if part else body)
    return path


def belize() -> BoundarySet:
    """Return the districts of Belize."""
    return boundaries.load("BZ")


def again(area: BoundarySet) -> BoundarySet:
    """Return an equal boundary set for which nothing has been made ready."""
    return dataclasses.replace(area, geometry=area.geometry.copy())


def tessellation(n: int) -> BoundarySet:
    """Return n polygons without gaps over two degrees, of some hundred bent pieces each, as districts are."""
    rng = np.random.default_rng(5)
    seeds = shapely.multipoints(rng.uniform(0, 2, (n, 2)))
    box = shapely.box(0, 0, 2, 2)
    parts = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=box))
    cut = shapely.segmentize(shapely.intersection(parts, box), 0.03 / np.sqrt(n))

    def bent(at: np.ndarray) -> np.ndarray:
        # The same bend for every polygon: neighbours keep their common line.
        wave = 2 * np.pi * np.sqrt(n) * at
        return at + 0.05 / np.sqrt(n) * np.column_stack([np.sin(wave[:, 1]), np.sin(wave[:, 0])])

    codes = tuple(f"T{number:05d}" for number in range(len(cut)))
    return boundaries.BoundarySet(
        name="tessellation",
        title="Tessellation",
        codes=codes,
        names=codes,
        types=("polygon",) * len(cut),
        area_km2=np.ones(len(cut)),
        geometry=shapely.transform(cut, bent),
    )


def points(n: int, bounds: tuple[float, float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Return n longitudes and latitudes: most in sixty towns, a tenth anywhere."""
    rng = np.random.default_rng(7)
    west, south, east, north = bounds
    middles = np.column_stack([rng.uniform(west, east, 60), rng.uniform(south, north, 60)])
    lonlat = middles[rng.integers(0, 60, n)] + rng.normal(0, 0.01, (n, 2))
    anywhere = rng.random(n) < 0.1
    lonlat[anywhere] = np.column_stack(
        [rng.uniform(west, east, anywhere.sum()), rng.uniform(south, north, anywhere.sum())]
    )
    return lonlat[:, 0], lonlat[:, 1]


def city(n: int, *, seed: int = 11) -> tuple[np.ndarray, np.ndarray]:
    """Return n incidents in a city, metres: four fifths around 200 places of all sizes, a fifth anywhere."""
    rng = np.random.default_rng(seed)
    middle, spread = rng.uniform(0, SIDE, (200, 2)), rng.uniform(100, 900, 200)
    share = rng.dirichlet(np.full(200, 0.6))
    place = rng.choice(200, n, p=share)
    at = middle[place] + rng.normal(0, 1, (n, 2)) * spread[place, None]
    anywhere = rng.random(n) < 0.2
    at[anywhere] = rng.uniform(0, SIDE, (int(anywhere.sum()), 2))
    at = np.abs(at)
    at = np.where(at > SIDE, 2 * SIDE - at, at)
    return np.ascontiguousarray(at[:, 0]), np.ascontiguousarray(at[:, 1])


def incidents(n: int) -> pd.DataFrame:
    """Return n incidents of Belize District as a clean table, drawn in columns."""
    from hotspot.incidents import table

    rng = np.random.default_rng(13)
    district = shapely.union_all(belize().geometry[[belize().codes.index("BZ-BZ")]])
    lon, lat = _within(district, n, rng)
    first = np.datetime64("2025-01-01", "us") + rng.integers(0, 365 * 24 * 60, n) * np.timedelta64(1, "m")
    offences = np.array(["Assault", "Burglary", "Robbery", "Theft"])
    frame = table.empty().reindex(range(n))
    import pandas as pd

    moments = pd.Series(first).dt.tz_localize("UTC")
    return table.conform(
        frame.assign(
            row=np.arange(2, n + 2),
            offence=pd.array(offences[rng.integers(0, 4, n)], dtype="str"),
            occurred_from=moments,
            occurred_to=moments,
            lon=lon,
            lat=lat,
            location_precision=pd.array(np.full(n, "exact"), dtype="str"),
            snapped=False,
            district=pd.array(np.full(n, "BZ-BZ"), dtype="str"),
            fingerprint=pd.array(np.arange(n).astype(str), dtype="str"),
        )
    )


def _within(area: shapely.Geometry, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return n points of the area: in forty places of all sizes, and a fifth anywhere."""
    shapely.prepare(area)
    west, south, east, north = area.bounds
    corner, size = np.array([west, south]), np.array([east - west, north - south])
    middle, spread = rng.uniform(0, 1, (400, 2)) * size + corner, rng.uniform(0.001, 0.009, 400)
    middle = middle[shapely.intersects_xy(area, *middle.T)][:40]
    found = np.empty((0, 2))
    while len(found) < n:
        place = rng.integers(0, len(middle), n)
        at = middle[place] + rng.normal(0, 1, (n, 2)) * spread[place, None]
        anywhere = rng.random(n) < 0.2
        at[anywhere] = rng.uniform(0, 1, (int(anywhere.sum()), 2)) * size + corner
        at = np.round(at, 6)
        found = np.concatenate([found, at[shapely.intersects_xy(area, *at.T)]])
    return found[:n, 0].copy(), found[:n, 1].copy()
