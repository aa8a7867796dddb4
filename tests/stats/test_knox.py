"""Near repeats: hand-worked, against the published table, pointpats and plain loops."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hotspot.errors import ParameterError
from hotspot.stats import knox as module
from hotspot.stats.knox import METRICS, Knox, knox, near_pairs

Floats = NDArray[np.float64]
BANDS, DAYS = [0, 0.1, 100, 250, 400], [0, 7, 14, 28]


def table(
    x: Floats, y: Floats, day: Floats, *, metric: str = "manhattan", seed: int = 1, times: int = 99
) -> Knox:
    pairs = near_pairs(x, y, distances=BANDS, metric=metric)
    return knox(pairs, day, days=DAYS, permutations=times, rng=np.random.default_rng(seed))


def by_loops(x: Floats, y: Floats, day: Floats, metric: str) -> list[list[int]]:
    """Count pairs one by one."""
    found = [[0] * (len(DAYS) - 1) for _ in BANDS[1:]]
    for i in range(len(x)):
        for j in range(i):
            dx, dy = abs(x[i] - x[j]), abs(y[i] - y[j])
            far = dx + dy if metric == "manhattan" else (dx**2 + dy**2) ** 0.5
            for b in range(len(BANDS) - 1):
                for t in range(len(DAYS) - 1):
                    near = BANDS[b] <= far < BANDS[b + 1]
                    found[b][t] += near and DAYS[t] <= abs(day[i] - day[j]) < DAYS[t + 1]
    return found


def city(n: int = 300, *, seed: int = 3) -> tuple[Floats, Floats, Floats]:
    """Places on a lattice of 50 m, many shared, over 90 days."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 30, n) * 50.0, rng.integers(0, 30, n) * 50.0, rng.integers(0, 90, n).astype(float)


