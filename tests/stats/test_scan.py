"""Space-time scan: hand-worked, against plain loops over every cylinder, and on planted clusters."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from hotspot.crs import project
from hotspot.errors import ParameterError
from hotspot.stats import scan as module
from hotspot.stats.circles import Circles, circles
from hotspot.stats.scan import Scan, log_likelihood_ratio, n_windows, scan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LOOKS = ("recent", "any")


def town(n: int = 40, *, steps: int = 10, seed: int = 1) -> tuple[Floats, Floats, Ints]:
    """Places on a lattice of 10 m, at any time."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 12, n) * 10.0, rng.integers(0, 12, n) * 10.0, rng.integers(0, steps, n)


def run(
    laid: Circles,
    step: Ints,
    *,
    n_steps: int = 10,
    longest: int = 5,
    look: str = "any",
    times: int = 99,
    seed: int = 1,
) -> Scan:
    rng = np.random.default_rng(seed)
    return scan(laid, step, n_steps=n_steps, longest=longest, look=look, permutations=times, rng=rng)


def best_by_loops(
    x: Floats, y: Floats, step: Ints, *, reach: float, steps: int, longest: int, look: str
) -> float:
    """Try every cylinder one by one and return the largest log likelihood ratio."""
    n, best = len(x), 0.0
    for i in range(n):
        apart = np.hypot(x - x[i], y - y[i])
        for radius in sorted(set(apart[apart <= reach].tolist())):
            held = apart <= radius
            zone = int(held.sum())
            if not 2 <= zone <= n / 2:
                continue
            for first in range(steps):
                for stop in range(first + 1, min(first + longest, steps) + 1):
                    if look == "recent" and stop != steps:
                        continue
                    during = (step >= first) & (step < stop)
                    c, mu = int((held & during).sum()), zone * int(during.sum()) / n
                    if c >= 2 and c > mu:
                        llr = c * math.log(c / mu) + (n - c) * math.log((n - c) / (n - mu))
                        best = max(best, llr)
    return best


def test_a_cylinder_is_judged_by_hand() -> None:
    # 4 of 12 are in one place, 3 of them in the last of six steps, when 4 happen in all.
    x = np.array([0.0] * 4 + [1000 + 10_000 * i for i in range(8)])
    step = np.array([5, 5, 5, 0, 0, 1, 1, 2, 3, 4, 4, 5])
    found = run(circles(x, np.zeros(12), max_radius=50), step, n_steps=6, longest=3, look="recent")
    assert (found.observed[0], found.start[0], found.stop[0]) == (3, 5, 6)
    assert found.expected[0] == pytest.approx(4 * 4 / 12)
    assert found.ratio[0] == pytest.approx(2.25)
    assert found.llr[0] == pytest.approx(3 * math.log(2.25) + 9 * math.log(9 / (12 - 4 / 3)))
    assert len(found) == 1


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("seed", range(4))
def test_the_likeliest_cluster_is_that_of_plain_loops(look: str, seed: int) -> None:
    x, y, step = town(seed=seed)
    found = run(circles(x, y, max_radius=45), step, look=look, times=9)
    best = best_by_loops(x, y, step, reach=45, steps=10, longest=5, look=look)
    assert found.llr[0] == pytest.approx(best, abs=1e-12)


@pytest.mark.parametrize("look", LOOKS)
def test_the_p_is_the_rank_among_the_likeliest_clusters_of_shuffled_times(look: str) -> None:
    x, y, step = town(seed=2)
    found = run(circles(x, y, max_radius=45), step, look=look, times=19, seed=4)
    rng = np.random.default_rng(4)
    others = [
        best_by_loops(x, y, rng.permutation(step), reach=45, steps=10, longest=5, look=look)
        for _ in range(19)
    ]
    ranks = [(1 + sum(other >= llr - 1e-9 for other in others)) / 20 for llr in found.llr]
    assert found.p.tolist() == ranks
    assert found.permutations == 19


