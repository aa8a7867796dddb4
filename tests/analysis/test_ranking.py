from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from hotspot.analysis import ranking
from hotspot.analysis.points import points_of
from hotspot.analysis.ranking import Districts, Groups, last_days, rank, top_offence, top_offences
from hotspot.places.study_area import study_area
from tests.analysis.conftest import MIDDLE, ZONE, rows, town_of

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet

NAMES = ("", "Burglary", "Theft")


def test_hotspots_are_ranked_by_incidents_and_then_by_how_small_they_are(twins: BoundarySet) -> None:
    area = study_area(twins)
    points = points_of(town_of(10), area, timezone=ZONE)
    shapes = shapely.buffer(shapely.points(points.x[:3], points.y[:3]), [400.0, 300.0, 200.0])
    label = np.array([0, 0, 0, 1, 1, 1, 2, 2, -1, -1])
    groups = Groups(label, shapes, shapely.area(shapes) / 1e6, np.array([0, 1, -1]))
    found = rank(groups, points, area=area, districts=Districts.of(twins, area))
    assert found.order.tolist() == [1, 0, 2]
    table = found.table
    assert table["district_name"].tolist() == ["Westside", "Eastside", ""]
    assert table["rank"].tolist() == [1, 2, 3]
    assert table["incidents"].tolist() == [3, 3, 2]
    assert table["share"].tolist() == [0.3, 0.3, 0.2]
    first = shapely.area(shapes[1]) / 1e6
    assert table["density"][0] == pytest.approx(3 / first, abs=1e-3)
    assert table["pai"][0] == pytest.approx(0.3 / (first / area.area_km2), abs=1e-3)


def test_a_hotspot_is_in_the_district_of_most_of_its_incidents(twins: BoundarySet) -> None:
    districts = Districts.of(twins, study_area(twins))
    lon = MIDDLE + np.array([0.001, 0.001, -0.001, -0.001, 1.0, 0.001])
    lat, label = np.full(6, 17.45), np.array([0, 0, 0, 1, 2, -1])
    of = districts.locate(lon, lat)
    found = districts.commonest(label, of, 4)
    assert districts.codes[found].tolist() == ["T-E", "T-W", "", ""]
    weighed = districts.commonest(label, of, 4, weights=np.array([1.0, 1, 3, 1, 1, 1]))
    assert districts.codes[weighed].tolist() == ["T-W", "T-W", "", ""]


def test_many_hotspots_in_many_districts_are_counted_in_turns(
    twins: BoundarySet, monkeypatch: pytest.MonkeyPatch
) -> None:
    districts = Districts.of(twins, study_area(twins))
    rng = np.random.default_rng(4)
    label, of, weights = rng.integers(-1, 50, 900), rng.integers(-1, 2, 900), rng.random(900)
    at_once = districts.commonest(label, of, 51, weights=weights)
    expected = [int(np.argmax([weights[(label == g) & (of == d)].sum() for d in (0, 1)])) for g in range(50)]
    assert at_once.tolist() == [*expected, -1]
    monkeypatch.setattr(ranking, "_MOST_AT_ONCE", 20)
    assert np.array_equal(districts.commonest(label, of, 51, weights=weights), at_once)


def test_over_a_hull_no_hotspot_has_a_district(twins: BoundarySet) -> None:
    districts = Districts.of(None, study_area(twins))
    of = districts.locate(np.full(2, MIDDLE), np.full(2, 17.45))
    found = districts.commonest(np.zeros(2, dtype=np.int64), of, 1)
    assert districts.codes[found].tolist() == districts.names[found].tolist() == [""]


def test_a_hotspot_shaped_like_a_horseshoe_is_shown_at_a_point_inside_it(twins: BoundarySet) -> None:
    area = study_area(twins)
    points = points_of(rows(["2026-03-02"]), area, timezone=ZONE)
    ring = shapely.buffer(shapely.points(points.x[0], points.y[0]), 500)
    shoe = shapely.difference(ring, shapely.buffer(shapely.points(points.x[0] + 100, points.y[0]), 450))
    groups = Groups(np.zeros(1, dtype=np.int64), np.array([shoe]), np.array([0.1]), np.array([-1]))
    table = rank(groups, points, area=area, districts=Districts.of(twins, area)).table
    from hotspot.crs import project

    x, y = project(table["lon"], table["lat"], area.crs)
    assert shapely.intersects_xy(shapely.buffer(shoe, 1), x[0], y[0])


def test_no_places_give_an_empty_table_of_the_same_columns(twins: BoundarySet) -> None:
    area = study_area(twins)
    points = points_of(town_of(5), area, timezone=ZONE)
    none = Groups(np.full(5, -1), np.empty(0, dtype=object), np.empty(0), np.empty(0, dtype=np.int64))
    table = rank(none, points, area=area, districts=Districts.of(twins, area)).table
    assert table.empty
    assert list(table)[:4] == ["rank", "incidents", "harm", "share"]


def test_top_offences_come_commonest_first_and_equals_by_name() -> None:
    label, offence = np.array([0, 0, 0, 0, 1, 1]), np.array([2, 2, 1, 0, 2, 1])
    assert top_offences(label, offence, NAMES, 3).tolist() == [
        "Theft 2, not recorded 1, Burglary 1",
        "Burglary 1, Theft 1",
        "",
    ]
    texts, share = top_offence(label, offence, NAMES, 2)
    assert texts.tolist() == ["Theft", "Burglary"]
    assert share.tolist() == [0.5, 0.5]


def test_the_last_day_of_a_hotspot_is_empty_where_no_time_is_known() -> None:
    last = np.array(["2026-03-02T10:00", "2026-03-04T23:59", "NaT"], dtype="datetime64[us]")
    assert last_days(np.array([0, 0, 1]), last, 3).tolist() == ["2026-03-04", "", ""]


def test_cells_at_the_rim_get_a_district_of_the_study_area_only(twins: BoundarySet) -> None:
    districts = Districts.of(twins, study_area(twins, ["T-E"]))
    found = districts.locate(np.array([MIDDLE - 0.001, MIDDLE - 0.09]), np.array([17.45, 17.45]))
    assert districts.codes[found].tolist() == ["T-E", ""]
