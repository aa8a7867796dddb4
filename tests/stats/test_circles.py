"""Circles that a scan looks in."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from hotspot.errors import ParameterError
from hotspot.stats import circles as module
from hotspot.stats.circles import Circles, circles

Floats = NDArray[np.float64]


def sets(found: Circles) -> set[frozenset[int]]:
    return {frozenset(found.members(i).tolist()) for i in range(len(found))}


def by_loops(x: Floats, y: Floats, reach: float) -> set[frozenset[int]]:
    """Every set of incidents that a circle around one of them holds."""
    found = set()
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    for row in apart:
        for radius in row[row <= reach]:
            held = frozenset(np.flatnonzero(row <= radius).tolist())
            if 2 <= len(held) <= len(x) / 2:
                found.add(held)
    return found


def test_three_places_in_a_row_make_the_circles_one_can_draw() -> None:
    # One incident at 0, two at 10, one at 30, and four far away.
    x = np.array([0.0, 10, 10, 30, 900, 900, 900, 900])
    found = circles(x, np.zeros(8), max_radius=100)
    assert sets(found) == {
        frozenset({1, 2}),
        frozenset({0, 1, 2}),
        frozenset({1, 2, 3}),
        frozenset({0, 1, 2, 3}),
        frozenset({4, 5, 6, 7}),
    }
    radius = {frozenset(found.members(i).tolist()): found.radius[i] for i in range(len(found))}
    assert radius[frozenset({1, 2})] == 0
    assert radius[frozenset({0, 1, 2})] == 10
    assert radius[frozenset({0, 1, 2, 3})] == 20


@pytest.mark.parametrize("seed", range(5))
def test_circles_hold_what_plain_loops_find(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 12, 40) * 10.0, rng.integers(0, 12, 40) * 10.0
    found = circles(x, y, max_radius=45)
    assert sets(found) == by_loops(x, y, 45)
    assert len(sets(found)) == len(found)
    assert found.size.tolist() == [len(found.members(i)) for i in range(len(found))]
    for i in range(len(found)):
        apart = np.hypot(x - found.x[i], y - found.y[i])
        assert set(np.flatnonzero(apart <= found.radius[i] + 1e-9)) == set(found.members(i))


def test_rows_in_another_order_make_the_same_circles() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.uniform(0, 1000, 60), rng.uniform(0, 1000, 60)
    order = rng.permutation(60)
    one, other = circles(x, y, max_radius=300), circles(x[order], y[order], max_radius=300)
    assert {frozenset(order[list(each)].tolist()) for each in sets(other)} == sets(one)


def test_too_many_circles_are_thinned_radii_first_then_centres() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.uniform(0, 2000, 250), rng.uniform(0, 2000, 250)
    whole = circles(x, y, max_radius=1000)
    dozen = circles(x, y, max_radius=1000, most=len(whole) - 1)
    few = circles(x, y, max_radius=1000, most=600)
    assert (whole.n_radii, whole.n_centres) == (0, 250)
    assert (dozen.n_radii, dozen.n_centres) == (12, 250)
    assert len(few) <= 600
    assert few.n_centres < 250
    assert sets(dozen) < sets(whole)
    assert sets(few) < sets(whole)


def test_what_cannot_be_thinned_enough_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    x, y = rng.uniform(0, 2000, 250), rng.uniform(0, 2000, 250)
    with pytest.raises(ParameterError, match="smaller max_radius"):
        circles(x, y, max_radius=1000, most=3)
    monkeypatch.setattr(module, "MOST_MEMBERS", 10)
    with pytest.raises(ParameterError, match="250 places"):
        circles(x, y, max_radius=1000)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_hardly_any_incidents_make_no_circle(n: int) -> None:
    assert len(circles(np.zeros(n), np.arange(n), max_radius=100)) == 0


def test_all_in_one_place_are_everything_and_so_no_circle() -> None:
    assert len(circles(np.zeros(50), np.zeros(50), max_radius=100)) == 0


def test_incidents_without_coordinates_are_refused() -> None:
    with pytest.raises(ValueError, match="leave out"):
        circles([0, np.nan], [0, 0], max_radius=10)