def test_four_incidents_are_counted_by_hand() -> None:
    # Apart: 0 m and 6 days; 100 m and 7 days; 100 m and 1 day; the fourth far from all.
    found = table(np.array([0.0, 0, 100, 9000]), np.zeros(4), np.array([1.0, 7, 8, 8]))
    assert found.observed.tolist() == [[1, 0, 0], [0, 0, 0], [1, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("part", [1.0, 0.37])
def test_pairs_are_those_that_plain_loops_count(metric: str, part: float) -> None:
    x, y, day = city(120)
    day = day * part
    assert table(x, y, day, metric=metric).observed.tolist() == by_loops(x, y, day, metric)


def test_the_first_month_of_chicago_has_the_published_table(real_data: Path) -> None:
    rows = pd.read_csv(real_data / "oracles" / "near_repeat_chicago_be_month1.csv", names=["x", "y", "day"])
    day = (pd.to_datetime(rows["day"]) - pd.Timestamp("2015-12-01")).dt.days
    pairs = near_pairs(rows["x"], rows["y"], distances=[0, 0.1, 200, 400, 600])
    found = knox(pairs, day, days=[0, 7, 14, 21], rng=np.random.default_rng(1))
    assert found.observed.tolist() == [[28, 5, 5], [141, 69, 27], [186, 140, 100], [237, 192, 128]]
    assert found.ratio[:2, 0] == pytest.approx([1.80, 1.41], abs=0.02)
    assert found.p[:2, 0].tolist() == [0.001, 0.001]
    assert found.flagged.tolist() == [[True, False, False]] * 2 + [[False] * 3] * 2


def test_burkitts_lymphoma_has_the_pairs_of_pointpats() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pointpats = pytest.importorskip("pointpats")
        import geopandas
        import libpysal

        cases = geopandas.read_file(libpysal.examples.get_path("burkitt.shp"))
        theirs = pointpats.spacetime.Knox(cases[["X", "Y"]], cases[["T"]], delta=20, tau=5, permutations=0)
    pairs = near_pairs(cases["X"], cases["Y"], distances=[0, 20.001], metric="euclidean")
    found = knox(pairs, cases["T"], days=[0, 6], permutations=999, rng=np.random.default_rng(1))
    assert found.observed.tolist() == [[13]] == [[theirs.nst]]
    assert found.expected[0, 0] == pytest.approx(theirs.expected[0, 0], rel=0.03)
    assert 0.1 < found.p[0, 0] < 0.3


def test_the_expected_pairs_of_shuffled_days_are_the_product_of_their_margins() -> None:
    x, y, day = city(200)
    found = table(x, y, day, times=2000)
    apart = np.abs(day[:, None] - day[None, :])[np.triu_indices(len(day), 1)]
    share = np.histogram(apart, bins=DAYS)[0] / len(apart)
    near = np.diff(near_pairs(x, y, distances=BANDS).starts)
    share[-1] -= np.mean(apart == DAYS[-1])  # numpy closes its last band
    assert found.expected == pytest.approx(near[:, None] * share[None, :], rel=0.05, abs=0.3)


def test_planted_near_repeats_are_flagged_and_nothing_else_is() -> None:
    rng = np.random.default_rng(8)
    x, y, day = (
        rng.uniform(0, 20_000, 400),
        rng.uniform(0, 20_000, 400),
        rng.integers(0, 365, 400).astype(float),
    )
    again = rng.integers(0, 400, 80)
    x, y = np.r_[x, x[again] + rng.uniform(5, 45, 80)], np.r_[y, y[again] + rng.uniform(5, 45, 80)]
    found = table(x, y, np.r_[day, day[again] + rng.integers(0, 7, 80)], times=999)
    assert found.flagged[1, 0]
    assert found.ratio[1, 0] > 5
    assert found.p[1, 0] == 0.001
    assert found.flagged.sum() == 1


def test_places_and_days_without_a_bond_are_flagged_as_rarely_as_the_level_says() -> None:
    flagged = sum(
        int((table(*city(120, seed=seed), times=99).p[2:, :] <= 0.05).sum()) for seed in range(100, 140)
    )
    # 240 bands at 5 %: 12 and twice their standard deviation (they hang together a little).
    assert flagged <= 21


@pytest.mark.parametrize("n", [0, 1, 2])
def test_hardly_any_incidents_make_hardly_any_pairs(n: int) -> None:
    found = table(np.zeros(n), np.zeros(n), np.zeros(n))
    assert found.observed.sum() == (n == 2)
    assert (found.p == 1).all()
    assert not found.flagged.any()


def test_all_at_one_place_or_on_one_day_are_no_evidence() -> None:
    for x, day in ((np.zeros(30), np.arange(30.0)), (np.arange(30.0) * 10, np.zeros(30))):
        found = table(x, np.zeros(30), day)
        assert (found.p == 1).all()
        assert found.ratio[found.observed > 0] == pytest.approx(1)
        assert not found.flagged.any()


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), far=st.integers(-50_000, 50_000), late=st.integers(-9999, 9999))
def test_where_and_when_it_begins_and_the_order_of_rows_do_not_matter(seed: int, far: int, late: int) -> None:
    x, y, day = city(60, seed=seed)
    order = np.random.default_rng(seed).permutation(60)
    one = table(x, y, day, times=1).observed
    assert table(x[order] + far, y[order] - far, day[order] + late, times=1).observed.tolist() == one.tolist()
    assert table(-y, x, -day, times=1).observed.tolist() == one.tolist()


def test_any_turn_of_the_map_keeps_straight_distances() -> None:
    x, y, day = city(150)
    x, y = x * 1.01, y * 1.01
    turn = np.deg2rad(33)
    turned = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
    found = table(*turned, day, metric="euclidean").observed
    assert found.tolist() == table(x, y, day, metric="euclidean").observed.tolist()


def test_each_incident_twice_makes_four_times_the_pairs_and_those_with_itself() -> None:
    x, y, day = city(80)
    one = table(x, y, day, times=1).observed
    two = table(np.tile(x, 2), np.tile(y, 2), np.tile(day, 2), times=1).observed
    itself = np.zeros_like(one)
    itself[0, 0] = 80
    assert two.tolist() == (4 * one + itself).tolist()


def test_the_same_seed_gives_the_same_table() -> None:
    one, other = table(*city()), table(*city())
    assert one.p.tobytes() == other.p.tobytes()
    assert table(*city(), seed=2).expected.tolist() != one.expected.tolist()


