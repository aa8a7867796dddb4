"""The walk of OPTICS and the spanning tree of HDBSCAN, beside looking at all places at each step."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.stats.clusters import merged, radii
from hotspot.stats.reachability import spanning_tree, walk
from tests.kernels import plain_walk
from tests.stats.crowds import crowds, heaps


def both_agree(points: np.ndarray, core: np.ndarray, limit: float) -> None:
    order, reach, before = plain_walk.walk(points, core, mutual=False, limit=limit)
    found = walk(points, core, limit=limit)
    assert (found.order.tolist(), found.before.tolist()) == (order, before)
    assert found.reach.tolist() == reach.tolist()
    if np.isfinite(core).all():
        order, reach, _ = plain_walk.walk(points, core, mutual=True)
        assert np.sort(spanning_tree(points, core)[1]).tolist() == np.sort(reach[order[1:]]).tolist()


@settings(max_examples=200)
@given(
    st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=60).map(list),
    st.integers(1, 6),
    st.sampled_from([1, 2, 3, 5, np.inf]),
)
def test_ties_are_settled_as_all_places_say(spots: list[tuple[int, int]], k: int, limit: float) -> None:
    places = merged(*np.array(spots, dtype=float).T)
    core = radii(places, k)
    core[core > limit] = np.inf
    both_agree(places.points, core, limit)


@pytest.mark.parametrize("town", [crowds, heaps])
@pytest.mark.parametrize(("k", "limit"), [(1, np.inf), (8, np.inf), (8, 90_000.0), (40, 150_000.0)])
def test_towns_are_walked_as_all_places_say(town, k: int, limit: float) -> None:
    places = merged(*(np.rint(values * 1e3) for values in town()))
    core = radii(places, k)
    core[core > limit] = np.inf
    both_agree(places.points, core, limit)
