"""Rates: by hand, against esda, and where there are no people or no incidents."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.stats.rates import per_100_000, standardised_rates

COUNTS = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9_000)), min_size=2, max_size=20)


def test_two_places_by_hand() -> None:
    # 10 and 30 of 1,000 each: overall .02, among 1e-4, by chance .02 / 1,000: true variance 8e-5.
    # Each varies by 8e-5 + 2e-5: its rate is .01 from the overall one, a standard deviation of .01.
    assert standardised_rates([10, 30], [1000, 1000]) == pytest.approx([-1, 1], rel=1e-12)


def test_rates_equal_those_of_esda() -> None:
    from esda.smoothing import assuncao_rate

    rng = np.random.default_rng(2)
    for spread in (0.2, 2.0):
        people = rng.integers(50, 20_000, 60)
        events = rng.poisson(people * rng.gamma(1 / spread, spread, 60) * 0.01)
        expected = np.asarray(assuncao_rate(events, people))
        assert standardised_rates(events, people) == pytest.approx(expected, rel=1e-12)


def test_rates_that_differ_less_than_chance_are_those_of_esda_too() -> None:
    from esda.smoothing import assuncao_rate

    events, people = np.array([10, 10, 11, 1]), np.array([1000, 1000, 1000, 100])
    expected = np.asarray(assuncao_rate(events, people))
    assert np.isfinite(expected).all()
    assert standardised_rates(events, people) == pytest.approx(expected, rel=1e-12)


def test_a_village_with_one_incident_does_not_outrank_a_town() -> None:
    events, people = [1, 300, 100, 100, 100], [20, 10_000, 10_000, 10_000, 10_000]
    rates, scores = per_100_000(events, people), standardised_rates(events, people)
    assert rates[0] > rates[1]
    assert scores[1] > scores[0]


@settings(deadline=None, max_examples=80)
@given(places=COUNTS, times=st.integers(1, 9), data=st.data())
def test_order_does_not_matter_and_people_have_no_unit(
    places: list[tuple[int, int]], times: int, data: st.DataObject
) -> None:
    events, people = (np.array(each) for each in zip(*places, strict=True))
    score = standardised_rates(events, people)
    assert np.isfinite(score).all()
    order = np.array(data.draw(st.permutations(range(len(places)))))
    assert standardised_rates(events[order], people[order]) == pytest.approx(score[order], abs=1e-9)
    above = per_100_000(events, people) - 1e5 * events.sum() / people.sum()
    if events.sum():
        far = np.abs(above) > 1e-6
        assert (np.sign(score[far]) == np.sign(above[far])).all()
    assert per_100_000(events * times, people * times) == pytest.approx(per_100_000(events, people))


def test_no_incident_anywhere_and_no_place_at_all_score_nothing() -> None:
    assert standardised_rates([0, 0], [10, 20]).tolist() == [0, 0]
    assert standardised_rates([], []).tolist() == []
    assert standardised_rates([5], [10]).tolist() == [0]


@pytest.mark.parametrize("people", [[0, 5], [-1, 5], [math.nan, 5], [5]])
def test_a_place_without_people_is_refused(people: list[float]) -> None:
    with pytest.raises(ValueError, match="population above 0"):
        standardised_rates([1, 2], people)


def test_a_rate_of_nobody_is_unknown() -> None:
    found = per_100_000([3, 3, 0], [0, math.nan, 10])
    assert np.isnan(found[:2]).all()
    assert found[2] == 0
