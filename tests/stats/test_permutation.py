"""Exact p-values: by hand, against every draw, against esda's permutations, and on maps of pure chance."""

from __future__ import annotations

import warnings
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.stats.getisord import gi_star
from hotspot.stats.lattice import Lattice
from hotspot.stats.permutation import SMALLEST, DrawnSums, affordable, exact_p
from hotspot.stats.significance import adjust, classes, two_sided_p

FEW = st.lists(st.integers(-2, 6), min_size=1, max_size=9)


def ring(side: int) -> Lattice:
    row, col = np.divmod(np.arange(side * side), side)
    return Lattice.of(col, row, "square")


def test_two_incidents_in_five_cells_by_hand() -> None:
    # Of ten pairs of cells, one holds both incidents, six hold one, three hold none.
    chances = DrawnSums.of([0, 1, 0, 1, 0], most=2)
    assert chances.at_least[2] == pytest.approx([1.0, 0.7, 0.1], rel=1e-15)
    assert chances.at_most[2] == pytest.approx([0.3, 0.9, 1.0], rel=1e-15)
    # The mean is 0.8: two are above it, none is below, and the tail of one is more than a half.
    assert chances.p([2, 1, 0], 2) == pytest.approx([0.2, 1.0, 0.6], rel=1e-15)


@settings(deadline=None, max_examples=150)
@given(values=FEW, data=st.data())
def test_chances_are_those_of_every_draw(values: list[int], data: st.DataObject) -> None:
    k = data.draw(st.integers(0, len(values)))
    every = np.array([sum(draw) for draw in combinations(values, k)])
    chances = DrawnSums.of(values, most=len(values))
    mean = k * sum(values) / len(values)
    for s in set(every.tolist()):
        column = s - k * min(values)
        more, less = float((every >= s).mean()), float((every <= s).mean())
        assert chances.at_least[k, column] == pytest.approx(more, rel=1e-12)
        assert chances.at_most[k, column] == pytest.approx(less, rel=1e-12)
        side = k * sum(values) - s * len(values)
        expected = 1.0 if side == 0 else min(1.0, 2 * (less if s < mean else more))
        assert chances.p(s, k) == pytest.approx(expected, rel=1e-12)


def test_a_far_tail_keeps_its_digits_and_never_becomes_nothing() -> None:
    from math import comb

    values = [0] * 9_990 + [1] * 10
    together = 2 / comb(10_000, 10)
    assert DrawnSums.of(values, most=10).p(10, 10) == pytest.approx(together, rel=1e-12)
    many = [0] * 5_000 + [1] * 300
    assert DrawnSums.of(many, most=300).p(300, 300) == SMALLEST


def test_chances_of_each_number_drawn_add_up_to_one() -> None:
    values = np.random.default_rng(1).negative_binomial(0.2, 0.1, 20_000)
    chances = DrawnSums.of(values, most=49)
    assert chances.at_least[:, 0] == pytest.approx(np.ones(50), abs=1e-12)
    assert chances.at_most[:, -1] == pytest.approx(np.ones(50), abs=1e-12)


@settings(deadline=None, max_examples=60)
@given(values=st.lists(st.integers(0, 9), min_size=16, max_size=16), data=st.data())
def test_p_depends_on_the_counts_around_and_not_on_their_order(
    values: list[int], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(16)))
    found = gi_star(values, neighbours=ring(4).within())
    p = exact_p(values, found.neighbour_sum, found.neighbours)
    shuffled = exact_p(
        np.array(values)[order], found.neighbour_sum[list(order)], found.neighbours[list(order)]
    )
    assert shuffled.tolist() == p[list(order)].tolist()
    assert ((p > 0) & (p <= 1)).all()


@settings(deadline=None, max_examples=40)
@given(values=st.lists(st.integers(0, 9), min_size=16, max_size=16), shift=st.integers(-5, 90))
def test_as_much_more_everywhere_changes_no_p(values: list[int], shift: int) -> None:
    found = gi_star(values, neighbours=ring(4).within())
    more = np.array(values) + shift
    moved = exact_p(more, found.neighbour_sum + shift * found.neighbours, found.neighbours)
    assert moved.tolist() == exact_p(values, found.neighbour_sum, found.neighbours).tolist()


@settings(deadline=None, max_examples=40)
@given(
    values=st.lists(st.integers(0, 9), min_size=30, max_size=30),
    times=st.integers(2, 400),
    shift=st.integers(-5, 90),
)
def test_p_is_the_same_to_the_last_bit_in_whatever_unit(values: list[int], times: int, shift: int) -> None:
    row, col = np.divmod(np.arange(30), 6)
    near = Lattice.of(col, row, "hexagon").within()
    found = gi_star(values, neighbours=near)
    other = times * np.array(values) + shift
    sums = times * found.neighbour_sum + shift * found.neighbours
    p = exact_p(values, found.neighbour_sum, found.neighbours)
    assert exact_p(other, sums, found.neighbours).tolist() == p.tolist()


