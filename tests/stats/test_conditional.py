"""Conditional exact p-values: by hand, against every draw, fractions, and esda's permutations."""

from __future__ import annotations

import warnings
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.stats.conditional import conditional_affordable, conditional_tails
from hotspot.stats.lattice import Lattice
from hotspot.stats.permutation import SMALLEST, DrawnSums, exact_p

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

FEW = st.lists(st.integers(-2, 6), min_size=1, max_size=8)


def conditional_p(values: ArrayLike, neighbour_sum: ArrayLike, number: ArrayLike) -> np.ndarray:
    """Twice the smaller tail around each place."""
    return conditional_tails(values, neighbour_sum, number).two_sided()


def ring(side: int) -> Lattice:
    row, col = np.divmod(np.arange(side * side), side)
    return Lattice.of(col, row, "square")


def fractions_of(values: list[int], own: int, drawn: int) -> dict[int, Fraction]:
    """Chance of each sum of so many of the others, as fractions: no rounding anywhere."""
    others = values.copy()
    others.remove(own)
    ways = [{0: 1}] + [{} for _ in range(drawn)]
    for value in others:
        for k in range(drawn, 0, -1):
            for s, number in ways[k - 1].items():
                ways[k][s + value] = ways[k].get(s + value, 0) + number
    return {s: Fraction(number, comb(len(others), drawn)) for s, number in ways[drawn].items()}


def test_two_incidents_in_five_cells_by_hand() -> None:
    # A cell with an incident has one among four others: a pair of them holds it in three of six draws.
    # A cell without has both among four others: a pair holds both once, one four times, none once.
    found = conditional_tails([1, 0, 1, 0, 0], [1, 2, 0, 0, 1], 2)
    assert found.at_least == pytest.approx([1 / 2, 1 / 6, 1, 1, 5 / 6], rel=1e-15)
    assert found.at_most == pytest.approx([1, 1, 1 / 2, 1 / 6, 5 / 6], rel=1e-15)
    assert found.two_sided() == pytest.approx([1, 1 / 3, 1, 1 / 3, 1], rel=1e-15)
    assert found.two_sided([1, 1, 1, -1, 0]) == pytest.approx([1, 1 / 3, 1, 1 / 3, 1], rel=1e-15)
    assert found.two_sided([-1, -1, -1, 1, 0]) == pytest.approx([1, 1, 1, 1, 1], rel=1e-15)


@settings(deadline=None, max_examples=150)
@given(values=FEW, data=st.data())
def test_tails_are_those_of_every_draw_of_the_others(values: list[int], data: st.DataObject) -> None:
    n = len(values)
    number = data.draw(st.lists(st.integers(0, n - 1), min_size=n, max_size=n))
    every = [
        np.array([sum(draw) for draw in combinations(values[:i] + values[i + 1 :], number[i])])
        for i in range(n)
    ]
    around = np.array([data.draw(st.sampled_from(sums.tolist())) for sums in every])
    found = conditional_tails(values, around, number)
    more = [(sums >= s).mean() for sums, s in zip(every, around, strict=True)]
    less = [(sums <= s).mean() for sums, s in zip(every, around, strict=True)]
    assert found.at_least == pytest.approx(more, rel=1e-12)
    assert found.at_most == pytest.approx(less, rel=1e-12)
    expected = np.minimum(2 * np.minimum(more, less), 1.0)
    assert conditional_p(values, around, number) == pytest.approx(expected, rel=1e-12)


def test_far_tails_are_those_of_fractions_to_their_last_digits() -> None:
    rng = np.random.default_rng(11)
    values = np.concatenate([rng.negative_binomial(0.3, 0.15, 400), [25, 40, 41, 60]]).tolist()
    smallest = 1.0
    for own in (0, 1, 3, 40, 60):
        chance = fractions_of(values, own, 8)
        sums = sorted(chance)
        upper = [float(sum(chance[s] for s in sums[i:])) for i in range(len(sums))]
        i = values.index(own)
        around = np.full(len(values), 0)
        m = np.zeros(len(values), dtype=int)
        for s, expected in zip(sums[::30], upper[::30], strict=True):
            around[i], m[i] = s, 8
            assert conditional_tails(values, around, m).at_least[i] == pytest.approx(expected, rel=1e-12)
            smallest = min(smallest, expected)
    assert smallest < 1e-12


def test_a_tail_never_becomes_nothing() -> None:
    values = [1] * 300 + [0] * 5_000
    around, number = np.zeros(5_300, dtype=int), np.zeros(5_300, dtype=int)
    around[0], number[0] = 250, 250
    assert conditional_p(values, around, number)[0] == SMALLEST


def test_over_all_places_the_chances_are_those_of_the_whole_draw() -> None:
    # Own value and neighbours are one draw: what conditional chances average to must be its chances.
    values = np.random.default_rng(3).negative_binomial(0.5, 0.3, 60)
    whole = DrawnSums.of(values, most=5)
    for s in range(1, 20):
        around = np.minimum(np.maximum(s - values, 0), values.sum() - values)
        tails = conditional_tails(values, around, 4).at_least
        tails[s - values > around] = 0.0
        assert tails.mean() == pytest.approx(whole.at_least[5, s], rel=1e-11)


