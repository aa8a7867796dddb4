from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspot.ogc import tile_thinning
from hotspot.ogc.tile_thinning import corners, smaller, standing, step_of

if TYPE_CHECKING:
    import pytest


def cells(side: int, size: float) -> np.ndarray:
    """Bounds of a square of cells on the grid."""
    x = size * np.tile(np.arange(side), side)
    y = size * np.repeat(np.arange(side), side)
    return np.column_stack([x, y, x + size, y + size])


def test_of_several_in_a_square_the_heaviest_stays_and_of_as_heavy_ones_the_first() -> None:
    bounds = cells(2, 0.4)
    assert standing(bounds, np.array([0, 3, 1, 3.0]), step=1).tolist() == [1]
    assert standing(bounds, np.zeros(4), step=1).tolist() == [0]


def test_what_fills_a_square_always_stays() -> None:
    assert standing(cells(5, 1.0), np.zeros(25), step=1).tolist() == list(range(25))
    assert smaller(cells(5, 1.0), 2).all()


def test_a_square_begins_at_a_multiple_of_its_side_west_of_the_tile_too() -> None:
    assert corners(np.array([[-3.0, 5, -3, 5]]), 4).tolist() == [[-4, 4]]


def test_only_as_much_is_thinned_as_keeps_each_tile_below_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_thinning, "MOST", 100)
    assert step_of(cells(10, 0.5)) == 1
    assert step_of(cells(18, 0.5)) == 1
    assert step_of(cells(40, 1.0)) == 4
    assert step_of(cells(2000, 1.0)) == 16
    # Each lies in a tile of its own.
    assert step_of(cells(20, 5000.0)) == 1


def test_nothing_is_thinned_of_nothing() -> None:
    none = np.zeros((0, 4))
    assert standing(none, np.zeros(0), step=4).tolist() == []
    assert step_of(none) == 1
