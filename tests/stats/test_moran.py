"""Global Moran's I and its first peak: hand-worked, against esda, and on maps that cannot say anything."""

from __future__ import annotations

import math
import warnings
from itertools import permutations
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hotspot.places.tiling import tiling
from hotspot.stats.lattice import Lattice
from hotspot.stats.moran import MoranCurve, incremental_moran, moran
from hotspot.stats.neighbours import band_neighbours

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
NULLS: tuple[Literal["randomisation", "normality"], ...] = ("randomisation", "normality")


def esda_moran(col: Ints, row: Ints, shape: str, reach: float, values: Floats) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import geopandas
        from esda import Moran
        from libpysal.graph import Graph

        centres = geopandas.GeoSeries(geopandas.points_from_xy(*tiling(shape, 1.0).centres(col, row)))
        near = Graph.build_distance_band(centres, reach * (1 + 1e-9))
        return Moran(values, near, permutations=0)


def town(size: int) -> tuple[Lattice, Ints, Ints]:
    row, col = np.divmod(np.arange(size * size), size)
    return Lattice.of(col, row, "square"), col, row


def test_six_places_in_a_row_by_hand() -> None:
    # Deviations +-1/2, squares 6/4. Lags 1/2 1/2 0 0 -1/2 -1/2, products 1/4 1/4 0 0 1/4 1/4.
    row = band_neighbours(range(6), [0] * 6, distance=1)
    found = moran([1, 1, 1, 0, 0, 0], neighbours=row)
    assert found.i == pytest.approx(6 / 6 * 1.0 / 1.5)
    assert found.expected == pytest.approx(-1 / 5)


def test_mean_and_variance_are_those_of_all_orders_of_the_values() -> None:
    values = [0, 0, 3, 1, 0, 7]
    near = band_neighbours([0, 1, 2, 0, 1, 9], [0, 0, 0, 1, 1, 9], distance=1.5)
    every = np.array([moran(order, neighbours=near).i for order in permutations(values)])
    found = moran(values, neighbours=near)
    # The sixth place has no neighbour and counts for nothing among those that have.
    assert found.variance == pytest.approx(float((every**2).mean()) - found.expected**2, rel=1e-12)
    assert found.expected == pytest.approx(every.mean(), rel=1e-12)
    assert found.z == pytest.approx((found.i - every.mean()) / every.std(), rel=1e-12)


@pytest.mark.parametrize("shape", ["square", "hexagon"])
@pytest.mark.parametrize("reach", [1.0, math.sqrt(2), 3.3])
def test_i_and_both_scores_equal_those_of_esda(cells: tuple[Ints, Ints], shape: str, reach: float) -> None:
    # One cell far out has no neighbour.
    col, row = np.append(cells[0], 40), np.append(cells[1], 40)
    values = np.random.default_rng(5).negative_binomial(0.4, 0.2, len(col)).astype(float)
    values += np.where(col > 10, 2, 0)
    expected = esda_moran(col, row, shape, reach, values)
    near = Lattice.of(col, row, shape).within(reach)
    random, normal = (moran(values, neighbours=near, null=null) for null in NULLS)
    assert random.i == normal.i == pytest.approx(expected.I, abs=1e-12)
    assert random.expected == pytest.approx(expected.EI, abs=1e-15)
    assert (random.z, normal.z) == pytest.approx((expected.z_rand, expected.z_norm), abs=1e-9)
    assert random.z > 1


@pytest.mark.parametrize("values", [[], [4.0], [1.0, 2.0, 9.0], [3.0] * 6, [0.1] * 6, [0.0] * 6])
@pytest.mark.parametrize("null", NULLS)
def test_too_few_places_and_values_all_equal_are_no_evidence(
    values: list[float], null: Literal["randomisation", "normality"]
) -> None:
    near = band_neighbours(range(len(values)), [0] * len(values), distance=1)
    found = moran(values, neighbours=near, null=null)
    assert (found.z, found.variance, found.i) == (0, 0, found.expected)


def test_islands_alone_and_everybody_next_to_everybody_are_no_evidence() -> None:
    x = [0.0, 10, 20, 30, 40]
    for distance in (1.0, 99.0):
        found = moran([1, 2, 3, 4, 9], neighbours=band_neighbours(x, [0] * 5, distance=distance))
        assert (found.z, found.i) == (0, -0.25)


