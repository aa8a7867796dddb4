"""Concentration: by hand, by plain loops, against chance in closed form and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import i0e, i1e

from hotspot.stats.concentration import by_chance, concentration, generalised, thinned

COUNTS = st.lists(st.integers(0, 40), min_size=1, max_size=40).filter(any)


def plain_gini(counts: list[int]) -> float:
    """Half the mean difference of all pairs, relative to the mean: its definition."""
    apart = sum(abs(a - b) for a in counts for b in counts)
    return apart / (2 * len(counts) * sum(counts))


def plain_generalised(counts: list[int]) -> float:
    """The formula as published, over places in ascending order."""
    n, c = len(counts), sum(counts)
    ranked = sum(i * count / c for i, count in enumerate(sorted(counts), start=1))
    return max(1 / c, 1 / n) * (2 * ranked - n - 1) - max(n / c, 1) + 1


def test_ten_cells_by_hand() -> None:
    found = concentration([0, 1, 0, 6, 0, 2, 0, 1, 0, 0])
    assert (found.places, found.incidents, found.empty) == (10, 10, 6)
    assert found.lorenz.incidents.tolist() == [0, 0.6, 0.8, 0.9, 1, 1, 1, 1, 1, 1, 1]
    assert found.lorenz.top(0.10) == pytest.approx(0.6)
    assert found.lorenz.top(0.15) == pytest.approx(0.7)
    assert found.lorenz.top(0.01) == pytest.approx(0.06)
    assert found.lorenz.holding(0.25) == pytest.approx(0.025 / 0.6)
    assert found.lorenz.holding(0.7) == pytest.approx(0.15)
    assert found.gini == pytest.approx(0.76)


@given(counts=COUNTS)
def test_gini_is_that_of_all_pairs_and_of_the_published_formula(counts: list[int]) -> None:
    found = concentration(counts)
    assert found.gini == pytest.approx(plain_gini(counts), abs=1e-12)
    assert found.gini_generalised == pytest.approx(plain_generalised(counts), abs=1e-10)
    assert found.gini_generalised <= found.gini + 1e-12


@given(counts=COUNTS)
def test_the_curve_is_that_of_a_plain_loop(counts: list[int]) -> None:
    found = concentration(counts)
    ranked, held = sorted(counts, reverse=True), 0
    for number, count in enumerate(ranked, start=1):
        held += count
        assert found.lorenz.top(number / len(counts)) == pytest.approx(held / sum(counts), abs=1e-12)


@given(counts=COUNTS, seed=st.integers(0, 9), times=st.integers(2, 5))
def test_order_does_not_matter_and_repeating_every_place_changes_nothing(
    counts: list[int], seed: int, times: int
) -> None:
    found = concentration(counts)
    other = concentration(np.random.default_rng(seed).permutation(counts))
    assert other.gini == pytest.approx(found.gini, abs=1e-12)
    assert other.gini_chance == found.gini_chance
    tiled = concentration(counts * times)
    assert tiled.gini == pytest.approx(found.gini, abs=1e-12)
    assert tiled.gini_generalised == pytest.approx(found.gini_generalised, abs=1e-12)
    assert concentration(np.array(counts) * times).gini == pytest.approx(found.gini, abs=1e-12)


def test_one_incident_each_is_the_most_even_that_few_can_be() -> None:
    found = concentration([1] * 7 + [0] * 93)
    assert found.gini == pytest.approx(0.93)
    assert found.gini_generalised == pytest.approx(0, abs=1e-12)
    everywhere = concentration([3] * 50)
    assert everywhere.gini == pytest.approx(0, abs=1e-12)
    assert everywhere.lorenz.top(0.1) == pytest.approx(0.1)


def test_all_in_one_place_is_as_concentrated_as_can_be() -> None:
    found = concentration([0] * 99 + [20])
    assert found.gini == pytest.approx(0.99)
    assert found.lorenz.top(0.01) == pytest.approx(1.0)
    assert found.lorenz.holding(0.5) == pytest.approx(0.005)
    assert generalised(0.99, 100, 20) == pytest.approx(0.95)


@pytest.mark.parametrize("counts", [[], [0], [0.0] * 30])
def test_without_an_incident_there_is_nothing_to_say(counts: list[float]) -> None:
    found = concentration(counts)
    assert found.incidents == 0
    numbers = (found.gini, found.gini_generalised, found.gini_chance, found.lorenz.top(0.1))
    assert all(math.isnan(number) for number in (*numbers, found.lorenz.holding(0.5)))


def test_one_place_holds_all_and_is_no_concentration() -> None:
    found = concentration([9])
    assert (found.gini, found.gini_chance) == (0, 0)
    assert found.lorenz.top(0.05) == pytest.approx(0.05)


@pytest.mark.parametrize("rate", [0.001, 0.05, 0.7, 3.0, 40.0, 9000.0])
def test_the_gini_of_chance_is_that_of_the_poisson_distribution(rate: float) -> None:
    # Half the mean difference of two Poisson numbers, in closed form (Ramasubban 1958).
    exact = i0e(2 * rate) + i1e(2 * rate)
    assert by_chance(np.full(30, rate)).gini == pytest.approx(exact, abs=1e-9)


def test_chance_is_what_strewn_incidents_look_like() -> None:
    rng = np.random.default_rng(4)
    area = rng.uniform(0.2, 1.0, 900)
    drawn = [concentration(rng.multinomial(1200, area / area.sum()), area=area) for _ in range(200)]
    expected = drawn[0]
    assert np.mean([one.gini for one in drawn]) == pytest.approx(expected.gini_chance, abs=0.004)
    for share in (0.01, 0.05, 0.10, 0.5):
        mean = np.mean([one.lorenz.top(share) for one in drawn])
        assert mean == pytest.approx(expected.chance.top(share), rel=0.03)
    assert all(one.gini_chance == expected.gini_chance for one in drawn)


def test_many_places_of_many_sizes_are_worked_out_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = np.random.default_rng(5).gamma(1.0, 2.0, 500)
    whole = by_chance(rates)
    monkeypatch.setattr("hotspot.stats.concentration._CHUNK", 1000)
    assert by_chance(rates).incidents == pytest.approx(whole.incidents, abs=1e-12)


def test_a_thinned_curve_says_the_same() -> None:
    found = concentration(np.random.default_rng(6).poisson(0.01, 50_000)).lorenz
    curve = thinned(found)
    assert 60 < len(curve.places) <= 101
    for share in (0.0005, 0.002, 0.3):
        assert curve.top(share) == pytest.approx(found.top(share), abs=2e-3)
    assert (curve.incidents[0], curve.incidents[-1]) == (0, 1)
    assert (np.diff(curve.places) > 0).all()


def test_the_curve_of_nothing_stays_nothing_when_thinned() -> None:
    assert np.isnan(thinned(concentration([0, 0]).lorenz).incidents).all()


@pytest.mark.parametrize("counts", [[-1, 2], [np.nan, 1]])
def test_counts_below_nothing_are_refused(counts: list[float]) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        concentration(counts)
    with pytest.raises(ValueError, match="each of 2 places"):
        concentration([1, 2], area=[1, 0])
