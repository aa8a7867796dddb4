"""DBSCAN beside scikit-learn and the package dbscan, and the hulls of clusters beside a dissolve."""

from __future__ import annotations

import numpy as np

from benchmarks.speed import data
from benchmarks.speed.measure import SMALL, Mark, Row, against, duel

HERE = 2_000 if SMALL else 100_000
MANY = 5_000 if SMALL else 1_000_000
EPS, EPS_OF_MANY = 410.0, 200.0
"""Metres: some 280 neighbours an incident of 100,000, and 760 of 1,000,000."""


def rows() -> list[Row]:
    """Return the lines of this stage."""
    return [beside_sklearn(), beside_dbscan(), hulls()]


def beside_sklearn() -> Row:
    """Cluster incidents: the labels must be scikit-learn's to the last border tie."""
    from sklearn.cluster import DBSCAN
    from sklearn.neighbors import KDTree

    from hotspot.stats.dbscan import dbscan

    x, y = data.city(HERE)
    at = np.column_stack([x, y])
    least = 5 if SMALL else 50
    dbscan(x[:100], y[:100], eps=EPS, min_samples=3)
    mine, theirs = duel(
        lambda: dbscan(x, y, eps=EPS, min_samples=least).labels,
        lambda: DBSCAN(eps=EPS, min_samples=least, algorithm="kd_tree").fit(at).labels_,
    )
    assert np.array_equal(mine.result, theirs.result), "other labels than scikit-learn"
    around = KDTree(at).query_radius(at[:: max(HERE // 5_000, 1)], EPS, count_only=True).mean()
    return against(
        f"DBSCAN, {HERE:,} incidents, {around:,.0f} neighbours each",
        mine,
        theirs,
        "sklearn DBSCAN",
        mark=Mark(seconds=0.03, ratio=27),
        check=f"{mine.result.max() + 1:,} clusters, all labels equal",
    )


def beside_dbscan() -> Row:
    """Cluster ten times as many, for which scikit-learn would need 10 GB and more."""
    from dbscan import DBSCAN
    from sklearn.neighbors import KDTree

    from hotspot.stats.dbscan import dbscan

    x, y = data.city(MANY)
    at = np.column_stack([x, y])
    least = 10 if SMALL else 1_500
    mine, theirs = duel(
        lambda: dbscan(x, y, eps=EPS_OF_MANY, min_samples=least),
        lambda: DBSCAN(at, eps=EPS_OF_MANY, min_samples=least),
        peer_rounds=3,
    )
    same = np.array_equal(mine.result.core, theirs.result[1])
    assert same, "other cores than the package dbscan"
    around = KDTree(at).query_radius(at[:: max(MANY // 1_000, 1)], EPS_OF_MANY, count_only=True).mean()
    return against(
        f"DBSCAN, {MANY:,} incidents, {around:,.0f} neighbours each",
        mine,
        theirs,
        "dbscan, other border labels",
        mark=Mark(seconds=0.35, ratio=4),
        check="the same cores",
    )


def hulls() -> Row:
    """Draw the concave hull of each cluster and a margin around it, beside a dissolve of geopandas."""
    import geopandas as gpd
    import shapely

    from hotspot.stats.dbscan import dbscan
    from hotspot.stats.outlines import MARGIN, RATIO, concave_hulls

    x, y = data.city(MANY)
    clusters = dbscan(x, y, eps=EPS_OF_MANY, min_samples=10 if SMALL else 1_500)
    member = clusters.labels >= 0

    def peer() -> np.ndarray:
        points = gpd.GeoDataFrame(
            {"cluster": clusters.labels[member]}, geometry=gpd.points_from_xy(x[member], y[member])
        )
        return points.dissolve("cluster").concave_hull(ratio=RATIO).buffer(MARGIN).to_numpy()

    mine, theirs = duel(lambda: concave_hulls(x, y, clusters), peer, peer_rounds=3)
    gap = np.abs(shapely.area(mine.result) / shapely.area(theirs.result) - 1).max()
    assert gap < 0.01, f"other hulls than geopandas: areas differ by {gap}"
    return against(
        f"concave hulls of {len(mine.result):,} clusters of {int(member.sum()):,} incidents",
        mine,
        theirs,
        "geopandas dissolve, concave_hull",
        check=f"areas within {gap:.1%}",
    )
