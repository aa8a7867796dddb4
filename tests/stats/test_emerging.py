"""Emerging hotspots: the cube by hand, against esda with weights of space and time, and on maps of chance."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hotspot.errors import ParameterError
from hotspot.stats.emerging import CubeNeighbours, Emerging, emerging
from hotspot.stats.getisord import gi_star
from hotspot.stats.lattice import Lattice
from hotspot.stats.neighbours import Neighbours, band_neighbours, polygon_neighbours
from hotspot.stats.patterns import words
from hotspot.stats.permutation import DrawnSums

Floats = NDArray[np.float64]


def square(n_cols: int, n_rows: int, *, reach: float | None = None) -> Neighbours:
    row, col = np.divmod(np.arange(n_cols * n_rows), n_cols)
    return Lattice.of(col, row, "square").within(reach)


def found_in(counts: Floats, near: Neighbours, *, lag: int = 1, exact: bool = False) -> Emerging:
    bins = CubeNeighbours(near, len(counts), lag)
    if not exact:
        return emerging(counts, neighbours=bins)
    chances = DrawnSums.of(counts.ravel(), most=int(bins.number.max()))
    return emerging(counts, neighbours=bins, p_of=lambda gi: chances.p(gi.neighbour_sum, gi.neighbours))


def test_a_cube_of_three_steps_by_hand() -> None:
    # Three places in a row, neighbours those next to each other; the step before counts too.
    counts = np.array([[1, 0, 0], [2, 0, 4], [0, 3, 0]])
    bins = CubeNeighbours(band_neighbours([0, 1, 2], [0, 0, 0], distance=1), 3)
    assert bins.number.reshape(3, 3).tolist() == [[2, 3, 2], [4, 6, 4], [4, 6, 4]]
    assert bins.sums(counts.ravel()).reshape(3, 3).tolist() == [[1, 1, 0], [3, 7, 4], [5, 9, 7]]
    # Nine bins, ten incidents, squares 30: the last bin has (9 * 7 - 10 * 4) over its root.
    spread = np.sqrt((30 - 100 / 9) * 9) * np.sqrt((9 * 4 - 16) / 8)
    assert emerging(counts, neighbours=bins).z[2, 2] == pytest.approx(23 / spread)


@pytest.mark.parametrize("lag", [0, 1, 2, 20])
def test_no_step_yet_to_come_counts(lag: int) -> None:
    counts = np.random.default_rng(1).poisson(2.0, (8, 12)).astype(float)
    bins = CubeNeighbours(square(4, 3), 8, lag)
    later = counts.copy()
    later[5:] = 99
    assert (bins.sums(counts.ravel())[: 5 * 12] == bins.sums(later.ravel())[: 5 * 12]).all()
    assert bins.number[-1] == 4 * (min(lag, 7) + 1)


@pytest.mark.parametrize("lag", [0, 1, 3])
def test_scores_equal_those_of_esda_with_weights_of_space_and_time(lag: int) -> None:
    counts = np.random.default_rng(2).negative_binomial(0.6, 0.3, (6, 15)).astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from esda import G_Local
        from libpysal.weights import W

        row, col = np.divmod(np.arange(15), 5)
        beside = {
            i: [j for j in range(15) if max(abs(row[i] - row[j]), abs(col[i] - col[j])) <= 1]
            for i in range(15)
        }
        near = {
            t * 15 + i: [
                then * 15 + j
                for then in range(max(0, t - lag), t + 1)
                for j in beside[i]
                if (then, j) != (t, i)
            ]
            for t, i in itertools.product(range(6), range(15))
        }
        local = G_Local(
            counts.ravel(), W(near, silence_warnings=True), transform="B", star=True, permutations=0, n_jobs=1
        )
    z = found_in(counts, square(5, 3), lag=lag).z
    assert np.abs(local.Zs).max() > 1.5
    assert z.ravel() == pytest.approx(np.asarray(local.Zs), abs=1e-9)


def test_without_a_step_before_the_scores_are_those_of_one_long_map() -> None:
    counts = np.random.default_rng(3).poisson(1.0, (5, 12)).astype(float)
    bins = CubeNeighbours(square(4, 3), 5, 0)
    z = gi_star(counts.ravel(), neighbours=bins).z
    assert found_in(counts, square(4, 3), lag=0).z.ravel().tolist() == z.tolist()
    assert (
        gi_star(counts[0], neighbours=square(4, 3)).neighbour_sum.tolist() == bins.sums(counts)[:12].tolist()
    )


def test_exact_p_is_that_of_every_way_to_shuffle_the_bins() -> None:
    counts = np.array([[0, 3], [1, 0], [2, 0]])
    bins = CubeNeighbours(band_neighbours([0, 9], [0, 0], distance=1), 3)
    found = found_in(counts.astype(float), bins.near, exact=True)
    k, s = bins.number.astype(int), bins.sums(counts.ravel())
    every = np.array(sorted(set(itertools.permutations(counts.ravel().tolist()))))
    for bin_ in range(6):
        sums = every[:, : k[bin_]].sum(axis=1)
        more, fewer = (sums >= s[bin_]).mean(), (sums <= s[bin_]).mean()
        side = np.sign(s[bin_] - k[bin_])
        expected = 1.0 if side == 0 else min(2 * (more if side > 0 else fewer), 1.0)
        assert found.p.ravel()[bin_] == pytest.approx(expected, abs=1e-12)


def planted(n_steps: int = 24) -> Floats:
    """20 by 20 cells of chance; four blocks of 3 by 3 with a story of their own."""
    counts = np.random.default_rng(5).poisson(0.3, (n_steps, 20, 20)).astype(float)
    counts[:, 2:5, 2:5] += 4
    counts[-1:, 2:5, 15:18] += 6
    counts[-6:, 15:18, 2:5] += 5
    counts[:-2, 15:18, 15:18] += 4
    return counts.reshape(n_steps, 400)


@pytest.mark.parametrize("exact", [False, True])
def test_planted_stories_get_their_names(exact: bool) -> None:
    found = found_in(planted(), square(20, 20), exact=exact)
    names = np.array([words(int(code)) for code in found.pattern]).reshape(20, 20)
    assert names[3, 3] == "persistent hot"
    assert names[3, 16] == "new hot"
    assert names[16, 3] == "consecutive hot"
    assert names[16, 16] == "historical hot"
    assert (names == "none").mean() > 0.8


def test_a_story_that_grows_or_fades_has_a_trend() -> None:
    counts = np.random.default_rng(6).poisson(0.2, (20, 15, 15)).astype(float)
    steps = np.arange(20)
    counts[:, 2:5, 2:5] += (3 + steps)[:, None, None]
    counts[:, 10:13, 10:13] += (23 - steps)[:, None, None]
    found = found_in(counts.reshape(20, 225), square(15, 15))
    names = [words(int(code)) for code in found.pattern.reshape(15, 15)[[3, 11], [3, 11]]]
    assert names == ["intensifying hot", "diminishing hot"]


def test_places_where_nothing_happens_are_persistently_cold_not_ever_colder() -> None:
    # The first step has half the neighbourhood, so its score is less extreme for that alone.
    counts = np.random.default_rng(7).poisson(6.0, (20, 20, 20)).astype(float)
    counts[:, :6, :6] = 0
    found = found_in(counts.reshape(20, 400), square(20, 20))
    inner = found.z.reshape(20, 20, 20)[:, 1, 1]
    assert inner[0] > inner[1]
    assert set(inner[1:].tolist()) == {inner[1]}
    assert found.trend.p.reshape(20, 20)[1, 1] == 1.0
    assert words(int(found.pattern.reshape(20, 20)[1, 1])) == "persistent cold"


@pytest.mark.parametrize(
    "counts", [np.zeros((12, 9)), np.full((12, 9), 3.0), np.zeros((12, 0)), np.zeros((0, 9))]
)
def test_no_incidents_all_equal_no_place_and_no_step_show_nothing(counts: Floats) -> None:
    near = square(3, 3) if counts.shape[1] else Lattice.of([], [], "square").within()
    found = found_in(counts, near)
    assert found.z.shape == counts.shape
    assert not found.z.any()
    assert not found.pattern.any()
    assert found.pattern.shape == (counts.shape[1],)


def test_one_place_alone_has_only_its_own_steps_to_compare_with() -> None:
    counts = np.r_[np.zeros(30), np.full(4, 50.0)][:, None]
    found = found_in(counts, square(1, 1))
    assert words(int(found.pattern[0])) == "consecutive hot"


def test_everything_in_one_bin_is_new() -> None:
    counts = np.zeros((12, 100))
    counts[-1, 55] = 80
    found = found_in(counts, square(10, 10), exact=True)
    # One bin of many alone is no cluster: whichever neighbourhood it falls into, it is as rare as any.
    assert set(map(words, found.pattern.tolist())) <= {"new hot", "none"}


@given(st.integers(0, 2**32 - 1), st.integers(2, 7))
def test_every_incident_twice_changes_no_pattern(seed: int, times: int) -> None:
    counts = np.random.default_rng(seed).poisson(0.8, (10, 16)).astype(float)
    one, many = found_in(counts, square(4, 4)), found_in(counts * times, square(4, 4))
    assert many.z == pytest.approx(one.z, abs=1e-9)
    assert (many.pattern == one.pattern).all()


def test_a_map_turned_or_mirrored_has_the_same_patterns_turned_or_mirrored() -> None:
    cube = planted().reshape(24, 20, 20)
    pattern = found_in(planted(), square(20, 20)).pattern.reshape(20, 20)
    for turn in (lambda a: np.rot90(a, axes=(-2, -1)), lambda a: a[..., ::-1], lambda a: a.swapaxes(-1, -2)):
        turned = found_in(np.ascontiguousarray(turn(cube)).reshape(24, 400), square(20, 20))
        assert (turned.pattern.reshape(20, 20) == turn(pattern)).all()


def test_a_lattice_and_the_points_of_its_centres_agree() -> None:
    row, col = np.divmod(np.arange(400), 20)
    counts = planted()
    shuffled = np.random.default_rng(9).permutation(400)
    band = band_neighbours(col[shuffled] * 100, row[shuffled] * 100, distance=142)
    one, other = found_in(counts, square(20, 20)), found_in(counts[:, shuffled], band)
    assert other.z == pytest.approx(one.z[:, shuffled], abs=1e-12)
    assert (other.pattern == one.pattern[shuffled]).all()


def test_a_lattice_and_the_same_cells_as_polygons_agree() -> None:
    row, col = np.divmod(np.arange(400), 20)
    squares = shapely.box(col * 100, row * 100, col * 100 + 100, row * 100 + 100)
    one, other = (
        found_in(planted(), near, exact=True) for near in (square(20, 20), polygon_neighbours(squares))
    )
    assert other.z == pytest.approx(one.z, abs=1e-12)
    assert other.p == pytest.approx(one.p, rel=1e-12)
    assert (other.pattern == one.pattern).all()


def test_islands_far_apart_do_not_touch_each_other_s_sums() -> None:
    near = Lattice.of([0, 1, 1000, 1001], [0, 0, 0, 0], "square").within()
    bins = CubeNeighbours(near, 2)
    assert bins.sums([1, 2, 10, 20, 100, 200, 1000, 2000]).tolist() == [3, 3, 30, 30, 303, 303, 3030, 3030]


def test_maps_of_pure_chance_seldom_show_anything() -> None:
    # At a false-discovery rate of 10 % at most 10 of 100 maps show a hot or cold bin, but for chance.
    rng, exact, normal = np.random.default_rng(10), 0, 0
    for _ in range(100):
        counts = rng.multinomial(240, [1 / 1200] * 1200).reshape(12, 100).astype(float)
        exact += bool(found_in(counts, square(10, 10), exact=True).level.any())
        normal += bool(found_in(counts, square(10, 10)).level.any())
    assert exact <= 10
    assert normal > 25


def test_counts_of_another_shape_and_a_negative_lag_are_refused() -> None:
    with pytest.raises(ValueError, match="3 steps by 9 places"):
        emerging(np.zeros((9, 3)), neighbours=CubeNeighbours(square(3, 3), 3))
    with pytest.raises(ParameterError, match="0 or more"):
        CubeNeighbours(square(3, 3), 3, -1)
