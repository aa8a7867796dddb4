"""Crowded incidents gathered: as step by step, nothing lost, the rest untouched."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.kernels.gathering import gather_dense
from tests.kernels.plain_gathering import gathered_incidents


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 400),
    side=st.sampled_from([30.0, 100.0, 1000.0]),
    bins=st.integers(1, 5),
    whole=st.booleans(),
)
def test_it_does_what_its_steps_say(seed: int, n: int, side: float, bins: int, whole: bool) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(5e5, 60, (2, n))
    if whole:
        x, y = np.round(x / 10) * 10 + 3, np.round(y / 10) * 10 + 3
    weight = rng.integers(0, 4, n).astype(float)
    west, south = x.min(), y.min()
    n_cols, n_rows = int((x.max() - west) / side) + 1, int((y.max() - south) / side) + 1
    found = gather_dense(x, y, weight, west, south, side, n_rows, n_cols, bins)
    wanted = np.array(gathered_incidents(x, y, weight, side, bins)).reshape(-1, 3)
    assert found.shape == (3, len(wanted))
    if whole:
        # What lies on a line between two small squares may round to either side of it.
        assert found[2].sum() == pytest.approx(weight.sum())
        assert found[0] @ found[2] == pytest.approx(x @ weight)
        return
    order = np.lexsort(found[::-1])
    x_left, y_left, weight_left = found[:, order]
    assert weight_left == pytest.approx(wanted[:, 2])
    assert x_left == pytest.approx(wanted[:, 0], abs=1e-6)
    assert y_left == pytest.approx(wanted[:, 1], abs=1e-6)


def test_incidents_that_weigh_nothing_are_no_place() -> None:
    zero = np.zeros(50)
    assert gather_dense(zero, zero, zero, 0.0, 0.0, 10.0, 1, 1, 2).shape == (3, 0)
    assert gather_dense(zero, zero, zero, 0.0, 0.0, 10.0, 1, 1, 8).shape == (3, 50)