def test_a_missing_value_and_distances_out_of_order_are_refused() -> None:
    lattice, *_ = town(3)
    with pytest.raises(ValueError, match="1 are missing"):
        moran([1.0, np.nan], neighbours=band_neighbours([0, 1], [0, 0], distance=1))
    with pytest.raises(ValueError, match="must increase"):
        incremental_moran(np.arange(9), distances=[2, 1], neighbours=lattice.within)


@given(
    values=st.lists(st.integers(0, 30), min_size=12, max_size=12),
    shift=st.integers(0, 50),
    times=st.integers(1, 9),
)
def test_neither_the_unit_of_the_values_nor_their_duplication_matters(
    values: list[int], shift: int, times: int
) -> None:
    row, col = np.divmod(np.arange(12), 4)
    near = Lattice.of(col, row, "square").within(1)
    one = moran(values, neighbours=near)
    other = moran(np.array(values) * times + shift, neighbours=near)
    assert (other.i, other.z) == pytest.approx((one.i, one.z), abs=1e-9)


def test_turning_moving_and_reordering_the_map_changes_nothing() -> None:
    rng = np.random.default_rng(4)
    x, y, values = rng.random(60), rng.random(60), rng.poisson(2.0, 60)
    one = moran(values, neighbours=band_neighbours(x, y, distance=0.2))
    order = rng.permutation(60)
    turned = band_neighbours(-y[order] + 7, x[order] - 3, distance=0.2)
    other = moran(values[order], neighbours=turned)
    assert (other.i, other.z) == pytest.approx((one.i, one.z), abs=1e-9)


def test_the_first_peak_is_about_the_width_of_what_clusters() -> None:
    lattice, col, row = town(40)
    rng = np.random.default_rng(2)
    busy = np.zeros(len(col))
    for x, y in rng.integers(3, 37, (10, 2)):
        busy += (col - x) ** 2 + (row - y) ** 2 <= 9
    values = rng.poisson(0.2 + 3 * busy)
    curve = incremental_moran(values, distances=range(1, 16), neighbours=lattice.within)
    assert curve.peak is not None
    assert 2 <= curve.peak <= 6
    at = int(np.flatnonzero(curve.distance == curve.peak)[0])
    assert curve.z[at - 1] < curve.z[at] > curve.z[at + 1]
    one = moran(values, neighbours=lattice.within(curve.peak))
    assert (curve.i[at], curve.z[at]) == (one.i, one.z)
    assert (np.diff(curve.neighbours) > 0).all()


@pytest.mark.parametrize(
    ("z", "peak"),
    [
        ([1.0, 1.5, 1.2], None),  # never sure
        ([5.0, 4.0, 3.0], None),  # falls from the start
        ([3.0, 4.0, 5.0], None),  # still rises at the end
        ([3.0, 4.0, 4.0], None),
        ([], None),
        ([4.0], None),
        ([0.0, 1.0, 0.5, 2.5, 2.0, 9.0, 1.0], 3.0),  # the first that is sure
        ([2.0, 4.0, 4.0, 3.0], 1.0),  # a distance that adds nobody
        ([2.0, 2.0, 4.0, 3.0], 2.0),
    ],
)
def test_a_peak_stands_between_two_lower_distances_and_is_sure(z: list[float], peak: float | None) -> None:
    scores = np.array(z, dtype=np.float64)
    assert MoranCurve(np.arange(len(z), dtype=np.float64), scores, scores, scores).peak == peak


def test_maps_of_chance_alone_rarely_peak_and_no_place_never_does() -> None:
    lattice, col, _ = town(15)
    rng = np.random.default_rng(9)
    peaks = [
        incremental_moran(rng.poisson(1.0, len(col)), distances=range(1, 8), neighbours=lattice.within).peak
        for _ in range(200)
    ]
    assert sum(each is not None for each in peaks) <= 30
    empty = Lattice.of([], [], "square")
    curve = incremental_moran([], distances=[1, 2], neighbours=empty.within)
    assert (curve.z.tolist(), curve.neighbours.tolist(), curve.peak) == ([0, 0], [0, 0], None)
