"""Getis-Ord Gi*: hand-worked, against esda, and on the robberies of Memphis."""

from __future__ import annotations

import math
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hotspot.crs import project
from hotspot.errors import ParameterError
from hotspot.places.grid import count, grid_over
from hotspot.places.tiling import tiling
from hotspot.stats.conditional import conditional_tails
from hotspot.stats.getisord import gi_star
from hotspot.stats.lattice import Lattice
from hotspot.stats.neighbours import Neighbours, band_neighbours, polygon_neighbours
from hotspot.stats.permutation import exact_p

Ints = NDArray[np.int64]
SHAPES = ("square", "hexagon")


def esda_z(
    col: Ints, row: Ints, shape: str, reach: float, values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Gi* as esda has it, with the settings that make its analytic z right."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import geopandas
        from esda import G_Local
        from libpysal.graph import Graph

        centres = geopandas.GeoSeries(geopandas.points_from_xy(*tiling(shape, 1.0).centres(col, row)))
        near = Graph.build_distance_band(centres, reach * (1 + 1e-9))
        local = G_Local(values, near, transform="B", star=True, permutations=0, n_jobs=1)
        return np.asarray(local.Zs)


def test_six_points_have_the_published_scores() -> None:
    x, y = [10, 20, 40, 15, 30, 30], [10, 10, 10, 20, 20, 30]
    found = gi_star([2, 3, 3.2, 5, 8, 7], neighbours=band_neighbours(x, y, distance=15))
    published = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    assert found.z == pytest.approx(published, abs=5e-9)
    assert found.neighbours.tolist() == [3, 4, 2, 4, 5, 2]
    assert found.neighbour_sum == pytest.approx([10, 18, 11.2, 18, 26.2, 15])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("reach", [1.0, math.sqrt(2), 2.1, 3.3, 5.0])
def test_scores_equal_those_of_esda(cells: tuple[Ints, Ints], shape: str, reach: float) -> None:
    values = np.random.default_rng(5).negative_binomial(0.4, 0.2, len(cells[0])).astype(float)
    expected = esda_z(*cells, shape, reach, values)
    found = gi_star(values, neighbours=Lattice.of(*cells, shape).within(reach)).z
    assert np.abs(expected).max() > 1.5
    assert found == pytest.approx(expected, abs=1e-9)


def test_harm_that_is_no_whole_number_scores_as_in_esda(cells: tuple[Ints, Ints]) -> None:
    values = np.random.default_rng(6).gamma(0.5, 31.7, len(cells[0]))
    found = gi_star(values, neighbours=Lattice.of(*cells, "square").within(2)).z
    assert found == pytest.approx(esda_z(*cells, "square", 2, values), abs=1e-9)


def test_a_lattice_and_the_points_of_its_centres_score_alike(cells: tuple[Ints, Ints]) -> None:
    values = np.random.default_rng(7).poisson(1.0, len(cells[0]))
    centres = tiling("hexagon", 100.0).centres(*cells)
    found = gi_star(values, neighbours=Lattice.of(*cells, "hexagon").within(2.2)).z
    assert found == pytest.approx(
        gi_star(values, neighbours=band_neighbours(*centres, distance=220)).z, abs=1e-12
    )


@pytest.mark.parametrize("values", [[0.0] * 6, [3.0] * 6, [0.1] * 6])
def test_values_all_equal_are_no_evidence(values: list[float]) -> None:
    ring = Lattice.of([0, 1, 2, 0, 1, 2], [0, 0, 0, 1, 1, 1], "square").within()
    assert gi_star(values, neighbours=ring).z.tolist() == [0.0] * 6


def test_a_cell_linked_to_every_other_is_no_evidence() -> None:
    everything = Lattice.of([0, 1, 2], [0, 0, 0], "square").within()
    z = gi_star([5, 0, 0], neighbours=everything).z
    assert z[1] == 0
    assert z[0] > 0 > z[2]


@pytest.mark.parametrize("values", [[], [4.0]])
def test_no_cell_or_one_cell_scores_nothing(values: list[float]) -> None:
    n = len(values)
    ring = Lattice.of(np.zeros(n), np.zeros(n), "square").within()
    assert gi_star(values, neighbours=ring).z.tolist() == [0.0] * n
    assert (
        gi_star(values, neighbours=band_neighbours([0.0] * n, [0.0] * n, distance=1)).z.tolist() == [0.0] * n
    )


def test_a_missing_value_and_a_distance_below_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="1 are missing"):
        gi_star([1.0, np.nan], neighbours=band_neighbours([0, 1], [0, 0], distance=1))
    with pytest.raises(ParameterError, match="0 or more"):
        band_neighbours([0], [0], distance=-1)


