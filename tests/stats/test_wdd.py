"""WDD: the published example, each part by hand, and what cannot be."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from hotspot.errors import ParameterError
from hotspot.stats.wdd import wdd

COUNTS = st.tuples(st.integers(0, 500), st.integers(0, 500))


def test_the_published_example() -> None:
    found = wdd((207, 110), (308, 318), treated_displacement=(178, 157), control_displacement=(150, 140))
    assert found.estimate == -118
    assert found.se == pytest.approx(math.sqrt(1568))
    assert found.z == pytest.approx(-2.98, abs=5e-3)
    assert (round(found.low), round(found.high)) == (-196, -40)


def test_without_displacement_areas_by_hand() -> None:
    found = wdd((30, 20), (25, 26))
    assert found.estimate == -11
    assert found.se == pytest.approx(math.sqrt(101))
    assert found.p == pytest.approx(2 * norm.sf(11 / math.sqrt(101)))
    assert (found.low + found.high) / 2 == pytest.approx(-11)
    assert found.high - found.low == pytest.approx(2 * norm.ppf(0.975) * math.sqrt(101))


def test_another_level_makes_another_interval() -> None:
    found = wdd((30, 20), (25, 26), level=0.9)
    assert found.high == pytest.approx(-11 + norm.ppf(0.95) * math.sqrt(101))


def test_a_longer_window_before_is_scaled_to_the_one_after() -> None:
    found = wdd((60, 20), (50, 26), lengths=(730, 365))
    assert found.estimate == pytest.approx((20 - 30) - (26 - 25))
    assert found.se == pytest.approx(math.sqrt(20 + 60 / 4 + 26 + 50 / 4))


def test_counts_per_area_by_hand() -> None:
    found = wdd((30, 20), (25, 26), areas=(2, 1, 1, 1))
    assert found.estimate == pytest.approx(-5 - 1)
    assert found.se == pytest.approx(math.sqrt(50 / 4 + 51))


def test_no_incidents_at_all_say_nothing() -> None:
    found = wdd((0, 0), (0, 0))
    assert (found.estimate, found.se, found.z, found.p, found.low, found.high) == (0, 0, 0, 1, 0, 0)


@given(treated=COUNTS, control=COUNTS, beside=COUNTS, other=COUNTS)
def test_treated_and_control_are_mirror_images(
    treated: tuple[int, int], control: tuple[int, int], beside: tuple[int, int], other: tuple[int, int]
) -> None:
    one = wdd(treated, control, treated_displacement=beside, control_displacement=other)
    back = wdd(control, treated, treated_displacement=other, control_displacement=beside)
    assert one.estimate == -back.estimate
    assert one.se == pytest.approx(back.se)
    assert one.p == pytest.approx(back.p)


@given(treated=COUNTS, control=COUNTS, times=st.integers(2, 9))
def test_more_of_everything_is_surer(treated: tuple[int, int], control: tuple[int, int], times: int) -> None:
    one = wdd(treated, control)
    more = wdd(_times(treated, times), _times(control, times))
    assert more.estimate == times * one.estimate
    assert more.z == pytest.approx(one.z * math.sqrt(times))


def _times(counts: tuple[int, int], times: int) -> tuple[int, int]:
    return counts[0] * times, counts[1] * times


@given(treated=COUNTS, control=COUNTS, unit=st.floats(0.1, 100))
def test_units_of_area_and_of_length_do_not_change_how_sure_it_is(
    treated: tuple[int, int], control: tuple[int, int], unit: float
) -> None:
    one = wdd(treated, control)
    other = wdd(treated, control, areas=(unit, unit, unit, unit), lengths=(unit, unit))
    assert other.z == pytest.approx(one.z)


def refused(name: str, **given: object) -> None:
    counts: dict[str, object] = {"treated": (1, 2), "control": (1, 2), **given}
    with pytest.raises(ParameterError) as caught:
        wdd(**counts)  # type: ignore[arg-type]
    assert caught.value.parameter == name


def test_what_is_no_count_length_area_or_level_is_refused_by_name() -> None:
    refused("treated", treated=(-1, 2))
    refused("control", control=(1, math.nan))
    refused("treated_displacement", treated_displacement=(1,))
    refused("lengths", lengths=(0, 1))
    refused("areas", areas=(1, 1, 1, 0))
    refused("level", level=1.0)
