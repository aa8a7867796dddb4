"""The district of many points, beside a spatial join."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.speed import data
from benchmarks.speed.measure import SMALL, Mark, Row, against, duel

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet

N = 20_000 if SMALL else 1_000_000


def rows() -> list[Row]:
    """Return the lines of this stage."""
    return [
        *_beside_sjoin("Belize's districts", data.belize(), None, None),
        *_beside_sjoin(
            "100 polygons", data.tessellation(100), Mark(seconds=0.18, ratio=28), Mark(seconds=0.06, ratio=80)
        ),
        *_beside_sjoin(
            "5,000 polygons",
            data.tessellation(5_000),
            Mark(seconds=0.50, ratio=10),
            Mark(seconds=0.09, ratio=55),
        ),
    ]


def _beside_sjoin(name: str, area: BoundarySet, built: Mark | None, ready: Mark | None) -> list[Row]:
    """Look up with the table still to be built, and again with it."""
    import geopandas as gpd

    from hotspot.places.districts import DistrictIndex

    lon, lat = data.points(N, area.bounds)
    polygons = area.districts[["code", "geometry"]]

    def peer() -> gpd.GeoDataFrame:
        points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
        return gpd.sjoin(points, polygons, how="left", predicate="intersects")

    # A boundary set of its own each time: nothing is left from the run before.
    fresh, join = duel(lambda: DistrictIndex(data.again(area)).locate(lon, lat, cap=0.0), peer, peer_rounds=3)
    known = DistrictIndex(area)
    known.locate(lon, lat, cap=0.0)
    warm, _ = duel(lambda: known.locate(lon, lat, cap=0.0), lambda: None)
    expected = join.result.groupby(level=0)["code"].min().to_numpy(dtype=object)
    for found in (fresh.result, warm.result):
        same = np.array(found.district, dtype=object) == expected
        same |= np.array([code is None for code in found.district]) & (expected != expected)
        assert same.all(), f"{(~same).sum()} points lie in another district than sjoin says"
    what, check = f"district of {N:,} points, {name}", f"{N:,} of {N:,} agree"
    return [
        against(f"{what}, table built", fresh, join, "geopandas.sjoin", mark=built, check=check),
        against(f"{what}, table at hand", warm, join, "the same", mark=ready, check=check),
    ]
