"""Mean densities of cells: exact over fine samples, nothing lost at the edge."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import ArrayLike, NDArray

from hotspot.errors import ParameterError
from hotspot.places.grid import Grid, grid_over
from hotspot.stats.kde import KERNELS, kernel_value
from hotspot.stats.surface import MOST_NODES, Samples, grid_samples, raised, spread
from tests.kernels.plain_kernel_sums import exact_density

Floats = NDArray[np.float64]
TOWN = shapely.box(0, 0, 4000, 3000)
ISLANDS = shapely.MultiPolygon([shapely.box(0, 0, 900, 900), shapely.box(3100, 2100, 4000, 3000)])


def samples_of(grid: Grid, bandwidth: float) -> Samples:
    return grid_samples(*grid.centres(), grid.area_km2, size=grid.size, shape=grid.shape, bandwidth=bandwidth)


def cell_density(x: ArrayLike, y: ArrayLike, samples: Samples, **how: Any) -> Floats:
    return spread(x, y, samples, **how).means(samples)


def incidents(n: int = 200, *, seed: int = 3) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 4000, n), rng.uniform(0, 3000, n)


@pytest.mark.parametrize("shape", ["square", "hexagon"])
@pytest.mark.parametrize("size", [100.0, 260.0, 400.0])
def test_the_mean_of_a_cell_is_that_of_very_many_places_in_it(shape: str, size: float) -> None:
    grid = grid_over(TOWN, crs="EPSG:32616", size=size, shape=shape)
    x, y = incidents()
    found = cell_density(x, y, samples_of(grid, 400), bandwidth=400, edge="none")
    rng = np.random.default_rng(1)
    at_x, at_y = rng.uniform(0, 4000, 200_000), rng.uniform(0, 3000, 200_000)
    cell = grid.cell_of(at_x, at_y)
    many = exact_density(x, y, at_x, at_y, bandwidth=400)
    inner = grid.share_inside > 0.999
    number = np.bincount(cell, minlength=grid.n_cells)
    mean = np.bincount(cell, weights=many, minlength=grid.n_cells) / np.maximum(number, 1)
    assert found[inner] == pytest.approx(mean[inner], abs=0.05 * mean.max())
    assert np.abs(found - mean)[inner].mean() < 0.01 * mean.max()


def test_a_cell_much_smaller_than_the_bandwidth_has_the_density_of_its_middle() -> None:
    grid = grid_over(TOWN, crs="EPSG:32616", size=100)
    found = cell_density([2050], [1550], samples_of(grid, 1000), bandwidth=1000, edge="none")
    x, y = grid.centres()
    assert found == pytest.approx(kernel_value(np.hypot(x - 2050, y - 1550), bandwidth=1000))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("shape", ["square", "hexagon"])
@pytest.mark.parametrize("area", [TOWN, ISLANDS], ids=["town", "islands"])
def test_no_incident_is_lost_at_the_edge(kernel: str, shape: str, area: shapely.Geometry) -> None:
    grid = grid_over(area, crs="EPSG:32616", size=150, shape=shape)
    x, y = incidents()
    inside = shapely.intersects_xy(area, x, y)
    weight = np.linspace(0.5, 2, int(inside.sum()))
    samples = samples_of(grid, 500)
    held = [
        cell_density(x[inside], y[inside], samples, bandwidth=500, kernel=kernel, edge=edge, weights=weight)
        @ grid.area_km2
        for edge in ("renormalise", "none")
    ]
    assert held[0] == pytest.approx(weight.sum(), rel=1e-9)
    assert held[1] < 0.99 * weight.sum()


def test_at_a_straight_shore_a_kernel_is_raised_twice_and_in_a_corner_four_times() -> None:
    grid = grid_over(TOWN, crs="EPSG:32616", size=50)
    samples = samples_of(grid, 400)
    found = raised([2000, 2000, 0], [1500, 0, 0], samples, np.ones(3), bandwidth=400)
    assert found == pytest.approx([1, 2, 4], rel=0.02)
    plain = raised([2000, 2000, 0], [1500, 0, 0], samples, np.ones(3), bandwidth=400, edge="none")
    assert plain.tolist() == [1, 1, 1]


def test_an_even_town_is_even_to_its_edge_only_if_renormalised() -> None:
    grid = grid_over(TOWN, crs="EPSG:32616", size=200)
    east, north = np.meshgrid(np.arange(25, 4000, 50.0), np.arange(25, 3000, 50.0))
    samples = samples_of(grid, 400)
    even = cell_density(east.ravel(), north.ravel(), samples, bandwidth=400)
    let_go = cell_density(east.ravel(), north.ravel(), samples, bandwidth=400, edge="none")
    # 20 x 20 incidents in a square kilometre.
    assert np.abs(even / 400 - 1).max() < 0.15
    assert np.abs(let_go / 400 - 1).max() > 0.45


def test_one_cell_holds_everything_and_none_nothing() -> None:
    one = grid_samples([50.0], [50.0], [0.01], size=100, shape="square", bandwidth=300)
    # Most of both kernels lies outside, and comes back.
    assert cell_density([40, 60], [50, 50], one, bandwidth=300) == pytest.approx([200.0])
    wide = grid_samples([500.0], [500.0], [1.0], size=1000, shape="square", bandwidth=300)
    assert cell_density([400, 600], [500, 500], wide, bandwidth=300) == pytest.approx([2.0])
    assert cell_density([], [], one, bandwidth=300).tolist() == [0.0]
    none = grid_samples([], [], [], size=100, shape="square", bandwidth=300)
    assert cell_density([1], [1], none, bandwidth=300).tolist() == []


def test_cells_too_wide_for_the_bandwidth_are_still_smoothed_evenly() -> None:
    n = 300_000
    x = np.arange(n, dtype=float) * 5000
    samples = grid_samples(x, np.zeros(n), np.full(n, 25.0), size=5000, shape="square", bandwidth=150)
    assert samples.cell.size <= MOST_NODES
    found = cell_density([0.0, 5000.0], [0.0, 0.0], samples, bandwidth=150, edge="none")
    assert found[:2] == pytest.approx(found[0])
    assert found[0] > 0 == found[10]


def test_an_unknown_edge_is_refused() -> None:
    samples = grid_samples([50.0], [50.0], [0.01], size=100, shape="square", bandwidth=300)
    with pytest.raises(ParameterError, match="renormalise, none") as refused:
        cell_density([50], [50], samples, bandwidth=300, edge="mirror")
    assert refused.value.parameter == "edge"
