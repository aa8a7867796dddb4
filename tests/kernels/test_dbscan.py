"""Clusters by cells, beside looking at each two points and beside scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hotspot.kernels.dbscan import clusters
from hotspot.kernels.merging import number_places
from hotspot.kernels.ordering import order_of
from tests.kernels import plain_dbscan
from tests.stats.crowds import sklearn

NONE = np.empty(0)
Floats = NDArray[np.float64]


def agree(x: Floats, y: Floats, t: Floats, w: Floats, eps: float, days: float, least: float) -> None:
    label, core = clusters(x, y, t, w, eps, days, least)
    plain_label, plain_core = plain_dbscan.clusters(x, y, t, w, eps, days, least)
    assert (label.tolist(), core.tolist()) == (plain_label.tolist(), plain_core.tolist())


@settings(max_examples=300)
@given(
    spots=st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 6), st.integers(0, 3)),
        min_size=1,
        max_size=60,
    ),
    eps=st.sampled_from([0.5, 1, 2, 5, 100]),
    days=st.sampled_from([1, 2]),
    least=st.integers(1, 12),
    timed=st.booleans(),
    weight=st.sampled_from([0, 1, 60, 500]),
)
def test_ties_heaps_weights_and_times_are_as_each_two_points_say(
    spots: list[tuple[int, ...]], eps: float, days: int, least: int, timed: bool, weight: int
) -> None:
    """Heavy points are many: cells are then parted into squares."""
    x, y, t, w = np.array(spots, dtype=float).T.copy()
    agree(x, y, t if timed else NONE, weight * w if weight else NONE, eps, days, max(weight, 1) * least)


@settings(max_examples=100)
@given(
    seed=st.integers(0, 2**32 - 1),
    wide=st.integers(5, 30),
    eps=st.sampled_from([5.0, 10, 13, np.sqrt(50)]),
    share=st.floats(0.05, 1),
    timed=st.booleans(),
)
def test_blocks_of_squares_are_decided_as_their_points_are(
    seed: int, wide: int, eps: float, share: float, timed: bool
) -> None:
    """Whole metres: many points lie just eps apart, on the rim of all that is counted at once."""
    rng = np.random.default_rng(seed)
    x, y, t = (rng.integers(0, most, 900).astype(float) for most in (wide, wide, 4))
    around = 900 * min(np.pi * eps**2 / wide**2, 1)
    agree(x, y, t if timed else NONE, NONE, eps, 1.0, max(np.ceil(share * around), 1))


def town(seed: int, n: int) -> tuple[Floats, Floats]:
    """Crowds of very different density, heaps of up to hundreds, and stragglers."""
    rng = np.random.default_rng(seed)
    middle, spread = rng.uniform(0, 3000, (6, 2)), np.array([3.0, 10, 30, 60, 120, 400])
    of = rng.integers(0, 6, n)
    points = middle[of] + rng.normal(0, 1, (n, 2)) * spread[of, None]
    points = np.vstack([points, np.repeat(rng.uniform(0, 3000, (9, 2)), 2 ** np.arange(9), axis=0)])
    return tuple(rng.permutation(points).T + np.array([[370_000.0], [1_935_000.0]]))  # type: ignore[return-value]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("eps", "least"), [(5, 3), (20, 40), (70.5, 5), (70.5, 300), (300, 20), (300, 500), (600, 1000), (1e6, 2)]
)
def test_labels_are_those_of_scikit_learn_to_the_last_border(seed: int, eps: float, least: int) -> None:
    x, y = (values.copy() for values in town(seed, 2500))
    weight = np.random.default_rng(seed).integers(0, 4, len(x)).astype(float)
    for w in (None, weight):
        model = sklearn().DBSCAN(eps=eps, min_samples=least, algorithm="kd_tree")
        model.fit(np.column_stack([x, y]), sample_weight=w)
        label, core = clusters(x, y, NONE, NONE if w is None else w, eps, 1.0, least)
        assert label.tolist() == model.labels_.tolist()
        assert np.flatnonzero(core).tolist() == model.core_sample_indices_.tolist()


@pytest.mark.parametrize("seed", range(3))
def test_crowds_in_space_and_time_are_as_each_two_points_say(seed: int) -> None:
    x, y = (values.copy() for values in town(seed, 700))
    t = np.random.default_rng(seed).uniform(20_000, 20_060, len(x))
    for eps, days, least in ((30, 2, 4), (80, 7, 10), (300, 1, 6), (50, 1000, 15)):
        agree(x, y, t, NONE, eps, days, least)


def test_two_crowds_just_out_of_reach_stay_two() -> None:
    """Cells that share no neighbours though boxes around them do: halved until it is certain."""
    turn = np.linspace(0, np.pi / 2, 400)
    x = np.concatenate([100 - 100 * np.cos(turn), 101 + 100 * np.cos(turn)])
    y = np.concatenate([100 * np.sin(turn), 101 + 100 - 100 * np.sin(turn)])
    for eps in (0.9, 1.05, 5, 100, 101.5):
        agree(x, y, NONE, NONE, eps, 1.0, 2)


def test_many_in_one_cell_beside_many_in_the_next() -> None:
    rng = np.random.default_rng(1)
    left, right = rng.uniform(0, 70, (2, 900)), np.add(rng.uniform(0, 70, (2, 900)), [[170.0], [0]])
    x, y = np.hstack([left, right])
    for eps in (99, 100.001, 101, 103, 110):
        agree(x, y, NONE, NONE, eps, 1.0, 3)


def test_one_point_and_none() -> None:
    assert [found.tolist() for found in clusters(NONE, NONE, NONE, NONE, 1.0, 1.0, 1.0)] == [[], []]
    agree(np.zeros(1), np.zeros(1), NONE, NONE, 1.0, 1.0, 1.0)
    agree(np.zeros(1), np.zeros(1), NONE, NONE, 1.0, 1.0, 2.0)


@given(st.lists(st.integers(0, 2**63), max_size=40) | st.lists(st.integers(0, 5), max_size=40))
def test_the_order_is_that_of_numpy(values: list[int]) -> None:
    keys = np.array(values, dtype=np.uint64)
    assert order_of(keys).tolist() == np.argsort(keys, kind="stable").tolist()


@given(st.lists(st.tuples(st.sampled_from([0.0, 1.5, -2, 1e9]), st.integers(0, 3)), min_size=1, max_size=50))
def test_places_are_numbered_as_they_come(spots: list[tuple[float, int]]) -> None:
    x, y = np.array(spots, dtype=float).T.copy()
    number, first = number_places(x, y)
    assert (number.tolist(), first.tolist()) == plain_dbscan.number_places(x, y)
