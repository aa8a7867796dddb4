"""Chances of sums on coarser scales beside exact ones: how far they are off, and what never happens."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.stats.conditional import conditional_tails
from hotspot.stats.kinds import Kinds
from hotspot.stats.lattice import Lattice
from hotspot.stats.permutation import DrawnSums
from hotspot.stats.rough import Fineness, RoughSums, fineness, rounded


def crowd(seed: int, incidents: int, side: int = 50) -> np.ndarray:
    """Counts of incidents of which most are in clusters of all sizes."""
    rng = np.random.default_rng(seed)
    share, width = rng.gamma(0.7, 1, 40), rng.uniform(0.005, 0.06, 40)
    of = rng.choice(40, incidents, p=share / share.sum())
    at = rng.uniform(0.05, 0.95, (40, 2))[of] + rng.normal(size=(incidents, 2)) * width[of, None]
    at[: incidents // 3] = rng.uniform(size=(incidents // 3, 2))
    cell = np.floor(np.clip(at, 0, 0.999999) * side).astype(np.int64)
    return np.bincount(cell[:, 0] * side + cell[:, 1], minlength=side * side)


def around(values: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Sum around each cell of a square town, and number of cells there."""
    side = round(len(values) ** 0.5)
    row, col = np.divmod(np.arange(len(values)), side)
    near = Lattice.of(col, row, "square").within(reach)
    return near.sums(values).astype(np.int64), near.number.astype(np.int64)


def rough(values: np.ndarray, most: int, fine: Fineness) -> RoughSums:
    return RoughSums.of(Kinds.of(values), most=most, fine=fine)


@pytest.mark.parametrize(
    ("fine", "usual", "worst"),
    [
        (Fineness(16_384, 40), 0.001, 0.01),
        (Fineness(16_384, 10), 0.01, 0.05),
        (Fineness(4_096, 8), 0.02, 0.15),
        (Fineness(1_024, 7), 0.1, 0.3),
    ],
)
@pytest.mark.parametrize("reach", [1.5, 2.5])
def test_rough_p_is_off_by_little(fine: Fineness, usual: float, worst: float, reach: float) -> None:
    values = crowd(1, 300_000)
    sums, number = around(values, reach)
    exact = DrawnSums.of(values, most=int(number.max())).p(sums, number)
    alone = conditional_tails(values, sums - values, number - 1)
    found = rough(values, int(number.max()), fine)
    without = found.without(values, sums - values, number - 1)
    side = len(values) * sums - values.sum() * number
    for p, expected in (
        (found.p(sums, number), exact),
        (without.two_sided(side), alone.two_sided(side)),
    ):
        level = (expected > 1e-9) & (expected < 0.2)
        off = np.abs(p / expected - 1)
        assert level.sum() > 100
        assert np.quantile(off, 0.9) < usual / 3
        assert np.quantile(off[level], 0.99) < usual
        assert off[level].max() < worst


def test_sums_within_the_first_scale_are_exact() -> None:
    values = crowd(2, 300_000)
    sums, number = around(values, 1.5)
    small = sums <= 4_096
    assert 0.5 < small.mean() < 1
    exact = DrawnSums.of(values, most=9).p(sums[small], number[small])
    found = rough(values, 9, Fineness(4_096, 40)).p(sums[small], number[small])
    assert found == pytest.approx(exact, rel=1e-12)


@settings(deadline=None, max_examples=60)
@given(
    values=st.lists(st.integers(0, 4_000_000), min_size=2, max_size=30),
    fine=st.sampled_from([Fineness(1_024, 7), Fineness(4_096, 40)]),
    data=st.data(),
)
def test_any_sum_that_can_be_has_a_chance(values: list[int], fine: Fineness, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(values)))
    x, ranked = np.array(values), sorted(values)
    chances = rough(x, k, fine)
    sums = np.array([sum(ranked[:k]), sum(data.draw(st.permutations(values))[:k]), sum(ranked[-k:])])
    p = chances.p(sums, k)
    assert ((p > 0) & (p <= 1)).all()
    # A larger sum above the mean is no more likely.
    assert p[2] <= p[1] * (1 + 1e-9) or k * sum(values) >= sums[1] * len(values)
    total = sum(ranked[: k - 1]) if values[0] not in ranked[: k - 1] else sum(ranked[:k]) - values[0]
    own = np.array([values[0]])
    tails = chances.without(own, np.array([total]), np.array([k - 1]))
    assert 0 <= tails.at_least[0] <= 1 + 1e-12
    assert 0 <= tails.at_most[0] <= 1 + 1e-12


@settings(deadline=None, max_examples=60)
@given(
    values=st.lists(st.integers(0, 10**7), min_size=1, max_size=200),
    unit=st.sampled_from([1, 4, 64, 1_000]),
    digits=st.sampled_from([7, 10, 40]),
)
def test_rounding_keeps_the_number_of_values_and_nearly_their_total(
    values: list[int], unit: int, digits: int
) -> None:
    kinds = Kinds.of(values)
    found, steps = rounded(kinds, unit, digits)
    assert found.n == kinds.n
    assert np.isin(steps, found.value).all()
    width = np.maximum(unit, kinds.value / 2 ** (digits - 1))
    assert (np.abs(steps * unit - kinds.value) <= width).all()
    # Half a step for each pair of steps that values lie between.
    assert abs(found.total * unit - (kinds.total - kinds.n * kinds.lowest)) <= width.sum() / 2 + 1


def test_values_all_alike_are_no_evidence() -> None:
    values = np.full(20, 7_000_000)
    chances = rough(values, 9, Fineness(1_024, 7))
    assert chances.p(values[:3] * 9, 9).tolist() == [1.0] * 3
    assert chances.without(values[:1], values[:1] * 8, np.array([8])).two_sided().tolist() == [1.0]


def test_the_finest_that_a_tenth_of_a_second_allows_is_taken() -> None:
    many = Kinds.of(crowd(3, 1_000_000))
    assert fineness(many, most=9) == Fineness(16_384, 40)
    coarse = fineness(Kinds.of(crowd(3, 1_000_000, side=100)), most=81)
    assert coarse is not None
    assert coarse.columns < 16_384
    assert fineness(many, most=2_000) is None


def test_values_in_lumps_are_not_rounded() -> None:
    rng = np.random.default_rng(4)
    lumps = 70_001 * rng.poisson(0.7, 2_500) + rng.poisson(3, 2_500)
    assert fineness(Kinds.of(lumps), most=9) is None
    # All incidents without a place in one cell, far beyond what the others vary by.
    pile = rng.poisson(3, 2_500)
    pile[7] = 3_000_000
    assert fineness(Kinds.of(pile), most=9) is None
    assert fineness(Kinds.of(rng.gamma(0.5, 1e5, 2_500).astype(int)), most=9) is not None
