"""Local Moran: hand-worked, against esda and all orders of the values, on grids and on irregular areas."""

from __future__ import annotations

import math
import warnings
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hotspot.crs import project_shapes
from hotspot.places.boundary_files import read_boundaries
from hotspot.places.districts import DistrictIndex
from hotspot.places.tiling import tiling
from hotspot.stats.conditional import conditional_tails
from hotspot.stats.getisord import gi_star
from hotspot.stats.lattice import Lattice
from hotspot.stats.localmoran import HH, HL, LH, LL, LocalMoran, local_moran
from hotspot.stats.moran import moran
from hotspot.stats.neighbours import Neighbours, band_neighbours, polygon_neighbours
from hotspot.stats.significance import adjust, two_sided_p

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def exact_p(values: Any, found: LocalMoran) -> Floats:
    return found.p_exact(conditional_tails(values, found.neighbour_sum, found.others))


def esda_local(
    col: Ints, row: Ints, shape: str, reach: float, values: Floats, *, simulations: int = 0
) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import geopandas
        from esda import Moran_Local
        from libpysal.graph import Graph

        centres = geopandas.GeoSeries(geopandas.points_from_xy(*tiling(shape, 1.0).centres(col, row)))
        near = Graph.build_distance_band(centres, reach * (1 + 1e-9))
        return Moran_Local(values, near, permutations=simulations, n_jobs=1, seed=7)


def orders(values: list[int], place: int) -> list[list[int]]:
    """Every order of the values that leaves one place its own."""
    rest = [value for at, value in enumerate(values) if at != place]
    return [[*order[:place], values[place], *order[place:]] for order in permutations(rest)]


def test_six_places_in_a_row_by_hand() -> None:
    # Deviations 2 2 -2 -2 -2 2, variance 4. Mean deviations of the neighbours: 2 0 0 -2 0 -2.
    row = band_neighbours(range(6), [0] * 6, distance=1)
    found = local_moran([4, 4, 0, 0, 0, 4], neighbours=row)
    assert found.i == pytest.approx([5 / 6, 0, 0, 5 / 6, 0, -5 / 6])
    assert found.quadrant.tolist() == [HH, HL, LL, LL, LL, HL]
    assert found.others.tolist() == [1, 2, 2, 2, 2, 1]
    assert found.neighbour_sum.tolist() == [4, 4, 4, 0, 4, 0]
    # The first place: one of the others 4 4 0 0 0 is drawn, mean 8/5, variance 96/25.
    assert found.z[0] == pytest.approx((4 - 8 / 5) / math.sqrt(96 / 25))
    assert found.z[5] == pytest.approx(-(8 / 5) / math.sqrt(96 / 25))


def test_scores_and_p_are_those_of_all_orders_of_the_others() -> None:
    values = [0, 2, 3, 1, 0, 7]
    near = band_neighbours([0, 1, 2, 0, 1, 2], [0, 0, 0, 1, 1, 1], distance=1)
    found = local_moran(values, neighbours=near)
    p = exact_p(values, found)
    for place in range(6):
        every = np.array([local_moran(order, neighbours=near).i[place] for order in orders(values, place)])
        i = found.i[place]
        assert found.z[place] == pytest.approx((i - every.mean()) / every.std(), abs=1e-12)
        tail = (every >= i - 1e-12).mean() if i > every.mean() else (every <= i + 1e-12).mean()
        assert p[place] == pytest.approx(min(2 * tail, 1), abs=1e-12)


@pytest.mark.parametrize("shape", ["square", "hexagon"])
@pytest.mark.parametrize("reach", [1.0, math.sqrt(2), 3.3])
def test_i_quadrants_and_moments_equal_those_of_esda(
    cells: tuple[Ints, Ints], shape: str, reach: float
) -> None:
    values = np.random.default_rng(5).negative_binomial(0.4, 0.2, len(cells[0])).astype(float)
    expected = esda_local(*cells, shape, reach, values)
    found = local_moran(values, neighbours=Lattice.of(*cells, shape).within(reach))
    assert found.i == pytest.approx(expected.Is, abs=1e-12)
    assert found.quadrant.tolist() == expected.q.tolist()
    # Its expectation and variance are of n / (n - 1) times its I.
    n, linked = len(values), found.others > 0
    z = (expected.Is * n / (n - 1) - expected.EIc)[linked] / np.sqrt(expected.VIc[linked])
    assert found.z[linked] == pytest.approx(z, abs=1e-9)
    assert np.abs(z).max() > 2


