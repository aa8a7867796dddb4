"""Planted hotspots of three strengths: found as surely as docs/validation.md says, and few false cells."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hotspot.stats.circles import circles
from hotspot.stats.conditional import conditional_tails
from hotspot.stats.emerging import CubeNeighbours, emerging
from hotspot.stats.getisord import GiStar, gi_star
from hotspot.stats.knox import knox, near_pairs
from hotspot.stats.lattice import Lattice
from hotspot.stats.permutation import DrawnSums, exact_p
from hotspot.stats.scan import scan
from hotspot.stats.significance import adjust, classes

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAPS = 80
SIDE = 40


@pytest.mark.parametrize(
    ("base", "strength", "least", "most"), [(0.05, 3, 0, 0.1), (0.3, 6, 0.65, 0.95), (1.0, 12, 0.99, 1.0)]
)
def test_a_planted_hotspot_is_found_as_often_as_stated(
    base: float, strength: float, least: float, most: float
) -> None:
    rng = np.random.default_rng(21)
    row, col = np.divmod(np.arange(SIDE * SIDE), SIDE)
    apart = np.maximum(np.abs(row - 19), np.abs(col - 25))
    near = Lattice.of(col, row, "square").within()
    found, caught, false = np.zeros(2), np.zeros(2), np.zeros(2)
    for _ in range(MAPS):
        counts = rng.poisson(base * np.where(apart <= 1, strength, 1.0))
        scored = gi_star(counts, neighbours=near)
        tails = conditional_tails(counts, scored.neighbour_sum - counts, near.number - 1)
        whole = exact_p(counts, scored.neighbour_sum, near.number)
        for kind, p in enumerate((whole, tails.two_sided(scored.z))):
            hot = classes(scored.z, adjust(p)) >= 2
            found[kind] += hot[apart <= 1].any()
            caught[kind] += hot[apart <= 1].sum()
            false[kind] += hot[apart > 2].sum() / max(hot.sum(), 1)
    # Stated: 1.2, 82.2 and 100 % by the whole draw; four standard errors of 80 maps are 17 points.
    assert (found / MAPS >= least).all()
    assert (found / MAPS <= most).all()
    assert (false / MAPS <= 0.05).all()
    # Why the whole draw is the default: it holds the busiest cells of a hotspot too.
    assert caught[0] >= caught[1]


def test_near_repeats_of_one_incident_in_fifty_are_found() -> None:
    # Stated: ten followers among 500 incidents are found in all of 100 towns, none in 2 of them.
    rng, found = np.random.default_rng(22), {0: 0, 10: 0}
    for followed in found:
        for _ in range(20):
            place = rng.uniform(0, 6_000, (2, 500 - followed))
            day = rng.integers(0, 365, 500 - followed)
            near = place[:, :followed] + rng.uniform(-49, 49, (2, followed))
            pairs = near_pairs(*np.hstack([place, near]), distances=[0, 100, 200])
            days = np.append(day, day[:followed] + rng.integers(0, 7, followed))
            found[followed] += bool(
                knox(pairs, days, days=[0, 7, 14], permutations=99, rng=rng).flagged[0, 0]
            )
    assert found[10] >= 18
    assert found[0] <= 4


def test_an_outbreak_of_eight_in_five_days_is_found_by_the_scan() -> None:
    # Stated: in 90 of 100 towns; four standard errors of 20 are 27 points.
    rng, found = np.random.default_rng(23), 0
    for _ in range(20):
        place = np.hstack([rng.uniform(0, 6_000, (2, 150)), 3_000 + rng.uniform(-150, 150, (2, 8))])
        day = np.append(rng.integers(0, 30, 150), rng.integers(25, 30, 8))
        laid = circles(*place, max_radius=1_000)
        made = scan(laid, day, n_steps=30, longest=15, permutations=99, rng=rng)
        away = np.hypot(laid.x[made.circle] - 3_000, laid.y[made.circle] - 3_000)
        found += bool(((made.p <= 0.05) & (away <= 500)).any())
    assert found >= 13


def test_a_block_that_becomes_a_hotspot_in_the_last_steps_is_called_new() -> None:
    # Stated: at twelve times the others 7.4 of its nine cells are hot, all of them new or consecutive.
    rng = np.random.default_rng(24)
    row, col = np.divmod(np.arange(400), 20)
    apart = np.maximum(np.abs(row - 9), np.abs(col - 12))
    near = CubeNeighbours(Lattice.of(col, row, "square").within(), 12)
    rate = 0.1 * np.where((np.arange(12)[:, None] >= 9) & (apart <= 1), 12, 1)
    cells, new, away = 0, 0, 0
    for _ in range(15):
        counts = rng.poisson(rate).astype(np.float64)
        draws = DrawnSums.of(counts.ravel().astype(np.int64), most=int(near.number.max()))
        made = emerging(counts, neighbours=near, p_of=partial(_exact, draws))
        hot = made.level[-1] >= 1
        cells += int((hot & (apart <= 1)).sum())
        new += int(np.isin(made.pattern[hot & (apart <= 1)], (1, 2)).sum())
        away += int((hot & (apart > 2)).sum())
    assert 6 * 15 <= cells <= 9 * 15
    assert new >= 0.97 * cells
    assert away <= 0.1 * cells


def _exact(draws: DrawnSums, found: GiStar) -> NDArray[np.float64]:
    return draws.p(found.neighbour_sum, found.neighbours)
