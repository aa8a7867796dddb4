"""Cells laid elsewhere over one surface: what they hold, by hand and against laying them anew."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from hotspot.places.grid import grid_over
from hotspot.places.tiling import tiling
from hotspot.stats.kde import Nodes
from hotspot.stats.moved import Laid, Moved
from hotspot.stats.surface import grid_samples, spread

TOWN = shapely.box(0, 0, 4000, 3000)


def test_a_square_holds_of_each_node_the_part_within_its_sides() -> None:
    # Four nodes of 10 m, each a square from 0 to 10, 10 to 20 ...; cells of 20 m that begin at 5.
    laid = Laid(Nodes(5, 5, 10, 10, 1, 4), np.array([[1.0, 2.0, 4.0, 8.0]]))
    moved = Moved(tiling("square", 20.0, (5.0, 0.0)), laid.nodes)
    held = moved.held(laid)
    assert held[held > 0].tolist() == [0.5, 0.5 + 2 + 2, 2 + 8]
    assert held[moved.of(np.array([2.0, 5.1, 25.0, 25.1]), np.full(4, 5.0))].tolist() == [0.5, 4.5, 4.5, 10.0]


@pytest.mark.parametrize("shape", ["square", "hexagon"])
@pytest.mark.parametrize(("east", "north"), [(0.0, 0.0), (100.0, 0.0), (100.0, 200.0), (77.0, 31.0)])
def test_nothing_is_lost_and_an_unmoved_grid_holds_what_it_did(shape: str, east: float, north: float) -> None:
    grid = grid_over(TOWN, crs="EPSG:32616", size=300, shape=shape)
    samples = grid_samples(*grid.centres(), grid.area_km2, size=300, shape=shape, bandwidth=500)
    x, y = np.random.default_rng(3).uniform([[0], [0]], [[4000], [3000]], (2, 200))
    at = spread(x, y, samples, bandwidth=500).at(samples.nodes)
    area = Laid(samples.nodes, samples.share_km2)
    amount = Laid(samples.nodes, at * samples.share_km2)
    moved = Moved(tiling(shape, 300.0, (east, north)), samples.nodes)
    density, size = moved.density(amount, area)
    assert size.sum() == pytest.approx(12.0) and (density @ size) == pytest.approx(200)
    assert (size[moved.of(x, y)] > 0).all()
    if not east and not north:
        plain = spread(x, y, samples, bandwidth=500).means(samples)
        here = moved.of(*grid.centres())
        assert density[here] == pytest.approx(plain)
        assert size[here] == pytest.approx(grid.area_km2)


@pytest.mark.parametrize("shape", ["square", "hexagon"])
def test_moved_cells_have_about_the_density_of_a_grid_laid_there(shape: str) -> None:
    x, y = np.random.default_rng(8).normal([[2000], [1500]], 400, (2, 500))
    here = grid_over(TOWN, crs="EPSG:32616", size=200, shape=shape)
    samples = grid_samples(*here.centres(), here.area_km2, size=200, shape=shape, bandwidth=400)
    at = spread(x, y, samples, bandwidth=400).at(samples.nodes)
    moved = Moved(tiling(shape, 200.0, (200 / 3, 400 / 3)), samples.nodes)
    found, _ = moved.density(
        Laid(samples.nodes, at * samples.share_km2), Laid(samples.nodes, samples.share_km2)
    )
    there = grid_over(TOWN, crs="EPSG:32616", size=200, shape=shape, origin=(200 / 3, 400 / 3))
    anew = grid_samples(*there.centres(), there.area_km2, size=200, shape=shape, bandwidth=400)
    wanted = spread(x, y, anew, bandwidth=400).means(anew)
    assert np.abs(found[moved.of(*there.centres())] - wanted).max() < 0.03 * wanted.max()


def test_where_there_is_no_area_there_is_no_density() -> None:
    laid = Laid(Nodes(5, 5, 10, 10, 2, 2), np.zeros((2, 2)))
    density, size = Moved(tiling("square", 20.0), laid.nodes).density(laid, laid)
    assert not density.any() and not size.any()
