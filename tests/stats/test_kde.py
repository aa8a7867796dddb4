"""Kernel density: hand-worked, against scikit-learn and scipy, at places and at nodes."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hotspot.crs import project, project_shapes
from hotspot.errors import ParameterError
from hotspot.places.grid import count, grid_over
from hotspot.stats.accuracy import score
from hotspot.stats.kde import KERNELS, PARTS, Nodes, density, density_at_nodes, fewer, held, kernel_value
from tests.kernels.plain_kernel_sums import exact_density

Floats = NDArray[np.float64]
CLOSE = {"quartic": 1e-12, "epanechnikov": 1e-12, "gaussian": 4e-6}
"""Of one incident's highest density: a Gaussian ends at five standard deviations."""


@pytest.fixture(scope="module")
def town() -> Floats:
    """300 incidents in 6 km, half of them in two clumps."""
    rng = np.random.default_rng(4)
    clumps = rng.normal([[2000, 2500]], 150, (75, 2)), rng.normal([[4400, 4000]], 300, (75, 2))
    return np.concatenate([*clumps, rng.uniform(0, 6000, (150, 2))])


def places(side: float = 6000, n: int = 40) -> tuple[Floats, Floats]:
    """A lattice of places over the town."""
    east, north = np.meshgrid(np.linspace(0, side, n), np.linspace(0, side, n))
    return east.ravel(), north.ravel()


@pytest.mark.parametrize(
    ("kernel", "at_0", "at_half", "at_1"),
    [
        # 3 / (pi h^2) (1 - u^2)^2, 2 / (pi h^2) (1 - u^2) and exp(-u^2 / 2) / (2 pi h^2), h = 0.5 km.
        ("quartic", 12 / math.pi, 12 / math.pi * 0.5625, 0.0),
        ("epanechnikov", 8 / math.pi, 8 / math.pi * 0.75, 0.0),
        ("gaussian", 2 / math.pi, 2 / math.pi * math.exp(-1 / 8), 2 / math.pi * math.exp(-1 / 2)),
    ],
)
def test_one_incident_has_the_kernel_around_it(kernel: str, at_0: float, at_half: float, at_1: float) -> None:
    found = density([700], [100], [700, 950, 700, 1200], [100, 100, 350, 100], bandwidth=500, kernel=kernel)
    assert found == pytest.approx([at_0, at_half, at_half, at_1], abs=1e-9)


def near(found: Floats, wanted: Floats, n: float, *, bandwidth: float, kernel: str) -> None:
    """Assert that densities of n incidents are equal, but for what a kernel leaves out far away."""
    highest = kernel_value(0, bandwidth=bandwidth, kernel=kernel)
    assert found == pytest.approx(wanted, rel=1e-9, abs=float(n * CLOSE[kernel] * highest))


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_volume_under_the_surface_is_the_number_of_incidents(kernel: str, town: Floats) -> None:
    nodes = Nodes(-2500, -2500, 50, 50, 221, 221)
    east, north = (each.ravel() for each in np.meshgrid(nodes.x, nodes.y))
    for found in (
        density(*town.T, east, north, bandwidth=400, kernel=kernel),
        density_at_nodes(*town.T, nodes, bandwidth=400, kernel=kernel),
    ):
        assert found.sum() * 0.05**2 == pytest.approx(300, rel=2e-3)


@pytest.mark.parametrize("kernel", ["epanechnikov", "gaussian"])
def test_densities_equal_those_of_scikit_learn(kernel: str, town: Floats) -> None:
    from sklearn.neighbors import KernelDensity

    weight = np.arange(1, 301)
    at = np.column_stack(places())
    model = KernelDensity(bandwidth=350, kernel=kernel).fit(town, sample_weight=weight)
    # Its densities are per square metre, and add up to one.
    expected = np.exp(model.score_samples(at)) * weight.sum() * 1e6
    exact = exact_density(*town.T, *at.T, bandwidth=350, kernel=kernel, weights=weight)
    assert exact == pytest.approx(expected, rel=1e-9, abs=1e-9 * expected.max())
    found = density(*town.T, *at.T, bandwidth=350, kernel=kernel, weights=weight)
    near(found, expected, weight.sum(), bandwidth=350, kernel=kernel)


