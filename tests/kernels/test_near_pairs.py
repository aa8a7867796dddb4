from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hotspot.stats.knox import Pairs, near_pairs
from tests.kernels import plain_near_pairs as plain

Floats = NDArray[np.float64]
EDGES = [0.0, 0.1, 100.0, 250.0]


def as_sets(pairs: Pairs) -> list[set[tuple[int, int]]]:
    ends = zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
    each = [(min(pair), max(pair)) for pair in ends]
    assert len(set(each)) == len(each)  # no pair twice
    parts = zip(pairs.starts[:-1], pairs.starts[1:], strict=True)
    return [set(each[begin:end]) for begin, end in parts]


def agree(x: Floats, y: Floats, edges: list[float] = EDGES) -> None:
    for metric in ("manhattan", "euclidean"):
        found = as_sets(near_pairs(x, y, distances=edges, metric=metric))
        # Distances are taken from the corner of the points, as coordinates in metres are large.
        moved = (x - x.min(initial=0), y - y.min(initial=0)) if not len(x) else (x - x.min(), y - y.min())
        assert found == plain.near_pairs(*moved, edges, straight=metric == "euclidean")


@pytest.mark.parametrize("seed", range(4))
def test_crowds_have_the_pairs_of_plain_loops(seed: int) -> None:
    rng = np.random.default_rng(seed)
    agree(*rng.normal(0, 300, (2, 150)))
    agree(*(rng.integers(-20, 20, (2, 150)) * 50.0))  # many at one place, many on an edge


@given(
    points=st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), max_size=30),
    unit=st.sampled_from([1.0, 25.0, 0.05, 1 / 3]),
    inner=st.sampled_from([0.0, 0.1, 50.0]),
)
def test_points_on_a_lattice_have_the_pairs_of_plain_loops(
    points: list[tuple[int, int]], unit: float, inner: float
) -> None:
    x, y = (np.array([point[axis] * unit for point in points], dtype=float) for axis in (0, 1))
    agree(x, y, [inner, 75.0, 100.0])


def test_empty_rows_and_points_far_apart_are_passed_over() -> None:
    agree(np.array([0.0, 1e6, 1e6 + 1, 0]), np.array([0.0, 5e6, 5e6, 249.9]))
    agree(np.zeros(0), np.zeros(0))
    agree(np.zeros(1), np.ones(1))
    agree(np.zeros(40), np.zeros(40))
