"""ST-DBSCAN: the labels of scikit-learn's DBSCAN with "within both radii" as metric."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.errors import ParameterError
from hotspot.stats.dbscan import dbscan, k_distances
from hotspot.stats.stdbscan import st_dbscan, st_k_distances
from tests.stats.crowds import crowds, heaps, same, sklearn, turned


def one_by_one(x, y, days, eps, eps_days, least, weights=None):
    near = np.hypot(x[:, None] - x, y[:, None] - y) <= eps
    near &= np.abs(days[:, None] - days) <= eps_days + 1e-8
    model = sklearn().DBSCAN(eps=0.5, min_samples=least, metric="precomputed")
    model.fit(np.where(near, 0.0, 1.0), sample_weight=weights)
    core = np.zeros(len(x), dtype=bool)
    core[model.core_sample_indices_] = True
    return model.labels_.tolist(), core.tolist()


def days_of(n: int, seed: int = 3):
    return np.round(np.random.default_rng(seed).uniform(0, 90, n), 1)


def test_five_incidents_cluster_as_by_hand() -> None:
    # The third is near the first two, but a month later; the fourth on time, but far.
    found = st_dbscan([0, 5, 5, 500, 9], [0] * 5, [1, 2, 32, 2, 4], eps=5, eps_days=2, min_samples=3)
    assert found.labels.tolist() == [0, 0, -1, -1, 0]
    assert found.core.tolist() == [False, True, False, False, False]


@pytest.mark.parametrize(("eps", "eps_days", "least"), [(80, 7, 5), (200, 3, 6), (60, 40, 12), (400, 14, 30)])
@pytest.mark.parametrize("town", [crowds, heaps])
def test_labels_are_those_of_the_incidents_one_by_one(town, eps: float, eps_days: float, least: int) -> None:
    x, y = town()
    days = days_of(len(x))
    found = st_dbscan(x, y, days, eps=eps, eps_days=eps_days, min_samples=least)
    assert (found.labels.tolist(), found.core.tolist()) == one_by_one(x, y, days, eps, eps_days, least)
    assert found.n_clusters > 1


@settings(max_examples=100)
@given(
    st.lists(st.tuples(*[st.integers(0, 6)] * 3), min_size=1, max_size=50),
    st.sampled_from([1, 2, 5]),
    st.sampled_from([1, 3]),
    st.integers(1, 9),
)
def test_ties_at_the_border_are_those_of_the_incidents_one_by_one(
    incidents: list[tuple[int, int, int]], eps: int, eps_days: int, least: int
) -> None:
    x, y, days = np.array(incidents, dtype=float).T
    found = st_dbscan(x, y, days, eps=eps, eps_days=eps_days, min_samples=least)
    assert (found.labels.tolist(), found.core.tolist()) == one_by_one(x, y, days, eps, eps_days, least)


def test_harm_is_weighed() -> None:
    x, y = crowds()
    days, harm = days_of(len(x)), np.random.default_rng(1).integers(1, 5, len(x)).astype(float)
    found = st_dbscan(x, y, days, eps=100, eps_days=10, min_samples=20, weights=harm)
    labels, core = one_by_one(x, y, days, 100, 10, 20, harm)
    assert (found.labels.tolist(), found.core.tolist()) == (labels, core)


def test_with_all_the_time_in_the_world_it_is_dbscan() -> None:
    x, y = crowds()
    found = st_dbscan(x, y, days_of(len(x)), eps=60, eps_days=1000, min_samples=10)
    assert found.labels.tolist() == dbscan(x, y, eps=60, min_samples=10).labels.tolist()


def test_turned_moved_shuffled_delayed_and_doubled_incidents_have_the_same_clusters() -> None:
    x, y = crowds()
    days = days_of(len(x))
    chosen = {"eps": 90.0, "eps_days": 9.05, "min_samples": 6}
    found = st_dbscan(x, y, days, **chosen)
    assert same(st_dbscan(*turned(x, y), days, **chosen).labels, found.labels)
    assert same(st_dbscan(x, y, 500 - days, **chosen).labels, found.labels)
    order = np.random.default_rng(8).permutation(len(x))
    shuffled = st_dbscan(x[order], y[order], days[order], **chosen)
    assert shuffled.core.tolist() == found.core[order].tolist()
    # An incident at the border of two clusters is in the one that comes first.
    core = shuffled.core
    assert same(shuffled.labels[core], found.labels[order][core])
    twice = st_dbscan(*(np.repeat(v, 2) for v in (x, y, days)), eps=90, eps_days=9.05, min_samples=12)
    assert twice.labels.tolist() == np.repeat(found.labels, 2).tolist()


@pytest.mark.parametrize("n", [0, 1, 2])
def test_none_one_and_two_incidents_have_no_clusters(n: int) -> None:
    found = st_dbscan([0] * n, [0] * n, [0] * n, eps=10, eps_days=2, min_samples=3)
    assert found.labels.tolist() == [-1] * n
    assert found.core.tolist() == [False] * n


def test_incidents_at_one_place_and_time_are_one_cluster() -> None:
    found = st_dbscan([7] * 9, [7] * 9, [7] * 9, eps=10, eps_days=2, min_samples=9)
    assert found.labels.tolist() == [0] * 9


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ParameterError, match="eps"):
        st_dbscan([0], [0], [0], eps=0, eps_days=1, min_samples=1)
    with pytest.raises(ParameterError, match="days"):
        st_dbscan([0], [0], [0], eps=1, eps_days=0, min_samples=1)
    with pytest.raises(ValueError, match="leave out those without"):
        st_dbscan([0], [0], [np.nan], eps=1, eps_days=1, min_samples=1)


def test_k_distances_are_those_of_each_two_incidents() -> None:
    x, y = crowds()
    days = days_of(len(x))
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    apart[np.abs(days[:, None] - days) > 5] = np.inf
    expected = np.sort(np.sort(apart, axis=1)[:, 7])
    assert st_k_distances(x, y, days, 8, eps_days=5) == pytest.approx(expected)
    assert st_k_distances(x, y, days, 8, eps_days=500) == pytest.approx(k_distances(x, y, 8), abs=1e-6)


def test_fewer_than_k_incidents_have_no_k_distance() -> None:
    assert st_k_distances([0, 1], [0, 0], [0, 9], 2, eps_days=1).tolist() == [np.inf, np.inf]
    assert st_k_distances([], [], [], 2, eps_days=1).tolist() == []