def test_the_gaussian_equals_that_of_scipy(town: Floats) -> None:
    from scipy.stats import gaussian_kde

    at = np.column_stack(places(n=15))
    model = gaussian_kde(town.T)
    # Its kernel has the shape of the incidents; ours is round, so theirs are turned round first.
    root = np.linalg.cholesky(model.covariance)
    round_town, round_at = np.linalg.solve(root, town.T) * 100, np.linalg.solve(root, at.T) * 100
    expected = model(at.T) * 300 * np.linalg.det(root) / 100**2 * 1e6
    exact = exact_density(*round_town, *round_at, bandwidth=100, kernel="gaussian")
    assert exact == pytest.approx(expected, rel=1e-9, abs=1e-9 * expected.max())
    near(
        density(*round_town, *round_at, bandwidth=100, kernel="gaussian"),
        expected,
        300,
        bandwidth=100,
        kernel="gaussian",
    )


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("bandwidth", [40.0, 300.0, 2500.0, 20_000.0])
def test_places_and_nodes_have_the_sums_over_all_incidents(
    kernel: str, bandwidth: float, town: Floats
) -> None:
    weight = np.linspace(0, 3, 300)
    nodes = Nodes(-700.0, 900.0, 130.0, 90.0, 31, 57)
    at = [each.ravel() for each in np.meshgrid(nodes.x, nodes.y)]
    wanted = exact_density(*town.T, *at, bandwidth=bandwidth, kernel=kernel, weights=weight)
    one = density(*town.T, *at, bandwidth=bandwidth, kernel=kernel, weights=weight)
    two = density_at_nodes(*town.T, nodes, bandwidth=bandwidth, kernel=kernel, weights=weight)
    assert two.shape == (31, 57)
    for found in (one, two.ravel()):
        near(found, wanted, weight.sum(), bandwidth=bandwidth, kernel=kernel)


@pytest.mark.parametrize("kernel", KERNELS)
def test_what_a_kernel_holds_of_the_nodes_is_the_same_sum_the_other_way_round(
    kernel: str, town: Floats
) -> None:
    nodes = Nodes(0.0, 500.0, 170.0, 210.0, 30, 33)
    area = np.random.default_rng(1).uniform(0, 0.03, (30, 33))
    found = held(area, nodes, *town.T, bandwidth=600, kernel=kernel)
    at = [each.ravel() for each in np.meshgrid(nodes.x, nodes.y)]
    wanted = exact_density(*at, *town.T, bandwidth=600, kernel=kernel, weights=area.ravel())
    near(found, wanted, area.sum(), bandwidth=600, kernel=kernel)
    weight = np.linspace(1, 2, 300)
    spread = density_at_nodes(*town.T, nodes, bandwidth=600, kernel=kernel, weights=weight)
    assert (spread * area).sum() == pytest.approx(found @ weight, rel=1e-12)


