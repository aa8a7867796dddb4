"""Two densities side by side: hand-worked, and never infinite."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.errors import ParameterError
from hotspot.stats.dual import dual, even_scale

DENSITY = st.floats(0, 1e9, allow_nan=False)


def test_three_places_come_out_as_by_hand() -> None:
    found = dual([6, 0, 0.5], [2, 3, 0], floor=1, scale=2)
    assert found.other.tolist() == [4, 6, 0]
    assert found.ratio == pytest.approx([7 / 5, 1 / 7, 1.5])
    assert found.difference == pytest.approx([2, -6, 0.5])
    assert found.log_ratio == pytest.approx(np.log2([7 / 5, 1 / 7, 1.5]))


@given(pairs=st.lists(st.tuples(DENSITY, DENSITY), max_size=8), floor=st.floats(1e-6, 1e6))
def test_nothing_is_ever_nan_or_infinite_and_sides_change_the_sign(
    pairs: list[tuple[float, float]], floor: float
) -> None:
    one, two = [a for a, _ in pairs], [b for _, b in pairs]
    found, mirrored = dual(one, two, floor=floor), dual(two, one, floor=floor)
    for values in (found.ratio, found.difference, found.log_ratio):
        assert np.isfinite(values).all()
        assert values.shape == (len(pairs),)
    assert mirrored.log_ratio == pytest.approx(-found.log_ratio, abs=1e-9)
    assert mirrored.difference == pytest.approx(-found.difference)
    assert (found.ratio > 0).all()


def test_where_both_are_thin_the_ratio_is_about_one() -> None:
    found = dual([1e-9, 0, 100], [0, 1e-9, 1], floor=0.5)
    assert found.ratio[:2] == pytest.approx([1, 1], abs=1e-8)
    assert found.ratio[2] > 60


def test_alike_densities_are_alike_whatever_the_floor() -> None:
    for floor in (1e-3, 1, 1e3):
        found = dual([0, 2, 50], [0, 1, 25], floor=floor, scale=2)
        assert found.ratio.tolist() == [1, 1, 1]
        assert found.log_ratio.tolist() == found.difference.tolist() == [0, 0, 0]


def test_scaled_evenly_both_hold_as_much() -> None:
    one, two, area = np.array([1.0, 5.0, 0.0]), np.array([300.0, 10.0, 44.0]), np.array([1.0, 2.0, 0.5])
    scale = even_scale(one, two, area=area)
    assert (dual(one, two, floor=1, scale=scale).difference * area).sum() == pytest.approx(0)
    assert even_scale(one, np.zeros(3), area=area) == even_scale([], [], area=[]) == 1
    assert even_scale(3 * one, two, area=area) == pytest.approx(3 * scale)


@pytest.mark.parametrize("floor", [0, -1, np.nan, np.inf])
def test_a_floor_that_is_none_is_refused(floor: float) -> None:
    with pytest.raises(ParameterError, match="above 0") as refused:
        dual([1], [1], floor=floor)
    assert refused.value.parameter == "floor"


def test_places_that_do_not_fit_together_are_refused() -> None:
    with pytest.raises(ValueError, match="two finite densities"):
        dual([1, 2], [1], floor=1)
    with pytest.raises(ValueError, match="two finite densities"):
        dual([np.nan], [1], floor=1)
