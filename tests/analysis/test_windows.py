"""The windows that a change is seen between."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analysis.coverage import Coverage
from hotspot.analysis.decisions import DecisionLog
from hotspot.analysis.dress import Rows
from hotspot.analysis.points import points_of
from hotspot.analysis.question import Question
from hotspot.analysis.windows import Windows, a_year_before, blurred, look_back, parted, widened, windows_of
from hotspot.errors import ParameterError, ThinDataError
from hotspot.places.study_area import study_area
from tests.analysis.conftest import ZONE, rows, twin_districts

YEAR = Coverage(np.datetime64("2025-01-01"), np.datetime64("2025-12-31"), 2000)


def asked(against: str = "previous", **question: Any) -> Question:
    return Question(method="change", area="twins", parameters={"against": against}, **question)


def found(against: str, covered: Coverage = YEAR, **question: Any) -> tuple[str, str, str, str]:
    windows = windows_of(asked(against, **question), covered, against=against)
    return (
        str(windows.start), str(windows.end), str(windows.before_start), str(windows.before_end)
    )  # fmt: skip


def test_the_previous_window_has_as_many_days_and_ends_the_day_before() -> None:
    assert found("previous", start="2025-11-01", end="2025-11-28") == (
        "2025-11-01", "2025-11-28", "2025-10-04", "2025-10-31",
    )  # fmt: skip
    assert found("previous", start="2025-11-01", end="2025-11-01")[2:] == ("2025-10-31", "2025-10-31")


def test_open_sides_are_filled_in_from_the_data() -> None:
    # 365 days: 182 against 182, the first day of all is in neither.
    assert found("previous") == ("2025-07-03", "2025-12-31", "2025-01-02", "2025-07-02")
    assert found("previous", end="2025-10-27") == ("2025-05-31", "2025-10-27", "2025-01-01", "2025-05-30")
    assert found("previous", start="2025-12-01") == ("2025-12-01", "2025-12-31", "2025-10-31", "2025-11-30")
    assert found("year") == ("2025-01-01", "2025-12-31", "2024-01-01", "2024-12-31")
    assert found("year", end="2025-11-22")[:2] == ("2024-11-23", "2025-11-22")


def test_the_same_days_of_the_year_before_mind_the_leap_year() -> None:
    assert found("year", start="2024-02-01", end="2024-02-29")[2:] == ("2023-02-01", "2023-02-28")
    leap = windows_of(asked("year", start="2024-01-01", end="2024-12-31"), YEAR, against="year")
    assert leap.exposure == 366 / 365
    assert a_year_before(date(2025, 2, 28)) == date(2024, 2, 28)


def test_a_window_longer_than_a_year_cannot_be_compared_with_the_year_before() -> None:
    with pytest.raises(ParameterError, match="at most a year") as caught:
        found("year", start="2024-01-01", end="2025-06-30")
    assert caught.value.parameter == "against"


@pytest.mark.parametrize(
    ("against", "days"),
    [
        ("previous", {"start": "0001-01-01", "end": "0001-01-01"}),
        ("previous", {"start": "0001-01-01", "end": "9999-12-31"}),
        ("year", {"start": "0001-03-01", "end": "0001-04-01"}),
        ("year", {"end": "9999-12-31"}),
    ],
)
def test_a_window_at_an_end_of_the_calendar_is_refused_with_the_days_of_the_data(
    against: str, days: dict[str, str]
) -> None:
    with pytest.raises(ParameterError, match="days of these") as refused:
        found(against, **days)
    assert refused.value.parameter == "start"


@given(
    st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 900), st.sampled_from(["previous", "year"])
)
def test_windows_never_overlap_and_are_of_one_length_but_for_a_leap_day(
    start: date, days: int, against: str
) -> None:
    question = asked(against, start=start, end=start + timedelta(days=days))
    try:
        windows = windows_of(question, YEAR, against=against)
    except ParameterError:
        assert days >= 365
        return
    assert windows.before_end < windows.start
    assert abs(windows.days - windows.before_days) <= (against == "year")


def table_of(first: str, days: int) -> Any:
    return rows([f"{np.datetime64(first) + d} 12:00" for d in range(days) for _ in range(3)])


def test_data_that_begin_after_the_earlier_window_are_refused_with_days_that_would_do() -> None:
    table = table_of("2025-06-01", 60)
    with pytest.raises(ThinDataError, match="begin on 2025-06-01") as caught:
        look_back(
            asked(start="2025-06-15", end="2025-07-30"), table, timezone=ZONE, force=False, log=DecisionLog()
        )
    assert caught.value.remedies[0] == "Ask about 2025-07-01 to 2025-07-30 at most."
    log = DecisionLog()
    look_back(asked(start="2025-07-01", end="2025-07-30"), table, timezone=ZONE, force=False, log=log)
    assert [entry["value"] for entry in log.decisions] == [
        "2025-07-01 to 2025-07-30, 30 days",
        "2025-06-01 to 2025-06-30, 30 days",
    ]


def test_data_that_end_before_the_window_are_refused() -> None:
    question = asked(start="2025-07-15", end="2025-08-10")
    with pytest.raises(ThinDataError, match=r"end on 2025-07-30.*quieter"):
        look_back(question, table_of("2025-06-01", 60), timezone=ZONE, force=False, log=DecisionLog())


def test_a_year_before_needs_data_of_two_years() -> None:
    with pytest.raises(ThinDataError, match="look new") as caught:
        look_back(
            asked("year", start="2025-07-01", end="2025-07-30"),
            table_of("2025-06-01", 60),
            timezone=ZONE,
            force=False,
            log=DecisionLog(),
        )
    assert "Or compare against previous." in caught.value.remedies
    assert not any(text.startswith("Ask about") for text in caught.value.remedies)


def test_forced_the_answer_is_marked_and_says_what_is_missing() -> None:
    log = DecisionLog()
    question = asked(start="2025-06-15", end="2025-07-30")
    windows, forced = look_back(question, table_of("2025-06-01", 60), timezone=ZONE, force=True, log=log)
    assert forced
    assert str(windows.before_start) == "2025-04-30"
    assert "everything would look new" in log.warnings[0]


def test_incidents_without_times_have_no_change() -> None:
    table = rows(["2025-01-01"] * 3)
    table[["occurred_from", "occurred_to"]] = None
    table = table.astype({"occurred_from": "datetime64[us, UTC]", "occurred_to": "datetime64[us, UTC]"})
    with pytest.raises(ThinDataError, match="none of 3 has a time"):
        look_back(asked(), table, timezone=ZONE, force=True, log=DecisionLog())


def test_every_incident_is_now_before_or_left_out_for_one_reason() -> None:
    table = rows(
        [
            "2025-07-31 00:00",
            "2025-07-01 00:00",
            "2025-06-30 23:59",
            ("2025-06-30 20:00", "2025-07-01 04:00"),
            "2025-06-01 00:00",
            "2025-05-31 23:59",
        ]
    )
    points = points_of(table, study_area(twin_districts()), timezone=ZONE)
    windows = Windows(date(2025, 7, 1), date(2025, 7, 30), date(2025, 6, 1), date(2025, 6, 30))
    now, rest, before = parted(points, Rows(9, {"outside_area": 3}, {}), windows)
    assert [str(each)[:16] for each in now.first] == ["2025-07-01T00:00"]
    assert sorted(str(each)[:16] for each in before.points.first) == ["2025-06-01T00:00", "2025-06-30T23:59"]
    assert rest.left_out == {
        "outside_area": 3,
        "earlier_window": 2,
        "across_windows": 1,
        "between_windows": 2,
    }
    assert rest.read == len(now) + sum(rest.left_out.values())


def test_a_window_after_the_data_is_not_moved_to_where_there_are_some() -> None:
    assert found("previous", start="2030-01-01")[:2] == ("2030-01-01", "2030-01-01")
    with pytest.raises(ThinDataError, match="The data end on"):
        look_back(
            asked(start="2030-01-01"),
            table_of("2025-06-01", 60),
            timezone=ZONE,
            force=False,
            log=DecisionLog(),
        )


def test_incidents_across_the_edges_are_warned_about_and_too_many_refused() -> None:
    table = rows(["2025-06-10 12:00"] * 20)
    points = points_of(table, study_area(twin_districts()), timezone=ZONE)

    def judged(vague: int, *, force: bool = False) -> tuple[bool, list[str]]:
        log = DecisionLog()
        left = Rows(40 + vague, {"across_windows": vague}, {})
        return blurred(points, points, left, force=force, log=log), log.warnings

    assert judged(2) == (False, [])
    assert judged(10)[0] is False and "look quieter" in judged(10)[1][0]
    with pytest.raises(ThinDataError, match="30 incidents may have happened on either side") as caught:
        judged(30)
    assert "whole months" in caught.value.remedies[0]
    assert judged(30, force=True)[0] is True


def test_the_widened_question_reaches_over_both_windows() -> None:
    windows = Windows(date(2025, 7, 1), date(2025, 7, 30), date(2024, 7, 1), date(2024, 7, 30))
    wide = widened(asked(), windows)
    assert (wide.start, wide.end) == (date(2024, 7, 1), date(2025, 7, 30))