@settings(deadline=None, max_examples=60)
@given(
    values=st.lists(st.integers(0, 9), min_size=16, max_size=16),
    shift=st.integers(-5, 90),
    times=st.integers(1, 400),
    data=st.data(),
)
def test_p_depends_on_no_order_and_no_unit(
    values: list[int], shift: int, times: int, data: st.DataObject
) -> None:
    x = np.array(values)
    near = ring(4).within()
    around, number = near.sums(x) - x, near.number - 1
    p = conditional_p(x, around, number)
    assert ((p > 0) & (p <= 1)).all()
    order = np.array(data.draw(st.permutations(range(16))))
    assert conditional_p(x[order], around[order], number[order]).tolist() == p[order].tolist()
    other = conditional_p(x * times + shift, around * times + shift * number, number)
    assert other.tolist() == p.tolist()


@pytest.mark.parametrize("values", [[0] * 9, [4] * 9])
def test_counts_all_alike_are_no_evidence(values: list[int]) -> None:
    near = ring(3).within()
    assert conditional_p(values, near.sums(values) - values, near.number - 1).tolist() == [1.0] * 9


def test_no_place_one_place_and_places_without_neighbours_have_nothing_to_compare() -> None:
    assert conditional_p([], [], []).tolist() == []
    assert conditional_p([7], [0], [0]).tolist() == [1.0]
    assert conditional_p([7, 0, 3], [0, 0, 0], [0, 0, 0]).tolist() == [1.0] * 3


def test_a_place_linked_to_every_other_is_no_evidence() -> None:
    assert conditional_p([5, 0, 1], [1, 6, 5], [2, 2, 2]).tolist() == [1.0] * 3


def test_all_in_one_place_say_nothing_of_that_place() -> None:
    values = np.zeros(100, dtype=int)
    values[45] = 30
    near = ring(10).within()
    p = conditional_p(values, near.sums(values) - values, near.number - 1)
    assert p[45] == 1.0
    assert p[44] == pytest.approx(2 * 8 / 99, rel=1e-13)


def test_what_has_no_exact_p_is_refused() -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        conditional_p([0.5, 1], [1, 0.5], [1, 1])
    for around in ([3, 1], [-1, 1]):
        with pytest.raises(ValueError, match="no draw of so many"):
            conditional_p([1, 0], around, [1, 1])
    with pytest.raises(ValueError, match="no draw of so many"):
        conditional_p([2, 0, 0], [1, 0, 0], [1, 1, 1])
    with pytest.raises(ValueError, match="0 to 1 neighbours"):
        conditional_p([1, 0], [1, 1], [2, 1])


def test_only_what_takes_a_second_or_so_is_affordable() -> None:
    assert conditional_affordable(np.random.default_rng(2).poisson(0.3, 160_000), most=48)
    assert conditional_affordable([], most=8)
    assert not conditional_affordable(np.arange(20_000), most=8)


def test_p_lies_within_the_error_of_99999_permutations_of_esda() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from esda import G_Local
        from libpysal.weights import W

        row, col = np.divmod(np.arange(64), 8)
        values = np.random.default_rng(4).negative_binomial(0.4, 0.2, 64)
        touch = (np.abs(row - row[:, None]) <= 1) & (np.abs(col - col[:, None]) <= 1)
        np.fill_diagonal(touch, val=False)
        near = W({i: np.flatnonzero(line).tolist() for i, line in enumerate(touch)}, silence_warnings=True)
        local = G_Local(
            values.astype(float), near, transform="B", star=True, permutations=99_999, n_jobs=1, seed=3
        )
    around = touch @ values
    # Theirs is one-sided: the draws as large or larger, or the rest of them, whichever are fewer.
    larger = conditional_tails(values, around, touch.sum(axis=1)).at_least
    smaller = np.minimum(larger, 1 - larger)
    error = 4.5 * np.sqrt(smaller * (1 - smaller) / 99_999) + 1e-5
    assert (np.abs(np.asarray(local.p_sim) - smaller) <= error).all()
    assert smaller.min() < 0.01


def test_the_busiest_cell_of_a_hotspot_is_judged_by_its_surroundings_alone() -> None:
    values = np.zeros((20, 20), dtype=int)
    values[10, 10], values[10, 11], values[9, 9] = 12, 1, 1
    values[0, ::2] = 1
    x = values.ravel()
    near = ring(20).within()
    middle = 10 * 20 + 10
    around, number = near.sums(x) - x, near.number - 1
    whole = exact_p(x, near.sums(x), near.number)
    tails = conditional_tails(x, around, number)
    chance = fractions_of(x.tolist(), 12, 8)
    assert tails.at_least[middle] == pytest.approx(float(sum(p for s, p in chance.items() if s >= 2)))
    assert whole[middle] != pytest.approx(tails.two_sided()[middle], rel=0.01)
