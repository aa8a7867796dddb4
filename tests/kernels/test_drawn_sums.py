"""The tables of chances beside fractions: cut anywhere, in any order, of many, few and no values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.kernels.drawn_sums import add_up, take_in
from tests.kernels.plain_drawn_sums import tails

VALUES = st.lists(st.integers(0, 12), min_size=1, max_size=12)


def table(values: list[int], most: int, cap: int, *, flush: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return both tails of the sums of up to ``most`` of the values, cut at a column."""
    ways, top = np.zeros((most + 1, cap + 1)), np.full(most + 1, -1)
    ways[0, 0], top[0] = 1.0, 0
    value, number = np.unique(values, return_counts=True)
    take_in(ways, top, value, number, len(values), flush)
    at_least = np.zeros_like(ways)
    add_up(ways, top, at_least)
    return at_least, ways


@settings(deadline=None, max_examples=200)
@given(values=VALUES, data=st.data())
def test_tails_are_those_of_fractions_wherever_the_table_ends(values: list[int], data: st.DataObject) -> None:
    most = data.draw(st.integers(0, len(values)))
    cap = data.draw(st.integers(1, sum(values) + 2))
    at_least, at_most = table(values, most, cap, flush=data.draw(st.booleans()))
    for k in range(most + 1):
        for s in range(cap):
            expected = tails(values, k, s)
            assert (at_least[k, s], at_most[k, s]) == pytest.approx(expected, rel=1e-13)
        # The last column holds the rest.
        assert at_least[k, cap] == pytest.approx(tails(values, k, cap)[0], rel=1e-13)


def test_kinds_in_another_order_give_the_same_chances() -> None:
    rng = np.random.default_rng(1)
    value, number = np.arange(30), rng.integers(1, 40, 30)
    found = []
    for order in (np.arange(30), rng.permutation(30)):
        ways, top = np.zeros((9, 150)), np.full(9, -1)
        ways[0, 0], top[0] = 1.0, 0
        take_in(ways, top, value[order], number[order], int(number.sum()), False)
        assert ways.sum(axis=1) == pytest.approx(np.ones(9), rel=1e-13)
        found.append(ways)
    assert found[1] == pytest.approx(found[0], rel=1e-12)


def test_a_kind_of_no_values_changes_nothing() -> None:
    ways, top = np.zeros((3, 4)), np.array([0, -1, -1])
    ways[0, 0] = 1.0
    take_in(ways, top, np.array([2]), np.array([0]), 5, False)
    assert ways[0].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert not ways[1:].any()
    assert top.tolist() == [0, -1, -1]


def test_what_is_too_small_to_keep_its_digits_is_dropped() -> None:
    at_least, _ = table([0] * 2_000 + [1] * 300, 300, 301, flush=True)
    kept = at_least[300][at_least[300] > 0]
    assert kept.min() >= 1e-300
    assert at_least[300, 0] == pytest.approx(1.0, rel=1e-12)