@pytest.mark.parametrize("look", LOOKS)
def test_what_is_counted_is_in_the_cylinder_and_no_two_overlap(look: str) -> None:
    x, y, step = town(120, steps=20, seed=3)
    laid = circles(x, y, max_radius=30)
    found = run(laid, step, n_steps=20, longest=6, look=look)
    assert len(found) > 3
    assert (np.diff(found.llr) <= 0).all()
    assert (np.diff(found.p) >= 0).all()
    for i in range(len(found)):
        held = laid.members(int(found.circle[i]))
        during = (step >= found.start[i]) & (step < found.stop[i])
        assert found.observed[i] == during[held].sum()
        assert found.expected[i] == pytest.approx(len(held) * during.sum() / 120)
        assert found.stop[i] - found.start[i] <= 6
        for j in range(i):
            a, b = found.circle[i], found.circle[j]
            apart = np.hypot(laid.x[a] - laid.x[b], laid.y[a] - laid.y[b]) > laid.radius[a] + laid.radius[b]
            assert apart or found.start[i] >= found.stop[j] or found.start[j] >= found.stop[i]


@pytest.mark.parametrize("look", LOOKS)
def test_a_planted_cluster_is_found_where_and_when_it_is(look: str) -> None:
    rng = np.random.default_rng(7)
    x, y, step = rng.uniform(0, 10_000, 300), rng.uniform(0, 10_000, 300), rng.integers(0, 60, 300)
    x, y = np.r_[x, rng.normal(4000, 60, 12)], np.r_[y, rng.normal(7000, 60, 12)]
    step = np.r_[step, rng.integers(54, 60, 12)]
    laid = circles(x, y, max_radius=1000)
    found = run(laid, step, n_steps=60, longest=20, look=look, times=199)
    assert found.p[0] == 0.005
    assert found.permutations == 199
    assert np.hypot(laid.x[found.circle[0]] - 4000, laid.y[found.circle[0]] - 7000) < 200
    assert found.start[0] >= 53
    assert found.stop[0] == 60
    assert set(range(300, 312)) - set(laid.members(int(found.circle[0])).tolist()) == set()
    assert (found.p[1:] > 0.05).all()


def test_chance_alone_is_called_a_cluster_as_rarely_as_the_level_says() -> None:
    p = []
    for seed in range(60):
        x, y, step = town(60, steps=12, seed=1000 + seed)
        p.append(run(circles(x, y, max_radius=30), step, n_steps=12, longest=6, times=99, seed=seed).p[0])
    # Uniform: within three standard errors of its mean, and at 10 % within three of its count.
    assert abs(np.mean(p) - 0.5) < 3 * 0.29 / math.sqrt(60)
    assert np.count_nonzero(np.array(p) <= 0.1) <= 6 + 3 * math.sqrt(60 * 0.09)


def test_shuffling_stops_once_the_likeliest_cluster_is_plainly_chance() -> None:
    x, y, step = town(60, steps=12, seed=5)
    laid = circles(x, y, max_radius=30)
    short = run(laid, step, n_steps=12, longest=6, times=9999)
    assert short.permutations < 9999
    assert short.p[0] == module.ENOUGH / short.permutations
    whole = run(laid, step, n_steps=12, longest=6, times=short.permutations)
    assert whole.p.tolist() == short.p.tolist()


def test_the_order_of_rows_the_place_and_the_turn_of_the_map_do_not_matter() -> None:
    x, y, step = town(80, seed=6)
    x, y = x + np.arange(80) * 0.013, y + np.arange(80) * 0.017  # no two circles as likely
    one = run(circles(x, y, max_radius=45), step)
    order = np.random.default_rng(0).permutation(80)
    for u, v, s in ((x[order], y[order], step[order]), (x + 5e5, y - 3e6, step), (-y, x, step)):
        other = run(circles(u, v, max_radius=45), s)
        assert other.llr == pytest.approx(one.llr, abs=1e-9)
        assert other.observed.tolist() == one.observed.tolist()
        assert other.start.tolist() == one.start.tolist()


def test_each_incident_twice_doubles_the_evidence() -> None:
    x, y, step = town(40, seed=8)
    one = run(circles(x, y, max_radius=30), step, times=9)
    laid = circles(np.tile(x, 2), np.tile(y, 2), max_radius=30)
    assert run(laid, np.tile(step, 2), times=9).llr[0] >= 2 * one.llr[0] - 1e-9


