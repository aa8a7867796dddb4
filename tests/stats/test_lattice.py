"""Sums over the neighbourhoods of grid cells."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hotspot.errors import ParameterError
from hotspot.places.tiling import tiling
from hotspot.stats.lattice import Lattice

Ints = NDArray[np.int64]
SHAPES = ("square", "hexagon")


def by_pairs(col: Ints, row: Ints, shape: str, reach: float, values: NDArray[np.float64]) -> list[float]:
    """The sums, from the distance between each two cells."""
    x, y = tiling(shape, 1.0).centres(col, row)
    near = np.hypot(x[:, None] - x, y[:, None] - y) <= reach * (1 + 1e-9)
    return (near @ values).tolist()


def test_the_sums_of_a_square_are_those_counted_by_hand() -> None:
    row, col = np.divmod(np.arange(9), 3)
    ring = Lattice.of(col, row, "square").within()
    assert ring.sums([1, 0, 0, 0, 0, 0, 0, 0, 5]).tolist() == [1, 1, 0, 1, 6, 5, 0, 5, 5]
    assert ring.number.tolist() == [4, 6, 4, 6, 9, 6, 4, 6, 4]


def test_a_hexagon_touches_six_others() -> None:
    row, col = np.divmod(np.arange(25), 5)
    ring = Lattice.of(col, row, "hexagon").within()
    assert ring.number.reshape(5, 5)[1:4, 1:4].tolist() == [[7.0] * 3] * 3


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("reach", [0, 0.6, 0.9, 1, math.sqrt(2), math.sqrt(3), 2, 2.5, 3.7, 6.01, 40])
def test_sums_are_those_of_the_distance_between_each_two_cells(
    cells: tuple[Ints, Ints], shape: str, reach: float
) -> None:
    values = np.random.default_rng(1).poisson(2.0, len(cells[0])).astype(float)
    found = Lattice.of(*cells, shape).within(reach)
    assert found.sums(values).tolist() == by_pairs(*cells, shape, reach, values)
    assert found.number.tolist() == by_pairs(*cells, shape, reach, np.ones(len(values)))


@pytest.mark.parametrize("shape", SHAPES)
@settings(deadline=None, max_examples=80)
@given(
    places=st.sets(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), min_size=1, max_size=40),
    reach=st.floats(0, 9),
    up=st.integers(-3, 3),
)
def test_moving_all_cells_by_whole_rows_and_shuffling_them_changes_no_sum(
    shape: str, places: set[tuple[int, int]], reach: float, up: int
) -> None:
    col, row = np.array(sorted(places)).T
    values = np.arange(1.0, len(col) + 1) ** 2
    expected = Lattice.of(col, row, shape).within(reach).sums(values)
    moved = Lattice.of(col + 7, row + 2 * up, shape).within(reach).sums(values)
    order = np.random.default_rng(0).permutation(len(col))
    shuffled = Lattice.of(col[order], row[order], shape).within(reach).sums(values[order])
    assert moved.tolist() == expected.tolist()
    assert shuffled.tolist() == expected[order].tolist()


def test_whole_numbers_stay_exact_beside_huge_ones() -> None:
    col = np.arange(1000)
    values = np.where(col == 0, 2.0**52, 1.0)
    sums = Lattice.of(col, np.zeros(1000, dtype=int), "square").within(1).sums(values)
    assert sums[2:-1].tolist() == [3.0] * 997


def test_no_cells_have_no_sums() -> None:
    assert Lattice.of([], [], "square").within(1).sums([]).tolist() == []
    assert Lattice.of([], [], "hexagon").within().number.tolist() == []


def test_an_unknown_shape_and_a_distance_below_nothing_are_refused() -> None:
    with pytest.raises(ParameterError, match="square, hexagon"):
        Lattice.of([0], [0], "triangle")
    for reach in (-1, math.nan):
        with pytest.raises(ParameterError, match="0 or more"):
            Lattice.of([0], [0], "square").within(reach)
