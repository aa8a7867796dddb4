"""Radii that hold a weight, beside the sorted distances to all others and beside scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from hotspot.kernels.nearest import radii
from hotspot.kernels.tree import LEAF, boxes, curve

Floats = NDArray[np.float64]


def plain(x: Floats, y: Floats, weight: Floats, least: float) -> Floats:
    """Look ever further until what lies within is enough."""
    apart = np.sqrt((x[:, None] - x) ** 2 + (y[:, None] - y) ** 2)
    order = np.argsort(apart, axis=1, kind="stable")
    held = np.cumsum(weight[order], axis=1) >= least * (1 - 1e-12)
    return np.take_along_axis(apart, order, axis=1)[np.arange(len(x)), held.argmax(axis=1)]


def found(x: Floats, y: Floats, weight: NDArray, least: float) -> Floats:
    order = curve(x, y)
    x, y = x[order], y[order]
    radius = np.empty(len(x))
    weight, box = weight[order], boxes(x, y)
    radius[order] = radii(x, y, weight, box, least, np.arange(len(x)))
    some = np.arange(len(x) // 3, len(x), 7)
    assert radii(x, y, weight, box, least, some).tolist() == radius[order][some].tolist()
    return radius


@settings(max_examples=200)
@given(
    st.lists(st.tuples(*[st.integers(0, 9)] * 2, st.integers(0, 5)), min_size=1, max_size=70),
    st.integers(1, 12),
)
def test_ties_heaps_and_weights_are_as_all_distances_say(spots: list[tuple[int, ...]], least: int) -> None:
    x, y, weight = np.array(spots, dtype=float).T.copy()
    if weight.sum() >= least:
        expected = plain(x, y, weight, least).tolist()
        assert found(x, y, weight.astype(np.int64), least).tolist() == expected
        assert found(x, y, weight, least).tolist() == expected


@pytest.mark.parametrize("least", [1, 2, 7, 50, 700])
def test_town_and_country_together_are_as_scipy_says(least: int) -> None:
    rng = np.random.default_rng(least)
    town, country = rng.normal(0, 50, (1500, 2)), rng.uniform(-90_000, 90_000, (400, 2))
    heap = rng.normal(7e4, 3, (600, 2))
    points = np.add(rng.permutation(np.vstack([town, country, heap])), [4e5, 2e6])
    expected = cKDTree(points).query(points, k=[least])[0][:, 0]
    x, y = points.T.copy()
    assert found(x, y, np.ones(len(x), dtype=np.int64), least).tolist() == expected.tolist()


def test_harm_is_weighed() -> None:
    x, y, weight = np.random.default_rng(1).uniform(0, 1, (3, 900))
    assert found(x, y, weight, 12.5) == pytest.approx(plain(x, y, weight, 12.5), abs=1e-12)


def test_the_curve_visits_each_once_and_goes_from_near_to_near() -> None:
    x, y = np.random.default_rng(1).uniform(0, 1, (2, 4096))
    order = curve(x, y)
    assert sorted(order.tolist()) == list(range(4096))
    assert np.hypot(np.diff(x[order]), np.diff(y[order])).mean() < 2 / 64
    assert curve(np.ones(3), np.ones(3)).tolist() == [0, 1, 2]
    assert curve(np.empty(0), np.empty(0)).tolist() == []


def test_each_box_is_that_of_its_halves_and_each_leaf_that_of_its_points() -> None:
    x, y = np.random.default_rng(2).uniform(0, 1, (2, 5 * LEAF + 3))
    box = boxes(x, y)
    assert box.shape == (16, 4)
    assert box[1].tolist() == [x.min(), x.max(), y.min(), y.max()]
    for k in range(1, 8):
        assert box[k, 0] == min(box[2 * k, 0], box[2 * k + 1, 0])
        assert box[k, 3] == max(box[2 * k, 3], box[2 * k + 1, 3])
    assert box[9].tolist() == [
        *(f(x[LEAF : 2 * LEAF]) for f in (min, max)),
        *(f(y[LEAF : 2 * LEAF]) for f in (min, max)),
    ]
    assert np.isinf(box[14:]).all()
