"""Hours of the week of tables and of points, and what is said of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from hotspot.analysis.methods.method import Field
from hotspot.analysis.points import points_of
from hotspot.analysis.week import LEAST_TIMED, Times, week_table, windows_table
from hotspot.incidents.table import conform
from hotspot.places.study_area import hull_of
from tests.analysis.conftest import rows

CHICAGO = "America/Chicago"


def spans(first: list[str], last: list[str], zone: str = CHICAGO) -> pd.DataFrame:
    """A clean table of incidents between two times on the wall clock."""
    utc = [
        pd.to_datetime(times).tz_localize(zone, ambiguous=np.full(len(times), early)).tz_convert("UTC")
        for times, early in ((first, True), (last, False))
    ]
    n = len(first)
    given: dict[str, Any] = {"occurred_from": utc[0], "occurred_to": utc[1], "offence": ["Theft"] * n}
    return conform(pd.DataFrame({**given, "lon": np.linspace(-90, -89.9, n), "lat": 35.1}))


def both(table: pd.DataFrame, zone: str = CHICAGO) -> tuple[Times, Times]:
    """The times of a table, and those of the points made of it, whose wall clock is all that is left."""
    area = hull_of(table["lon"].to_numpy(), table["lat"].to_numpy())
    return Times.of_table(table, zone), Times.of_points(points_of(table, area, timezone=zone), zone)


@pytest.mark.parametrize("seed", range(3))
def test_points_and_the_table_they_are_made_of_have_the_same_week(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # Over both changes of the clocks, in whole minutes and to the second.
    first = pd.Timestamp("2019-02-20", tz="UTC") + pd.to_timedelta(
        rng.integers(0, 270 * 86_400, 300), unit="s"
    )
    length = pd.to_timedelta(rng.choice([0, 0, 1800, 7 * 3600, 86_399, 20 * 86_400], 300), unit="s")
    table = conform(
        pd.DataFrame(
            {
                "occurred_from": first,
                "occurred_to": first + length,
                "lon": rng.uniform(-90, -89.9, 300),
                "lat": 35.1,
            }
        )
    )
    exact, points = both(table)
    assert points.profile().hours == pytest.approx(exact.profile().hours, abs=1e-6)


@pytest.mark.parametrize(
    ("zone", "spring", "autumn"),
    [(CHICAGO, "2019-03-10", "2019-11-03"), ("Europe/London", "2019-03-31", "2019-10-27")],
)
def test_points_know_the_days_on_which_clocks_change(zone: str, spring: str, autumn: str) -> None:
    table = spans([f"{spring}T00:00"], [f"{spring}T06:00"], zone)
    for times in both(table, zone):
        held = times.profile().hours[144:151]
        assert sorted(held) == pytest.approx([0, 0] + [0.2] * 5, abs=1e-6)
    table = spans([f"{autumn}T00:00"], [f"{autumn}T06:00"], zone)
    for times in both(table, zone):
        assert times.profile().hours[144:150] == pytest.approx(np.array([1, 2, 1, 1, 1, 1]) / 7, abs=1e-6)


def test_a_moment_in_the_hour_that_clocks_repeat_stays_a_moment() -> None:
    _, points = both(
        spans(["2019-11-03T01:30"] * 2, ["2019-11-03T01:30"] * 2).assign(
            occurred_to=lambda t: t["occurred_from"]
        )
    )
    assert points.profile().hours[145] == 2


def test_a_day_is_even_over_its_hours() -> None:
    # Whole days are kept as 0:00:00 to 23:59:59.
    for times in both(spans(["2019-06-05"], ["2019-06-05T23:59:59"])):
        assert times.profile().hours[48:72] == pytest.approx(np.full(24, 1 / 24), abs=1e-9)


def test_a_missing_end_is_a_moment_and_a_missing_start_is_no_time() -> None:
    table = rows(["2026-01-05T08:30"] * 3)
    table.loc[1, "occurred_to"] = pd.NaT
    table.loc[2, ["occurred_from", "occurred_to"]] = pd.NaT
    for times in both(table, "America/Belize"):
        found = times.profile()
        assert (found.hours[8], found.used, found.unknown) == (2, 2, 1)
        assert times.cautions() == ["1 incident has no time and is not in it."]


def test_months_are_too_coarse_and_the_reason_is_told() -> None:
    month = [("2018-07-01", "2018-07-31T23:59:59")] * 6
    times, points = both(rows(month), "America/Belize")
    for each in (times, points):
        table = week_table(each)
        assert table.rows == ()
        assert table.chart is None
        assert table.note == (
            "Times are too coarse for the hours of the week: 6 of 6 incidents are only known to lie "
            "within 12 hours or more."
        )
    assert week_table(Times.of_table(rows([]), "UTC")).note == "No incident has a time."


def test_the_week_has_168_hours_in_order_and_adds_up() -> None:
    table = week_table(Times.of_table(rows(["2026-01-05T08:30", "2026-01-11T23:10"]), "America/Belize"))
    assert table.column("hour") == tuple(range(168))
    assert table.rows[8] == (8, "Monday", "08:00", 1.0, 0.5)
    assert table.rows[167] == (167, "Sunday", "23:00", 1.0, 0.5)
    assert sum(table.column("incidents")) == 2
    assert table.chart is not None
    assert (table.chart.kind, table.chart.x, table.chart.y) == ("week", "hour", ("incidents",))
    assert "Monday 05:00 to 09:00 holds the most" in table.note


def test_many_at_midnight_sharp_are_pointed_out() -> None:
    times = ["2026-01-05T00:00"] * 20 + [f"2026-01-{day:02d}T14:05" for day in range(6, 26)]
    said = Times.of_table(rows(times), "America/Belize").cautions()
    assert any("50 % of the times are 0:00 sharp" in sentence for sentence in said)
    assert Times.of_table(rows(times[20:]), "America/Belize").cautions() == []


def test_windows_are_told_group_by_group_and_not_of_too_few() -> None:
    times = Times.of_table(rows(["2026-01-09T21:30"] * 12 + ["2026-01-05T09:00"] * 9), "America/Belize")
    of = np.where(np.arange(21) < 12, 0, 1)
    by = (Field("name", "string", "Name"),)
    table = windows_table("hours", "Hours", [("late",), ("early",)], of, times, by=by, hours=2)
    assert table.rows == (("late", 12, 1, "Friday 20:00 to 22:00", 116, 12.0, 1.0, 84.0, table.rows[0][-1]),)
    assert [field.name for field in table.fields][:3] == ["name", "timed", "window"]
    assert f"1 with fewer than {LEAST_TIMED} incidents with a time is left out." in table.note
    assert "chance" not in table.note


def test_windows_that_chance_could_make_are_told_apart() -> None:
    moments = [f"2026-01-{5 + i // 2:02d}T{3 + 9 * (i % 2):02d}:30" for i in range(14)]
    times = Times.of_table(rows(moments), "America/Belize")
    table = windows_table("w", "W", [()], np.zeros(14, dtype=np.int64), times, by=())
    assert table.column("chance") == (1.0, 1.0, 1.0)
    assert "3 of 3 windows hold no more than chance could" in table.note


def test_chance_bounds_what_an_even_week_would_show() -> None:
    rng = np.random.default_rng(8)
    flagged = 0
    for _ in range(200):
        minute = rng.integers(0, 7 * 24 * 60, 40)
        moments = np.datetime64("2026-01-05", "us") + minute.astype("timedelta64[m]")
        times = Times(moments, moments, "UTC")
        table = windows_table("w", "W", [()], np.zeros(40, dtype=np.int64), times, by=())
        flagged += table.column("chance")[0] <= 0.05
    # At most one in twenty, and some: a bound, not a wall.
    assert 0 < flagged <= 18


def test_windows_of_no_group_or_of_coarse_times_are_an_empty_table() -> None:
    times = Times.of_table(rows(["2026-01-05T09:00"]), "UTC")
    assert windows_table("w", "W", [], np.array([-1]), times, by=()).rows == ()
    coarse = Times.of_table(rows([("2026-01-05", "2026-01-06")]), "UTC")
    table = windows_table("w", "W", [()], np.zeros(1, dtype=np.int64), coarse, by=())
    assert (table.rows, table.note) == ((), coarse.why_not)
