"""The query of /items is read strictly."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analysis.methods import Field
from hotspot.crs import unproject_shapes
from hotspot.errors import ParameterError
from hotspot.ogc import query
from hotspot.ogc.collection import CRS84, WEB_MERCATOR
from hotspot.ogc.reproject import uri

FIELDS = (
    Field("incidents", "integer", "Incidents"),
    Field("district", "string", "District"),
    Field("last_incident", "string", "Last incident"),
)


def read(**arguments: str) -> query.Query:
    return query.read(arguments.items(), FIELDS)


def test_without_arguments_the_first_thousand_features_are_asked_for() -> None:
    assert read() == query.Query(limit=1000, offset=0, day="last_incident")


def test_a_limit_over_the_maximum_is_clamped() -> None:
    assert read(limit="1000000").limit == 10_000


@pytest.mark.parametrize("limit", ["0", "-1", "many", "1.5", "", "9" * 5000, "1e3", "１"])
def test_a_limit_that_is_no_positive_whole_number_is_refused(limit: str) -> None:
    with pytest.raises(ParameterError, match="limit"):
        read(limit=limit)


@pytest.mark.parametrize("offset", ["-1", "x", "1.0"])
def test_an_offset_that_is_no_whole_number_is_refused(offset: str) -> None:
    with pytest.raises(ParameterError, match="offset"):
        read(offset=offset)


def test_a_box_with_heights_is_the_same_box_without_them() -> None:
    assert (
        read(bbox="-89,17,0,-88,18,100").boxes
        == read(bbox="-89,17,-88,18").boxes
        == ((-89.0, 17.0, -88.0, 18.0),)
    )


def test_a_box_across_the_antimeridian_is_two() -> None:
    assert read(bbox="177,65,-177,70").boxes == ((177.0, 65.0, 180.0, 70.0), (-180.0, 65.0, -177.0, 70.0))


@pytest.mark.parametrize(
    "bbox",
    [
        *("", "1,2,3", "1,2,3,4,5", "1,2,3,4,5,6,7", "a,b,c,d", "nan,0,1,1", "0,0,inf,1", "0,10,1,5"),
        *("0,-91,1,1", "0,0,9,1,1,3", "1_0,0,11,1"),
    ],
)
def test_a_box_that_cannot_be_meant_is_refused(bbox: str) -> None:
    with pytest.raises(ParameterError, match="bbox"):
        read(bbox=bbox)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("2026-03-01", "2026-03-01", "2026-03-02"),
        ("2026-03-01T12:00:00Z", "2026-03-01", "2026-02-28"),
        ("2026-03-01T12:00:00.5-06:00", "2026-03-01", "2026-03-02"),
        ("2026-03-01t12:00:00z", "2026-03-01", "2026-03-02"),
        ("../2026-03-01", "1990-01-01", "2026-03-02"),
        ("/2026-03-01", "2026-03-01", "2026-03-02"),
        ("2026-03-01/..", "2030-01-01", "2026-02-28"),
        ("2026-03-01/", "2026-03-01", "2026-02-28"),
        ("2026-03-01/9999-12-31T00:00:00Z", "2026-03-01", "2026-02-28"),
        ("2026-03-01/9999-12-31", "2026-03-01", "2026-02-28"),
        ("2026-03-01T00:00:00Z/2026-03-02", "2026-03-02", "2026-03-03"),
        ("2016-12-31T23:59:60Z", "2016-12-31", "2017-01-01"),
    ],
)
def test_a_time_meets_the_days_that_it_touches_and_no_others(text: str, inside: str, outside: str) -> None:
    span = query.span(text)
    assert span.meets(inside)
    assert not span.meets(outside)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "yesterday",
        "2026-13-01",
        "2026-02-30",
        "2026-03-02/2026-03-01",
        "a/b",
        "2026-01-01/2026-01-02/2026-01-03",
        "2026-03-01T12:00:00",
        "20260301",
        "2026-W07",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:00",
    ],
)
def test_a_time_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="datetime"):
        query.span(text)


def test_an_unknown_argument_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ParameterError, match="incidents"):
        read(incident="3")


def test_an_argument_given_twice_is_refused() -> None:
    with pytest.raises(ParameterError, match="twice"):
        query.read([("limit", "1"), ("limit", "2")], FIELDS)


def test_a_property_is_compared_as_its_own_type() -> None:
    assert read(incidents="3", district="3").equal == (("incidents", 3.0), ("district", "3"))


@pytest.mark.parametrize("value", ["three", "nan", "inf", "", "1.5", "1_0", " 1", "1e400"])
def test_a_number_property_takes_only_numbers(value: str) -> None:
    with pytest.raises(ParameterError, match="number"):
        read(incidents=value)


def test_a_sort_names_properties_and_their_direction() -> None:
    # A plus sign in an address is a space unless it is written %2B.
    assert read(sortby="-incidents,+district").sort == (("incidents", True), ("district", False))
    assert read(sortby="-incidents, district").sort == (("incidents", True), ("district", False))
    assert read(sortby="district").sort == (("district", False),)


@pytest.mark.parametrize("text", ["", "-", "nothing", "district,", "district,-district", "--district"])
def test_a_sort_by_what_is_not_there_is_refused_with_what_is(text: str) -> None:
    with pytest.raises(ParameterError, match=r"incidents|twice") as error:
        read(sortby=text)
    assert error.value.parameter == "sortby"


def test_properties_are_kept_in_the_order_of_the_collection() -> None:
    assert read(properties="district,incidents").keep == ("incidents", "district")
    assert read().keep is None


@pytest.mark.parametrize("text", ["", "nothing", "district,nothing", "id", "geometry"])
def test_a_property_that_is_not_there_is_refused_with_those_that_are(text: str) -> None:
    with pytest.raises(ParameterError, match="incidents, district, last_incident") as error:
        read(properties=text)
    assert error.value.parameter == "properties"


def test_geometries_are_left_out_only_if_that_is_said_plainly() -> None:
    assert not read(skipGeometry="true").geometry
    assert read(skipGeometry="false").geometry
    for text in ("", "yes", "1", "True"):
        with pytest.raises(ParameterError, match="skipGeometry is true or false"):
            read(skipGeometry=text)


UTM = uri("EPSG:32616")
SYSTEMS = (CRS84, WEB_MERCATOR, UTM)


def test_a_reference_system_of_the_collection_is_taken() -> None:
    assert read().crs == CRS84
    assert query.read([("crs", UTM)], FIELDS, crs=SYSTEMS).crs == UTM


@pytest.mark.parametrize("name", ["crs", "bbox-crs", "filter-crs"])
@pytest.mark.parametrize("text", ["", "EPSG:3857", "http://www.opengis.net/def/crs/EPSG/0/4326"])
def test_another_reference_system_is_refused_with_those_there_are(name: str, text: str) -> None:
    with pytest.raises(ParameterError) as error:
        query.read([(name, text)], FIELDS, crs=SYSTEMS)
    assert error.value.parameter == name
    assert all(each in str(error.value) for each in (*SYSTEMS, text))


def test_a_box_in_web_mercator_is_exact_in_degrees() -> None:
    asked = query.read([("bbox", "-10018754.17,0,0,5621521.49"), ("bbox-crs", WEB_MERCATOR)], FIELDS)
    assert asked.projected is None
    assert asked.boxes[0] == pytest.approx((-90, 0, 0, 45), abs=1e-6)


def test_a_box_in_metres_is_kept_and_surrounded_in_degrees() -> None:
    asked = query.read([("bbox", "350000,1930000,360000,1940000"), ("bbox-crs", UTM)], FIELDS, crs=SYSTEMS)
    assert asked.projected == (UTM, (350000, 1930000, 360000, 1940000))
    (around,) = asked.boxes
    box = shapely.segmentize(shapely.box(350_000, 1_930_000, 360_000, 1_940_000), 50)
    (bent,) = unproject_shapes([box], "EPSG:32616")
    assert shapely.covers(shapely.box(*around), bent)
    assert around == pytest.approx(bent.bounds, abs=2e-3)


@pytest.mark.parametrize("bbox", ["1e9,0,2e9,1", "-1e300,-1e300,1e300,1e300", "360000,0,350000,1"])
def test_a_box_in_metres_beyond_the_world_is_answered_or_refused_in_words(bbox: str) -> None:
    try:
        asked = query.read([("bbox", bbox), ("bbox-crs", UTM)], FIELDS, crs=SYSTEMS)
    except ParameterError as error:
        assert error.parameter == "bbox"
    else:
        assert asked.boxes


@given(st.text(max_size=40))
def test_any_text_is_understood_or_refused_in_words(text: str) -> None:
    for name in (*query.PARAMETERS, "incidents"):
        try:
            read(**{name: text})
        except ParameterError as error:
            assert error.parameter == name
