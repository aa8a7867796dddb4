"""Hit rate, PAI and PEI."""

from __future__ import annotations

import json
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
from hotspot.stats.accuracy import (
    Ties,
    caught,
    curve,
    held_in,
    predicted_to_observed,
    recapture_rate_index,
    score,
)
from hotspot.stats.getisord import gi_star
from hotspot.stats.lattice import Lattice

Floats = NDArray[np.float64]
places = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 6), st.sampled_from([0.25, 0.5, 1.0])),
    min_size=1,
    max_size=25,
)


def test_three_places_score_as_published() -> None:
    found = curve([3, 2, 1], [6, 3, 0], area=[1, 1, 1])
    assert found.pai == pytest.approx([2, 1.5, 1])
    assert found.pei == pytest.approx([1, 1, 1])
    assert found.hit_rate == pytest.approx([2 / 3, 1, 1])
    assert found.area_share == pytest.approx([1 / 3, 2 / 3, 1])


def test_a_wrong_first_place_is_measured_against_the_best_one() -> None:
    found = score([1, 2, 0], [6, 3, 0], area=[1, 1, 1], share=1 / 3)
    assert (found.hit_rate, found.pai, found.pei) == pytest.approx((1 / 3, 1, 0.5))


def test_places_predicted_alike_count_the_worst_first() -> None:
    assert curve([1, 1, 1], [0, 9, 3], area=[1, 1, 1]).hit_rate == pytest.approx([0, 0.25, 1])


def test_places_predicted_alike_can_count_with_what_they_held_on_average() -> None:
    found = curve([1, 1, 1, 0], [0, 9, 3, 4], area=[1, 1, 2, 4], ties="even")
    assert found.hit_rate[-2:].tolist() == [0.75, 1]
    assert score([1, 1, 1, 0], [0, 9, 3, 4], area=[1, 1, 2, 4], share=0.125, ties="even").hit_rate == 0.1875


def test_a_share_takes_exactly_as_much_area_and_of_the_last_place_a_part() -> None:
    assert [score([4, 3], [8, 2], area=[1, 3], share=s).hit_rate for s in (0.125, 0.25, 0.625, 1)] == [
        0.4,
        0.8,
        0.9,
        1,
    ]


def test_breaking_ties_by_lot_is_no_skill_when_rankings_are_compared() -> None:
    """Pessimism says that a copy of a ranking beats it, if only its ties are broken by lot."""
    random = np.random.default_rng(7)
    rate = random.gamma(0.3, 1.0, 2000)
    earlier, later = random.poisson(rate).astype(float), random.poisson(rate).astype(float)
    beats: dict[Ties, int] = {"pessimistic": 0, "even": 0}
    for _ in range(40):
        copy = earlier + random.random(2000) / 2
        for ties in beats:
            scores = [
                score(rank, later, area=np.ones(2000), share=0.05, ties=ties) for rank in (copy, earlier)
            ]
            beats[ties] += scores[0].hit_rate > scores[1].hit_rate
    assert beats["pessimistic"] == 40
    assert 10 <= beats["even"] <= 30


def test_no_later_incidents_give_no_score() -> None:
    found = score([2, 1], [0, 0], area=[1, 1], share=0.5)
    assert np.isnan([found.hit_rate, found.pai, found.pei]).all()
    assert found.area_share == 0.5


def test_what_cannot_be_ranked_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one place"):
        score([], [], area=[], share=0.5)
    with pytest.raises(ValueError, match="Expected one value"):
        curve([1], [1, 2], area=[1])
    with pytest.raises(ValueError, match="area above 0"):
        curve([1, 2], [1, 2], area=[1, 0])
    with pytest.raises(ValueError, match="needs a prediction"):
        curve([1, np.nan], [1, 2], area=[1, 1])
    for share in (0, -1, 1.5, np.nan):
        with pytest.raises(ParameterError, match="share of the area"):
            score([1], [1], area=[1], share=share)


@settings(max_examples=80)
@given(rows=places)
def test_all_places_together_are_chance_and_no_ranking_beats_the_best(
    rows: list[tuple[int, int, float]],
) -> None:
    predicted, observed, area = np.array(rows, dtype=float).T
    found = curve(predicted, observed, area=area)
    if observed.sum():
        assert (found.pai[-1], found.hit_rate[-1]) == pytest.approx((1, 1))
        sure = ~np.isnan(found.pei)
        assert (found.pei[sure] <= 1 + 1e-9).all()
        assert curve(observed / area, observed, area=area).pei == pytest.approx(1)
    assert (np.diff(found.hit_rate) >= 0).all() or not observed.sum()


