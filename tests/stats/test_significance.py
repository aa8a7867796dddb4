"""p-values, false-discovery control and classes."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.errors import ParameterError
from hotspot.stats.significance import adjust, classes, two_sided_p

probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=50)


def test_p_is_that_of_the_normal_table() -> None:
    assert two_sided_p([0, 1.6448536, -1.9599640, 2.5758293]) == pytest.approx(
        [1, 0.10, 0.05, 0.01], abs=1e-7
    )


def test_p_far_out_does_not_become_nothing_too_soon() -> None:
    assert two_sided_p([10.0, -37.0]) == pytest.approx([1.5239706e-23, 1.1445e-299], rel=1e-3)


@pytest.mark.parametrize("method", ["bh", "by"])
@given(p=probabilities)
def test_adjusted_p_is_that_of_scipy(method: str, p: list[float]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from scipy.stats import false_discovery_control

    assert adjust(p, method) == pytest.approx(
        false_discovery_control(p, method=method), rel=1e-12, abs=1e-300
    )


@given(p=probabilities)
def test_adjusting_lowers_no_p_and_keeps_their_order(p: list[float]) -> None:
    raw, adjusted = np.array(p), adjust(p)
    assert (adjusted >= raw * (1 - 1e-12)).all()
    assert (np.diff(adjusted[np.argsort(raw)]) >= 0).all()
    assert (adjust(p, "by") >= adjusted * (1 - 1e-12)).all()


def test_no_p_values_give_none_back() -> None:
    assert adjust([]).tolist() == []
    assert two_sided_p([]).tolist() == []
    assert classes([], []).tolist() == []


def test_one_p_value_stays_as_it_is() -> None:
    assert adjust([0.03]).tolist() == [0.03]


def test_a_p_beyond_its_bounds_or_missing_is_refused() -> None:
    for p in ([1.2], [-0.1], [np.nan]):
        with pytest.raises(ValueError, match="between 0 and 1"):
            adjust(p)
    with pytest.raises(ParameterError, match="bh, by"):
        adjust([0.5], "holm")


def test_classes_take_their_limits_in() -> None:
    p = [0.01, 0.0100001, 0.05, 0.0500001, 0.10, 0.1000001]
    assert classes([1.0] * 6, p).tolist() == [3, 2, 2, 1, 1, 0]
    assert classes([-1.0] * 6, p).tolist() == [-3, -2, -2, -1, -1, 0]


def test_no_score_is_neither_hot_nor_cold() -> None:
    found = classes([0.0, -0.0], [0.001, 0.001])
    assert found.tolist() == [0, 0]
    assert found.dtype == np.int8
