"""Columns of dates become spans of UTC."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.errors import InputError, ParameterError
from hotspot.incidents import times as tm
from hotspot.incidents.raw import Raw, join_set_aside
from hotspot.incidents.source import Source
from hotspot.incidents.when import When

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Read:
    """A column of dates, and what was said of it."""

    start: pd.Series
    end: pd.Series
    reason: np.ndarray
    format: str
    notes: tuple[str, ...]


def read(*texts: str | None, timezone: str = "America/Belize", order: str | None = None) -> Read:
    raw = Raw(pd.DataFrame({"date": pd.Series(texts, dtype="str")}), np.arange(2, 2 + len(texts)), "csv")
    source = Source(raw, {"occurred_from": "date"})
    when = When(source.fields, timezone=timezone, date_order=order, now=NOW)
    when.look(source)
    when.decide()
    columns, aside = when.moments(source)
    reasons = join_set_aside(aside).set_index("row")["reason"].reindex(raw.row).fillna("")
    return Read(
        columns["occurred_from"],
        columns["occurred_to"],
        reasons.to_numpy(dtype=object),
        when.formats["date"],
        when.notes,
    )


def starts(times: Read) -> list[str]:
    return [f"{moment:%Y-%m-%dT%H:%M:%S}" for moment in times.start]


def test_a_time_without_an_offset_is_local():
    times = read("2024-03-17 21:30")
    assert starts(times) == ["2024-03-18T03:30:00"]
    assert times.start.equals(times.end)


def test_a_day_and_a_month_are_spans_to_their_last_second():
    times = read("2018-07-19", "2018-07", timezone="Europe/London")
    assert starts(times) == ["2018-07-18T23:00:00", "2018-06-30T23:00:00"]
    assert (times.end - times.start).tolist() == [
        pd.Timedelta(days=1, seconds=-1),
        pd.Timedelta(days=31, seconds=-1),
    ]


def test_mixed_offsets_and_local_times_meet_in_utc():
    times = read("2024-03-17T21:30:00Z", "2024-03-17T15:30:00-06:00", "2024-03-17 15:30")
    assert set(starts(times)) == {"2024-03-17T21:30:00"}


def test_the_order_of_a_column_comes_from_all_its_values():
    assert starts(read("7/6/2017", "7/19/2017")) == ["2017-07-06T06:00:00", "2017-07-19T06:00:00"]
    assert starts(read("7/6/2017", "19/7/2017")) == ["2017-06-07T06:00:00", "2017-07-19T06:00:00"]


def test_mixed_orders_are_refused_with_an_example_of_each():
    message = r"“13/01/2018” \(row 3\) can only be day/month, “1/14/2018” \(row 4\) only month/day"
    with pytest.raises(InputError, match=message):
        read("1/2/2018", "13/01/2018", "1/14/2018")


def test_a_chosen_order_sets_aside_what_does_not_fit():
    times = read("1/2/2018", "13/01/2018", "1/14/2018", order="dmy")
    assert times.reason.tolist() == ["", "", "bad_date"]
    assert str(times.start[0]) == "2018-02-01 06:00:00+00:00"


def test_a_year_of_two_digits_first_needs_to_be_chosen():
    assert starts(read("18-07-19", order="ymd")) == ["2018-07-19T06:00:00"]


def test_years_of_two_digits_lie_in_the_past():
    assert starts(read("19/7/18", "19/7/99")) == ["2018-07-19T06:00:00", "1999-07-19T06:00:00"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "no_date"),
        ("12:30", "time_without_date"),
        ("9:30 PM", "time_without_date"),
        ("0001-01-01", "before_1900"),
        ("0001-01-01 00:00:00", "before_1900"),
        ("1899-12-31", "before_1900"),
        ("0000-00-00", "bad_date"),
        ("2024-02-30", "bad_date"),
        ("2024-13-01", "bad_date"),
        ("2023-02-29 10:00", "bad_date"),
        ("2024-03-17 25:00", "bad_date"),
        ("2024-03-17T10:00+99:99", "bad_date"),
        ("soon", "bad_date"),
        ("2026-11-25", "in_future"),
        ("9999-12-31", "in_future"),
        ("9999-12", "in_future"),
    ],
)
def test_what_is_no_date_has_its_reason(text, reason):
    times = read(text, "2024-03-17 10:00")
    assert times.reason.tolist() == [reason, ""]
    assert times.start.isna().tolist() == [True, False]


def test_a_day_ahead_is_still_now_somewhere():
    assert read("2026-11-22 16:00").reason.tolist() == [""]


def test_a_time_that_the_clocks_jumped_over_is_set_aside():
    times = read("2024-03-10 02:30", "2024-03-10 03:30", timezone="America/New_York")
    assert times.reason.tolist() == ["time_gap", ""]


def test_a_day_that_starts_in_a_gap_starts_when_the_clocks_go_on():
    times = read("2024-03-10", timezone="America/Havana")
    assert times.reason.tolist() == [""]
    assert (times.end - times.start).tolist() == [pd.Timedelta(hours=23, seconds=-1)]


def test_a_time_that_happened_twice_is_the_first_and_said():
    times = read("2024-11-03 01:30", timezone="America/New_York")
    assert starts(times) == ["2024-11-03T05:30:00"]
    assert "happened twice in America/New_York" in times.notes[0]


def test_midnights_everywhere_are_days():
    texts = [f"2024-03-{day:02d} 00:00:00" for day in range(1, 8)]
    times = read(*texts)
    assert (times.end - times.start).unique().tolist() == [pd.Timedelta(days=1, seconds=-1)]
    assert "whole days" in times.notes[0]
    one_at_noon = read(*texts, "2024-03-09 12:00:00")
    assert one_at_noon.start.equals(one_at_noon.end)


def test_a_clock_in_a_column_of_its_own_joins_its_date():
    dates = pd.Series(
        ["2024-03-17", "2024-03-17 00:00:00", "2024-03-17 05:00", None, "1/2/2024"], dtype="str"
    )
    clock = pd.Series(["930", "1899-12-31 21:30:00", "12:00", "1:00", None], dtype="str")
    assert tm.with_clock(dates, clock).fillna("-").tolist() == [
        "2024-03-17 930",
        "2024-03-17 21:30:00",
        "2024-03-17 05:00",
        "-",
        "1/2/2024",
    ]


def test_the_format_is_said_in_words():
    assert read("7/19/2017 13:45").format == "month/day/year hour:minute"
    assert read("2018-07").format == "month and year only"
    assert read("2019-01-01T01:30:00Z").format == "year-month-day hour:minute with its offset from UTC"
    assert read("nothing").format == "no dates"


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "America", "x\x00y"])
def test_a_zone_that_does_not_exist_is_refused(name):
    with pytest.raises(ParameterError, match="no time zone"):
        tm.zone(name)


@given(
    st.lists(
        st.datetimes(min_value=dt.datetime(1950, 1, 1), max_value=dt.datetime(2026, 1, 1)),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from(["America/Belize", "America/Havana", "Europe/London", "America/Port_of_Spain"]),
)
def test_local_times_agree_with_the_standard_library(moments, name):
    """Oracle: zoneinfo, one moment at a time."""
    moments = [moment.replace(second=1, microsecond=0) for moment in moments]
    times = read(*[moment.isoformat(sep=" ") for moment in moments], timezone=name)
    for moment, start, reason in zip(moments, times.start, times.reason, strict=True):
        aware = moment.replace(tzinfo=ZoneInfo(name))
        back = aware.astimezone(dt.UTC).astimezone(ZoneInfo(name)).replace(tzinfo=None)
        if back != moment:
            assert reason == "time_gap"
        else:
            assert start == aware.astimezone(dt.UTC)