def piled(n: int, seed: int) -> tuple[Floats, Floats]:
    """Very many incidents in one square kilometre: at random, on a few addresses, and in two corners."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 1000, (2, n))
    address = rng.uniform(0, 1000, (40, 2))[rng.integers(0, 40, n)]
    third = n // 3
    x[:third], y[:third] = address[:third].T
    return x, y


@pytest.mark.parametrize("kernel", KERNELS)
def test_very_many_incidents_become_fewer_and_the_density_stays(kernel: str) -> None:
    x, y = piled(60_000, 3)
    weight = np.random.default_rng(4).uniform(0, 2, len(x))
    few = fewer(x, y, weight, bandwidth=500, kernel=kernel)
    assert len(few[0]) < 0.6 * len(x) and len(few[0]) <= 9 * PARTS[kernel] ** 2
    assert few[2].sum() == pytest.approx(weight.sum(), rel=1e-12)
    at = places(1400, 25)
    wanted = density(x, y, *at, bandwidth=500, kernel=kernel, weights=weight)
    found = density(*few[:2], *at, bandwidth=500, kernel=kernel, weights=few[2])
    assert 0 < np.abs(found - wanted).max() < 5e-4 * wanted.max()


@pytest.mark.parametrize("kernel", KERNELS)
def test_even_incidents_as_awkward_as_can_be_stay_within_one_percent(kernel: str) -> None:
    # Half of all in either corner of one small square: nothing can be further from their middle.
    n, bandwidth = 2 * PARTS[kernel] ** 2, 800.0
    side = bandwidth / PARTS[kernel]
    corner = np.where(np.arange(n) % 2, 1e-9, side * (1 - 1e-9))
    few = fewer(corner, corner, None, bandwidth=bandwidth, kernel=kernel)
    assert (len(few[0]), few[2].sum()) == (1, n)
    at = np.linspace(-1.2 * bandwidth, 1.2 * bandwidth, 1500)
    for at_x, at_y in ((at, at), (at, -at), (at, np.zeros(1500))):
        wanted = density(corner, corner, at_x, at_y, bandwidth=bandwidth, kernel=kernel)
        found = density(*few[:2], at_x, at_y, bandwidth=bandwidth, kernel=kernel, weights=few[2])
        assert np.abs(found - wanted).max() < 0.01 * wanted.max()


def test_few_incidents_and_those_far_apart_stay_as_they_are() -> None:
    x = np.arange(5000) * 300.0
    few = fewer(x, x, None, bandwidth=500)
    assert few[0] is x and few[2].tolist() == [1.0] * 5000
    thin = np.linspace(0, 1e4, 5000)
    assert fewer(thin, thin, None, bandwidth=500)[0].tolist() == thin.tolist()


@pytest.mark.parametrize("kernel", KERNELS)
def test_no_incidents_are_no_density_and_no_places_have_none(kernel: str) -> None:
    assert density([], [], [0, 1], [0, 1], bandwidth=100, kernel=kernel).tolist() == [0, 0]
    assert density([1], [1], [], [], bandwidth=100, kernel=kernel).tolist() == []
    nodes = Nodes(0, 0, 10, 10, 2, 3)
    assert density_at_nodes([], [], nodes, bandwidth=100, kernel=kernel).tolist() == [[0.0] * 3] * 2
    assert held(np.ones((2, 3)), nodes, [], [], bandwidth=100, kernel=kernel).tolist() == []
    assert [len(each) for each in fewer([], [], None, bandwidth=100, kernel=kernel)] == [0, 0, 0]


def test_two_incidents_far_apart_do_not_know_of_each_other() -> None:
    both = density([0, 5000], [0, 0], [0, 100, 5000], [0, 0, 0], bandwidth=500)
    assert both == pytest.approx(density([0], [0], [0, 100, 0], [0, 0, 0], bandwidth=500))


def test_incidents_all_in_one_place_are_one_that_weighs_as_much() -> None:
    many = density(np.full(40, 3.0), np.full(40, 4.0), *places(1000, 9), bandwidth=600)
    assert many == pytest.approx(density([3], [4], *places(1000, 9), bandwidth=600, weights=[40]))


@pytest.mark.parametrize(
    ("bandwidth", "top_1", "top_5"), [(300, 12.7, 6.4), (1000, 9.8, 5.3)], ids=["300 m", "1000 m"]
)
def test_the_robberies_of_memphis_are_foretold_as_published(
    real_data: Path, bandwidth: float, top_1: float, top_5: float
) -> None:
    """Cells of 200 m from the south-west corner, the quartic kernel at their middles, no correction."""
    import geopandas

    robberies = pd.read_csv(real_data / "incidents" / "memphis_robberies.csv")
    precincts = geopandas.read_file(real_data / "incidents" / "memphis_precincts.geojson")
    area = shapely.union_all(project_shapes(precincts.geometry.to_numpy(), "EPSG:32615"))
    west, south, _, _ = area.bounds
    grid = grid_over(area, crs="EPSG:32615", size=200, origin=(west, south))
    x, y = project(robberies["lon"], robberies["lat"], "EPSG:32615")
    train = (robberies["date"].str[5:7].astype(int) <= 6).to_numpy()
    found = density(x[train], y[train], *grid.centres(), bandwidth=bandwidth)
    later = count(grid, x[~train], y[~train])
    assert (train.sum(), later.sum()) == (1083, 1162)
    scores = [score(found, later, area=grid.area_km2, share=share, ties="even") for share in (0.01, 0.05)]
    assert [round(each.pai, 1) for each in scores] == [top_1, top_5]


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), kernel=st.sampled_from(KERNELS))
def test_turning_moving_and_shuffling_the_town_turns_and_moves_its_density(seed: int, kernel: str) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 3000, (2, 60))
    at_x, at_y = rng.uniform(0, 3000, (2, 80))
    weight = rng.uniform(0, 5, 60)

    def found(x: Floats, y: Floats, at_x: Floats, at_y: Floats, weight: Floats) -> Floats:
        return density(x, y, at_x, at_y, bandwidth=400, kernel=kernel, weights=weight)

    plain = found(x, y, at_x, at_y, weight)
    close = 1e-9 * plain.max()
    order = rng.permutation(60)
    assert found(x[order], y[order], at_x, at_y, weight[order]) == pytest.approx(plain, abs=close)
    assert found(x, y, at_x, at_y, 2 * weight) == pytest.approx(2 * plain, abs=close)
    twice = (np.tile(each, 2) for each in (x, y))
    assert found(*twice, at_x, at_y, np.tile(weight, 2)) == pytest.approx(2 * plain, abs=close)
    moved = found(x + 5e5, y + 2e6, at_x + 5e5, at_y + 2e6, weight)
    assert moved == pytest.approx(plain, abs=1e-6 * plain.max())
    turned = found(-y, x, -at_y, at_x, weight)
    assert turned == pytest.approx(plain, abs=close)


@pytest.mark.parametrize("bandwidth", [0, -5, math.nan, math.inf])
def test_a_bandwidth_that_is_no_distance_is_refused(bandwidth: float) -> None:
    with pytest.raises(ParameterError, match="metres above 0") as refused:
        density([0], [0], [0], [0], bandwidth=bandwidth)
    assert refused.value.parameter == "bandwidth"


def test_an_unknown_kernel_missing_coordinates_and_weights_are_refused() -> None:
    with pytest.raises(ParameterError, match="quartic, epanechnikov, gaussian"):
        density([0], [0], [0], [0], bandwidth=100, kernel="triangle")
    with pytest.raises(ValueError, match="leave out those without"):
        density([np.nan], [0], [0], [0], bandwidth=100)
    with pytest.raises(ValueError, match="each of 1 incidents"):
        density([0], [0], [0], [0], bandwidth=100, weights=[1, 2])
