from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotspot.analysis.holdout import compared, difference, measured, not_measured, split
from hotspot.analysis.points import Points, points_of
from hotspot.places.study_area import study_area
from tests.analysis.conftest import ZONE, rows, twin_districts


def at(times: list[str] | list[tuple[str, str]]) -> Points:
    lon = -88.25 + 0.0001 * np.arange(len(times))
    return points_of(rows(times, lon=lon), study_area(twin_districts()), timezone=ZONE)


def test_the_earlier_two_thirds_train_and_the_later_third_tests() -> None:
    # Nine days: the cut is the midnight after six.
    days = [f"2026-03-{day:02d} 12:00" for day in range(1, 10) for _ in range(10)]
    found = split(at(days))
    assert found.reason == ""
    assert found.about == {
        "cut": "2026-03-07",
        "earlier": {"from": "2026-03-01", "to": "2026-03-06", "incidents": 60},
        "later": {"from": "2026-03-07", "to": "2026-03-09", "incidents": 30},
        "left_out": 0,
    }
    assert not (found.earlier & found.later).any()


def test_an_incident_that_may_be_on_either_side_is_in_neither() -> None:
    days = [f"2026-03-{day:02d} 12:00" for day in range(1, 10) for _ in range(10)]
    spans = [(day, day) for day in days] + [("2026-03-06 20:00", "2026-03-07 08:00")]
    found = split(at(spans))
    assert found.about["left_out"] == 1
    assert found.earlier.sum() + found.later.sum() == 90


def test_times_known_to_the_month_only_are_not_measured() -> None:
    found = split(at([("2018-07-01", "2018-08-01")] * 100))
    assert "too coarse: 100 of 100 incidents" in found.reason


@pytest.mark.parametrize(
    ("times", "says"),
    [
        (["2026-03-01 10:00"] * 50, "all incidents fall within 1 day"),
        (["2026-03-01"] * 50 + ["2026-03-09"] * 5, "there are 50 and 5"),
        (["2026-03-01"] * 20 + ["2026-03-09"] * 50, "there are 20 and 50"),
    ],
)
def test_too_little_to_measure_is_said(times: list[str], says: str) -> None:
    assert says in split(at(times)).reason


def test_no_times_are_not_measured() -> None:
    table = rows(["2026-03-01"] * 3).assign(occurred_from=None, occurred_to=None)
    table = table.astype({"occurred_from": "datetime64[us, UTC]", "occurred_to": "datetime64[us, UTC]"})
    found = split(points_of(table, study_area(twin_districts()), timezone=ZONE))
    accuracy = not_measured(found)
    assert accuracy["reason"] == "no incident has a time."
    assert accuracy["beats_prior"] is None
    assert accuracy["measured"] is False
    assert accuracy["verdict"] == "not measured"


DAYS = [f"2026-03-{day:02d} 12:00" for day in range(1, 10) for _ in range(10)]


@pytest.mark.parametrize(("alike", "says"), [(81, "81 of 90 incidents lie at one location"), (80, "")])
def test_incidents_at_one_location_are_nothing_to_foretell(alike: int, says: str) -> None:
    lon = np.where(np.arange(90) < alike, -88.25, -88.25 + 0.0001 * np.arange(90))
    found = split(points_of(rows(DAYS, lon=lon), study_area(twin_districts()), timezone=ZONE))
    assert found.reason.startswith(says)
    assert bool(found.reason) is bool(says)