def test_exact_p_lies_where_the_simulation_of_esda_has_it() -> None:
    row, col = np.divmod(np.arange(64), 8)
    values = np.random.default_rng(8).poisson(0.5 + 2 * ((col < 3) & (row < 3)))
    times = 99_999
    expected = esda_local(col, row, "square", math.sqrt(2), values.astype(float), simulations=times)
    found = local_moran(values, neighbours=Lattice.of(col, row, "square").within())
    tails = conditional_tails(values, found.neighbour_sum, found.others)
    # I is the sum around, turned over where the own value is below the mean.
    above = np.where(values > values.mean(), tails.at_least, tails.at_most)
    simulated = (expected.sim >= expected.Is - 1e-9).mean(axis=0)
    error = np.sqrt(above * (1 - above) / times) + 1 / times
    assert (np.abs(simulated - above) < 4.5 * error).all()
    assert exact_p(values, found).min() < 0.01


def test_a_regular_grid_and_its_cells_as_polygons_agree(cells: tuple[Ints, Ints]) -> None:
    values = np.random.default_rng(6).negative_binomial(0.4, 0.2, len(cells[0]))
    col, row = (200.0 * each for each in cells)
    grid: Neighbours = Lattice.of(*cells, "square").within()
    polygons: Neighbours = polygon_neighbours(shapely.box(col, row, col + 200, row + 200))
    one, other = local_moran(values, neighbours=grid), local_moran(values, neighbours=polygons)
    assert other.z == pytest.approx(one.z, abs=1e-9)
    assert exact_p(values, other) == pytest.approx(exact_p(values, one), abs=1e-9)
    assert other.quadrant.tolist() == one.quadrant.tolist()
    hot, same = gi_star(values, neighbours=grid).z, gi_star(values, neighbours=polygons).z
    assert same == pytest.approx(hot, abs=1e-9)
    harm = values * 31.7 + np.sqrt(values)
    one, other = local_moran(harm, neighbours=grid), local_moran(harm, neighbours=polygons)
    assert other.z == pytest.approx(one.z, abs=1e-9)


def test_gi_star_of_irregular_areas_is_that_of_esda() -> None:
    rng = np.random.default_rng(3)
    points = shapely.multipoints(rng.random((60, 2)) * 10_000)
    areas = np.asarray(shapely.get_parts(shapely.voronoi_polygons(points)), dtype=object)
    values = rng.poisson(2.0, len(areas)).astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import geopandas
        from esda import G_Local, Moran_Local
        from libpysal.graph import Graph

        queen = Graph.build_contiguity(geopandas.GeoSeries(areas), rook=False)
        hot = G_Local(values, queen, transform="B", star=True, permutations=0, n_jobs=1)
        like = Moran_Local(values, queen, permutations=0)
    near = polygon_neighbours(areas)
    assert gi_star(values, neighbours=near).z == pytest.approx(np.asarray(hot.Zs), abs=1e-9)
    assert local_moran(values, neighbours=near).i == pytest.approx(like.Is, abs=1e-12)


@pytest.mark.parametrize("values", [[], [4], [4, 0], [3] * 6, [0] * 6])
def test_too_few_places_and_values_all_equal_are_no_evidence(values: list[int]) -> None:
    near = band_neighbours(range(len(values)), [0] * len(values), distance=1)
    found = local_moran(values, neighbours=near)
    assert found.z.tolist() == found.i.tolist() == [0.0] * len(values)
    assert exact_p(values, found).tolist() == [1.0] * len(values)


def test_an_island_and_a_place_next_to_everybody_are_no_evidence() -> None:
    near = band_neighbours([0, 1, 2, 50], [0, 0, 0, 0], distance=1)
    found = local_moran([9, 0, 2, 5], neighbours=near)
    assert found.z[3] == found.i[3] == 0
    assert exact_p([9, 0, 2, 5], found)[3] == 1
    everybody = local_moran([9, 0, 2], neighbours=band_neighbours([0, 1, 2], [0, 0, 0], distance=1))
    assert everybody.z[1] == 0
    assert exact_p([9, 0, 2], everybody)[1] == 1


def test_a_value_at_the_mean_is_like_nobody_and_unlike_nobody() -> None:
    values = [2, 9, 0, 0, 0, 1]
    found = local_moran(values, neighbours=band_neighbours(range(6), [0] * 6, distance=1))
    assert found.i[0] == found.z[0] == 0
    assert exact_p(values, found)[0] == 1


def test_one_busy_cell_is_an_outlier_whose_neighbours_are_no_evidence_of_it() -> None:
    row, col = np.divmod(np.arange(49), 7)
    values = np.where((col == 3) & (row == 3), 40, 0)
    found = local_moran(values, neighbours=Lattice.of(col, row, "square").within())
    assert found.quadrant[24] == HL
    # All the others are equal: the cells around it could not be anything else.
    assert found.z[24] == 0
    assert (found.quadrant == LH).sum() == 8


