from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from hotspot.places.spacing import nearest_distances
from tests.kernels import plain_nearest_other as plain

PLACE = st.integers(0, 12).map(float)


@settings(max_examples=200)
@given(points=st.lists(st.tuples(PLACE, PLACE), min_size=1, max_size=120))
def test_the_nearest_others_are_those_of_trying_each(points: list[tuple[float, float]]) -> None:
    some = np.array(points)
    assert sorted(nearest_distances(*some.T)) == plain.nearest_other(some)


@pytest.mark.parametrize("flat", [0, 1])
def test_points_on_a_line_have_neighbours_too(flat: int) -> None:
    points = np.random.default_rng(flat).normal(0, 100, (700, 2))
    points[:, flat] = 7.0
    assert sorted(nearest_distances(*points.T)) == plain.nearest_other(points)


def test_crowds_and_hermits_have_the_nearest_others_of_a_tree() -> None:
    rng = np.random.default_rng(3)
    crowds = np.concatenate([rng.normal(at, 20, (4000, 2)) for at in (0, 3000, 50_000)])
    points = np.concatenate([crowds, rng.uniform(-1e5, 1e5, (300, 2)), crowds[:500]])
    locations = np.unique(points, axis=0)
    found = nearest_distances(*points.T)
    assert sorted(found) == sorted(cKDTree(locations).query(locations, k=2)[0][:, 1])
    assert found.tobytes() == nearest_distances(*points[::-1].T).tobytes()