@pytest.mark.parametrize("permutations", [0, 1, 31, 32, 63, 70])
def test_shuffles_looked_at_together_are_those_made_one_by_one(permutations: int) -> None:
    x, y, day = city(80)
    found, rng = table(x, y, day, times=permutations, seed=5), np.random.default_rng(5)
    each = [by_loops(x, y, rng.permutation(day), "manhattan") for _ in range(permutations)]
    total = np.sum(each, axis=0, initial=0) if each else np.zeros_like(found.observed)
    assert found.expected == pytest.approx(total / max(permutations, 1))
    more = np.sum([np.array(one) >= found.observed for one in each], axis=0) if each else 0
    assert found.p == pytest.approx((more + 1) / (permutations + 1))


def test_days_centuries_apart_are_counted_too() -> None:
    found = table(np.zeros(3), np.zeros(3), np.array([0.0, 3, 200_000]))
    assert found.observed[0].tolist() == [1, 0, 0]


def test_the_progress_is_told() -> None:
    told: list[float] = []
    pairs = near_pairs([0, 1], [0, 0], distances=[0, 10])
    knox(pairs, [0, 1], days=[0, 7], permutations=200, rng=np.random.default_rng(0), tell=told.append)
    assert told == sorted(told)
    assert told[0] == 0 < told[-1] < 1


@pytest.mark.parametrize("edges", [[0], [5, 5], [-1, 5], [10, 5], [0, np.inf]])
def test_edges_that_do_not_rise_are_refused(edges: list[float]) -> None:
    with pytest.raises(ParameterError, match="rising edges"):
        near_pairs([0, 1], [0, 0], distances=edges)


def test_what_cannot_be_measured_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ParameterError, match="manhattan, euclidean"):
        near_pairs([0, 1], [0, 0], distances=[0, 9], metric="taxi")
    with pytest.raises(ValueError, match="coordinates"):
        near_pairs([0, np.nan], [0, 0], distances=[0, 9])
    pairs = near_pairs([0, 1], [0, 0], distances=[0, 9])
    with pytest.raises(ValueError, match="a day for each"):
        knox(pairs, [0, np.nan], days=[0, 7], rng=np.random.default_rng(0))
    monkeypatch.setattr(module, "MOST_PAIRS", 2)
    with pytest.raises(ParameterError, match=r"3 pairs .* at most 2 .* shorter window") as caught:
        near_pairs([0, 1, 2], [0, 0, 0], distances=[0, 9])
    assert caught.value.parameter == "band"


@pytest.mark.parametrize(
    ("p", "doubtful"),
    [
        ([1.0] * 20, False),  # nothing to doubt
        ([0.04] + [1.0] * 19, True),  # 64 of 100 tables of chance
        ([0.001] + [1.0] * 19, False),  # 2 of 100, all bands together
        ([0.04] * 3 + [1.0] * 17, True),  # 7.5 of 100
        ([0.04] * 4 + [1.0] * 16, False),  # 1.6 of 100
    ],
)
def test_patterns_are_doubtful_where_chance_often_makes_as_many(p: list[float], doubtful: bool) -> None:
    made = Knox(
        np.arange(6.0), np.arange(5.0), np.full((5, 4), 9), np.full((5, 4), 3.0), np.reshape(p, (5, 4))
    )
    assert made.doubtful is doubtful


def test_few_tables_of_pure_chance_have_patterns_and_raise_no_doubt() -> None:
    rng, shown, quiet = np.random.default_rng(4), 0, 0
    for _ in range(100):
        x, y, day = rng.uniform(0, 3000, 150), rng.uniform(0, 3000, 150), rng.integers(0, 90, 150)
        pairs = near_pairs(x, y, distances=[0, 100, 200, 300, 400, 500])
        found = knox(pairs, day, days=[0, 7, 14, 21, 28], permutations=99, rng=rng)
        shown += bool(found.flagged.any())
        quiet += bool(found.flagged.any()) and not found.doubtful
    assert shown >= 20
    assert quiet <= 5 + 3 * (100 * 0.05 * 0.95) ** 0.5