def test_harm_scores_alike_whatever_its_unit_and_p_is_near_the_exact_one_where_many_add_up() -> None:
    row, col = np.divmod(np.arange(900), 30)
    values = np.random.default_rng(1).poisson(20.0, 900)
    near = Lattice.of(col, row, "square").within(3)
    found = local_moran(values, neighbours=near)
    other = local_moran(values * 3.7, neighbours=near)
    assert other.z == pytest.approx(found.z, abs=1e-9)
    assert two_sided_p(found.z) == pytest.approx(exact_p(values, found), abs=0.05)


def test_a_missing_value_is_refused() -> None:
    with pytest.raises(ValueError, match="1 are missing"):
        local_moran([1.0, np.nan], neighbours=band_neighbours([0, 1], [0, 0], distance=1))


@given(
    values=st.lists(st.integers(0, 30), min_size=12, max_size=12),
    times=st.integers(1, 9),
    shift=st.integers(0, 50),
)
def test_neither_the_unit_nor_the_duplication_of_incidents_matters(
    values: list[int], times: int, shift: int
) -> None:
    row, col = np.divmod(np.arange(12), 4)
    near = Lattice.of(col, row, "square").within(1)
    one = local_moran(values, neighbours=near)
    changed = np.array(values) * times + shift
    other = local_moran(changed, neighbours=near)
    assert other.z == pytest.approx(one.z, abs=1e-9)
    assert other.quadrant.tolist() == one.quadrant.tolist()
    assert exact_p(changed, other) == pytest.approx(exact_p(values, one), abs=1e-12)


def test_turning_moving_and_reordering_the_map_changes_nothing() -> None:
    rng = np.random.default_rng(4)
    x, y, values = rng.random(60), rng.random(60), rng.poisson(2.0, 60)
    one = local_moran(values, neighbours=band_neighbours(x, y, distance=0.2))
    order = rng.permutation(60)
    turned = band_neighbours(-y[order] + 7, x[order] - 3, distance=0.2)
    other = local_moran(values[order], neighbours=turned)
    assert other.z == pytest.approx(one.z[order], abs=1e-9)
    assert other.quadrant.tolist() == one.quadrant[order].tolist()


def test_the_mean_of_the_local_is_the_global_one() -> None:
    row, col = np.divmod(np.arange(120), 12)
    values = np.random.default_rng(1).poisson(1.0, 120)
    near = Lattice.of(col, row, "square").within()
    total = local_moran(values, neighbours=near).i.sum()
    assert total / 119 == pytest.approx(moran(values, neighbours=near).i, abs=1e-12)


def test_the_precincts_of_memphis_score_as_in_esda(real_data: Path) -> None:
    precincts = read_boundaries(real_data / "incidents" / "memphis_precincts.geojson", name="precincts")
    robberies = pd.read_csv(real_data / "incidents" / "memphis_robberies.csv")
    district = DistrictIndex(precincts).locate(robberies["lon"], robberies["lat"]).index
    counts = np.bincount(district, minlength=9).astype(float)
    shapes = project_shapes(precincts.geometry, "EPSG:32616")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import geopandas
        from esda import G_Local, Moran, Moran_Local
        from libpysal.graph import Graph

        queen = Graph.build_contiguity(geopandas.GeoSeries(shapes), rook=False, strict=False)
        like = Moran_Local(counts, queen, permutations=0)
        whole = Moran(counts, queen, permutations=0)
        hot = G_Local(counts, queen, transform="B", star=True, permutations=0, n_jobs=1)
    near = polygon_neighbours(shapes)
    found = local_moran(counts, neighbours=near)
    assert found.i == pytest.approx(like.Is, abs=1e-12)
    assert found.quadrant.tolist() == like.q.tolist()
    assert gi_star(counts, neighbours=near).z == pytest.approx(np.asarray(hot.Zs), abs=1e-9)
    assert moran(counts, neighbours=near).z == pytest.approx(whole.z_rand, abs=1e-9)


def test_maps_of_pure_chance_rarely_show_a_cell_where_p_is_exact_and_mostly_where_it_is_normal() -> None:
    row, col = np.divmod(np.arange(900), 30)
    near = Lattice.of(col, row, "square").within()
    rng = np.random.default_rng(1)
    maps = [rng.poisson(0.2, 900) for _ in range(60)]
    found = [local_moran(values, neighbours=near) for values in maps]
    exact = [adjust(exact_p(values, each)).min() <= 0.05 for values, each in zip(maps, found, strict=True)]
    normal = [adjust(two_sided_p(each.z)).min() <= 0.05 for each in found]
    # Of 60 maps at most 3 are expected; more than 8 would be so once in 500 such tests.
    assert sum(exact) <= 8
    assert sum(normal) > 30
