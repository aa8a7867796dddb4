from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.places.boundaries import BoundarySet, bundled, load
from hotspot.places.boundary_files import read_boundaries
from hotspot.places.districts import DistrictIndex, DistrictNames
from tests.places.conftest import box_set


def by_geopandas(found: BoundarySet, lon: np.ndarray, lat: np.ndarray) -> list[str | None]:
    """The same answer by another way: geopandas.sjoin, of several the first in the set's order."""
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lon, lat), crs="EPSG:4326")
    joined = points.sjoin(found.districts, predicate="intersects", how="left").sort_values("index_right")
    first = joined.groupby(level=0)["code"].first().reindex(points.index)
    return [None if pd.isna(code) else code for code in first]


def test_a_point_inside_is_in_its_district_and_no_metre_away(islands: BoundarySet) -> None:
    located = DistrictIndex(islands).locate([9.95, 10.05, 10.25], [0.05, 0.05, 0.05])
    assert located.district.tolist() == ["2", "10", "A"]
    assert not located.snapped.any()
    assert located.distance.tolist() == [0, 0, 0]


def test_a_point_on_a_border_belongs_to_the_lower_code(islands: BoundarySet) -> None:
    located = DistrictIndex(islands).locate([10, 10, 10], [0, 0.05, 0.1])
    assert located.district.tolist() == ["2", "2", "2"]
    turned = box_set({"1": (10, 0, 10.1, 0.1), "3": (9.9, 0, 10, 0.1)})
    assert DistrictIndex(turned).locate([10.0], [0.05]).district.tolist() == ["1"]


def test_a_point_off_shore_gets_the_nearest_district_within_the_cap(islands: BoundarySet) -> None:
    # 0.01 degrees of longitude at the equator are 1113.2 m.
    located = DistrictIndex(islands).locate([10.11, 10.19, 10.15], [0.0, 0.0, 0.0], cap=1_500)
    assert located.district.tolist() == ["10", "A", None]
    assert located.snapped.tolist() == [True, True, False]
    assert located.distance[:2] == pytest.approx([1113.2, 1113.2], rel=0.001)
    assert np.isnan(located.distance[2])
    assert located.found.tolist() == [True, True, False]


def test_a_cap_of_nothing_snaps_nothing(islands: BoundarySet) -> None:
    assert DistrictIndex(islands).locate([10.11], [0.05], cap=0).district.tolist() == [None]


def test_points_that_are_missing_or_far_away_have_no_district(islands: BoundarySet) -> None:
    lon, lat = [np.nan, np.inf, 0.0, 200.0, -170.0], [0.05, 0.05, np.nan, 95.0, 80.0]
    located = DistrictIndex(islands).locate(lon, lat)
    assert located.district.tolist() == [None] * 5
    assert not located.snapped.any()


def test_no_points_are_no_districts(islands: BoundarySet) -> None:
    located = DistrictIndex(islands).locate([], [])
    assert len(located.district) == len(located.snapped) == len(located.distance) == 0


def test_a_point_in_the_hole_of_a_district_is_not_in_it() -> None:
    found = box_set({"A": (0, 0, 1, 1)})
    found.geometry[0] = shapely.box(0, 0, 1, 1).difference(shapely.box(0.4, 0.4, 0.6, 0.6))
    located = DistrictIndex(found).locate([0.5, 0.41], [0.5, 0.5])
    assert located.district.tolist() == [None, "A"]
    assert located.distance[1] == pytest.approx(0.01 * 111_320, rel=0.001)


@pytest.mark.parametrize("name", bundled())
def test_districts_equal_those_of_geopandas(name: str) -> None:
    found = load(name)
    west, south, east, north = found.bounds
    rng = np.random.default_rng(7)
    corners = shapely.get_coordinates(found.geometry)[::50]
    lon = np.concatenate([rng.uniform(west, east, 2_000), corners[:, 0]])
    lat = np.concatenate([rng.uniform(south, north, 2_000), corners[:, 1]])
    located = DistrictIndex(found).locate(lon, lat, cap=0)
    assert located.district.tolist() == by_geopandas(found, lon, lat)


