"""Parts worked on at once give what one after the other gives, in the same order."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest

from hotspot import crs
from hotspot.side_by_side import side_by_side


def test_results_keep_the_order_of_the_parts_however_many_there_are() -> None:
    assert side_by_side(lambda number: number**2, range(100)) == [number**2 for number in range(100)]
    assert side_by_side(abs, []) == []


def test_an_error_of_a_part_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda number: 1 / number, [3, 0, 1])


def test_many_points_are_projected_in_parts_as_they_are_in_one_piece() -> None:
    lon, lat = np.random.default_rng(1).uniform([-89, 16], [-88, 18], (crs._PART * 2 + 7, 2)).T.copy()
    lon[5] = np.nan
    x, y = crs.project(lon, lat, "EPSG:32616")
    whole = pyproj.Transformer.from_crs(4326, 32616, always_xy=True).transform(lon, lat)
    known = np.isfinite(lon)
    assert np.array_equal(x[known], whole[0][known]) and np.array_equal(y[known], whole[1][known])
    assert np.isnan(x[5]) and np.isnan(y[5])
