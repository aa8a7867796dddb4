"""HDBSCAN: what scikit-learn makes of incidents one by one, and coincident incidents as well."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from hotspot.errors import ParameterError
from hotspot.stats.hdbscan import hdbscan
from tests.stats.crowds import crowds, heaps, same, sklearn, turned


def apart(x, y, epsilon=0.0):
    """Distances between incidents one by one; each lies in its own place all the same."""
    between = np.maximum(np.round(np.hypot(x[:, None] - x, y[:, None] - y), 3), epsilon)
    np.fill_diagonal(between, 0.0)
    return between


def one_by_one(between, size, samples, most=None):
    model = sklearn().HDBSCAN(
        min_cluster_size=size, min_samples=samples, metric="precomputed", max_cluster_size=most, copy=True
    )
    return model.fit(between).labels_


def joined(near):
    """Group of each incident that a chain of near ones makes."""
    return connected_components(csr_array(near), directed=False)[1]


def agree(found, theirs, between, samples):
    """Whether two labellings say the same, but for incidents that join where their cluster melts.

    Taken two by two, merges at the same distance put those on either side by chance.
    """
    ours = found.clusters.labels
    apart = (ours < 0) & (theirs >= 0)
    if not same(ours[~apart], theirs[~apart]):
        return False
    core = np.sort(between, axis=1)[:, samples - 1]
    reach = np.maximum(np.maximum(between, core), core[:, None])
    for incident in np.flatnonzero(apart):
        label = ours[~apart & (theirs == theirs[incident])][0]
        member = np.flatnonzero(ours == label)[0]
        before, at = (joined(reach <= found.melts[label] + more) for more in (-2e-3, 2e-3))
        if before[incident] == before[member] or at[incident] != at[member]:
            return False
    return apart.sum() < 0.02 * len(ours)


def test_two_crowds_on_a_line_as_by_hand() -> None:
    # Joined at 2 m each. 92 and 500 are 408 m apart, but three lie within 410 m of 500 only.
    found = hdbscan([0, 1, 2, 90, 91, 92, 500], [0] * 7, min_cluster_size=3)
    assert found.clusters.labels.tolist() == [0, 0, 0, 1, 1, 1, -1]
    assert found.clusters.core.tolist() == [True] * 6 + [False]
    assert found.holds.tolist() == [2, 2]
    assert found.melts.tolist() == [88, 88]
    assert found.stability == pytest.approx([3 / 2 - 3 / 88] * 2)
    assert found.persistence == pytest.approx([1 - 2 / 88] * 2)


@pytest.mark.parametrize(("size", "samples"), [(10, 5), (10, 4), (15, 15), (30, 8), (60, 20)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_labels_are_those_of_the_incidents_one_by_one(seed: int, size: int, samples: int) -> None:
    x, y = crowds(seed)
    found = hdbscan(x, y, min_cluster_size=size, min_samples=samples, epsilon=0.001)
    model = sklearn().HDBSCAN(min_cluster_size=size, min_samples=samples, algorithm="kd_tree", copy=True)
    assert agree(found, model.fit(np.column_stack([x, y])).labels_, apart(x, y), samples)
    assert found.clusters.n_clusters > 1


@pytest.mark.parametrize(
    ("size", "samples", "epsilon"), [(10, 10, 30), (15, 5, 50), (8, 8, 100), (40, 40, 30)]
)
@pytest.mark.parametrize("seed", [1, 2])
def test_heaps_and_shortest_distances_are_as_one_by_one(
    seed: int, size: int, samples: int, epsilon: float
) -> None:
    x, y = heaps(seed)
    found = hdbscan(x, y, min_cluster_size=size, min_samples=samples, epsilon=epsilon)
    between = apart(x, y, epsilon)
    assert agree(found, one_by_one(between, size, samples), between, samples)


def by_definition(reach, members, size, born=np.inf):
    """Clusters of the best stability among some incidents, and that stability; from above, by the book."""
    inside = list(members)
    mass, total = 0.0, len(inside)
    for height in np.unique(reach[np.ix_(inside, inside)])[::-1]:
        group = joined(reach[np.ix_(inside, inside)] < height)
        parts = [[inside[i] for i in np.flatnonzero(group == g)] for g in np.unique(group)]
        large = [part for part in parts if len(part) >= size]
        if len(large) == 1:
            mass += (len(inside) - len(large[0])) / height
            inside = large[0]
            continue
        mass += len(inside) / height
        below = [by_definition(reach, part, size, height) for part in large]
        break
    own = mass - total / born
    together = sum(best for best, _ in below)
    if np.isinf(born) or own < together * (1 - 1e-9):
        return together, [cluster for _, clusters in below for cluster in clusters]
    return own, [frozenset(members)]


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=6, max_size=40),
    st.integers(2, 5),
    st.integers(1, 5),
)
def test_the_clusters_are_those_of_the_definition(
    spots: list[tuple[int, int]], size: int, samples: int
) -> None:
    x, y = np.array(spots, dtype=float).T
    between = np.round(np.hypot(x[:, None] - x, y[:, None] - y), 3)
    core = np.sort(between, axis=1)[:, samples - 1]
    reach = np.maximum(np.maximum(np.maximum(between, core), core[:, None]), 1.0)
    stability, clusters = by_definition(reach, range(len(x)), size)
    found = hdbscan(x, y, min_cluster_size=size, min_samples=samples, epsilon=1.0)
    labels = found.clusters.labels
    ours = {frozenset(np.flatnonzero(labels == label).tolist()) for label in range(labels.max() + 1)}
    assert ours == set(clusters)
    assert found.stability.sum() == pytest.approx(stability)


def test_a_hotspot_may_hold_no_more_than_is_said() -> None:
    x, y = crowds(2)
    for most in (400, 150, 60):
        found = hdbscan(x, y, min_cluster_size=10, max_cluster_size=most, epsilon=0.001)
        assert np.bincount(found.clusters.labels[found.clusters.labels >= 0]).max() <= most
        assert agree(found, one_by_one(apart(x, y), 10, 10, most=most), apart(x, y), 10)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 4)), min_size=1, max_size=25),
    st.integers(2, 8),
)
def test_weights_count_as_that_many_incidents(spots: list[tuple[int, int, int]], size: int) -> None:
    x, y, times = np.array(spots, dtype=float).T
    number = times.astype(int)
    weighed = hdbscan(x, y, min_cluster_size=size, weights=times, epsilon=0.5)
    repeated = hdbscan(np.repeat(x, number), np.repeat(y, number), min_cluster_size=size, epsilon=0.5)
    assert np.repeat(weighed.clusters.labels, number).tolist() == repeated.clusters.labels.tolist()
    assert weighed.stability == pytest.approx(repeated.stability)


def test_a_heap_leaves_the_hotspot_it_lies_in_whole_and_no_more_stable_than_can_be() -> None:
    rng = np.random.default_rng(1)
    crowd, far = rng.normal(0, 40, (80, 2)), rng.normal(900, 40, (80, 2))
    heap = np.zeros((12, 2))
    x, y = np.vstack([crowd, heap, far]).T
    found = hdbscan(x, y, min_cluster_size=10, epsilon=50)
    assert found.clusters.n_clusters == 2
    assert (found.stability <= 92 / 50).all()


def test_turned_moved_shuffled_and_doubled_incidents_have_the_same_clusters() -> None:
    x, y = crowds(7)
    labels = hdbscan(x, y, min_cluster_size=12).clusters.labels
    assert same(hdbscan(*turned(x, y), min_cluster_size=12).clusters.labels, labels)
    order = np.random.default_rng(4).permutation(len(x))
    assert same(hdbscan(x[order], y[order], min_cluster_size=12).clusters.labels, labels[order])
    doubled = hdbscan(np.repeat(x, 2), np.repeat(y, 2), min_cluster_size=24).clusters.labels
    assert doubled.tolist() == np.repeat(labels, 2).tolist()


def test_ties_are_no_matter_of_order() -> None:
    x, y = heaps(3)
    labels = hdbscan(x, y, min_cluster_size=10, epsilon=20).clusters.labels
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(x))
        again = hdbscan(x[order], y[order], min_cluster_size=10, epsilon=20).clusters.labels
        assert same(again, labels[order])


@pytest.mark.parametrize(("x", "y"), [([], []), ([1], [2]), ([1, 900], [2, 2])])
def test_none_one_and_two_incidents_have_no_clusters(x: list[float], y: list[float]) -> None:
    found = hdbscan(x, y, min_cluster_size=2)
    assert found.clusters.labels.tolist() == [-1] * len(x)
    assert len(found.holds) == len(found.melts) == len(found.stability) == 0


def test_incidents_all_in_one_place_stand_apart_from_nothing() -> None:
    assert hdbscan(np.ones(50), np.ones(50), min_cluster_size=5).clusters.n_clusters == 0


def test_two_heaps_are_two_clusters() -> None:
    found = hdbscan([0] * 6 + [500] * 6, [0] * 12, min_cluster_size=5, epsilon=10)
    assert found.clusters.labels.tolist() == [0] * 6 + [1] * 6
    assert found.holds.tolist() == [10, 10]


def test_corners_of_an_even_grid_have_no_clusters() -> None:
    x, y = np.meshgrid(np.arange(8) * 100.0, np.arange(8) * 100.0)
    assert hdbscan(x.ravel(), y.ravel(), min_cluster_size=4).clusters.n_clusters == 0


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ParameterError, match="epsilon"):
        hdbscan([0], [0], min_cluster_size=2, epsilon=0)
    with pytest.raises(ParameterError, match="min_cluster_size"):
        hdbscan([0], [0], min_cluster_size=0)