@settings(deadline=None, max_examples=60)
@given(
    values=st.lists(st.integers(0, 30), min_size=12, max_size=12),
    shift=st.integers(0, 50),
    times=st.integers(1, 9),
)
def test_scores_do_not_depend_on_the_unit_of_the_values(values: list[int], shift: int, times: int) -> None:
    row, col = np.divmod(np.arange(12), 4)
    ring = Lattice.of(col, row, "square").within(1)
    one = gi_star(values, neighbours=ring).z
    other = gi_star(np.array(values) * times + shift, neighbours=ring).z
    assert other == pytest.approx(one, abs=1e-9)


def test_the_same_counts_score_the_same_to_the_bit(cells: tuple[Ints, Ints]) -> None:
    values = np.random.default_rng(8).poisson(1.0, len(cells[0]))
    ring = Lattice.of(*cells, "square").within()
    found = gi_star(values, neighbours=ring)
    assert found.z.tobytes() == gi_star(values, neighbours=Lattice.of(*cells, "square").within()).z.tobytes()
    alike = pd.DataFrame({"s": found.neighbour_sum, "n": found.neighbours, "z": found.z}).groupby(["s", "n"])
    assert (alike["z"].nunique() == 1).all()


def both_p(values: Ints, near: Neighbours) -> tuple[list[float], list[float]]:
    """Exact and conditional p-values."""
    found = gi_star(values, neighbours=near)
    tails = conditional_tails(values, found.neighbour_sum - values, near.number - 1)
    return exact_p(values, found.neighbour_sum, near.number).tolist(), tails.two_sided(found.z).tolist()


@pytest.mark.parametrize("shape", SHAPES)
def test_every_incident_twice_changes_nothing(cells: tuple[Ints, Ints], shape: str) -> None:
    values = np.random.default_rng(9).poisson(0.7, len(cells[0]))
    near = Lattice.of(*cells, shape).within()
    once, twice = gi_star(values, neighbours=near), gi_star(2 * values, neighbours=near)
    assert twice.z == pytest.approx(once.z, abs=1e-12)
    assert both_p(2 * values, near) == both_p(values, near)


def test_a_town_turned_moved_or_mirrored_scores_alike(cells: tuple[Ints, Ints]) -> None:
    col, row = cells
    values = np.random.default_rng(10).poisson(0.7, len(col))
    near = Lattice.of(col, row, "square").within()
    z, p = gi_star(values, neighbours=near).z.tolist(), both_p(values, near)
    for other in ((-row, col), (-col, -row), (col + 31, row - 8), (-col, row)):
        moved = Lattice.of(*other, "square").within()
        assert gi_star(values, neighbours=moved).z.tolist() == z
        assert both_p(values, moved) == p


def test_points_turned_by_any_angle_score_alike() -> None:
    rng = np.random.default_rng(11)
    place, values = rng.uniform(0, 1000, (80, 2)), rng.poisson(2, 80)
    angle = 0.7
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    turned = place @ turn.T + [5e5, 2e6]
    one = gi_star(values, neighbours=band_neighbours(*place.T, distance=150))
    other = gi_star(values, neighbours=band_neighbours(*turned.T, distance=150))
    assert other.z == pytest.approx(one.z, abs=1e-9)


