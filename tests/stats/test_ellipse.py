"""Mean centre and standard deviational ellipse, beside pointpats."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from hotspot.stats.ellipse import ellipse, ellipses
from tests.stats.crowds import crowds, turned


def cloud(seed: int = 1, n: int = 80):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(0, 300, n), rng.normal(0, 90, n)
    angle = rng.uniform(0, np.pi)
    return x * np.cos(angle) - y * np.sin(angle) + 5e5, x * np.sin(angle) + y * np.cos(angle) + 4e6


def test_a_cross_has_the_axes_one_can_reckon() -> None:
    # Squares along: 2 * 16 = 32, across: 2 * 1 = 2, twice, over n - 2 = 2.
    found = ellipse([-4, 4, 0, 0], [0, 0, -1, 1])
    assert (found.x, found.y) == (0, 0)
    assert found.major == pytest.approx(np.sqrt(32))
    assert found.minor == pytest.approx(np.sqrt(2))
    assert found.rotation == pytest.approx(90)
    assert ellipse([0, 0, -1, 1], [-4, 4, 0, 0]).rotation == pytest.approx(0)


@pytest.mark.parametrize("seed", range(12))
def test_it_is_that_of_pointpats(seed: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pointpats.centrography import ellipse as theirs
    x, y = cloud(seed)
    found = ellipse(x, y)
    major, minor, theta = theirs(np.column_stack([x, y]))
    assert (found.major, found.minor) == pytest.approx((major, minor))
    # Their angle is that of the longer axis, counterclockwise from east.
    assert found.rotation == pytest.approx((90 - np.degrees(theta)) % 180)


def test_the_longer_axis_points_where_incidents_spread_most() -> None:
    for degrees in (0, 30, 89, 91, 179):
        turn = np.radians(degrees)
        along, across = np.random.default_rng(3).normal(0, (500, 20), (200, 2)).T
        found = ellipse(
            along * np.sin(turn) + across * np.cos(turn), along * np.cos(turn) - across * np.sin(turn)
        )
        assert (found.rotation - degrees + 90) % 180 - 90 == pytest.approx(0, abs=1)


def test_it_holds_about_63_percent_of_a_normal_crowd() -> None:
    x, y = np.random.default_rng(5).normal(0, (300, 100), (20_000, 2)).T
    found = ellipse(x, y)
    assert ((x / found.major) ** 2 + (y / found.minor) ** 2 <= 1).mean() == pytest.approx(0.632, abs=0.01)


def test_turning_the_incidents_turns_the_ellipse() -> None:
    x, y = cloud()
    before, after = ellipse(x, y), ellipse(*turned(x, y, 37))
    assert (after.major, after.minor) == pytest.approx((before.major, before.minor))
    # Turned counterclockwise, north is so much further to the right.
    assert (before.rotation - after.rotation) % 180 == pytest.approx(37)


def test_harm_pulls_the_centre_and_only_its_proportions_matter() -> None:
    assert ellipse([0, 10], [0, 0], weights=[3, 1]).x == pytest.approx(2.5)
    x, y = cloud()
    harm = np.random.default_rng(1).uniform(0, 5, len(x))
    one, other = ellipse(x, y, weights=harm), ellipse(x, y, weights=harm * 1000)
    assert (one.x, one.y, one.major, one.minor, one.rotation) == pytest.approx(
        (other.x, other.y, other.major, other.minor, other.rotation)
    )
    plain, alike = ellipse(x, y), ellipse(x, y, weights=np.full(len(x), 7.0))
    assert (plain.major, plain.rotation) == pytest.approx((alike.major, alike.rotation))


def test_order_is_no_matter() -> None:
    x, y = cloud()
    order = np.random.default_rng(1).permutation(len(x))
    assert ellipse(x[order], y[order]).major == pytest.approx(ellipse(x, y).major)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_fewer_than_three_incidents_have_no_ellipse(n: int) -> None:
    found = ellipse([5.0] * n, [6.0] * n)
    assert np.isnan([found.major, found.minor, found.rotation]).all()
    assert (found.x, found.y) == (5, 6) if n else np.isnan(found.x)


def test_incidents_on_one_place_a_line_and_a_circle() -> None:
    place = ellipse([5e5] * 9, [4e6] * 9)
    assert (place.x, place.y, place.major, place.minor, place.rotation) == (5e5, 4e6, 0, 0, 0)
    line = ellipse(5e5 + np.arange(9) * 3.0, 4e6 - np.arange(9) * 3.0)
    assert line.minor == 0
    assert line.rotation == pytest.approx(135)
    circle = ellipse([1, -1, 0, 0], [0, 0, 1, -1])
    assert circle.major == pytest.approx(circle.minor)
    assert circle.rotation == 0


def test_no_harm_at_all_has_no_centre() -> None:
    assert np.isnan(ellipse([1, 2, 3], [1, 2, 3], weights=[0, 0, 0]).x)


def test_each_cluster_has_its_own() -> None:
    x, y = crowds()
    labels = np.where(x < 370_400, 0, np.where(x < 371_000, -1, 1))
    found = ellipses(x, y, labels)
    assert len(found) == 2
    assert found[1] == ellipse(x[labels == 1], y[labels == 1])
    assert ellipses([], [], []) == ()
    assert ellipses([1, 2], [1, 2], [-1, -1]) == ()
