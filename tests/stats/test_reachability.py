"""The walk that visits the nearest next."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse.csgraph import minimum_spanning_tree

from hotspot.stats.clusters import merged, radii, to_the_millimetre
from hotspot.stats.reachability import walk
from tests.stats.crowds import crowds, heaps


def test_a_line_is_walked_from_end_to_end() -> None:
    found = walk(np.array([[0, 0], [9, 0], [1, 0], [3, 0]], dtype=float), np.zeros(4), mutual=True)
    assert found.order.tolist() == [0, 2, 3, 1]
    assert found.reach.tolist() == [np.inf, 6, 1, 2]
    assert found.before.tolist() == [-1, 3, 0, 2]


@pytest.mark.parametrize("town", [crowds, heaps])
def test_it_makes_a_minimum_spanning_tree(town) -> None:
    places = merged(*to_the_millimetre(*town()))
    core = radii(places, 7)
    apart = np.hypot(*(places.points[:, None] - places.points).T)
    reach = np.maximum(np.maximum(apart, core), core[:, None])
    found = walk(places.points, core, mutual=True)
    assert sorted(found.order.tolist()) == list(range(len(places)))
    steps = np.sort(found.reach[found.order[1:]])
    assert steps == pytest.approx(np.sort(minimum_spanning_tree(reach).data))
    went = found.order[1:]
    assert found.reach[went] == pytest.approx(reach[went, found.before[went]])


def test_a_step_wider_than_the_limit_is_not_taken() -> None:
    points = np.array([[0, 0], [5, 0], [100, 0], [104, 0]], dtype=float)
    found = walk(points, np.zeros(4), mutual=False, limit=10)
    assert found.reach.tolist() == [np.inf, 5, np.inf, 4]
    assert found.before.tolist() == [-1, 0, -1, 2]


def test_one_location_and_none() -> None:
    assert walk(np.zeros((1, 2)), np.zeros(1), mutual=True).order.tolist() == [0]
    assert walk(np.zeros((0, 2)), np.zeros(0), mutual=True).order.tolist() == []
