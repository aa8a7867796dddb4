"""Hours of the week: worked by hand, against a plain count of minutes, over changes of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.errors import ParameterError
from hotspot.stats.aoristic import WEEK, Week, aoristic, best_windows

if TYPE_CHECKING:
    from numpy.typing import NDArray

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
ZONES = ("UTC", "America/Chicago", "Europe/London", "America/Belize", "Asia/Kolkata", "Australia/Lord_Howe")


def moment(text: str, zone: str, *, fold: int = 0) -> np.datetime64:
    """The UTC moment of a time on the wall clock."""
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return np.datetime64(local.astimezone(UTC).replace(tzinfo=None), "us")


def span(first: str, last: str, zone: str) -> NDArray[np.float64]:
    """The profile of one incident between two times on the wall clock."""
    return aoristic([moment(first, zone)], [moment(last, zone)], timezone=zone).hours


def minute_by_minute(spans: list[tuple[datetime, int]], zone: str) -> NDArray[np.float64]:
    """The same by the plainest way there is: every minute of every span, read from the wall clock."""
    hours = np.zeros(WEEK)
    for first, minutes in spans:
        if minutes >= WEEK * 60:
            hours += 1 / WEEK
            continue
        for step in range(max(minutes, 1)):
            local = (first + timedelta(minutes=step)).astimezone(ZoneInfo(zone))
            hours[local.weekday() * 24 + local.hour] += 1 / max(minutes, 1)
    return hours


def arrays(spans: list[tuple[datetime, int]]) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """Spans of minutes as first and last moments."""
    first = np.array([start.replace(tzinfo=None) for start, _ in spans], dtype="datetime64[us]")
    return first, first + np.array([minutes for _, minutes in spans], dtype="timedelta64[m]")


def test_a_night_is_spread_over_its_hours_by_hand() -> None:
    # Sunday 22:30 to Monday 0:30, and half past six on Monday.
    found = aoristic(["2026-01-11T22:30", "2026-01-12T06:30"], ["2026-01-12T00:30", "2026-01-12T06:30"])
    expected = np.zeros(WEEK)
    expected[[166, 167, 0, 6]] = 0.25, 0.5, 0.25, 1.0
    assert found.hours == pytest.approx(expected, abs=1e-15)
    assert (found.used, found.even, found.unknown, found.backwards) == (2, 0, 0, 0)


def test_a_moment_counts_one_in_its_hour_to_the_last_microsecond() -> None:
    hours = aoristic(
        ["2026-01-05T00:00", "2026-01-05T00:59:59.999999"], ["NaT", "2026-01-05T00:59:59.999999"]
    )
    assert hours.hours[0] == 2.0
    assert hours.hours[1:].sum() == 0.0


def test_an_hour_that_the_span_only_touches_gets_nothing() -> None:
    hours = aoristic(["2026-01-05T02:00"], ["2026-01-05T04:00"]).hours
    assert hours[2:5].tolist() == [0.5, 0.5, 0.0]


def test_a_week_or_more_is_even_and_a_minute_less_is_not() -> None:
    week = np.timedelta64(7, "D")
    start = np.datetime64("2026-03-04T13:20", "us")
    exact = aoristic([start, start], [start + week, start + 9 * week])
    assert exact.hours == pytest.approx(np.full(WEEK, 2 / WEEK))
    assert exact.even == 2
    less = aoristic([start], [start + week - np.timedelta64(1, "m")])
    assert less.even == 0
    assert less.hours.argmin() == (2 * 24 + 13)
    assert less.hours.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("zone", "day", "lost"), [("America/Chicago", "2019-03-10", 2), ("Europe/London", "2019-03-31", 1)]
)
def test_an_hour_that_the_clocks_leave_out_gets_nothing(zone: str, day: str, lost: int) -> None:
    hours = span(f"{day}T00:00", f"{day}T04:00", zone)[144:148]
    expected = np.full(4, 1 / 3)
    expected[lost] = 0
    assert hours == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize(
    ("zone", "day"), [("America/Chicago", "2019-11-03"), ("Europe/London", "2019-10-27")]
)
def test_an_hour_that_the_clocks_repeat_counts_twice(zone: str, day: str) -> None:
    hours = span(f"{day}T00:00", f"{day}T04:00", zone)[144:148]
    assert hours == pytest.approx([0.2, 0.4, 0.2, 0.2], abs=1e-15)
    both = [moment(f"{day}T01:30", zone, fold=fold) for fold in (0, 1)]
    assert both[1] - both[0] == np.timedelta64(1, "h")
    assert aoristic(both, both, timezone=zone).hours[145] == 2.0


def test_clocks_that_move_by_half_an_hour_split_an_hour() -> None:
    hours = span("2023-10-01T01:00", "2023-10-01T04:00", "Australia/Lord_Howe")[144:148]
    assert hours == pytest.approx([0, 1 / 2.5, 0.5 / 2.5, 1 / 2.5], abs=1e-15)


def test_what_ends_before_it_starts_or_has_no_time_is_set_aside() -> None:
    first = np.array(["2026-01-05T08", "2026-01-05T08", "NaT", "NaT"], dtype="datetime64[us]")
    last = np.array(["2026-01-05T07", "2026-01-05T08", "2026-01-05T08", "NaT"], dtype="datetime64[us]")
    found = aoristic(first, last)
    assert (found.used, found.backwards, found.unknown) == (1, 1, 2)
    assert found.hours.sum() == 1


@pytest.mark.parametrize("given", [[], ["NaT"]])
def test_no_incident_with_a_time_gives_an_empty_week(given: list[str]) -> None:
    found = aoristic(np.array(given, dtype="datetime64[us]"), np.array(given, dtype="datetime64[us]"))
    assert found.hours.tolist() == [0.0] * WEEK
    assert best_windows(found.hours) == ()


@pytest.mark.parametrize("n", [1, 2, 50])
def test_incidents_all_at_one_time_stand_in_one_hour(n: int) -> None:
    at = np.full(n, np.datetime64("2026-07-01T20:15", "us"))
    hours = aoristic(at, at, timezone="America/Belize").hours
    assert hours[2 * 24 + 14] == n
    assert hours.sum() == n


def test_firsts_and_lasts_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="got 1 and 0"):
        aoristic(["2026-01-05"], [])


SPANS = st.lists(
    st.tuples(
        st.datetimes(datetime(2018, 12, 20), datetime(2020, 1, 10)).map(
            lambda t: t.replace(second=0, microsecond=0, tzinfo=UTC)
        ),
        st.one_of(st.integers(0, 300), st.integers(0, 11_000)),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40)
@given(spans=SPANS, zone=st.sampled_from(ZONES))
def test_hours_are_those_of_the_minutes_one_by_one(spans: list[tuple[datetime, int]], zone: str) -> None:
    found = aoristic(*arrays(spans), timezone=zone)
    assert found.hours == pytest.approx(minute_by_minute(spans, zone), abs=1e-12)


def many(n: int = 400) -> list[tuple[datetime, int]]:
    rng = np.random.default_rng(11)
    return [
        (MONDAY + timedelta(minutes=int(at)), int(length))
        for at, length in zip(
            rng.integers(0, 500_000, n), rng.choice([0, 7, 480, 4000, 20_000], n), strict=True
        )
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_the_week_adds_up_to_the_incidents_and_their_order_does_not_matter(zone: str) -> None:
    first, last = arrays(many())
    found = aoristic(first, last, timezone=zone).hours
    assert found.sum() == pytest.approx(400, abs=1e-9)
    order = np.random.default_rng(2).permutation(400)
    assert aoristic(first[order], last[order], timezone=zone).hours == pytest.approx(found, abs=1e-11)
    twice = aoristic(np.tile(first, 2), np.tile(last, 2), timezone=zone).hours
    assert twice == pytest.approx(2 * found, abs=1e-11)


@pytest.mark.parametrize("weeks", [-9, 1, 30])
def test_moving_all_by_whole_weeks_changes_nothing_where_clocks_stand(weeks: int) -> None:
    first, last = arrays(many())
    moved = np.timedelta64(weeks * 7, "D")
    zone = "America/Belize"
    found = aoristic(first + moved, last + moved, timezone=zone).hours
    assert found == pytest.approx(aoristic(first, last, timezone=zone).hours, abs=1e-11)


def test_moving_all_by_an_hour_turns_the_week_by_an_hour() -> None:
    first, last = arrays(many())
    hour = np.timedelta64(1, "h")
    turned = np.roll(aoristic(first, last).hours, 1)
    assert aoristic(first + hour, last + hour).hours == pytest.approx(turned, abs=1e-11)


def test_the_best_windows_are_found_by_hand() -> None:
    profile = np.zeros(WEEK)
    profile[[166, 167, 0, 1]] = 1, 2, 3, 1
    profile[100:104] = 1
    profile[50] = 0.5
    windows = best_windows(profile, hours=4, n=3)
    assert [(window.start, window.weight) for window in windows] == [(166, 7.0), (100, 4.0), (47, 0.5)]
    assert sum(window.share for window in windows) == pytest.approx(1.0)


def test_fewer_windows_than_asked_for_where_the_week_is_quiet() -> None:
    profile = np.zeros(WEEK)
    profile[30] = 2
    assert [(window.start, window.share) for window in best_windows(profile, hours=1, n=5)] == [(30, 1.0)]


def test_an_even_week_has_windows_from_its_beginning() -> None:
    windows = best_windows(np.full(WEEK, 0.1), hours=6, n=3)
    assert [window.start for window in windows] == [0, 6, 12]
    assert [window.share for window in windows] == pytest.approx([6 / WEEK] * 3)


@settings(max_examples=60)
@given(
    values=st.lists(st.integers(0, 9), min_size=WEEK, max_size=WEEK),
    hours=st.integers(1, 24),
    n=st.integers(1, 7),
    turn=st.integers(0, WEEK - 1),
)
def test_windows_do_not_overlap_and_the_first_is_the_best(
    values: list[int], hours: int, n: int, turn: int
) -> None:
    windows = best_windows(values, hours=hours, n=n)
    taken = [(window.start + step) % WEEK for window in windows for step in range(hours)]
    assert len(taken) == len(set(taken))
    every = [sum(values[(start + step) % WEEK] for step in range(hours)) for start in range(WEEK)]
    if windows:
        assert windows[0].weight == pytest.approx(max(every))
        turned = best_windows(np.roll(values, turn), hours=hours, n=1)
        assert turned[0].weight == pytest.approx(windows[0].weight)
    else:
        assert max(every) == 0


@pytest.mark.parametrize("hours", [0, 25])
def test_a_window_lasts_from_one_hour_to_a_day(hours: int) -> None:
    with pytest.raises(ParameterError, match="1 to 24 hours"):
        best_windows(np.ones(WEEK), hours=hours)
    with pytest.raises(ValueError, match="168 hours"):
        best_windows(np.ones(24))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 400_000), st.sampled_from([0, 1, 59, 300, 3000, 10_079, 10_080])),
        max_size=12,
    ),
    st.sampled_from(ZONES),
    st.data(),
)
def test_groups_laid_out_together_have_the_weeks_that_each_has_alone(
    given_spans: list[tuple[int, int]], zone: str, data: st.DataObject
) -> None:
    first, last = arrays([(MONDAY + timedelta(minutes=start), length) for start, length in given_spans])
    group = np.array([data.draw(st.integers(-1, 2)) for _ in given_spans], dtype=np.int64)
    week = Week.of_times(first.astype(np.int64), last.astype(np.int64), zone)
    for number, found in enumerate(week.profiles(group, 3)):
        alone = aoristic(first[group == number], last[group == number], timezone=zone)
        assert found.hours == pytest.approx(alone.hours, abs=1e-12)
        assert (found.used, found.even) == (alone.used, alone.even)
