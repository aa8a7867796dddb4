from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.stats.lattice import TOUCHING, Lattice
from tests.kernels import plain_lattice_sums as plain

SHAPES = ("square", "hexagon")
PLACE = st.tuples(st.integers(-6, 6), st.integers(-6, 6))


@pytest.mark.parametrize("shape", SHAPES)
@settings(deadline=None, max_examples=120)
@given(
    places=st.lists(PLACE, min_size=1, max_size=50, unique=True),
    reach=st.floats(0, 20) | st.sampled_from([0.0, 1.0, math.sqrt(2), math.sqrt(3), 2.0, 3.0]),
)
def test_sums_are_those_of_distances(shape: str, places: list[tuple[int, int]], reach: float) -> None:
    col, row = np.array(places).T
    values = np.arange(1.0, len(col) + 1) ** 2
    near = Lattice.of(col, row, shape).within(reach)
    assert (
        near.sums(values).tolist() == plain.lattice_sums(values, col, row, shape=shape, reach=reach).tolist()
    )
    ones = np.ones(len(col))
    assert near.number.tolist() == plain.lattice_sums(ones, col, row, shape=shape, reach=reach).tolist()


@pytest.mark.parametrize("shape", SHAPES)
@given(places=st.lists(PLACE, min_size=1, max_size=50, unique=True))
def test_cells_that_touch_are_those_a_ring_away(shape: str, places: list[tuple[int, int]]) -> None:
    col, row = np.array(places).T
    one, other = Lattice.of(col, row, shape).touching()
    pairs = {frozenset(pair) for pair in zip(one.tolist(), other.tolist(), strict=True)}
    assert len(pairs) == len(one)
    near = {
        frozenset((i, int(j)))
        for i, unit in enumerate(np.eye(len(col)))
        for j in np.flatnonzero(plain.lattice_sums(unit, col, row, shape=shape, reach=TOUCHING[shape]))
        if i != j
    }
    assert pairs == near


def test_weights_are_added_in_the_order_of_running_totals_whatever_the_order_of_cells() -> None:
    rng = np.random.default_rng(4)
    row, col = np.divmod(rng.permutation(900)[:500], 30)
    values, order = rng.gamma(1.0, 3.0, 500), rng.permutation(500)
    found = Lattice.of(col, row, "hexagon").within(2.5).sums(values)
    shuffled = Lattice.of(col[order], row[order], "hexagon").within(2.5).sums(values[order])
    assert shuffled.tobytes() == found[order].tobytes()


def test_a_value_for_each_cell_and_no_more() -> None:
    with pytest.raises(ValueError, match="a value for each of 2 cells"):
        Lattice.of([0, 1], [0, 0], "square").within().sums([1.0, 2.0, 3.0])
