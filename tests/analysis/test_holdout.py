from __future__ import annotations

import numpy as np
import pytest

from hotspot.analysis.holdout import compared, compared_area, measured, not_measured, split
from hotspot.analysis.points import Points, points_of
from hotspot.places.study_area import study_area
from tests.analysis.conftest import ZONE, rows, twin_districts


def at(times: list[str] | list[tuple[str, str]]) -> Points:
    return points_of(rows(times), study_area(twin_districts()), timezone=ZONE)


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


def test_a_ranking_that_finds_more_than_prior_counts_beats_them() -> None:
    days = [f"2026-03-{day:02d} 12:00" for day in range(1, 10) for _ in range(10)]
    area = np.full(4, 2.0)
    later, before = np.array([0.0, 8, 1, 1]), np.array([5.0, 1, 0, 0])
    entry = compared(np.array([0.0, 9, 0, 0]), before, later, area=area, share=0.25)
    found = measured(split(at(days)), [entry])
    assert (found["hit_rate"], found["pai"], found["pei"]) == (0.8, 3.2, 1.0)
    assert found["prior"] == {"area_share": 0.25, "hit_rate": 0.0, "pai": 0.0, "pei": 0.0}
    assert found["beats_prior"] is True


def test_as_good_as_prior_counts_does_not_beat_them() -> None:
    days = [f"2026-03-{day:02d} 12:00" for day in range(1, 10) for _ in range(10)]
    later = before = np.array([5.0, 1, 0, 0])
    entry = compared(before, before, later, area=np.ones(4), share=0.25)
    assert measured(split(at(days)), [entry])["beats_prior"] is False


def test_polygons_are_compared_with_exactly_as_much_area_of_prior_counts() -> None:
    # The fullest cell takes a quarter of the area; half of it holds half of its later incidents.
    entry = compared_area(6, 10, 0.5, np.array([5.0, 1, 0, 0]), np.array([8.0, 0, 1, 1]), area=np.ones(4))
    assert entry["area_share"] == entry["prior"]["area_share"] == 0.125
    assert (entry["hit_rate"], entry["pai"], entry["pei"]) == (0.6, 4.8, 1.5)
    assert entry["prior"]["hit_rate"] == 0.4


def test_the_ties_of_prior_counts_cost_them_nothing_beside_polygons() -> None:
    # Two cells held as much before; polygons of one cell's area found as much as lots would have.
    before, later = np.array([5.0, 5, 0, 0]), np.array([6.0, 2, 1, 1])
    entry = compared_area(4, 10, 1.0, before, later, area=np.ones(4))
    assert (entry["hit_rate"], entry["prior"]["hit_rate"]) == (0.4, 0.4)