def test_a_sum_between_the_multiples_that_there_can_be_is_refused() -> None:
    with pytest.raises(ValueError, match="no draw of so many"):
        exact_p([2, 0, 4, 0], [3, 2, 6, 4], [2, 2, 2, 2])


@pytest.mark.parametrize("values", [[0] * 9, [4] * 9])
def test_counts_all_alike_are_no_evidence(values: list[int]) -> None:
    found = gi_star(values, neighbours=ring(3).within())
    assert exact_p(values, found.neighbour_sum, found.neighbours).tolist() == [1.0] * 9


def test_a_cell_linked_to_every_other_is_no_evidence() -> None:
    assert exact_p([5, 0, 1], [6, 6, 6], [3, 3, 3]).tolist() == [1.0] * 3


def test_no_cell_and_one_cell_have_nothing_to_compare() -> None:
    assert exact_p([], [], []).tolist() == []
    assert exact_p([7], [7], [1]).tolist() == [1.0]


def test_one_incident_is_as_probable_as_its_neighbourhood_is_large() -> None:
    assert exact_p([1] + [0] * 99, [1, 0], [9, 9]) == pytest.approx([0.18, 1.0], rel=1e-13)


def test_a_sum_below_a_mean_that_one_giant_sets_is_no_evidence() -> None:
    values = [10_000] + [1] * 3 + [0] * 496
    assert DrawnSums.of(values, most=9).p(3, 9) == 1.0


def test_what_has_no_exact_p_is_refused() -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        exact_p([0.5, 1], [1.5, 1.5], [2, 2])
    with pytest.raises(ValueError, match="no draw of so many"):
        exact_p([1, 0], [3, 1], [2, 2])
    with pytest.raises(ValueError, match="0 to 2 of 2"):
        DrawnSums.of([1, 0], most=3)


def test_only_what_takes_a_second_or_so_is_affordable() -> None:
    sparse = np.random.default_rng(2).poisson(0.05, 160_000)
    assert affordable(sparse, most=317)
    spread = np.arange(20_000)
    assert affordable(spread[:100], most=9)
    assert not affordable(spread, most=9)


def test_the_sums_that_esda_draws_are_as_frequent_as_said() -> None:
    # esda holds the own value and draws the others; over all cells of equal rank, that is the whole draw.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from esda import G_Local
        from libpysal.weights import W

        n, around = 40, (-2, -1, 1, 2)
        values = np.random.default_rng(4).negative_binomial(0.4, 0.3, n).astype(float)
        circle = W({i: [(i + step) % n for step in around] for i in range(n)}, silence_warnings=True)
        local = G_Local(
            values, circle, transform="B", star=True, permutations=9_999, keep_simulations=True,
            n_jobs=1, seed=3,
        )  # fmt: skip
    drawn = np.asarray(local.sim) * values.sum()
    chances = DrawnSums.of(values, most=5)
    assert drawn.size == 9_999 * n
    for s in range(1, chances.at_least.shape[1]):
        simulated = float((drawn > s - 0.5).mean())
        # The 9,999 draws of a cell are shared by the cells; 4 standard errors of as many lots.
        error = 4 * np.sqrt(chances.at_least[5, s] * (1 - chances.at_least[5, s]) / 9_999) + 1e-9
        assert simulated == pytest.approx(chances.at_least[5, s], abs=error)


def test_shuffled_cells_are_as_frequent_as_said() -> None:
    rng = np.random.default_rng(6)
    values = rng.negative_binomial(0.3, 0.2, 49)
    near = ring(7).within()
    found = gi_star(values, neighbours=near)
    chances = DrawnSums.of(values, most=9)
    shuffled = np.array([near.sums(rng.permutation(values)) for _ in range(4_000)])
    for cell in range(49):
        s, k = int(found.neighbour_sum[cell]), int(found.neighbours[cell])
        p = chances.at_least[k, s]
        error = 4.5 * np.sqrt(p * (1 - p) / 4_000) + 1e-9
        assert (shuffled[:, cell] >= s).mean() == pytest.approx(p, abs=error)


def test_maps_of_pure_chance_seldom_show_a_hot_cell() -> None:
    rng = np.random.default_rng(8)
    near = ring(60).within()
    exact = normal = 0
    for _ in range(60):
        counts = np.bincount(rng.integers(0, 3_600, 200), minlength=3_600)
        found = gi_star(counts, neighbours=near)
        p = exact_p(counts, found.neighbour_sum, found.neighbours)
        exact += (classes(found.z, adjust(p)) >= 2).any()
        normal += (classes(found.z, adjust(two_sided_p(found.z))) >= 2).any()
    # Five in a hundred are promised; 9 of 60 or more would come of it once in five hundred.
    assert exact <= 8
    assert normal >= 55
