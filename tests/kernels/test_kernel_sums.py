"""Kernel sums agree with every incident looked at from every place, wherever these lie."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.stats.kde import KERNELS, Nodes, density, density_at_nodes, held, kernel_value
from tests.kernels.plain_kernel_sums import exact_density


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    kernel=st.sampled_from(KERNELS),
    bandwidth=st.sampled_from([7.0, 60.0, 100.0, 900.0]),
    n=st.integers(0, 40),
    m=st.integers(1, 40),
    whole=st.booleans(),
)
def test_places_anywhere_have_the_plain_sums(
    seed: int, kernel: str, bandwidth: float, n: int, m: int, whole: bool
) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-600, 600, (2, n))
    at_x, at_y = rng.uniform(-400, 400, (2, m)) * rng.choice([0, 1], (2, 1))
    if whole:
        # Distances of exactly one bandwidth, and places on the sides of squares.
        x, y, at_x, at_y = (np.round(each / 20) * 20 for each in (x, y, at_x, at_y))
    wanted = exact_density(x, y, at_x, at_y, bandwidth=bandwidth, kernel=kernel)
    found = density(x, y, at_x, at_y, bandwidth=bandwidth, kernel=kernel)
    left_out = 4e-6 if kernel == "gaussian" else 1e-12
    close = max(n, 1) * left_out * float(kernel_value(0, bandwidth=bandwidth, kernel=kernel))
    assert found == pytest.approx(wanted, rel=1e-9, abs=close)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    kernel=st.sampled_from(KERNELS),
    bandwidth=st.sampled_from([7.0, 60.0, 100.0, 900.0]),
    n=st.integers(0, 40),
    rows=st.integers(0, 12),
    cols=st.integers(0, 12),
    step=st.sampled_from([5.0, 33.3, 200.0]),
    rows_apart=st.sampled_from([5.0, 40.0]),
)
def test_nodes_anywhere_have_the_plain_sums_both_ways(
    seed: int, kernel: str, bandwidth: float, n: int, rows: int, cols: int, step: float, rows_apart: float
) -> None:
    rng = np.random.default_rng(seed)
    x, y = np.round(rng.uniform(-600, 600, (2, n)) / 5) * 5
    nodes = Nodes(*rng.choice([-300.0, 0.0, 100.0], 2), step, rows_apart, rows, cols)
    at = [each.ravel() for each in np.meshgrid(nodes.x, nodes.y)]
    left_out = 4e-6 if kernel == "gaussian" else 1e-12
    highest = float(kernel_value(0, bandwidth=bandwidth, kernel=kernel))
    wanted = exact_density(x, y, *at, bandwidth=bandwidth, kernel=kernel)
    found = density_at_nodes(x, y, nodes, bandwidth=bandwidth, kernel=kernel)
    assert found.ravel() == pytest.approx(wanted, rel=1e-9, abs=max(n, 1) * left_out * highest)
    area = rng.uniform(0, 1, (rows, cols))
    back = exact_density(*at, x, y, bandwidth=bandwidth, kernel=kernel, weights=area.ravel())
    assert held(area, nodes, x, y, bandwidth=bandwidth, kernel=kernel) == pytest.approx(
        back, rel=1e-9, abs=max(area.size, 1) * left_out * highest
    )


def test_incidents_far_outside_the_nodes_or_beyond_any_number_add_nothing() -> None:
    nodes = Nodes(0, 0, 10, 10, 5, 5)
    far = [-1e300, 1e300, 1e12, 5000.0]
    assert not density_at_nodes(far, far[::-1], nodes, bandwidth=50).any()
    assert not held(np.ones((5, 5)), nodes, far, far, bandwidth=50).any()
    assert not density(far, far, [0, 40], [0, 0], bandwidth=50).any()