@settings(max_examples=50)
@given(rows=places, seed=st.integers(0, 99))
def test_the_order_of_the_places_decides_nothing(rows: list[tuple[int, int, float]], seed: int) -> None:
    predicted, observed, _ = np.array(rows, dtype=float).T
    order = np.random.default_rng(seed).permutation(len(rows))
    one = curve(predicted, observed, area=np.ones(len(rows)))
    other = curve(predicted[order], observed[order], area=np.ones(len(rows)))
    assert other.hit_rate.tolist() == pytest.approx(one.hit_rate.tolist(), nan_ok=True)


def test_the_robberies_of_memphis_are_foretold_as_well_as_measured(real_data: Path) -> None:
    robberies = pd.read_csv(real_data / "incidents" / "memphis_robberies.csv")
    precincts = json.loads((real_data / "incidents" / "memphis_precincts.geojson").read_text())
    land = shapely.union_all([shapely.geometry.shape(f["geometry"]) for f in precincts["features"]])
    metres = project_shapes(np.array([land], dtype=object), "EPSG:32615")[0]
    grid = grid_over(metres, crs="EPSG:32615", size=200)
    x, y = project(robberies["lon"], robberies["lat"], "EPSG:32615")
    later = (robberies["date"].str[5:7] > "06").to_numpy()
    prior, observed = count(grid, x[~later], y[~later]), count(grid, x[later], y[later])
    assert (prior.sum(), observed.sum()) == (1083, 1162)
    z = gi_star(prior, neighbours=Lattice.of(grid.col, grid.row, "square").within()).z

    def top(predicted: Floats, ties: Ties) -> list[float]:
        return [score(predicted, observed, area=grid.area_km2, share=s, ties=ties).pai for s in (0.01, 0.05)]

    # The measured table let ties fall as they stood; its grid may have lain elsewhere.
    assert top(prior, "even") == pytest.approx([10.8, 5.8], rel=0.02)
    assert top(z, "even") == pytest.approx([11.5, 6.3], rel=0.06)
    # Pessimistic ties cost the most where many cells are predicted alike.
    assert top(prior, "pessimistic") == pytest.approx([9.31, 5.70], abs=0.02)
    assert top(z, "pessimistic") == pytest.approx([10.24, 4.97], abs=0.02)


def test_places_that_keep_their_share_have_a_recapture_rate_of_one() -> None:
    # Twice as many everywhere is no news; a place that alone stood still fell to half.
    rri = recapture_rate_index([20, 10, 0], 200, earlier_hits=[10, 10, 0], earlier_total=100)
    assert rri[:2].tolist() == [1.0, 0.5]
    assert np.isnan(rri[2])


def test_predicted_to_observed_is_the_other_index_of_that_name() -> None:
    assert predicted_to_observed([9.0, 4, 1], [6, 8, 0])[:2].tolist() == [1.5, 0.5]
    assert np.isnan(predicted_to_observed([1.0], [0])).all()


@settings(max_examples=60)
@given(rows=places, share=st.floats(0.01, 1))
def test_what_is_caught_of_each_place_adds_up_to_the_even_score(
    rows: list[tuple[int, int, float]], share: float
) -> None:
    predicted, observed, area = np.array(rows, dtype=float).T
    part = caught(predicted, area=area, share=share)
    assert part @ area == pytest.approx(share * area.sum())
    assert ((part >= 0) & (part <= 1)).all()
    if observed.sum():
        expected = score(predicted, observed, area=area, share=share, ties="even").hit_rate
        assert part @ observed / observed.sum() == pytest.approx(expected)


def test_what_is_held_in_many_shares_is_what_is_caught_in_each() -> None:
    rng = np.random.default_rng(11)
    for _ in range(20):
        scores, seen = rng.integers(0, 6, 40) / 3, rng.integers(0, 9, 40)
        area, shares = rng.uniform(0.1, 2, 40), np.array([0.001, 0.05, 0.31, 0.5, 1.0])
        each = [caught(scores, area=area, share=share) @ seen for share in shares]
        assert held_in(scores, seen, area=area, share=shares) == pytest.approx(each)
        assert caught(scores, area=area, share=shares) @ seen == pytest.approx(each)
