"""How close incidents lie to each other."""

from __future__ import annotations

import numpy as np
import pytest

from hotspot.places.spacing import automatic_size


def test_an_automatic_size_is_twice_the_distance_to_the_nearest_location() -> None:
    x, y = (part.ravel() * 130.0 for part in np.meshgrid(np.arange(9), np.arange(9)))
    assert automatic_size(x, y) == 250
    assert automatic_size(np.tile(x, 3), np.tile(y, 3)) == 250


def test_an_automatic_size_is_not_led_by_one_hermit() -> None:
    x, y = (part.ravel() * 130.0 for part in np.meshgrid(np.arange(9), np.arange(9)))
    assert automatic_size(np.append(x, 90_000), np.append(y, 90_000)) == 250


@pytest.mark.parametrize(("spacing", "size"), [(1.0, 100), (40_000.0, 2000)])
def test_an_automatic_size_keeps_its_bounds(spacing: float, size: float) -> None:
    assert automatic_size(np.arange(20) * spacing, np.zeros(20)) == size


@pytest.mark.parametrize("x", [[], [5.0], [5.0, 5.0], [np.nan, 5.0]])
def test_one_location_tells_no_size(x: list[float]) -> None:
    assert automatic_size(x, x) == 2000
