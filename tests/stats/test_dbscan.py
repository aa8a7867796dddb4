"""DBSCAN: the labels of scikit-learn on the incidents one by one."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from hotspot.errors import ParameterError
from hotspot.stats.dbscan import dbscan, eps_of, k_distances, knee
from hotspot.stats.outlines import core_discs

Floats = NDArray[np.float64]


def one_by_one(x: Floats, y: Floats, eps: float, min_samples: int) -> tuple[list[int], list[bool]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sklearn.cluster import DBSCAN

    model = DBSCAN(eps=eps, min_samples=min_samples, algorithm="kd_tree").fit(np.column_stack([x, y]))
    core = np.zeros(len(x), dtype=bool)
    core[model.core_sample_indices_] = True
    return model.labels_.tolist(), core.tolist()


@pytest.fixture
def town() -> tuple[Floats, Floats]:
    """Three crowds, stragglers, and incidents heaped on a few map points."""
    rng = np.random.default_rng(11)
    crowds = [rng.normal(centre, 60, (150, 2)) for centre in ((0, 0), (900, 200), (300, 1500))]
    stragglers = rng.uniform(-800, 2200, (120, 2))
    heaps = np.repeat(rng.uniform(-800, 2200, (8, 2)), 25, axis=0)
    points = rng.permutation(np.vstack([*crowds, stragglers, heaps]))
    return points[:, 0] + 370_000, points[:, 1] + 1_935_000


def test_six_incidents_cluster_as_by_hand() -> None:
    found = dbscan([0, 0, 0, 50, 900, 100], [0] * 6, eps=60, min_samples=4)
    assert found.labels.tolist() == [0, 0, 0, 0, -1, 0]
    assert found.core.tolist() == [True, True, True, True, False, False]
    assert found.n_clusters == 1


@pytest.mark.parametrize(("eps", "min_samples"), [(30, 5), (80, 10), (80, 26), (200, 60), (5000, 5), (1, 25)])
def test_labels_are_those_of_the_incidents_one_by_one(
    town: tuple[Floats, Floats], eps: float, min_samples: int
) -> None:
    found = dbscan(*town, eps=eps, min_samples=min_samples)
    assert (found.labels.tolist(), found.core.tolist()) == one_by_one(*town, eps, min_samples)


@settings(deadline=None, max_examples=200)
@given(
    points=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=60),
    eps=st.sampled_from([1, 2, 3, 5]),
    min_samples=st.integers(1, 12),
)
def test_labels_are_the_same_however_many_incidents_coincide(
    points: list[tuple[int, int]], eps: int, min_samples: int
) -> None:
    x, y = np.array(points, dtype=float).T
    found = dbscan(x, y, eps=eps, min_samples=min_samples)
    assert (found.labels.tolist(), found.core.tolist()) == one_by_one(x, y, eps, min_samples)


def test_weights_count_as_that_many_incidents(town: tuple[Floats, Floats]) -> None:
    x, y = town
    times = np.random.default_rng(1).integers(1, 4, len(x))
    weighted = dbscan(x, y, eps=60, min_samples=20, weights=times)
    repeated = dbscan(np.repeat(x, times), np.repeat(y, times), eps=60, min_samples=20)
    assert np.repeat(weighted.labels, times).tolist() == repeated.labels.tolist()
    assert np.repeat(weighted.core, times).tolist() == repeated.core.tolist()


def test_harm_that_is_no_whole_number_is_weighed_too() -> None:
    assert dbscan([0, 1], [0, 0], eps=2, min_samples=2, weights=[0.5, 1.5]).labels.tolist() == [0, 0]
    assert dbscan([0, 1], [0, 0], eps=2, min_samples=2, weights=[0.5, 1.4]).labels.tolist() == [-1, -1]


def test_no_incidents_have_no_clusters() -> None:
    found = dbscan([], [], eps=10, min_samples=5)
    assert (found.labels.tolist(), found.core.tolist(), found.n_clusters) == ([], [], 0)
    assert len(core_discs([], [], found, eps=10)) == 0


def test_scattered_incidents_have_no_clusters() -> None:
    assert dbscan(np.arange(9) * 100, np.zeros(9), eps=10, min_samples=2).n_clusters == 0


def test_a_missing_coordinate_and_no_distance_are_refused() -> None:
    with pytest.raises(ValueError, match="leave out those without"):
        dbscan([0, np.nan], [0, 0], eps=1, min_samples=1)
    with pytest.raises(ParameterError, match="above 0"):
        dbscan([0], [0], eps=0, min_samples=1)


def test_k_distances_are_those_of_each_two_incidents(town: tuple[Floats, Floats]) -> None:
    x, y = town
    between = np.sort(np.hypot(x[:, None] - x, y[:, None] - y), axis=1)
    for k in (1, 2, 7, 40):
        assert k_distances(x, y, k) == pytest.approx(np.sort(between[:, k - 1]), abs=1e-6)


def test_of_many_incidents_some_tell_the_curve_and_eps_of_all() -> None:
    rng = np.random.default_rng(4)
    town = np.vstack([rng.normal(0, 900, (50_000, 2)), rng.uniform(-9e3, 9e3, (30_001, 2))])
    x, y = town[np.lexsort(town.T[::-1])].T
    seen, everyone = k_distances(x, y, 40), cKDTree(town).query(town, k=[40])[0][:, 0]
    assert len(seen) == 16_001
    parts = np.linspace(0.01, 0.99, 50)
    assert np.quantile(seen, parts) == pytest.approx(np.quantile(everyone, parts), rel=0.05)
    assert eps_of(seen) == pytest.approx(eps_of(np.sort(everyone)), abs=10)
    assert set(np.round(seen, 6)) <= set(np.round(everyone, 6))


def test_fewer_than_k_incidents_have_no_k_distance() -> None:
    assert k_distances([0, 1], [0, 0], 3).tolist() == [np.inf, np.inf]
    assert k_distances([], [], 3).tolist() == []


def test_as_many_incidents_are_cores_as_have_k_others_within_eps(town: tuple[Floats, Floats]) -> None:
    within = (k_distances(*town, 10) <= 75.0).sum()
    assert dbscan(*town, eps=75.0, min_samples=10).core.sum() == within


def test_the_knee_is_where_a_curve_turns() -> None:
    assert knee([1, 1, 1, 1, 1, 1, 2, 50, 100]) == 2
    assert knee([0, 1, 2, 3, 3, 30]) == 3
    assert knee([4, 4, 4]) == 4
    assert knee([]) == 0


def test_a_suggested_eps_makes_few_incidents_cores_and_is_round(town: tuple[Floats, Floats]) -> None:
    eps = eps_of(k_distances(*town, 10))
    assert eps >= 50
    assert eps % 10 == 0
    even = np.random.default_rng(2).uniform(0, 20_000, (2, 3000))
    share = dbscan(*even, eps=eps_of(k_distances(*even, 30)), min_samples=30).core.mean()
    assert 0.05 < share < 0.15


def test_too_few_incidents_suggest_the_widest_eps() -> None:
    assert eps_of(k_distances([0, 1], [0, 0], 5)) == 20_000
    assert eps_of(k_distances([], [], 5)) == 20_000


def test_incidents_all_in_one_place_suggest_the_narrowest_eps() -> None:
    assert eps_of(k_distances(np.ones(50), np.ones(50), 5)) == 50


def test_the_area_of_a_cluster_holds_its_incidents_and_no_more_than_the_discs(
    town: tuple[Floats, Floats],
) -> None:
    x, y = town
    found = dbscan(x, y, eps=80, min_samples=15)
    areas = core_discs(x, y, found, eps=80)
    assert len(areas) == found.n_clusters > 2
    assert shapely.is_valid(areas).all()
    for label, area in enumerate(areas):
        cores = shapely.points(x, y)[found.core & (found.labels == label)]
        assert shapely.contains(area, cores).all()
        corners = shapely.points(shapely.get_coordinates(area))
        assert shapely.distance(corners, shapely.multipoints(cores)) == pytest.approx(80, abs=0.5)


def test_the_disc_of_one_place_is_a_circle() -> None:
    x, y = np.full(5, 100.0), np.full(5, 200.0)
    area = core_discs(x, y, dbscan(x, y, eps=50, min_samples=5), eps=50)[0]
    assert area.area == pytest.approx(np.pi * 50**2, rel=0.01)


def test_cells_too_small_to_be_numbered_are_refused() -> None:
    with pytest.raises(ParameterError, match="billionth") as refused:
        dbscan([0, 1e7], [0, 0], eps=0.001, min_samples=2)
    assert refused.value.parameter == "eps"


def test_what_may_not_be_written_to_is_taken_and_left_alone() -> None:
    x, y = np.arange(4) * 10.0, np.zeros(4)
    x.flags.writeable = False
    assert dbscan(x, y, eps=10, min_samples=2).labels.tolist() == [0] * 4
    assert x.tolist() == [0, 10, 20, 30]
