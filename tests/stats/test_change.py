"""Change between two windows: by hand, against scipy's exact test, and on windows of chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.errors import ParameterError
from hotspot.stats.change import STATES, chance_flags, conditional_p, directions, poisson_z, states

COUNTS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=20)


def test_scores_are_twice_the_difference_of_roots_by_hand() -> None:
    z = poisson_z([25, 16, 9, 0, 49], [16, 25, 0, 9, 49])
    assert z.tolist() == [2.0, -2.0, 6.0, -6.0, 0.0]
    assert directions(z).tolist() == [0, 0, 1, -1, 0]
    assert directions(z, flag=1.5).tolist() == [1, -1, 1, -1, 0]


def test_a_window_twice_as_long_expects_twice_as_many() -> None:
    assert poisson_z([32], [16], exposure=2).tolist() == [0.0]
    assert poisson_z([8], [8], exposure=0.5).tolist() == [2 * (np.sqrt(8) - 2)]


@pytest.mark.parametrize("exposure", [1.0, 0.5, 365 / 366, 2.5])
def test_p_is_twice_the_smaller_tail_of_scipys_exact_test(exposure: float) -> None:
    from scipy.stats import binomtest

    rng = np.random.default_rng(1)
    now, before = rng.integers(0, 40, 60), rng.integers(0, 40, 60)
    chance = exposure / (1 + exposure)
    found = conditional_p(now, before, exposure=exposure)
    for k, b, p in zip(now.tolist(), before.tolist(), found, strict=True):
        tails = [binomtest(k, k + b, chance, alternative=way).pvalue for way in ("less", "greater")]
        assert p == pytest.approx(min(2 * min(tails), 1.0), rel=1e-9)


def test_p_of_few_incidents_by_hand() -> None:
    # 3 of 3 now: 2 * 1/8. 5 of 6: 2 * 7/64. None at all says nothing.
    assert conditional_p([3, 5, 0], [0, 1, 0]).tolist() == pytest.approx([0.25, 14 / 64, 1.0])


def test_the_flags_of_chance_are_those_of_every_way_to_part_the_incidents() -> None:
    # Of three: 3 to 0 has z 3.46, 2 to 1 has .83. Of two even 2 to 0 has only 2.83.
    assert chance_flags([3, 1, 2, 0], [0, 2, 0, 0]).tolist() == pytest.approx([0.25, 0.25, 0.0, 0.0])
    # Windows of one and two: all 5 now has 4.5, none now has -2 sqrt(2.5) = -3.2, 4 now only 2.6.
    z = poisson_z(np.arange(6), 5 - np.arange(6), exposure=0.5)
    assert (np.abs(z) > 3).tolist() == [True, False, False, False, False, True]
    expected = (2 / 3) ** 5 + (1 / 3) ** 5
    assert chance_flags([2], [3], exposure=0.5).tolist() == pytest.approx([expected])


@pytest.mark.parametrize(("rate", "exposure"), [(0.5, 1.0), (2.0, 1.0), (20.0, 1.0), (20.0, 0.5)])
def test_as_many_places_are_flagged_without_change_as_was_said(rate: float, exposure: float) -> None:
    rng = np.random.default_rng(2)
    now, before = rng.poisson(rate * exposure, 40_000), rng.poisson(rate, 40_000)
    flagged = (directions(poisson_z(now, before, exposure=exposure)) != 0).mean()
    said = chance_flags(now, before, exposure=exposure).mean()
    assert flagged == pytest.approx(said, abs=4 * np.sqrt(said / 40_000))
    # A normal z of spread 1 would promise 0.0027.
    if rate == 20:
        assert said > 0.01


def test_p_of_places_without_change_is_seldom_small() -> None:
    rng = np.random.default_rng(3)
    now, before = rng.poisson(6.0, 40_000), rng.poisson(6.0, 40_000)
    for level in (0.01, 0.05, 0.1):
        assert (conditional_p(now, before) <= level).mean() <= level


@given(COUNTS)
def test_now_and_before_exchanged_turn_the_change_round(pairs: list[tuple[int, int]]) -> None:
    now, before = np.array(pairs).T
    assert (poisson_z(before, now) == -poisson_z(now, before)).all()
    assert conditional_p(before, now) == pytest.approx(conditional_p(now, before), rel=1e-9)
    assert chance_flags(before, now) == pytest.approx(chance_flags(now, before), rel=1e-9)


@given(COUNTS, st.integers(0, 2**32 - 1))
def test_the_order_of_places_does_not_matter(pairs: list[tuple[int, int]], seed: int) -> None:
    now, before = np.array(pairs).T
    order = np.random.default_rng(seed).permutation(len(now))
    for of in (poisson_z, conditional_p, chance_flags, states):
        assert (of(now[order], before[order]) == of(now, before)[order]).all()


def test_more_now_is_never_a_smaller_score() -> None:
    now = np.arange(200)
    assert (np.diff(poisson_z(now, np.full(200, 30))) > 0).all()


def test_a_place_is_new_persisting_gone_or_has_none() -> None:
    assert [STATES[i] for i in states([1, 1, 0, 0], [0, 7, 7, 0])] == ["new", "persisting", "gone", "none"]


def test_no_place_has_no_change() -> None:
    for of in (poisson_z, conditional_p, chance_flags, states):
        assert of([], []).tolist() == []


def test_what_cannot_be_counts_is_refused() -> None:
    with pytest.raises(ValueError, match="none missing"):
        poisson_z([-1], [2])
    with pytest.raises(ValueError, match="as many counts"):
        poisson_z([1, 2], [2])
    with pytest.raises(ValueError, match="above 0"):
        poisson_z([1], [2], exposure=0)
    with pytest.raises(ValueError, match="whole numbers"):
        conditional_p([1.5], [2])
    with pytest.raises(ParameterError, match="above 0; got 0"):
        directions([1.0], flag=0)
