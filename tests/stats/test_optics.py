"""OPTICS: the profile and the valleys of scikit-learn, and coincident incidents as well."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from hotspot.errors import ParameterError
from hotspot.stats.optics import optics
from tests.stats.crowds import crowds, heaps, same, sklearn, turned


def one_by_one(x, y, **chosen):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it divides by what is infinite
        return sklearn().OPTICS(algorithm="kd_tree", **chosen).fit(np.column_stack([x, y]))


def test_two_crowds_on_a_line_as_by_hand() -> None:
    found = optics([0, 1, 2, 90, 91, 92], [0] * 6, min_samples=3, finest=0.5)
    assert found.clusters.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.order.tolist() == [0, 1, 2, 3, 4, 5]
    # From 0, three lie within 2 m; from 1 within 1 m; 90 is reached from 2.
    assert found.reach.tolist() == [np.inf, 2, 1, 88, 2, 1]
    assert found.holds.tolist() == [2, 2]


@pytest.mark.parametrize(("samples", "xi", "eps"), [(5, 0.05, np.inf), (10, 0.1, np.inf), (20, 0.05, 150.0)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_labels_and_profile_are_those_of_scikit_learn(seed: int, samples: int, xi: float, eps: float) -> None:
    # Whole metres near 0: their distances come out alike in every program, and ties with them.
    points = np.unique(np.rint(np.column_stack(crowds(seed))) - [370_000, 1_935_000], axis=0)
    x, y = np.random.default_rng(seed).permutation(points).T
    found = optics(x, y, min_samples=samples, xi=xi, max_eps=eps, finest=1e-9)
    model = one_by_one(x, y, min_samples=samples, xi=xi, max_eps=eps)
    assert found.order.tolist() == model.ordering_.tolist()
    assert found.reach == pytest.approx(model.reachability_, abs=1e-6)
    assert same(found.clusters.labels, model.labels_)
    assert found.clusters.n_clusters > 1


def test_coincident_incidents_are_reached_as_one_by_one() -> None:
    x, y = heaps(2)
    found = optics(x, y, min_samples=10, finest=1e-9)
    model = one_by_one(x, y, min_samples=10)
    # Ties take turns as they like, and of those at one place only the first is counted here.
    _, place = np.unique(np.column_stack([x, y]), axis=0, return_index=True)
    ours = np.sort(found.reach[place])
    theirs = np.sort([model.reachability_[(x == x[i]) & (y == y[i])].max() for i in place])
    assert np.isinf(ours).sum() == np.isinf(theirs).sum() == 1
    assert np.median(np.abs(ours[:-1] - theirs[:-1])) == 0
    assert ours[:-1].sum() == pytest.approx(theirs[:-1].sum(), rel=0.02)


def test_two_heaps_are_two_clusters() -> None:
    found = optics([0] * 6 + [500] * 6, [0] * 12, min_samples=5)
    assert found.clusters.labels.tolist() == [0] * 6 + [1] * 6
    assert found.holds.tolist() == [25, 25]


def test_a_heap_is_no_hotspot_of_its_own_for_being_a_heap() -> None:
    rng = np.random.default_rng(1)
    x, y = np.vstack([rng.normal(0, 40, (80, 2)), np.zeros((12, 2)), rng.normal(900, 40, (80, 2))]).T
    assert np.bincount(optics(x, y, min_samples=10, finest=25).clusters.labels + 1)[1:].min() >= 30


def test_members_of_a_hotspot_lie_next_to_each_other_in_the_walk() -> None:
    found = optics(*heaps(1), min_samples=12)
    along = found.clusters.labels[found.order]
    changes = np.flatnonzero(np.diff(along, prepend=-2))
    starts = [along[i] for i in changes if along[i] >= 0]
    assert len(starts) == len(set(starts)) == found.clusters.n_clusters > 2


def test_turned_moved_and_doubled_incidents_have_the_same_clusters() -> None:
    x, y = crowds(7)
    labels = optics(x, y, min_samples=12).clusters.labels
    assert same(optics(*turned(x, y), min_samples=12).clusters.labels, labels)
    again = optics(np.repeat(x, 2), np.repeat(y, 2), min_samples=24).clusters.labels
    assert again.tolist() == np.repeat(labels, 2).tolist()


def test_the_order_of_incidents_settles_ties_and_little_else() -> None:
    from sklearn.metrics import adjusted_rand_score

    x, y = crowds(7)
    labels = optics(x, y, min_samples=12, xi=0.1).clusters.labels
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(x))
        again = optics(x[order], y[order], min_samples=12, xi=0.1).clusters.labels
        assert adjusted_rand_score(labels[order], again) > 0.85


def test_coincident_incidents_are_in_one_cluster() -> None:
    x, y = heaps(4)
    labels = optics(x, y, min_samples=8).clusters.labels
    _, place = np.unique(np.column_stack([x, y]), axis=0, return_inverse=True)
    assert len(np.unique(np.column_stack([place.ravel(), labels]), axis=0)) == place.max() + 1


def test_harm_makes_dense() -> None:
    x = [0, 10, 20, 900, 910, 920, 5000]
    few = optics(x, [0] * 7, min_samples=3, max_eps=9, finest=1)
    assert few.clusters.n_clusters == 0
    heavy = optics(x, [0] * 7, min_samples=3, max_eps=15, finest=1, weights=[3, 3, 3, 0.1, 0.1, 0.1, 9])
    assert np.isfinite(heavy.reach).tolist() == [False, True, True, False, False, False, False]


@pytest.mark.parametrize(("x", "y"), [([], []), ([1], [2]), ([1, 900], [2, 2])])
def test_none_one_and_two_incidents_have_no_clusters(x: list[float], y: list[float]) -> None:
    found = optics(x, y, min_samples=5)
    assert found.clusters.labels.tolist() == [-1] * len(x)
    assert len(found.holds) == 0


def test_incidents_all_in_one_place_are_one_cluster() -> None:
    found = optics(np.ones(50), np.ones(50), min_samples=5)
    assert found.clusters.n_clusters == 1
    assert (found.clusters.labels == 0).all()


def test_incidents_too_far_apart_for_the_widest_step_have_no_clusters() -> None:
    found = optics(np.arange(30) * 100.0, np.zeros(30), min_samples=3, max_eps=50)
    assert found.clusters.n_clusters == 0
    assert np.isinf(found.reach).all()


@pytest.mark.parametrize("wrong", [{"xi": 0}, {"xi": 1}, {"max_eps": 0}, {"finest": 0}])
def test_what_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        optics([0], [0], min_samples=2, **wrong)
