"""Mann-Kendall: hand-worked, against scipy, and on series of pure chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.stats.mannkendall import inflation, mann_kendall

SERIES = st.lists(st.integers(0, 5), min_size=3, max_size=14)


def one(values: list[float], *, overlap: int = 0) -> tuple[float, float, float, float]:
    found = mann_kendall(np.array(values, dtype=float)[:, None], overlap=overlap)
    return float(found.s[0]), float(found.variance[0]), float(found.z[0]), float(found.p[0])


def test_ten_steps_that_only_go_up_are_worked_by_hand() -> None:
    # 45 pairs, all up; 10 * 9 * 25 / 18 = 125; (45 - 1) / sqrt(125).
    s, variance, z, p = one(list(range(10)))
    assert (s, variance) == (45, 125)
    assert z == pytest.approx(44 / np.sqrt(125))
    assert p == pytest.approx(8.30e-5, rel=2e-3)


def test_ties_take_from_the_variance_by_hand() -> None:
    # 2 2 3 1 3: pairs up 5, down 3. Two pairs of ties take 2 * 1 * 9 each of 5 * 4 * 15 = 300.
    s, variance, z, _ = one([2, 2, 3, 1, 3])
    assert s == 2
    assert variance == pytest.approx((300 - 18 - 18) / 18)
    assert z == pytest.approx((s - np.sign(s)) / np.sqrt(variance))


def test_three_alike_take_more_than_two() -> None:
    # 3 * 2 * 11 = 66 of 4 * 3 * 13 = 156.
    assert one([1, 1, 1, 2])[1] == pytest.approx((156 - 66) / 18)


@pytest.mark.parametrize("values", [[4.0] * 12, [1.0, 2.0], [1.0], []])
def test_values_all_equal_or_too_few_have_no_trend(values: list[float]) -> None:
    _, _, z, p = one(values)
    assert (z, p) == (0.0, 1.0)


@pytest.mark.parametrize("ties", [False, True])
def test_scores_are_those_of_kendalls_tau_in_scipy(ties: bool) -> None:
    from scipy.stats import kendalltau, norm

    rng = np.random.default_rng(11)
    values = rng.integers(0, 6, (14, 200)).astype(float) if ties else rng.normal(size=(14, 200))
    found = mann_kendall(values)
    for i in range(200):
        _, held = np.unique(values[:, i], return_counts=True)
        untied = 14 * 13 / 2 - (held * (held - 1) / 2).sum()
        tau = kendalltau(np.arange(14), values[:, i], method="asymptotic")
        assert found.s[i] == pytest.approx(tau.statistic * np.sqrt(14 * 13 / 2 * untied), abs=1e-9)
        # scipy's normal p takes nothing off for continuity.
        if found.s[i]:
            z = found.s[i] / np.sqrt(found.variance[i])
            assert 2 * norm.sf(abs(z)) == pytest.approx(tau.pvalue, rel=1e-9)


@given(SERIES)
def test_a_series_turned_round_or_upside_down_has_the_opposite_trend(values: list[int]) -> None:
    s, variance, z, p = one([float(v) for v in values])
    for other in ([-float(v) for v in values], [float(v) for v in values[::-1]]):
        assert one(other) == pytest.approx((-s, variance, -z, p))


@given(SERIES, st.integers(1, 50), st.integers(-20, 20))
def test_the_unit_of_the_values_does_not_matter(values: list[int], times: int, shift: int) -> None:
    assert one([float(v * times + shift) for v in values]) == one([float(v) for v in values])


def test_columns_do_not_mix() -> None:
    values = np.random.default_rng(3).integers(0, 4, (11, 40)).astype(float)
    together = mann_kendall(values)
    assert [one(list(column))[2] for column in values.T] == together.z.tolist()


def test_no_overlap_changes_nothing_and_more_of_it_doubts_more() -> None:
    raised = [inflation(24, overlap) for overlap in range(5)]
    assert raised[0] == 1.0
    assert raised == sorted(raised)
    # Four steps by hand: 3 * 2 * 1 of them one apart, whose ranks correlate by 6 / pi arcsin(1 / 4).
    assert inflation(4, 1) == pytest.approx(1 + 2 * 6 * (6 / np.pi * np.arcsin(0.25)) / 24)
    assert inflation(2, 1) == inflation(0, 1) == 1.0


@pytest.mark.parametrize(("overlap", "steps"), [(1, 12), (1, 52), (2, 24), (3, 24)])
def test_overlapping_windows_of_chance_seem_to_trend_as_often_as_they_may(overlap: int, steps: int) -> None:
    counts = np.random.default_rng(17).poisson(9.0, (steps + overlap, 20_000)).astype(float)
    sums = sum(counts[back : steps + back] for back in range(overlap + 1))
    naive = float((mann_kendall(sums).p <= 0.05).mean())
    heeded = float((mann_kendall(sums, overlap=overlap).p <= 0.05).mean())
    assert naive > 0.10
    assert 0.03 < heeded < 0.07


def test_a_missing_value_and_a_negative_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="1 are missing"):
        mann_kendall([[1.0], [np.nan], [2.0]])
    with pytest.raises(ValueError, match="0 steps or more"):
        mann_kendall([[1.0], [2.0], [3.0]], overlap=-1)
