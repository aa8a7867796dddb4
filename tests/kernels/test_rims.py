"""Discs at the edge of a union, beside the union of all."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from hotspot.kernels.rims import rim
from hotspot.stats.clusters import Clusters
from hotspot.stats.outlines import core_discs

Floats = NDArray[np.float64]


def plain(points: Floats, radius: float) -> shapely.Geometry:
    """The union of all discs."""
    return shapely.union_all(shapely.buffer(shapely.points(points), radius, quad_segs=8))


def ring(n: int) -> Floats:
    turn = np.random.default_rng(n).uniform(0, 2 * np.pi, n)
    return np.column_stack([500 * np.cos(turn), 500 * np.sin(turn)])


RNG = np.random.default_rng(3)
SPOTS = {
    "one": np.zeros((1, 2)),
    "two": np.array([[0.0, 0], [30, 0]]),
    "even": np.stack(np.meshgrid(np.arange(30.0), np.arange(30.0)), axis=-1).reshape(-1, 2) * 9,
    "crowd": RNG.normal(0, 150, (2000, 2)),
    "dense": RNG.normal(0, 20, (3000, 2)),
    "sparse": RNG.uniform(0, 2000, (300, 2)),
    "street": np.column_stack([RNG.uniform(0, 3000, 500), np.zeros(500)]),
    "ring": ring(800),
    "ring and middle": np.vstack([ring(900), RNG.normal(0, 40, (300, 2))]),
    "holes": RNG.uniform(0, 1000, (900, 2)),
}


@pytest.mark.parametrize("name", SPOTS)
@pytest.mark.parametrize("radius", [12.0, 50.0, 130.0])
def test_the_union_is_that_of_all_discs_holes_and_all(name: str, radius: float) -> None:
    points = SPOTS[name] + [370_000.0, 1_935_000.0]
    clusters = Clusters(np.zeros(len(points), dtype=np.int64), np.ones(len(points), dtype=bool))
    ours, all_of_them = core_discs(*points.T, clusters, eps=radius)[0], plain(points, radius)
    assert ours.is_valid
    assert ours.symmetric_difference(all_of_them).area == pytest.approx(0, abs=1e-4)
    assert shapely.get_num_coordinates(ours) == pytest.approx(shapely.get_num_coordinates(all_of_them), abs=3)
    assert len(shapely.get_rings(ours)) == len(shapely.get_rings(all_of_them))


def test_few_of_a_crowd_are_at_its_edge_and_those_outermost_are() -> None:
    points = SPOTS["dense"]
    kept = rim(*(values.copy() for values in points.T), 50.0)
    assert kept.sum() < 0.05 * len(points)
    for way in np.linspace(0, 2 * np.pi, 32, endpoint=False):
        assert kept[(points @ [np.cos(way), np.sin(way)]).argmax()]


def test_no_discs_have_no_edge() -> None:
    assert rim(np.empty(0), np.empty(0), 1.0).tolist() == []
