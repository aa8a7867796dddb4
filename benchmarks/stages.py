"""Gi* beside esda, and the district look-up beside a spatial join."""

from __future__ import annotations

import numpy as np

from benchmarks import data
from benchmarks.measure import SMALL, Row, timed


def gi_star() -> Row:
    """Gi* of a square of cells beside libpysal's and esda's, which must agree within 1e-9."""
    import esda
    import libpysal

    from hotspot.stats import getisord
    from hotspot.stats.lattice import Lattice

    side = 40 if SMALL else 400
    counts = np.random.default_rng(3).poisson(0.7, side * side).astype("float64")
    row, col = (part.ravel() for part in np.indices((side, side)))
    ours, mine = timed(
        lambda: getisord.gi_star(counts, neighbours=Lattice.of(col, row, "square").within()), repeats=7
    )

    def peer() -> np.ndarray:
        weights = libpysal.weights.lat2W(side, side, rook=False)
        return esda.G_Local(counts, weights, transform="B", star=True, permutations=0, n_jobs=1).Zs

    theirs, other = timed(peer, repeats=1)
    gap = float(np.abs(mine.z - other).max())
    assert gap < 1e-9, f"Gi* and esda differ by {gap}"
    return Row(
        f"Gi*, {side * side:,} cells",
        f"{ours * 1000:.1f} ms",
        f"{theirs:.1f} s (esda, its weights included)",
        f"{theirs / ours:,.0f}×",
        check=f"largest difference {gap:.0e}",
    )


def district_lookup() -> Row:
    """District of many points beside geopandas.sjoin; those inside a district must be the same."""
    import geopandas as gpd

    from hotspot.places import boundaries
    from hotspot.places.districts import DistrictIndex

    n = 20_000 if SMALL else 1_000_000
    lon, lat = data.points(n)
    belize = boundaries.load("BZ")
    ours, located = timed(lambda: DistrictIndex(belize).locate(lon, lat, cap=0.0), repeats=3)

    def peer() -> gpd.GeoDataFrame:
        points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
        return gpd.sjoin(points, belize.districts[["code", "geometry"]], how="left", predicate="intersects")

    theirs, joined = timed(peer, repeats=1)
    expected = joined.groupby(level=0)["code"].min().to_numpy(dtype=object)
    same = np.array(located.district, dtype=object) == expected
    same |= np.array([a is None for a in located.district]) & (expected != expected)
    assert same.all(), f"{(~same).sum()} points lie in another district than sjoin says"
    return Row(
        f"district of {n:,} points",
        f"{ours:.2f} s",
        f"{theirs:.2f} s (geopandas.sjoin)",
        f"{theirs / ours:.1f}×",
        check=f"{n:,} of {n:,} agree",
    )
