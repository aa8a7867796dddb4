"""Dates of a file become moments, or their rows are set aside."""

from __future__ import annotations

import pytest

from hotspot.errors import InputError, ParameterError
from hotspot.incidents.columns import guess
from hotspot.incidents.read import read_raw
from tests.incidents.conftest import reasons
from tests.incidents.whole import clean

HEAD = "id,date,offence,latitude,longitude\n"


def test_a_time_in_the_gap_of_the_clocks_names_the_zone(cleaned):
    result = cleaned(HEAD + "1,2024-03-10 02:30,Theft,,\n", timezone="America/New_York")
    assert reasons(result) == {2: "time_gap"}
    assert "never happened in America/New_York" in result.set_aside["message"].iloc[0]


def test_mixed_orders_are_refused_unless_one_is_chosen(cleaned):
    text = HEAD + "1,17/03/2024,Theft,,\n2,03/18/2024,Theft,,\n"
    with pytest.raises(InputError, match=r"two orders: “17/03/2024” \(row 2\).*“03/18/2024”"):
        cleaned(text)
    chosen = cleaned(text, date_order="dmy")
    assert chosen.table["row"].tolist() == [2]
    assert reasons(chosen) == {3: "bad_date"}


def test_a_span_from_two_dates_and_one_that_ends_before_it_starts(cleaned):
    result = cleaned(
        "date_from,time_from,date_to,time_to\n"
        "2024-03-16,22:00,2024-03-17,07:00\n"
        "2024-03-16,22:00,2024-03-15,07:00\n"
        "2024-03-16,22:00,,\n"
    )
    assert (result.table["occurred_to"] - result.table["occurred_from"]).dt.total_seconds().tolist() == [
        32400,
        0,
    ]
    assert reasons(result) == {3: "ends_before_start"}


def test_a_bad_clock_spoils_its_row(cleaned):
    result = cleaned("date,time\n2024-03-16,22:00\n2024-03-16,25:99\n2024-03-16,\n")
    assert result.table["row"].tolist() == [2, 4]
    assert reasons(result) == {3: "bad_date"}


def test_an_unknown_zone_or_order_is_refused(write, now):
    raw = read_raw(write("date\n2024-03-17\n"))
    with pytest.raises(ParameterError, match="no time zone 'Belize City'"):
        clean(raw, guess(raw.frame), timezone="Belize City", now=now)
    with pytest.raises(ParameterError, match="no date order 'us'"):
        clean(raw, guess(raw.frame), timezone="UTC", date_order="us", now=now)


def test_one_column_may_serve_two_fields(write, now):
    raw = read_raw(write("date,time\n2024-03-17,10:00\n"))
    mapping = guess(raw.frame).override({"occurred_from": "date", "occurred_to": "date"})
    result = clean(raw, mapping, timezone="UTC", now=now)
    assert str(result.table["occurred_from"].iloc[0]) == "2024-03-17 10:00:00+00:00"
    assert str(result.table["occurred_to"].iloc[0]) == "2024-03-17 23:59:59+00:00"
    assert set(result.formats) == {"date", "date (occurred_to)"}