@pytest.mark.parametrize("name", ["BZ", "KN", "BS"])
def test_snapped_points_are_near_the_district_that_geodesics_find(name: str) -> None:
    found = load(name)
    west, south, east, north = found.bounds
    rng = np.random.default_rng(11)
    lon, lat = rng.uniform(west, east, 3_000), rng.uniform(south, north, 3_000)
    located = DistrictIndex(found).locate(lon, lat, cap=3_000)
    rows = np.flatnonzero(located.snapped)[:40]
    assert len(rows) > 10
    geod = pyproj.Geod(ellps="WGS84")
    for row in rows:
        there = shapely.Point(lon[row], lat[row])
        near = [shapely.ops.nearest_points(shape, there)[0] for shape in found.geometry]
        metres = [geod.inv(lon[row], lat[row], at.x, at.y)[2] for at in near]
        mine = metres[int(located.index[row])]
        # A straight border in degrees is not quite one in metres, and a wide set leaves its UTM zone.
        assert mine <= min(metres) * 1.1
        assert located.distance[row] <= mine * 1.01 + 1


@given(
    st.lists(st.tuples(st.floats(9.8, 10.4), st.floats(-0.1, 0.2)), min_size=1, max_size=30),
    st.floats(0, 20_000),
)
@settings(deadline=None, max_examples=60)
def test_each_point_is_inside_or_snapped_or_nowhere(at: list[tuple[float, float]], cap: float) -> None:
    found = box_set({"2": (9.9, 0, 10, 0.1), "10": (10, 0, 10.1, 0.1), "A": (10.2, 0, 10.3, 0.1)})
    lon, lat = np.array(at).T
    located = DistrictIndex(found).locate(lon, lat, cap=cap)
    inside = shapely.intersects_xy(shapely.union_all(found.geometry), lon, lat)
    assert ((located.distance == 0) | ~inside).all()
    assert (located.snapped == (located.found & ~inside)).all()
    assert (located.distance[located.found] <= cap).all()
    alone = [DistrictIndex(found).locate([x], [y], cap=cap).district[0] for x, y in at]
    assert located.district.tolist() == alone


def test_chicago_agrees_with_its_police_in_98_of_100_rows(real_data: Path) -> None:
    here = real_data / "incidents"
    found = read_boundaries(here / "chicago_police_districts.geojson", name="chicago")
    table = pd.read_csv(here / "chicago_crimes_25000.csv.gz", dtype=str)
    assert len(table) == 25_000
    located = DistrictIndex(found).locate(table["longitude"].astype(float), table["latitude"].astype(float))
    recorded = DistrictNames(found).match(table["district"])
    agree = np.array([a is not None and a == b for a, b in zip(located.district, recorded, strict=True)])
    assert agree.mean() >= 0.98


def test_districts_are_known_by_code_name_and_the_tail_of_the_code() -> None:
    names = DistrictNames(load("BZ"))
    written = [
        "BZ-BZ",
        "bz",
        "Belize",
        "BELIZE DISTRICT",
        " belize  dist. ",
        "Stann-Creek",
        "tol",
        "",
        None,
        7,
    ]
    found = ["BZ-BZ", "BZ-BZ", "BZ-BZ", "BZ-BZ", None, "BZ-SC", "BZ-TOL", None, None, None]
    assert names.match(written) == found


def test_saints_and_accents_do_not_hide_a_parish() -> None:
    assert (
        DistrictNames(load("JM")).match(["St. Ann", "ST ANN PARISH", "Parish of Saint Ann"]) == ["JM-06"] * 3
    )
    assert DistrictNames(load("LC")).match(["soufriere"]) == ["LC-10"]


def test_numbers_of_districts_match_however_a_spreadsheet_wrote_them() -> None:
    found = box_set({"8": (0, 0, 1, 1), "10": (1, 0, 2, 1)})
    assert DistrictNames(found).match(["8", "008", "8.0", "10.00", "8.5", "9"]) == [
        "8",
        "8",
        "8",
        "10",
        None,
        None,
    ]


def test_a_name_shared_by_two_districts_names_neither() -> None:
    found = box_set({"A-1": (0, 0, 1, 1), "B-1": (1, 0, 2, 1)}, names=("North", "North"))
    assert DistrictNames(found).match(["North", "1", "A-1"]) == [None, None, "A-1"]
