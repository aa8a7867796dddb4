"""What the clustering methods share."""

from __future__ import annotations

import numpy as np
import pytest

from hotspot.errors import ParameterError
from hotspot.stats.clusters import in_order, merged, radii
from tests.stats.crowds import heaps


def test_coincident_incidents_are_one_location_that_weighs_as_many() -> None:
    places = merged([5, 1, 5, -0.0], [2, 2, 2, 0.0])
    assert places.points.tolist() == [[5, 2], [1, 2], [0, 0]]
    assert places.number.tolist() == [0, 1, 0, 2]
    assert places.weight.tolist() == [2, 1, 1]
    assert merged([5, 1, 5], [2, 2, 2], weights=[0.5, 1, 2]).weight.tolist() == [2.5, 1]
    assert len(merged([], [])) == 0


@pytest.mark.parametrize("harm", [-1.0, np.nan, np.inf])
def test_harm_that_is_no_number_is_refused(harm: float) -> None:
    with pytest.raises(ValueError, match="Harm"):
        merged([0, 1], [0, 0], weights=[1, harm])


def test_a_radius_holds_the_weight_and_no_smaller_one_does() -> None:
    x, y = heaps()
    harm = np.random.default_rng(2).uniform(0.01, 3, len(x))
    places = merged(x, y, weights=harm)
    radius = radii(places, 9.5)
    apart = np.hypot(*(places.points[:, None] - places.points).T)
    assert ((apart <= radius[:, None] * (1 + 1e-12)) @ places.weight >= 9.5).all()
    assert ((apart < radius[:, None] * (1 - 1e-12)) @ places.weight < 9.5).all()


def test_where_all_weigh_less_there_is_no_radius() -> None:
    assert radii(merged([0, 1], [0, 0], weights=[0.2, 0.3]), 1).tolist() == [np.inf, np.inf]
    assert radii(merged([0, 1], [0, 0], weights=[0.5, 0.5]), 1).tolist() == [1, 1]
    assert radii(merged([], []), 1).tolist() == []


def test_labels_are_numbered_as_they_come() -> None:
    assert in_order([9, -1, 4, 9, 0]).tolist() == [0, -1, 1, 0, 2]
    assert in_order([-1, -1]).tolist() == [-1, -1]
    assert in_order([]).tolist() == []


def test_more_nearest_neighbours_than_time_allows_are_refused_before_they_are_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hotspot.stats.clusters.MOST_NEAREST", 8)
    places = merged([0, 1, 3, 6], [0, 0, 0, 0])
    assert radii(places, 2).tolist() == [1, 1, 2, 3]
    with pytest.raises(ParameterError, match="at most 8 together") as refused:
        radii(places, 3)
    assert refused.value.parameter == "min_samples"
