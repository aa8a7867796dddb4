"""Which column is which."""

from __future__ import annotations

import pandas as pd
import pytest

from hotspot.errors import InputError
from hotspot.incidents.columns import FIELDS, guess
from hotspot.incidents.table import COLUMNS


def frame(**columns) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype="str")


POLICE_UK = frame(
    **{
        "Crime ID": ["a", "b"],
        "Month": ["2018-07", "2018-07"],
        "Reported by": ["West", "West"],
        "Falls within": ["West", "West"],
        "Longitude": ["-1.4", "-1.5"],
        "Latitude": ["53.5", "53.6"],
        "Location": ["On or near Ash Mount", "On or near Park"],
        "LSOA name": ["Barnsley 003A", "Barnsley 004A"],
        "Crime type": ["Burglary", "Drugs"],
        "Last outcome category": ["x", "y"],
    }
)


def test_every_field_of_a_clean_table_that_a_file_can_give_can_be_mapped():
    ours = {"row", "iccs", "location_precision", "snapped", "district", "fingerprint"}
    assert set(FIELDS) == set(COLUMNS) - ours | {"occurred_from_time", "occurred_to_time", "point"}


def test_a_police_uk_file_needs_no_help():
    mapping = guess(POLICE_UK)
    assert mapping.fields == {
        "source_id": "Crime ID",
        "occurred_from": "Month",
        "offence": "Crime type",
        "lon": "Longitude",
        "lat": "Latitude",
        "place": "Location",
        "agency": "Reported by",
        "outcome": "Last outcome category",
    }
    assert mapping.unused == ("Falls within", "LSOA name")
    assert mapping.refused == {}


def test_dates_and_times_in_columns_of_their_own_are_told_apart():
    mapping = guess(
        frame(
            incident_no=["1", "2"],
            date_from=["1/2/2024", "3/2/2024"],
            time_from=["2130", "0915"],
            date_to=["2/2/2024", "4/2/2024"],
            time_to=["07:00", "8:00 AM"],
            date_reported=["2/2/2024", "4/2/2024"],
        )
    )
    assert mapping.fields == {
        "source_id": "incident_no",
        "occurred_from": "date_from",
        "occurred_from_time": "time_from",
        "occurred_to": "date_to",
        "occurred_to_time": "time_to",
        "reported_at": "date_reported",
    }


def test_a_point_column_is_told_by_its_values_and_text_of_that_name_is_a_place():
    points = guess(frame(date=["2024-01-01"], location=["(41.76, -87.68)"]))
    assert points.fields["point"] == "location"
    texts = guess(frame(date=["2024-01-01"], location=["King Street"]))
    assert texts.fields["place"] == "location"


def test_x_and_y_are_coordinates_only_in_degrees():
    degrees = guess(frame(date=["2024-01-01"], x=["-88.2"], y=["17.5"]))
    assert (degrees.fields["lon"], degrees.fields["lat"]) == ("x", "y")
    feet = guess(frame(date=["2024-01-01"], x=["1161120.0"], y=["1858829.0"]))
    assert "lon" not in feet.fields


def test_a_number_that_repeats_is_a_case_number_not_an_id():
    repeated = [str(i // 4) for i in range(40)]
    mapping = guess(frame(incident_number=repeated, date=["2024-01-01"] * 40))
    assert "source_id" not in mapping.fields
    assert mapping.fields["case_number"] == "incident_number"


def test_the_date_reported_stands_in_and_says_so():
    mapping = guess(frame(date_reported=["2024-01-01"], offence=["Theft"]))
    assert mapping.fields["occurred_from"] == "date_reported"
    assert ("occurred_from", "date_reported") in {(f, c) for f, c, _ in mapping.describe()}
    assert "stands in" in {f: how for f, _, how in mapping.describe()}["occurred_from"]


def test_a_date_by_any_other_name_is_found_by_its_values_if_it_is_the_only_one():
    one = guess(frame(wann=["2024-01-01", "2024-02-02"], updated_on=["2024-01-01", "2024-02-02"]))
    assert one.fields["occurred_from"] == "wann"
    two = guess(frame(wann=["2024-01-01"], quand=["2024-01-01"]))
    assert "occurred_from" not in two.fields


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("Victim Name", "name"),
        ("suspect_name", "name"),
        ("surname", "name"),
        ("Officer", "person"),
        ("Phone", "phone"),
        ("email", "internet"),
        ("SSN", "identity"),
        ("Licence No", "identity"),
        ("Date of birth", "birth"),
        ("Narrative", "free text"),
    ],
)
def test_columns_about_persons_are_refused_by_name(header, why):
    mapping = guess(frame(**{"date": ["2024-01-01"], header: ["x"]}))
    assert why in mapping.refused[header]
    assert header not in mapping.unused


@pytest.mark.parametrize("value", ["ana@example.org", "+501 622-1234", "(501) 622-1234", "123-45-6789"])
def test_columns_about_persons_are_refused_by_their_values(value):
    assert "contact" in guess(frame(date=["2024-01-01"] * 3, contact=[value] * 3)).refused


@pytest.mark.parametrize(
    "header", ["LSOA name", "district name", "street name", "offence name", "victim_age"]
)
def test_other_names_are_not_persons(header):
    assert guess(frame(**{"date": ["2024-01-01"], header: ["x"]})).refused == {}


def test_a_choice_overrides_a_guess_and_an_empty_one_takes_it_away():
    mapping = guess(POLICE_UK).override(
        {"place": "lsoa_name", "agency": "", "recorded_district": "Falls within"}
    )
    assert mapping.fields["place"] == "LSOA name"
    assert mapping.fields["recorded_district"] == "Falls within"
    assert "agency" not in mapping.fields
    assert set(mapping.unused) == {"Location", "Reported by"}
    assert ("place", "LSOA name", "chosen") in mapping.describe()


def test_a_refused_column_is_taken_when_it_is_named():
    mapping = guess(frame(date=["2024-01-01"], name=["King Street"]))
    assert "name" in mapping.refused
    assert mapping.override({"place": "name"}).refused == {}


def test_unknown_fields_and_columns_are_refused_with_the_choices():
    mapping = guess(POLICE_UK)
    with pytest.raises(InputError, match=r"no field 'colour'.*occurred_from"):
        mapping.override({"colour": "Month"})
    with pytest.raises(InputError, match=r"no column 'Nothing'.*Crime ID"):
        mapping.override({"place": "Nothing"})


def test_a_table_of_nothing_maps_nothing():
    assert guess(frame(a=[None], b=[None])).fields == {}


def test_a_guess_yields_to_a_choice():
    both = frame(date=["2024-01-01"], end=["2024-01-01"], location=["(17.5, -88.2)"], a=["17"], b=["-88"])
    mapping = guess(both).override({"occurred_from": "end", "lat": "a", "lon": "b"})
    assert mapping.fields == {"occurred_from": "end", "lat": "a", "lon": "b"}
    points = guess(frame(date=["2024-01-01"], lat=["17"], lon=["-88"], here=["(17.5, -88.2)"]))
    assert points.override({"point": "here"}).fields == {"occurred_from": "date", "point": "here"}
