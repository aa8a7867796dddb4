"""Who began, who followed, and what is at risk now."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hotspot.stats.knox import Knox, knox, near_pairs
from hotspot.stats.near_repeats import at_risk, roles


def flagged(*bands: tuple[int, int], distances: tuple[float, ...] = (0, 0.1, 100, 200)) -> Knox:
    """A table in which exactly those bands are patterns, with ratio 2."""
    shape = (len(distances) - 1, 2)
    p, observed = np.ones(shape), np.full(shape, 10)
    for band in bands:
        p[band], observed[band] = 0.001, 20
    return Knox(np.array(distances, dtype=float), np.array([0.0, 7, 14]), observed, np.full(shape, 10.0), p)


def test_one_begins_and_others_follow_at_the_place_and_nearby() -> None:
    x, day = np.array([0.0, 0, 50, 5000, 5050]), np.array([0.0, 3, 5, 0, 40])
    pairs = near_pairs(x, np.zeros(5), distances=[0, 0.1, 100, 200])
    found = roles(pairs, day, flagged((0, 0), (1, 0)))
    assert found.originator.tolist() == [True, True, False, False, False]
    assert found.repeat.tolist() == [False, True, False, False, False]
    assert found.near_repeat.tolist() == [False, False, True, False, False]
    assert found.names.tolist() == ["originator", "repeat", "near repeat", "none", "none"]
    assert found.share == pytest.approx(0.6)


def test_only_bands_that_are_patterns_make_roles() -> None:
    x, day = np.array([0.0, 50]), np.array([0.0, 3])
    pairs = near_pairs(x, np.zeros(2), distances=[0, 0.1, 100, 200])
    assert roles(pairs, day, flagged((0, 0), (1, 1), (2, 0))).share == 0
    assert roles(pairs, day, flagged((1, 0))).share == 1


def test_the_hour_tells_who_came_first_on_one_day_and_of_two_at_one_moment_neither_did() -> None:
    pairs = near_pairs([0, 50, 5000, 5050], [0] * 4, distances=[0, 0.1, 100, 200])
    found = roles(pairs, [5.9, 5.1, 3, 3], flagged((1, 0)), day=[5, 5, 3, 3])
    assert found.names.tolist() == ["near repeat", "originator", "near repeat", "near repeat"]


def test_no_incidents_have_no_roles() -> None:
    pairs = near_pairs([], [], distances=[0, 0.1, 100, 200])
    found = roles(pairs, [], flagged((1, 0)))
    assert (len(found.names), found.share) == (0, 0.0)


def test_roles_are_handed_out_pair_by_pair(real_data: Path) -> None:
    rows = pd.read_csv(real_data / "oracles" / "near_repeat_chicago_be_month1.csv", names=["x", "y", "day"])
    day = (pd.to_datetime(rows["day"]) - pd.Timestamp("2015-12-01")).dt.days.to_numpy()
    pairs = near_pairs(rows["x"], rows["y"], distances=[0, 0.1, 200, 400, 600])
    found = roles(pairs, day, knox(pairs, day, days=[0, 7, 14, 21], rng=np.random.default_rng(1)))
    began, followed = set(), set()
    x, y = rows["x"].to_numpy(), rows["y"].to_numpy()
    for i in range(len(rows)):
        near = (np.abs(x - x[i]) + np.abs(y - y[i]) < 200) & (np.abs(day - day[i]) < 7)
        near[i] = False
        if (near & (day > day[i])).any():
            began.add(i)
        if (near & (day <= day[i])).any():
            followed.add(i)
    assert set(np.flatnonzero(found.originator)) == began
    assert set(np.flatnonzero(found.repeat | found.near_repeat)) == followed


def test_a_pattern_of_the_first_week_is_a_risk_until_the_sixth_day_after() -> None:
    found = at_risk([94, 95, 100, 101], flagged((1, 0)), now=100, horizon=7)
    # The 94th's ended today, on the 100th; the 101st is not known yet.
    assert found.incident.tolist() == [1, 2]
    assert found.begins.tolist() == [101, 101]
    assert found.ends.tolist() == [101, 106]


def test_a_pattern_of_the_second_week_begins_later_and_within_the_horizon_only() -> None:
    day = [88, 95, 99]
    week = at_risk(day, flagged((2, 1)), now=100, horizon=7)
    assert week.incident.tolist() == [0, 1, 2]
    assert week.begins.tolist() == [101, 102, 106]
    assert week.ends.tolist() == [101, 108, 112]
    assert week.band.tolist() == [2, 2, 2]
    assert week.ratio.tolist() == [2.0, 2.0, 2.0]
    assert at_risk(day, flagged((2, 1)), now=100, horizon=3).incident.tolist() == [0, 1]


def test_without_a_pattern_nothing_is_at_risk() -> None:
    assert len(at_risk([1, 2, 3], flagged(), now=3).incident) == 0
    assert len(at_risk([], flagged((0, 0)), now=3).incident) == 0
