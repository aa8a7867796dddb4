"""Kernel density: hand-worked, against scikit-learn and scipy, fast against exact sums."""

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
from hotspot.stats import kde
from hotspot.stats.accuracy import score
from hotspot.stats.kde import KERNELS, density, exact_density, kernel_value, lattice_density

Floats = NDArray[np.float64]


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


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_volume_under_the_surface_is_the_number_of_incidents(kernel: str, town: Floats) -> None:
    for find in (exact_density, density):
        around = np.arange(-2500, 8501, 50.0)
        east, north = (each.ravel() for each in np.meshgrid(around, around))
        found = find(*town.T, east, north, bandwidth=400, kernel=kernel)
        assert found.sum() * 0.05**2 == pytest.approx(300, rel=2e-3)


@pytest.mark.parametrize("kernel", ["epanechnikov", "gaussian"])
def test_densities_equal_those_of_scikit_learn(kernel: str, town: Floats) -> None:
    from sklearn.neighbors import KernelDensity

    at = np.column_stack(places())
    model = KernelDensity(bandwidth=350, kernel=kernel).fit(town, sample_weight=np.arange(1, 301))
    # Its densities are per square metre, and add up to one.
    expected = np.exp(model.score_samples(at)) * np.arange(1, 301).sum() * 1e6
    found = exact_density(*town.T, *at.T, bandwidth=350, kernel=kernel, weights=np.arange(1, 301))
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9 * expected.max())


def test_the_gaussian_equals_that_of_scipy(town: Floats) -> None:
    from scipy.stats import gaussian_kde

    at = np.column_stack(places(n=15))
    model = gaussian_kde(town.T)
    # Its kernel has the shape of the incidents; ours is round, so theirs are turned round first.
    root = np.linalg.cholesky(model.covariance)
    round_town, round_at = np.linalg.solve(root, town.T) * 100, np.linalg.solve(root, at.T) * 100
    expected = model(at.T) * 300 * np.linalg.det(root) / 100**2 * 1e6
    found = exact_density(*round_town, *round_at, bandwidth=100, kernel="gaussian")
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9 * expected.max())


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("n", [1, 2, 30, 300])
def test_the_lattice_is_within_one_percent_of_the_exact_sums(kernel: str, n: int, town: Floats) -> None:
    some = town[:: 300 // n]
    at = np.concatenate([some, np.random.default_rng(2).uniform(-500, 6500, (4000, 2))])
    for bandwidth in (300.0, 1100.0):
        exact = exact_density(*some.T, *at.T, bandwidth=bandwidth, kernel=kernel)
        fast = lattice_density(some, np.ones(len(some)), at, bandwidth=bandwidth, kernel=kernel)
        assert fast is not None
        assert np.abs(fast - exact).max() < 0.01 * exact.max()
        assert (fast >= 0).all()


@pytest.mark.parametrize("kernel", KERNELS)
def test_many_incidents_take_the_lattice_and_stay_within_one_percent(
    kernel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(9)
    x, y = rng.normal(5000, 1200, (2, 3000))
    at = places(10_000, 60)
    monkeypatch.setattr(kde, "_FEW_PAIRS", 1e12)
    exact = density(x, y, *at, bandwidth=700, kernel=kernel)
    monkeypatch.setattr(kde, "_FEW_PAIRS", 0)
    fast = density(x, y, *at, bandwidth=700, kernel=kernel)
    wanted = exact_density(x, y, *at, bandwidth=700, kernel=kernel)
    assert exact == pytest.approx(wanted, rel=1e-12, abs=1e-5 * wanted.max() if kernel == "gaussian" else 0)
    assert 0 < np.abs(fast - exact).max() < 0.01 * exact.max()


def test_a_lattice_that_would_be_too_large_gives_way_to_exact_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kde, "_FEW_PAIRS", 0)
    found = density([0, 9e5], [0, 9e5], [0, 50, 9e5], [0, 0, 9e5], bandwidth=100)
    assert (
        lattice_density(np.array([[0, 0], [9e5, 9e5]]), np.ones(2), np.zeros((1, 2)), bandwidth=100) is None
    )
    assert found == pytest.approx(kernel_value([0, 50, 0], bandwidth=100))


def test_exact_sums_in_parts_are_those_in_one(town: Floats, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = np.linspace(0, 3, 300)
    whole = exact_density(*town.T, *places(), bandwidth=900, weights=weights)
    monkeypatch.setattr(kde, "_CHUNK", 5_000)
    parts = exact_density(*town.T, *places(), bandwidth=900, weights=weights)
    assert parts == pytest.approx(whole, abs=1e-9)


@pytest.mark.parametrize("kernel", KERNELS)
def test_no_incidents_are_no_density_and_no_places_have_none(kernel: str) -> None:
    assert density([], [], [0, 1], [0, 1], bandwidth=100, kernel=kernel).tolist() == [0, 0]
    assert density([1], [1], [], [], bandwidth=100, kernel=kernel).tolist() == []
    assert exact_density([], [], [], [], bandwidth=100, kernel=kernel).tolist() == []


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
@given(seed=st.integers(0, 10_000), kernel=st.sampled_from(KERNELS), lattice=st.booleans())
def test_turning_moving_and_shuffling_the_town_turns_and_moves_its_density(
    seed: int, kernel: str, lattice: bool
) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 3000, (2, 60))
    at_x, at_y = rng.uniform(0, 3000, (2, 80))
    weight = rng.uniform(0, 5, 60)

    def found(x: Floats, y: Floats, at_x: Floats, at_y: Floats, weight: Floats) -> Floats:
        if not lattice:
            return density(x, y, at_x, at_y, bandwidth=400, kernel=kernel, weights=weight)
        points, wanted = np.column_stack([x, y]), np.column_stack([at_x, at_y])
        fast = lattice_density(points, weight, wanted, bandwidth=400, kernel=kernel)
        assert fast is not None
        return fast

    plain = found(x, y, at_x, at_y, weight)
    close = 1e-9 * plain.max()
    order = rng.permutation(60)
    assert found(x[order], y[order], at_x, at_y, weight[order]) == pytest.approx(plain, abs=close)
    assert found(x, y, at_x, at_y, 2 * weight) == pytest.approx(2 * plain, abs=close)
    twice = (np.tile(each, 2) for each in (x, y))
    assert found(*twice, at_x, at_y, np.tile(weight, 2)) == pytest.approx(2 * plain, abs=close)
    moved = found(x + 5e5, y + 2e6, at_x + 5e5, at_y + 2e6, weight)
    assert moved == pytest.approx(plain, abs=1e-6 * plain.max())
    # The lattice of a turned town begins at another corner, unless it is as wide as it is high.
    turned = found(-y, x, -at_y, at_x, weight)
    assert turned == pytest.approx(plain, abs=0.02 * plain.max() if lattice else close)


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
