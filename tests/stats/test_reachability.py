"""The walk that visits the nearest next."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from hotspot.stats.clusters import merged, radii, to_the_millimetre
from hotspot.stats.reachability import spanning_tree, walk
from tests.stats.crowds import crowds, heaps


def test_a_line_is_walked_from_end_to_end() -> None:
    found = walk(np.array([[0, 0], [9, 0], [1, 0], [3, 0]], dtype=float), np.zeros(4))
    assert found.order.tolist() == [0, 2, 3, 1]
    assert found.reach.tolist() == [np.inf, 6, 1, 2]
    assert found.before.tolist() == [-1, 3, 0, 2]


@pytest.mark.parametrize("town", [crowds, heaps])
def test_the_spanning_tree_is_one_and_as_short_as_can_be(town) -> None:
    places = merged(*to_the_millimetre(*town()))
    core = radii(places, 7)
    apart = np.hypot(*(places.points[:, None] - places.points).T)
    reach = np.maximum(np.maximum(apart, core), core[:, None])
    ends, length = spanning_tree(places.points, core)
    assert len(ends) == len(places) - 1
    joined = csr_array((np.ones(len(ends)), ends.T), shape=reach.shape)
    assert connected_components(joined, directed=False)[0] == 1
    assert np.sort(length) == pytest.approx(np.sort(minimum_spanning_tree(reach).data))
    assert length == pytest.approx(reach[ends[:, 0], ends[:, 1]])


def test_a_step_wider_than_the_limit_is_not_taken() -> None:
    points = np.array([[0, 0], [5, 0], [100, 0], [104, 0]], dtype=float)
    found = walk(points, np.zeros(4), limit=10)
    assert found.reach.tolist() == [np.inf, 5, np.inf, 4]
    assert found.before.tolist() == [-1, 0, -1, 2]


def test_one_location_and_none() -> None:
    assert walk(np.zeros((1, 2)), np.zeros(1)).order.tolist() == [0]
    assert walk(np.zeros((0, 2)), np.zeros(0)).order.tolist() == []
    for m in (0, 1):
        assert len(spanning_tree(np.zeros((m, 2)), np.zeros(m))[0]) == 0
