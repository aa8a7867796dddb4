"""Levels of a density by what they hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.errors import ParameterError
from hotspot.stats.levels import volume_levels

SHARES = (0.25, 0.5, 0.75, 0.9, 1.0)


def test_four_cells_come_out_as_by_hand() -> None:
    # Volumes 8, 6, 4 and 2 of 20: the densest holds 40 %, two 70 %, three 90 %.
    found = volume_levels([1, 4, 2, 3], area=[2, 2, 2, 2], shares=[0.4, 0.41, 0.7, 0.9, 1.0])
    assert found.tolist() == [4, 3, 3, 2, 1]


def test_cells_of_one_density_are_all_in() -> None:
    assert volume_levels([5, 5, 5], area=[1, 1, 1], shares=SHARES).tolist() == [5] * 5


@pytest.mark.parametrize("density", [[], [0.0], [0.0, 0.0]])
def test_nothing_is_dense_where_there_is_no_volume(density: list[float]) -> None:
    assert np.isinf(volume_levels(density, area=np.ones(len(density)), shares=SHARES)).all()


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 5)), min_size=1, max_size=30))
def test_what_is_as_dense_holds_the_share_and_without_its_thinnest_less(
    cells: list[tuple[float, float]],
) -> None:
    density, area = (np.array(each) for each in zip(*cells, strict=True))
    total = density @ area
    for share, level in zip(SHARES, volume_levels(density, area=area, shares=SHARES), strict=True):
        if total > 1e-9:
            inside = density >= level
            assert (density * area)[inside].sum() >= share * total * (1 - 1e-9)
            assert (density * area)[density > level].sum() < share * total


def test_shares_beyond_the_whole_are_refused() -> None:
    with pytest.raises(ParameterError, match="above 0 and at most at 1"):
        volume_levels([1], area=[1], shares=[0.5, 25])
