"""Steps of time: whole, laid back from the end, and every incident in one of them or counted out."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analysis.points import points_of
from hotspot.analysis.steps import DAYS, MONTHS, automatic_step, edges_of, steps_of
from hotspot.places.study_area import study_area
from tests.analysis.conftest import ZONE, rows, twin_districts

STEPS = (*DAYS, *MONTHS)


def day(text: str) -> np.datetime64:
    return np.datetime64(text, "D")


def laid(first: str, end: str, step: str) -> list[str]:
    return [str(each) for each in edges_of(day(first), day(end), step=step)]


def test_weeks_are_laid_back_from_the_last_day() -> None:
    assert laid("2026-01-01", "2026-01-27", "week") == [
        "2026-01-06",
        "2026-01-13",
        "2026-01-20",
        "2026-01-27",
    ]
    assert laid("2026-01-01", "2026-01-29", "fortnight") == ["2026-01-01", "2026-01-15", "2026-01-29"]


def test_months_end_on_the_day_that_the_window_ends() -> None:
    assert laid("2025-11-15", "2026-03-01", "month") == [
        "2025-12-01",
        "2026-01-01",
        "2026-02-01",
        "2026-03-01",
    ]
    assert laid("2026-01-10", "2026-04-16", "month") == [
        "2026-01-16",
        "2026-02-16",
        "2026-03-16",
        "2026-04-16",
    ]
    assert laid("2024-01-01", "2026-01-01", "year") == ["2024-01-01", "2025-01-01", "2026-01-01"]
    assert laid("2025-01-02", "2026-01-01", "quarter") == [
        "2025-04-01",
        "2025-07-01",
        "2025-10-01",
        "2026-01-01",
    ]


def test_a_month_that_lacks_the_day_begins_on_its_last() -> None:
    assert laid("2024-01-30", "2024-03-31", "month") == ["2024-01-31", "2024-02-29", "2024-03-31"]


@pytest.mark.parametrize("step", STEPS)
def test_a_window_shorter_than_a_step_holds_none(step: str) -> None:
    assert laid("2026-03-01", "2026-03-01", step) == ["2026-03-01"]
    assert laid("2026-03-02", "2026-03-01", step) == ["2026-03-01"]


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(0, 4000), st.sampled_from(STEPS))
def test_steps_are_whole_ascending_inside_the_window_and_no_more_would_fit(
    first: date, days: int, step: str
) -> None:
    end = first + timedelta(days=days)
    edges = edges_of(np.datetime64(first), np.datetime64(end), step=step)
    lengths = np.diff(edges).astype(int)
    shortest, longest = (DAYS[step], DAYS[step]) if step in DAYS else (28 * MONTHS[step], 31 * MONTHS[step])
    assert edges[-1] == np.datetime64(end)
    assert edges[0] >= np.datetime64(first)
    assert ((lengths >= shortest) & (lengths <= longest)).all()
    assert int((edges[0] - np.datetime64(first)).astype(int)) < longest + 1


def test_the_automatic_step_is_the_longest_that_leaves_ten() -> None:
    assert automatic_step(day("2025-01-01"), day("2026-01-01")) == "month"
    assert automatic_step(day("2026-01-01"), day("2026-11-01")) == "month"
    assert automatic_step(day("2026-01-02"), day("2026-11-01")) == "week"
    assert automatic_step(day("2026-01-01"), day("2026-03-12")) == "week"
    assert automatic_step(day("2026-01-01"), day("2026-03-11")) == "day"
    assert automatic_step(day("2026-01-01"), day("2026-01-02")) == "day"


def test_every_incident_is_in_one_step_or_counted_out_for_one_reason() -> None:
    table = rows(
        [
            "2026-01-01 12:00",  # before the first whole week
            "2026-01-06 00:00",  # the first moment of the first
            ("2026-01-12 20:00", "2026-01-13 02:00"),  # more before midnight than after
            ("2026-01-12 22:00", "2026-01-13 04:00"),  # more after
            ("2026-01-07 00:00", "2026-01-14 00:00"),  # as long as a step
            ("2026-01-06 00:00", "2026-01-14 00:00"),  # longer than one
            "2026-01-26 23:59",
            "2026-01-27 00:00",  # after the last
        ]
    )
    points = points_of(table, study_area(twin_districts()), timezone=ZONE)
    found = steps_of(points, first=day("2026-01-01"), end=day("2026-01-27"), step="week")
    of = {
        str(first)[:16] + " " + str(last)[:16]: int(step)
        for first, last, step in zip(points.first, points.last, found.of, strict=True)
    }
    assert of == {
        "2026-01-01T12:00 2026-01-01T12:00": -1,
        "2026-01-06T00:00 2026-01-06T00:00": 0,
        "2026-01-12T20:00 2026-01-13T01:59": 0,
        "2026-01-12T22:00 2026-01-13T03:59": 1,
        "2026-01-07T00:00 2026-01-13T23:59": 0,
        "2026-01-06T00:00 2026-01-13T23:59": -1,
        "2026-01-26T23:59 2026-01-26T23:59": 2,
        "2026-01-27T00:00 2026-01-27T00:00": -1,
    }
    assert (found.before, found.after, found.vague, found.untimed) == (1, 1, 1, 0)
    assert len(found) == 3


def test_an_incident_without_a_time_is_in_no_step() -> None:
    table = rows(["2026-01-10", "2026-01-11"])
    table.loc[0, ["occurred_from", "occurred_to"]] = None
    points = points_of(table, study_area(twin_districts()), timezone=ZONE)
    found = steps_of(points, first=day("2026-01-01"), end=day("2026-02-01"), step="day")
    assert sorted(found.of.tolist()) == [-1, 10]
    assert found.untimed == 1


def test_incidents_known_to_the_month_fall_in_their_month() -> None:
    table = rows([(f"2026-{m:02d}-01", f"2026-{m + 1:02d}-01") for m in range(1, 7)])
    points = points_of(table, study_area(twin_districts()), timezone=ZONE)
    found = steps_of(points, first=day("2026-01-01"), end=day("2026-07-01"), step="month")
    assert sorted(found.of.tolist()) == [0, 1, 2, 3, 4, 5]
