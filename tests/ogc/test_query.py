"""The query of /items is read strictly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analysis.methods import Field
from hotspot.errors import ParameterError
from hotspot.ogc import query

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
    assert query.boxes("177,65,-177,70") == ((177.0, 65.0, 180.0, 70.0), (-180.0, 65.0, -177.0, 70.0))


@pytest.mark.parametrize(
    "bbox",
    ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,0,1,1", "0,0,inf,1", "0,10,1,5", "0,-91,1,1", "0,0,9,1,1,3"],
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


@pytest.mark.parametrize("value", ["three", "nan", "inf", ""])
def test_a_number_property_takes_only_numbers(value: str) -> None:
    with pytest.raises(ParameterError, match="number"):
        read(incidents=value)


@given(st.text(max_size=40))
def test_any_text_is_understood_or_refused_in_words(text: str) -> None:
    for name in ("bbox", "datetime", "limit", "offset", "incidents"):
        try:
            read(**{name: text})
        except ParameterError as error:
            assert error.parameter == name
