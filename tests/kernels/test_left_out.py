"""Tails without a place's own value beside fractions, wherever rounding did not grow."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.kernels.left_out import leave_out
from hotspot.stats.permutation import DrawnSums
from tests.kernels.plain_drawn_sums import tails_without


def left_out(values: list[int], m: int, sums: list[int], *, upper: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the tail of m others around each place, and how much rounding grew."""
    draws = DrawnSums.of(values, most=m)
    own, column = np.array(values) - draws.lowest, np.array(sums) - m * draws.lowest
    chance, loss = np.empty(len(values)), np.empty(len(values))
    tail = draws.at_least if upper else draws.at_most
    leave_out(tail, own, column, np.full(len(values), m), len(values), upper, chance, loss)
    return chance, loss


@settings(deadline=None, max_examples=200)
@given(values=st.lists(st.integers(-2, 12), min_size=2, max_size=14), data=st.data())
def test_tails_are_those_of_fractions_within_the_loss_that_is_told(
    values: list[int], data: st.DataObject
) -> None:
    m = data.draw(st.integers(0, len(values) - 1))
    ranked = sorted(values)
    sums = data.draw(
        st.lists(
            st.integers(sum(ranked[:m]), sum(ranked[len(values) - m :])),
            min_size=len(values),
            max_size=len(values),
        )
    )
    for upper in (True, False):
        chance, loss = left_out(values, m, sums, upper=upper)
        for i, own in enumerate(values):
            expected = tails_without(values, own, m, sums[i])[0 if upper else 1]
            if expected and loss[i] < 1e9:
                assert chance[i] == pytest.approx(expected, rel=1e-14 * loss[i])


def test_the_loss_is_large_where_the_own_value_is_nearly_all_there_is() -> None:
    values = [100, 60, 50] + [0] * 9_997
    # 100 around the largest takes both others; with it in the draw, itself would do.
    chance, loss = left_out(values, 8, [100] * len(values), upper=True)
    assert loss[0] > 1e3
    assert loss[-1] < 2
    assert chance[-1] == pytest.approx(tails_without(values, 0, 8, 100)[0], rel=1e-12)
