from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.errors import BoundaryError, NotFoundError, ThinDataError
from hotspot.places.boundaries import BoundarySet, load
from hotspot.places.study_area import hull_of, parse_area, study_area


def test_the_whole_set_is_named_by_the_set_alone(islands: BoundarySet) -> None:
    area = study_area(islands)
    assert (area.label, area.kind, area.codes) == ("islands", "districts", ("2", "10", "A"))
    assert study_area(islands, ["A", "2", "10"]).label == "islands"
    # Three boxes of 0.1 degrees, 11.13 by 11.06 km each at the equator.
    assert area.area_km2 == pytest.approx(3 * 11.132 * 11.057, rel=0.003)
    assert area.crs == "EPSG:32632"


def test_some_districts_are_labelled_in_order_whatever_the_order_asked(islands: BoundarySet) -> None:
    one, other = study_area(islands, ["10", "2"]), study_area(islands, ["2", "10", "2"])
    assert one.label == other.label == "islands/2,10"
    assert one.geometry.equals(shapely.box(9.9, 0, 10.1, 0.1))
    assert one.in_metres().area / 1e6 == pytest.approx(one.area_km2)


def test_belize_measures_what_its_districts_do() -> None:
    belize = load("BZ")
    assert study_area(belize).area_km2 == pytest.approx(belize.area_km2.sum(), rel=0.001)
    assert study_area(belize).crs == "EPSG:32616"


def test_an_unknown_district_lists_the_known(islands: BoundarySet) -> None:
    with pytest.raises(NotFoundError, match=r"islands has no district 'B'. It has: 2, 10, A"):
        study_area(islands, ["2", "B"])


@pytest.mark.parametrize("text", ["", " ", "/", "BZ/", "/BZ-BZ", "BZ/ , "])
def test_half_an_area_is_refused(text: str) -> None:
    with pytest.raises(BoundaryError, match="is no study area"):
        parse_area(text)


def test_an_area_is_read_as_written() -> None:
    assert parse_area(" BZ ") == ("BZ", ())
    assert parse_area("beats/Mt. Moriah,7") == ("beats", ("Mt. Moriah", "7"))


def test_a_hull_goes_500_metres_around_one_point() -> None:
    area = hull_of([-88.2, np.nan], [17.5, 17.5])
    assert (area.label, area.kind, area.codes, area.crs) == ("hull", "hull", (), "EPSG:32616")
    assert area.area_km2 == pytest.approx(math.pi * 0.25, rel=0.02)


def test_the_margin_of_a_wide_hull_is_2_percent_of_its_longer_side() -> None:
    # A line of 1 degree along the equator: 111.32 km, margin 2.226 km.
    area = hull_of([9.0, 10.0], [0.0, 0.0])
    side = 111.32
    margin = 0.02 * side
    assert area.area_km2 == pytest.approx(side * 2 * margin + math.pi * margin**2, rel=0.005)


def test_no_coordinates_make_no_hull() -> None:
    with pytest.raises(ThinDataError, match="No incident has coordinates"):
        hull_of([np.nan], [np.nan])
    with pytest.raises(ThinDataError):
        hull_of([], [])


def test_a_stray_coordinate_does_not_make_a_hull_of_half_the_world() -> None:
    with pytest.raises(BoundaryError, match=r"too wide for a hull.*stray coordinates"):
        hull_of([0.0, -88.2], [0.0, 17.5])


@given(st.lists(st.tuples(st.floats(-2, -1), st.floats(53, 54)), min_size=1, max_size=20))
@settings(deadline=None, max_examples=50)
def test_a_hull_holds_all_of_its_points(at: list[tuple[float, float]]) -> None:
    lon, lat = np.array(at).T
    assert shapely.intersects_xy(hull_of(lon, lat).geometry, lon, lat).all()


@pytest.mark.parametrize("n", [300, 30_000])
def test_an_area_holds_what_lies_in_it_or_on_its_edge(n: int) -> None:
    area = study_area(load("BZ"), ["BZ-BZ", "BZ-CY"])
    rng = np.random.default_rng(n)
    west, south, east, north = area.geometry.bounds
    corners = shapely.get_coordinates(area.geometry)
    lon = np.concatenate([rng.uniform(west, east, n), corners[:, 0], [np.nan, west, np.inf]])
    lat = np.concatenate([rng.uniform(south, north, n), corners[:, 1], [south, np.nan, south]])
    assert np.array_equal(area.holds(lon, lat), shapely.intersects_xy(area.geometry, lon, lat))


def test_an_area_is_joined_once() -> None:
    assert study_area(load("BZ"), ["BZ-CY", "bz-bz"]) is study_area(load("BZ"), ["BZ-BZ", "BZ-CY"])
    assert study_area(load("BZ")) is not study_area(load("BZ"), ["BZ-BZ"])
