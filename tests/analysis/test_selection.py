from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.analysis.question import WEEKDAYS, Question
from hotspot.analysis.selection import REASONS
from hotspot.errors import NotFoundError
from hotspot.incidents.table import empty
from tests.analysis.conftest import ZONE, rows

MONDAY = pd.Timestamp("2026-03-02")


def picked(table: pd.DataFrame, **asked: Any) -> tuple[list[int], dict[str, int]]:
    """Positions of the rows taken, and the number left out by reason."""
    found = Question(area="hull", **asked).select(table, timezone=ZONE)
    return found.table.index.tolist(), found.left_out


def test_no_filter_takes_every_row_as_it_is() -> None:
    table = rows(["2026-03-02 10:00", "2026-03-03 10:00"])
    found = Question(area="hull").select(table, timezone=ZONE)
    assert found.table is table
    assert (found.read, found.left_out) == (2, {})


def test_offences_are_told_by_their_words_in_any_case_or_by_code() -> None:
    table = rows(
        ["2026-03-02"] * 4,
        offence=["Theft", "BURGLARY", "Robbery", None],
        iccs=["0502", "0501", "0401", None],
    )
    assert picked(table, offences=("burglary",)) == ([1], {"other_offence": 3})
    assert picked(table, offences=("05",)) == ([0, 1], {"other_offence": 2})
    assert picked(table, offences=("0401", "  theft ")) == ([0, 2], {"other_offence": 2})


def test_an_offence_that_nobody_recorded_lists_those_that_are() -> None:
    table = rows(["2026-03-02"] * 2, offence=["Theft", "Robbery"])
    with pytest.raises(NotFoundError, match=r"offence 'Piracy'\. Recorded are: Robbery, Theft"):
        picked(table, offences=("Theft", "Piracy"))


def test_an_offence_of_ten_thousand_letters_is_told_by_its_first() -> None:
    table = rows(["2026-03-02"] * 2, offence=["Theft", "x" * 10_000])
    with pytest.raises(NotFoundError) as refused:
        picked(table, offences=("y" * 10_000,))
    assert len(str(refused.value)) < 300


def test_days_are_local_and_both_included() -> None:
    # 2026-03-01 23:30 in Belize is 05:30 of the next day in UTC.
    table = rows(["2026-03-01 23:30", "2026-03-02 00:00", "2026-03-03 23:59", "2026-03-04 00:00"])
    asked = {"start": date(2026, 3, 2), "end": date(2026, 3, 3)}
    assert picked(table, **asked) == ([1, 2], {"outside_dates": 2})
    assert picked(table, end=date(2026, 3, 1)) == ([0], {"outside_dates": 3})


def test_a_span_over_the_edge_of_the_window_is_left_out_and_said() -> None:
    spans = [("2026-03-01 18:00", "2026-03-02 08:00"), ("2026-03-02 00:00", "2026-03-03 00:00")]
    assert picked(rows(spans), start=date(2026, 3, 2), end=date(2026, 3, 2)) == ([1], {"spans_the_dates": 1})


def test_a_night_wraps_midnight() -> None:
    table = rows(["2026-03-02 21:59", "2026-03-02 22:00", "2026-03-03 05:59", "2026-03-03 06:00"])
    assert picked(table, hours=(22, 6)) == ([1, 2], {"other_hours": 2})


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    # Friday 23:00, Saturday 02:00 (Friday's night), Saturday 23:00, Friday 02:00 (Thursday's night).
    table = rows(["2026-03-06 23:00", "2026-03-07 02:00", "2026-03-07 23:00", "2026-03-06 02:00"])
    assert picked(table, hours=(22, 6), weekdays=("fri",)) == ([0, 1], {"other_weekday": 2})


def test_a_time_too_vague_for_the_hours_is_left_out_rather_than_guessed() -> None:
    spans = [
        ("2026-03-02 18:00", "2026-03-03 08:00"),  # may or may not have been at night
        ("2026-03-02 23:00", "2026-03-03 04:00"),  # certainly at night
        ("2026-03-02 08:00", "2026-03-02 17:00"),  # certainly not
    ]
    assert picked(rows(spans), hours=(22, 6)) == ([1], {"other_hours": 1, "time_too_vague": 1})


def test_a_month_is_too_vague_for_a_day_of_the_week() -> None:
    spans = [("2026-03-01", "2026-04-01"), ("2026-03-07", "2026-03-09"), ("2026-03-02", "2026-03-03")]
    assert picked(rows(spans), weekdays=("sat", "sun")) == ([1], {"other_weekday": 1, "time_too_vague": 1})


def test_a_row_without_a_time_is_left_out_only_where_time_is_asked_about() -> None:
    missing = pd.Series([pd.NaT], dtype="datetime64[us, UTC]")
    table = rows(["2026-03-02"], occurred_from=missing, occurred_to=missing)
    assert picked(table) == ([0], {})
    assert picked(table, weekdays=("mon",)) == ([], {"no_time": 1})


def test_an_empty_table_gives_an_empty_selection() -> None:
    assert picked(empty(), offences=("Theft",), hours=(1, 2), start=date(2026, 1, 1)) == ([], {})


@st.composite
def spans(draw: st.DrawFn) -> list[tuple[str, str]]:
    """A few local spans, to the minute, from a moment to more than a week."""
    found = []
    for _ in range(draw(st.integers(1, 6))):
        first = MONDAY + pd.Timedelta(minutes=draw(st.integers(0, 20 * 1440)))
        length = draw(st.sampled_from([0, 1, 59, 300, 480, 1439, 1440, 3000, 12_000]))
        found.append((str(first), str(first + pd.Timedelta(minutes=length))))
    return found


def every_minute(span: tuple[str, str], question: Question) -> bool:
    """The plain form: whether each minute of the span answers the question."""
    first, last = (pd.Timestamp(text) for text in span)
    last = max(first, last - pd.Timedelta(minutes=1))
    for moment in pd.date_range(first, last, freq="min"):
        opens, closes = question.hours or (0, 24)
        wraps = closes <= opens
        hour = moment.hour + 24 * (wraps and moment.hour < closes)
        if not opens <= hour < closes + 24 * wraps:
            return False
        night = moment.date() - timedelta(days=hour >= 24)
        if question.weekdays and WEEKDAYS[night.weekday()] not in question.weekdays:
            return False
        if (question.start and moment.date() < question.start) or (
            question.end and moment.date() > question.end
        ):
            return False
    return True


@settings(max_examples=60, deadline=None)
@given(
    spans(),
    st.sampled_from([None, (22, 6), (18, 24), (0, 1), (9, 17), (23, 22)]),
    st.lists(st.sampled_from(WEEKDAYS), max_size=6),
    st.none() | st.dates(date(2026, 3, 1), date(2026, 3, 8)),
)
def test_a_row_is_taken_when_every_minute_of_it_answers(
    given_spans: list[tuple[str, str]], hours: tuple[int, int] | None, weekdays: list[str], start: date | None
) -> None:
    question = Question(
        area="hull", hours=hours, weekdays=tuple(weekdays), start=start, end=date(2026, 3, 14)
    )
    found = question.select(rows(given_spans), timezone=ZONE)
    expected = [i for i, span in enumerate(given_spans) if every_minute(span, question)]
    assert found.table.index.tolist() == expected
    assert len(found.table) + sum(found.left_out.values()) == found.read == len(given_spans)
    assert set(found.left_out) <= set(REASONS)
    assert all(
        isinstance(number, int) and not isinstance(number, np.integer) for number in found.left_out.values()
    )