def each(observed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cell and weight of each of so many incidents a cell."""
    cell = np.repeat(np.arange(len(observed)), observed.astype(int))
    return cell, np.ones(len(cell))


def test_a_hit_counts_by_its_harm() -> None:
    cell, weight = np.array([0, 1, 1, 1]), np.array([9.0, 1, 1, 1])
    entry = compared(np.array([1.0, 0]), np.array([0.0, 1]), cell, weight, area=np.ones(2), share=0.5)
    assert (entry["hit_rate"], entry["prior"]["hit_rate"]) == (0.75, 0.25)
    # Nine against three, in incidents of the average weight of three: 2, by chance 1.96 sqrt(9 + 3/9).
    assert entry["difference"] == {"hits": 2.0, "chance": 5.988}


def test_a_ranking_that_finds_more_than_prior_counts_beats_them() -> None:
    area = np.full(4, 2.0)
    later, before = np.array([0.0, 8, 1, 1]), np.array([5.0, 1, 0, 0])
    entry = compared(np.array([0.0, 9, 0, 0]), before, *each(later), area=area, share=0.25)
    found = measured(split(at(DAYS)), [entry])
    assert (found["hit_rate"], found["pai"], found["pei"]) == (0.8, 3.2, 1.0)
    assert found["prior"] == {"area_share": 0.25, "hit_rate": 0.0, "pai": 0.0, "pei": 0.0}
    # Eight caught by the layer only, none by prior counts only: 8 > 1.96 * sqrt(8).
    assert found["difference"] == {"hits": 8.0, "chance": 5.544}
    assert (found["beats_prior"], found["verdict"]) == (True, "better")


def test_a_ranking_that_finds_less_than_prior_counts_is_worse() -> None:
    later, before = np.array([8.0, 0, 1, 1]), np.array([5.0, 1, 0, 0])
    entry = compared(np.array([0.0, 9, 0, 0]), before, *each(later), area=np.ones(4), share=0.25)
    found = measured(split(at(DAYS)), [entry])
    assert (found["beats_prior"], found["verdict"]) == (False, "worse")


def test_as_good_as_prior_counts_is_about_equal() -> None:
    later = before = np.array([5.0, 1, 0, 0])
    entry = compared(before, before, *each(later), area=np.ones(4), share=0.25)
    found = measured(split(at(DAYS)), [entry])
    assert found["difference"] == {"hits": 0.0, "chance": 0.0}
    assert (found["beats_prior"], found["verdict"]) == (None, "about equal")


@pytest.mark.parametrize(
    ("only_layer", "only_prior", "verdict"),
    [(3, 0, "about equal"), (4, 0, "better"), (12, 5, "about equal"), (5, 15, "worse"), (14, 5, "better")],
)
def test_a_difference_counts_where_mcnemars_test_says_so(
    only_layer: int, only_prior: int, verdict: str
) -> None:
    later = np.array([only_layer, only_prior, 3.0, 0])
    entry = compared(
        np.array([9.0, 0, 0, 0]), np.array([0.0, 9, 0, 0]), *each(later), area=np.ones(4), share=0.25
    )
    assert entry["difference"]["hits"] == only_layer - only_prior
    chi2 = (only_layer - only_prior) ** 2 / (only_layer + only_prior)
    assert (chi2 > 1.96**2) is (verdict != "about equal")
    assert measured(split(at(DAYS)), [entry])["verdict"] == verdict


@given(
    cells=st.lists(
        st.tuples(
            st.integers(0, 3),
            st.integers(0, 3),
            st.integers(0, 5),
            st.sampled_from([0.25, 0.5, 1.0]),
        ),
        min_size=1,
        max_size=12,
    ),
    share=st.floats(0.01, 1.0),
)
def test_the_hits_apart_are_those_of_the_scores_whatever_is_tied(
    cells: list[tuple[int, int, int, float]], share: float
) -> None:
    predicted, before, later, area = (np.array(column, dtype=float) for column in zip(*cells, strict=True))
    assume(later.sum() > 0)
    entry = compared(predicted, before, *each(later), area=area, share=share)
    apart = (entry["hit_rate"] - entry["prior"]["hit_rate"]) * later.sum()
    assert entry["difference"]["hits"] == pytest.approx(apart, abs=1e-3)
    assert 0 <= entry["difference"]["chance"] <= 1.96 * np.sqrt(later.sum()) + 1e-3


def test_the_best_of_many_must_be_further_ahead() -> None:
    layer, prior = np.array([1.0] * 6 + [0]), np.array([0.0] * 6 + [1])
    chance = [difference(layer, prior, tests=tests)["chance"] for tests in (1, 2, 10)]
    # 1.960, 2.241 and 2.807 standard deviations of a root of seven incidents.
    assert chance == pytest.approx([5.186, 5.930, 7.427], abs=2e-3)
