"""Harm in whole units: by hand, sums that were rounded, and values that share no unit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hotspot.stats.units import MOST_UNITS, whole_units


def test_weights_of_days_come_down_to_their_common_measure() -> None:
    found = whole_units([0, 5475, 365, 3650, 1825])
    assert found is not None
    assert (found[0].tolist(), found[1]) == ([0, 15, 1, 10, 5], 365.0)


def test_counts_stay_counts_unless_all_are_multiples() -> None:
    found = whole_units([0, 1, 7, 3])
    assert found is not None
    assert (found[0].tolist(), found[1]) == ([0, 1, 7, 3], 1.0)


@settings(deadline=None, max_examples=200)
@example(number=[194, 260, 261], unit=0.1)
@given(
    number=st.lists(st.integers(0, 300), min_size=1, max_size=40),
    unit=st.sampled_from([0.1, 0.05, 0.25, 1 / 3, 0.7, 1.5, 12.5, 365, 1e6 / 7]),
)
def test_sums_of_rounded_weights_are_whole_again(number: list[int], unit: float) -> None:
    # Added up one after another, as weights of incidents are, they are off in the last digits.
    values = np.array([float(np.cumsum(np.full(n, unit))[-1]) if n else 0.0 for n in number])
    found = whole_units(values)
    assert found is not None
    whole, step = found
    assert whole * step == pytest.approx(values, rel=1e-9, abs=1e-9 * unit)
    common = int(np.gcd.reduce(np.array(number)))
    assert step == pytest.approx(unit * common if common else 1.0, rel=1e-9)


@settings(deadline=None, max_examples=100)
@given(number=st.lists(st.integers(-300, 300), min_size=1, max_size=40), times=st.sampled_from([1, 2, 365]))
def test_whole_numbers_have_the_unit_of_the_same_numbers_in_another_measure(
    number: list[int], times: int
) -> None:
    counts, halves = whole_units(np.array(number) * times), whole_units(np.array(number) * times * 0.37)
    assert counts is not None
    assert halves is not None
    assert counts[0].tolist() == halves[0].tolist()
    if any(number):
        assert counts[1] == pytest.approx(halves[1] / 0.37, rel=1e-9)


def test_the_order_and_the_sign_of_values_do_not_matter() -> None:
    one, other = whole_units([0.5, -2.5, 4]), whole_units([4, 0.5, -2.5])
    assert one is not None
    assert other is not None
    assert one[0].tolist() == [1, -5, 8]
    assert other[0].tolist() == [8, 1, -5]
    assert one[1] == other[1] == 0.5


@pytest.mark.parametrize(
    "values",
    [
        [1.0, 2**0.5],
        [np.nan, 1.0],
        [np.inf, 1.0],
        [1.0, MOST_UNITS * 2.0],
        np.random.default_rng(1).gamma(2, 30, 500),
    ],
)
def test_values_that_share_no_unit_of_use_have_none(values: list[float]) -> None:
    assert whole_units(values) is None


def test_no_value_and_nothing_but_zeros_are_whole_as_they_are() -> None:
    for values in ([], [0.0, 0.0]):
        found = whole_units(values)
        assert found is not None
        assert (found[0].tolist(), found[1]) == (values, 1.0)