def test_the_same_seed_gives_the_same_answer_however_little_room_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x, y, step = town(60, seed=9)
    laid = circles(x, y, max_radius=45)
    one = run(laid, step)
    monkeypatch.setattr(module, "_ROOM", 1)
    other = run(laid, step)
    assert (one.llr.tolist(), one.p.tolist()) == (other.llr.tolist(), other.p.tolist())


def test_among_millions_of_cylinders_only_the_weak_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y, step = town(60, seed=9)
    laid = circles(x, y, max_radius=45)
    whole = run(laid, step)
    monkeypatch.setattr(module, "_FEW", 0)
    monkeypatch.setattr(module, "_WEAK", 2.0)
    strong = run(laid, step)
    n = len(strong)
    assert 0 < n == np.count_nonzero(whole.llr >= 2) < len(whole)
    assert strong.llr.tolist() == whole.llr[:n].tolist()
    assert strong.p.tolist() == whole.p[:n].tolist()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("n", [0, 1, 2])
def test_hardly_any_incidents_are_no_cluster(look: str, n: int) -> None:
    laid = circles(np.zeros(n), np.zeros(n), max_radius=100)
    found = run(laid, np.zeros(n, dtype=np.int64), look=look)
    assert (len(found), found.permutations) == (0, 0)


def test_all_in_one_place_or_in_one_step_are_no_evidence() -> None:
    x, y, step = town(50)
    assert len(run(circles(np.zeros(50), np.zeros(50), max_radius=100), step)) == 0
    assert len(run(circles(x, y, max_radius=30), np.full(50, 4))) == 0
    assert len(run(circles(x, y, max_radius=30), np.zeros(50, dtype=np.int64), n_steps=1, look="recent")) == 0


def test_no_more_than_expected_is_no_evidence_and_everything_is_all_of_it() -> None:
    assert log_likelihood_ratio([0, 3, 2], [1.0, 3.0, 5.0], 20).tolist() == [0, 0, 0]
    assert log_likelihood_ratio([20], [10.0], 20)[0] == pytest.approx(20 * math.log(2))


def test_windows_are_counted() -> None:
    for steps, longest in ((1, 1), (5, 2), (5, 9), (12, 6)):
        every = [(a, b) for a in range(steps) for b in range(a + 1, steps + 1) if b - a <= longest]
        assert n_windows(steps, longest, look="any") == len(every)
        assert n_windows(steps, longest, look="recent") == sum(b == steps for _, b in every)


def test_too_many_cylinders_are_refused_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CYLINDERS", 100)
    x, y, step = town(60)
    with pytest.raises(ParameterError, match="Take longer steps") as caught:
        run(circles(x, y, max_radius=45), step)
    assert caught.value.parameter == "step"


def test_the_progress_is_told() -> None:
    x, y, step = town(60, seed=5)
    told: list[float] = []
    rng = np.random.default_rng(0)
    laid = circles(x, y, max_radius=30)
    found = scan(laid, step, n_steps=10, longest=5, permutations=40, rng=rng, tell=told.append)
    assert found.permutations == 40
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_the_robberies_of_memphis_have_no_outbreak_at_the_end_of_their_year(real_data: Path) -> None:
    robberies = pd.read_csv(real_data / "incidents" / "memphis_robberies.csv")
    x, y = project(robberies["lon"], robberies["lat"], "EPSG:32615")
    local = pd.to_datetime(robberies["date"]).dt.tz_convert("America/Chicago").dt.tz_localize(None)
    day = (local.dt.normalize() - pd.Timestamp("2018-12-31")).dt.days.to_numpy()
    laid = circles(x, y, max_radius=1000)
    found = run(laid, day, n_steps=366, longest=60, look="recent", times=999)
    assert (laid.n_centres, laid.n_radii) == (1893, 0)
    assert found.permutations < 200
    assert found.p[0] > 0.3
    # The same year with 15 robberies more, at one place in its last week.
    rng = np.random.default_rng(3)
    more = np.r_[x, 770_000 + rng.normal(0, 100, 15)], np.r_[y, 3_890_000 + rng.normal(0, 100, 15)]
    planted = run(
        circles(*more, max_radius=1000),
        np.r_[day, rng.integers(359, 366, 15)],
        n_steps=366,
        longest=183,
        look="recent",
    )
    assert planted.p[0] == 0.01
    assert planted.observed[0] >= 15