def test_cells_in_another_order_score_alike(cells: tuple[Ints, Ints]) -> None:
    col, row = cells
    rng = np.random.default_rng(12)
    values, order = rng.poisson(0.7, len(col)), rng.permutation(len(col))
    near = Lattice.of(col, row, "hexagon").within()
    mixed = Lattice.of(col[order], row[order], "hexagon").within()
    z = gi_star(values, neighbours=near).z
    assert gi_star(values[order], neighbours=mixed).z == pytest.approx(z[order], abs=1e-12)
    for one, other in zip(both_p(values, near), both_p(values[order], mixed), strict=True):
        assert other == np.array(one)[order].tolist()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_grid_and_its_cells_as_polygons_are_judged_alike(cells: tuple[Ints, Ints], shape: str) -> None:
    values = np.random.default_rng(13).negative_binomial(0.4, 0.2, len(cells[0]))
    lattice = Lattice.of(*cells, shape).within()
    polygons = polygon_neighbours(tiling(shape, 250.0).polygons(*cells))
    assert polygons.number.tolist() == lattice.number.tolist()
    assert gi_star(values, neighbours=polygons).z == pytest.approx(
        gi_star(values, neighbours=lattice).z, abs=1e-12
    )
    assert both_p(values, polygons) == both_p(values, lattice)


def test_cells_that_are_islands_are_judged_by_their_own_count_alone() -> None:
    # Six islands of one cell each: Gi* is how far each count is from the mean, in standard deviations.
    values = np.array([0, 1, 2, 3, 4, 14])
    near = Lattice.of([0, 2, 4, 6, 8, 10], [0, 4, 0, 4, 0, 4], "square").within()
    found = gi_star(values, neighbours=near)
    assert found.neighbours.tolist() == [1] * 6
    assert found.z == pytest.approx((values - 4) / values.std(), rel=1e-12)
    exact, conditional = both_p(values, near)
    # One of six is as large; what is around an island is nothing, whatever it holds itself.
    assert exact == pytest.approx([2 / 6, 4 / 6, 1, 1, 1, 2 / 6])
    assert conditional == [1.0] * 6


def test_one_incident_and_two_that_lie_together_or_apart_by_hand() -> None:
    row, col = np.divmod(np.arange(100), 10)
    near = Lattice.of(col, row, "square").within()
    one, together, apart = (np.zeros(100, dtype=np.int64) for _ in range(3))
    one[55] = 1
    together[55] = 2
    apart[[11, 88]] = 1
    # Of 100 places nine are around a cell: 9 % of orders put the one there, or the one cell of two.
    for values in (one, together):
        exact, conditional = both_p(values, near)
        assert exact[55] == pytest.approx(2 * 9 / 100, rel=1e-12)
        assert conditional[55] == 1.0
        assert conditional[54] == pytest.approx(2 * 8 / 99, rel=1e-12)
    exact, _ = both_p(apart, near)
    # At least one of two in nine of 100 cells: 1 - (91 * 90) / (100 * 99).
    assert exact[11] == pytest.approx(2 * (1 - 91 * 90 / 9900), rel=1e-12)
    assert (np.array(exact) > 0.05).all()


def test_the_robberies_of_memphis_score_as_published(real_data: Path) -> None:
    robberies = pd.read_csv(real_data / "incidents" / "memphis_robberies.csv")
    january = robberies[robberies["date"].str.startswith("2019-01")]
    x, y = project(january["lon"], january["lat"], "EPSG:32615")
    hull = shapely.convex_hull(shapely.multipoints(np.column_stack([x, y])))
    area = shapely.buffer(hull, 250, quad_segs=30)
    west, south, _, _ = area.bounds
    grid = grid_over(area, crs="EPSG:32615", size=500, origin=(west, south))
    counts = count(grid, x, y)
    z = gi_star(counts, neighbours=Lattice.of(grid.col, grid.row, "square").within()).z
    assert (grid.n_cells, counts.sum()) == (2715, 206)
    assert z[:6] == pytest.approx([-0.546, -0.598, -0.598, 0.716, 0.716, 0.716], abs=5e-4)
