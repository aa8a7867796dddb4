from __future__ import annotations

import numpy as np
import pytest
import shapely

from hotspot.analysis.zones import SMALLEST, cut_to, joined, rings, touching, zones
from hotspot.places.study_area import StudyArea, study_area
from tests.analysis.conftest import twin_districts

HERE = np.array([0.0]), np.array([0.0])


def test_a_zone_is_a_disc_or_a_square_on_end() -> None:
    disc = zones(*HERE, np.array([200.0]))[0]
    diamond = zones(*HERE, np.array([200.0]), metric="manhattan")[0]
    assert disc.area == pytest.approx(np.pi * 200**2, rel=0.01)
    assert diamond.area == pytest.approx(2 * 200**2)
    assert shapely.distance(diamond, shapely.Point(100, 100)) == 0
    assert shapely.distance(diamond, shapely.Point(101, 101)) > 0


@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
def test_the_place_itself_is_drawn_as_a_building(metric: str) -> None:
    assert zones(*HERE, np.array([0.1]), metric=metric)[0].bounds == pytest.approx(
        (-SMALLEST, -SMALLEST, SMALLEST, SMALLEST)
    )
    assert len(zones(np.empty(0), np.empty(0), np.empty(0), metric=metric)) == 0


def test_a_ring_is_hollow_unless_only_a_building_is_left_out() -> None:
    x, y = np.zeros(2), np.zeros(2)
    hollow, whole = rings(x, y, np.array([100.0, 0.1]), np.array([200.0, 200.0]), metric="manhattan")
    assert hollow.area == pytest.approx(2 * (200**2 - 100**2))
    assert whole.area == pytest.approx(2 * 200**2)


def test_zones_that_touch_or_belong_to_one_incident_are_one_place() -> None:
    x = np.array([0.0, 150, 1000, 5000, 5000])
    shapes = rings(
        x,
        np.zeros(5),
        np.array([0, 0, 0, 0, 300.0]),
        np.array([100.0, 100, 100, 50, 400]),
        metric="euclidean",
    )
    group = touching(shapes, np.array([7, 8, 9, 4, 4]))
    assert group[0] == group[1] != group[2]
    assert group[3] == group[4] not in group[:3]
    assert len(touching(shapes[:0], np.empty(0, dtype=np.int64))) == 0
    places = joined(shapes, group)
    assert len(places) == 3
    assert places[group[2]].equals(shapes[2])
    assert places[group[3]].geom_type == "MultiPolygon"
    assert len(joined(shapes[:0], group[:0])) == 0


def test_zones_are_cut_to_the_study_area_and_stay_polygons() -> None:
    area = study_area(twin_districts())
    west, _, _, north = area.in_metres().bounds
    x = np.array([west, west + 4000.0])
    shapes = zones(x, np.array([north - 3000.0, north - 3000.0]), np.array([1000.0, 1000.0]))
    cut = cut_to(shapes, area)
    assert cut[1].equals(shapes[1])
    assert cut[0].area < 0.7 * shapes[0].area
    assert len(cut_to(shapes[:0], area)) == 0


def test_where_only_a_line_is_shared_as_well_nothing_but_polygons_is_kept() -> None:
    degrees = study_area(twin_districts())

    class Notched(StudyArea):
        def in_metres(self) -> shapely.Polygon:
            return shapely.Polygon([(0, 0), (100, 0), (100, 100), (50, 100), (50, 50), (0, 50)])

    area = Notched(**vars(degrees))
    shape = np.array([shapely.Polygon([(0, 50), (60, 50), (60, 90), (0, 90)])], dtype=object)
    assert shapely.intersection(shape[0], area.in_metres()).geom_type == "GeometryCollection"
    cut = cut_to(shape, area)[0]
    assert (cut.geom_type, cut.area) == ("Polygon", 400)
