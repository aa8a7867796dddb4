"""The choice of a bandwidth: hand-worked, on made-up towns, and on the robberies of Memphis."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from hotspot.stats import bandwidth as module
from hotspot.stats.bandwidth import BACKGROUND, CANDIDATES, FLOOR, from_folds, from_later
from hotspot.stats.kde import KERNELS
from tests.kernels.plain_kernel_sums import exact_density

Floats = NDArray[np.float64]


def town(n: int, spread: float, *, seed: int = 1, side: float = 20_000) -> tuple[Floats, Floats]:
    """Incidents around 25 corners, normally spread by so many metres."""
    rng = np.random.default_rng(seed)
    corner = np.random.default_rng(99).uniform(0.1 * side, 0.9 * side, (25, 2))
    points = corner[rng.integers(0, 25, n)] + rng.normal(0, spread, (n, 2))
    return points[:, 0], points[:, 1]


def test_the_likelihood_is_the_mean_log_of_half_the_density_and_half_a_background() -> None:
    # One earlier incident, two later ones: in the same place, and 3 km off, out of any reach.
    found = from_later([0], [0], [0, 3000], [0, 0], area_km2=50, candidates=(500, 1000))
    sharp, wide, even = 12 / math.pi, 3 / math.pi, 1 / 50
    background = (1 - FLOOR) * wide + FLOOR * even
    here = [(1 - BACKGROUND) * each + BACKGROUND * background for each in (sharp, wide)]
    there = BACKGROUND * FLOOR * even
    assert found.likelihood == pytest.approx([(math.log(each) + math.log(there)) / 2 for each in here])
    assert (found.bandwidth, found.judged, found.candidates) == (500, 2, (500, 1000))


@pytest.mark.parametrize("kernel", KERNELS)
def test_tight_clumps_ask_for_a_small_bandwidth_and_wide_ones_for_a_large_one(kernel: str) -> None:
    chosen = []
    for spread in (60, 1500):
        x, y = town(2000, spread)
        later = town(500, spread, seed=2)
        chosen.append(from_later(x, y, *later, area_km2=400, kernel=kernel).bandwidth)
        by_fold = from_folds(x, y, area_km2=400, kernel=kernel, rng=np.random.default_rng(5)).bandwidth
        assert by_fold / chosen[-1] == pytest.approx(1, abs=0.5)
    assert chosen[0] == 150
    assert chosen[1] >= 500


def test_few_incidents_ask_for_a_wider_bandwidth_than_many() -> None:
    few = from_folds(*town(60, 400), area_km2=400, rng=np.random.default_rng(0)).bandwidth
    many = from_folds(*town(4000, 400), area_km2=400, rng=np.random.default_rng(0)).bandwidth
    assert few > many


@pytest.mark.parametrize("n", [0, 1, 2, 50])
def test_where_nothing_can_be_compared_the_smallest_is_taken(n: int) -> None:
    one_place = np.full(n, 7.0)
    for found in (
        from_later(one_place, one_place, one_place, one_place, area_km2=1),
        from_folds(one_place, one_place, area_km2=1, rng=np.random.default_rng(0)),
        from_later(one_place, one_place, [], [], area_km2=1),
    ):
        assert (found.bandwidth, found.judged) == (150, 0)
        assert np.isnan(found.likelihood).all()


def test_incidents_far_from_any_other_never_make_it_impossible() -> None:
    found = from_later([0], [0], [1e6], [1e6], area_km2=10)
    assert np.isfinite(found.likelihood).all()
    pair = from_folds([0, 1e6], [0, 1e6], area_km2=10, rng=np.random.default_rng(0))
    assert np.isfinite(pair.likelihood).all() and pair.judged == 2


def test_moving_and_turning_the_town_or_its_rows_changes_nothing() -> None:
    x, y = town(400, 300)
    later = town(150, 300, seed=8)
    plain = from_later(x, y, *later, area_km2=400).likelihood
    turned = from_later(-y + 3e5, x + 1e6, -later[1] + 3e5, later[0] + 1e6, area_km2=400).likelihood
    assert turned == pytest.approx(plain, abs=1e-9)
    order = np.random.default_rng(0).permutation(400)
    assert from_later(x[order], y[order], *later, area_km2=400).likelihood == pytest.approx(plain, abs=1e-12)
    twice = (np.tile(each, 2) for each in (x, y))
    assert from_later(*twice, *later, area_km2=400).likelihood == pytest.approx(plain, abs=1e-12)


def test_the_same_seed_draws_the_same_folds() -> None:
    x, y = town(200, 300)
    one, same, other = (
        from_folds(x, y, area_km2=400, rng=np.random.default_rng(seed)).likelihood.tolist()
        for seed in (1, 1, 2)
    )
    assert one == same != other


def test_of_very_many_incidents_some_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_JUDGED", 100)
    x, y = town(1200, 300)
    assert from_later(x, y, x, y, area_km2=400).judged == 100
    # Folds of 120, of which every second is judged: two of them are enough.
    assert from_folds(x, y, area_km2=400, rng=np.random.default_rng(0)).judged == 120


@pytest.mark.parametrize("kernel", KERNELS)
def test_very_many_earlier_incidents_are_gathered_and_the_likelihood_stays(
    kernel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, y = town(60_000, 250)
    later = town(400, 250, seed=2)
    found = from_later(x, y, *later, area_km2=400, kernel=kernel)
    monkeypatch.setattr(module, "fewer", lambda x, y, weights, **_: (x, y, weights))
    every = from_later(x, y, *later, area_km2=400, kernel=kernel)
    assert found.bandwidth == every.bandwidth
    assert 0 < np.abs(found.likelihood - every.likelihood).max() < 1.5e-3


def test_the_robberies_of_memphis_ask_for_hundreds_of_metres_not_thousands(real_data: Path) -> None:
    import pandas as pd

    from hotspot.crs import project

    robberies = pd.read_csv(real_data / "incidents" / "memphis_robberies.csv")
    x, y = project(robberies["lon"], robberies["lat"], "EPSG:32616")
    month = robberies["date"].str[5:7].astype(int).to_numpy()
    train, test = month <= 4, (month > 4) & (month <= 6)
    found = from_later(x[train], y[train], x[test], y[test], area_km2=801)
    assert found.bandwidth in {300, 400, 500}
    # A plain likelihood with a small even floor over-smooths: PAI 8.4 in 1 % of the area instead of 12 to 13.
    share = np.array(
        [
            exact_density(x[train], y[train], x[test], y[test], bandwidth=each) / train.sum()
            for each in CANDIDATES
        ]
    )
    plain = np.log(0.95 * share + 0.05 / 801).mean(axis=1)
    assert CANDIDATES[int(plain.argmax())] >= 1000
