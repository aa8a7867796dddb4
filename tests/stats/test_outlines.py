"""Discs, concave hulls and ellipses as the areas of clusters."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from hotspot.stats.clusters import Clusters
from hotspot.stats.dbscan import dbscan
from hotspot.stats.ellipse import Ellipse, ellipses
from hotspot.stats.outlines import MARGIN, RATIO, concave_hulls, core_discs, ellipse_polygons
from tests.stats.crowds import crowds


def one_cluster(n: int) -> Clusters:
    return Clusters(np.zeros(n, dtype=np.int64), np.ones(n, dtype=bool))


def test_a_disc_may_have_a_radius_of_its_own() -> None:
    clusters = Clusters(np.array([0, 1]), np.ones(2, dtype=bool))
    areas = core_discs([0, 900], [0, 0], clusters, eps=np.array([10.0, 20.0]))
    assert shapely.area(areas) == pytest.approx(np.pi * np.array([100, 400]), rel=0.01)


def test_a_concave_hull_holds_all_incidents_and_follows_a_bend() -> None:
    along = np.random.default_rng(1).uniform(0, 1000, (300, 2))
    x, y = along[(along < 200).any(axis=1)].T  # two streets and their corner
    hull = concave_hulls(x, y, one_cluster(len(x)))[0]
    assert shapely.contains_xy(hull, x, y).all()
    assert hull.area < 0.75 * shapely.convex_hull(hull).area


@pytest.mark.parametrize("n", [1, 2, 3, 40, 400])
def test_a_concave_hull_is_that_of_the_points_themselves(n: int) -> None:
    spots = np.random.default_rng(n).normal(0, 300, (n, 2)).round(-1)
    hull = concave_hulls(*spots.T, one_cluster(n))
    plain = shapely.concave_hull(shapely.multipoints(spots), ratio=RATIO)
    assert shapely.equals_exact(hull[0].normalize(), plain.buffer(MARGIN, quad_segs=8).normalize())


@pytest.mark.parametrize("n", [1, 2, 5])
def test_incidents_in_one_place_or_on_a_line_have_an_area(n: int) -> None:
    spot = concave_hulls([7.0] * n, [7.0] * n, one_cluster(n))[0]
    assert spot.area == pytest.approx(np.pi * MARGIN**2, rel=0.01)
    line = concave_hulls(np.arange(n) * 10.0, np.zeros(n), one_cluster(n))[0]
    assert line.is_valid and line.area >= spot.area * 0.999


def test_an_ellipse_has_its_axes_and_direction() -> None:
    area = ellipse_polygons((Ellipse(100.0, 200.0, 400.0, 50.0, 30.0),))[0]
    assert area.area == pytest.approx(np.pi * 400 * 50, rel=0.01)
    assert shapely.centroid(area).coords[0] == pytest.approx((100, 200))
    end = (100 + 399 * np.sin(np.radians(30)), 200 + 399 * np.cos(np.radians(30)))
    assert shapely.contains_xy(area, *end)
    assert not shapely.contains_xy(area, 200 - end[0], end[1])


def test_an_ellipse_is_never_narrower_than_its_margin() -> None:
    missing = float("nan")
    spot, line = ellipse_polygons(
        (Ellipse(0.0, 0.0, missing, missing, missing), Ellipse(0.0, 0.0, 300.0, 0.0, 90.0))
    )
    assert spot.area == pytest.approx(np.pi * MARGIN**2, rel=0.01)
    assert line.bounds == pytest.approx((-300, -MARGIN, 300, MARGIN), abs=0.5)


def test_no_clusters_have_no_areas() -> None:
    none = Clusters(np.full(3, -1), np.zeros(3, dtype=bool))
    assert len(concave_hulls([1, 2, 3], [1, 2, 3], none)) == len(ellipse_polygons(())) == 0
    assert len(core_discs([1, 2, 3], [1, 2, 3], none, eps=5)) == 0


def test_all_three_lie_about_the_same_place() -> None:
    x, y = crowds()
    found = dbscan(x, y, eps=50, min_samples=10)
    discs, hulls = core_discs(x, y, found, eps=50), concave_hulls(x, y, found)
    rings = ellipse_polygons(ellipses(x, y, found.labels))
    assert len(discs) == len(hulls) == len(rings) == found.n_clusters > 2
    assert shapely.intersects(discs, hulls).all() and shapely.intersects(hulls, rings).all()
    assert shapely.is_valid(np.r_[discs, hulls, rings]).all()
