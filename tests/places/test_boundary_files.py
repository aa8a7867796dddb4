from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.errors import BoundaryError
from hotspot.places.boundaries import bundled, load
from hotspot.places.boundary_files import from_geojson, read_boundaries, to_geojson
from hotspot.places.districts import DistrictIndex
from tests.places.conftest import box_set

Write = Callable[..., Path]
WEST, EAST = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)


def test_codes_names_and_order_come_from_the_file(geojson_file: Write) -> None:
    path = geojson_file([({"code": "10", "name": "East"}, EAST), ({"code": "9", "name": "West"}, WEST)])
    found = read_boundaries(path, name="beats")
    assert (found.name, found.title, found.codes, found.names) == (
        "beats",
        "Beats",
        ("9", "10"),
        ("West", "East"),
    )
    assert found.area_km2[0] == pytest.approx(12_308.8, rel=0.001)
    assert (found.country, found.timezone, found.source) == ("", "UTC", "Imported from beats.geojson.")
    assert found.population.empty
    assert DistrictIndex(found).locate([0.5], [0.5]).district.tolist() == ["9"]


def test_columns_can_be_named(geojson_file: Write) -> None:
    path = geojson_file(
        [({"code": "x", "nr": 7.0, "wo": "Hafen"}, WEST), ({"code": "x", "nr": 8, "wo": ""}, EAST)]
    )
    found = read_boundaries(path, name="beats", code_column="nr", name_column="wo")
    assert (found.codes, found.names) == (("7", "8"), ("Hafen", "8"))
    assert "Codes are from column 'nr', names from column 'wo'." in found.notes


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"OBJECTID": 1, "BEAT": "12A"}, "12A"),
        ({"precinct": "Airways"}, "Airways"),
        ({"district": 17}, "17"),
        ({"anything": 4.0}, "4"),
        ({"DIST_NUM": "31", "shape_area": 1.5}, "31"),
    ],
)
def test_the_column_of_codes_is_guessed(
    geojson_file: Write, properties: dict[str, object], code: str
) -> None:
    assert read_boundaries(geojson_file([(properties, WEST)]), name="beats").codes == (code,)


def test_a_column_that_cannot_be_guessed_must_be_named(geojson_file: Write) -> None:
    path = geojson_file([({"foo": 1, "bar": 2}, WEST)])
    with pytest.raises(BoundaryError, match=r"no column that is plainly the district code.*foo, bar"):
        read_boundaries(path, name="beats")
    with pytest.raises(BoundaryError, match=r"no column 'baz'. It has: foo, bar"):
        read_boundaries(path, name="beats", code_column="baz")


def test_a_missing_code_names_its_feature(geojson_file: Write) -> None:
    path = geojson_file([({"beat": "1", "n": 1}, WEST), ({"beat": None, "n": 2}, EAST)])
    with pytest.raises(BoundaryError, match="feature 2 has no code in column 'beat'"):
        read_boundaries(path, name="beats", code_column="beat")


def test_parts_of_one_district_are_joined_and_said(geojson_file: Write) -> None:
    path = geojson_file(
        [({"district": 31}, WEST), ({"district": 31}, shapely.box(5, 5, 6, 6)), ({"district": 4}, EAST)]
    )
    found = read_boundaries(path, name="beats")
    assert found.codes == ("4", "31")
    assert found.geometry[1].geom_type == "MultiPolygon"
    assert "2 features have the code 31 and were joined." in found.notes


def test_one_code_for_two_names_is_refused(geojson_file: Write) -> None:
    path = geojson_file([({"code": "1", "name": "West"}, WEST), ({"code": "1", "name": "East"}, EAST)])
    with pytest.raises(BoundaryError, match="gives the code '1' to 'West' and to 'East'"):
        read_boundaries(path, name="beats", code_column="code", name_column="name")


def test_codes_hold_no_comma_and_nothing_that_moves_a_cursor(geojson_file: Write) -> None:
    path = geojson_file([({"code": "A,1", "name": "No\x1b[2Jrth\u202e"}, WEST)])
    found = read_boundaries(path, name="beats")
    assert (found.codes, found.names) == (("A 1",), ("No [2Jrth",))


def test_a_country_lends_its_time_zone_and_a_zone_given_goes_before(geojson_file: Write) -> None:
    path = geojson_file([({"code": "N"}, WEST)])
    found = read_boundaries(path, name="beats", country="bz")
    assert (found.country, found.timezone) == ("BZ", "America/Belize")
    zone = "America/Chicago"
    assert read_boundaries(path, name="beats", country="BZ", timezone=zone).timezone == zone
    with pytest.raises(BoundaryError, match="'Mars/Base' is not a time zone"):
        read_boundaries(path, name="beats", timezone="Mars/Base")
    with pytest.raises(BoundaryError, match=r"'\.\./etc' is not a time zone"):
        read_boundaries(path, name="beats", timezone="../etc")
    with pytest.raises(BoundaryError, match="No country 'XX'"):
        read_boundaries(path, name="beats", country="XX")


@pytest.mark.parametrize("name", ["", "Beats", "hull", "a b", "../x", "9lives", "x" * 41, "{{7*7}}"])
def test_a_name_that_is_no_name_is_refused(geojson_file: Write, name: str) -> None:
    with pytest.raises(BoundaryError, match="small letters, digits, - and _"):
        read_boundaries(geojson_file([({"code": "1"}, WEST)]), name=name)


def test_reading_twice_gives_the_same_bytes(geojson_file: Write) -> None:
    path = geojson_file([({"code": "2"}, EAST), ({"code": "1"}, WEST)])
    assert to_geojson(read_boundaries(path, name="b")) == to_geojson(read_boundaries(path, name="b"))


@pytest.mark.parametrize("name", bundled())
def test_a_stored_set_comes_back_whole(name: str) -> None:
    before = load(name)
    after = from_geojson(to_geojson(before))
    assert to_geojson(after) == to_geojson(before)
    assert after.codes == before.codes
    assert after.notes == before.notes
    assert after.figures == before.figures
    assert all(a.equals_exact(b, 0) for a, b in zip(after.geometry, before.geometry, strict=True))
    assert after.population.equals(before.population)


@given(st.floats(-170, 170), st.floats(-70, 70), st.text(min_size=1, max_size=10))
@settings(deadline=None, max_examples=50)
def test_any_place_and_text_survive_storing(lon: float, lat: float, text: str) -> None:
    before = box_set({"A": (lon, lat, lon + 0.1, lat + 0.1)}, names=(text,), notes=(text,), title=text)
    after = from_geojson(to_geojson(before))
    assert (after.names, after.notes, after.title) == ((text,), (text,), text)
    assert after.geometry[0].equals_exact(before.geometry[0], 0)


def test_the_real_precincts_and_districts_are_read(real_data: Path) -> None:
    memphis = read_boundaries(real_data / "incidents" / "memphis_precincts.geojson", name="memphis")
    assert len(memphis) == 9 and "Mt. Moriah" in memphis.codes
    chicago = read_boundaries(real_data / "incidents" / "chicago_police_districts.geojson", name="chicago")
    assert len(chicago) == 23 and chicago.codes[-1] == "31"
