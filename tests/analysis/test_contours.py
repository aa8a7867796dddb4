"""Polygons between contours: valid, nested to the point, with their holes, cut to the study area."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from hotspot.analysis import contours
from hotspot.analysis.contours import bands

if TYPE_CHECKING:
    from hotspot.stats.kde import Nodes

Floats = NDArray[np.float64]
LEVELS = (30.0, 20.0, 10.0)
WIDE = shapely.box(-1000, -1000, 1000, 1000)


def cone(nodes: Nodes) -> Floats:
    """40 in the middle, one less every 10 m."""
    return np.maximum(40 - np.hypot(nodes.x, nodes.y[:, None]) / 10, 0.0)


def volcano(nodes: Nodes) -> Floats:
    """35 on a ring of 500 m around the middle, less inside and outside."""
    return np.maximum(35 - np.abs(np.hypot(nodes.x, nodes.y[:, None]) - 500) / 10, 0.0)


def test_a_cone_has_a_disc_and_rings_around_it() -> None:
    shapes, band = bands(cone, WIDE, levels=LEVELS, step=10)
    assert band.tolist() == [0, 1, 2]
    radius = [100, 200, 300]
    outlines = [math.pi * r**2 for r in radius]
    assert shapely.area(shapes) == pytest.approx(np.diff([0, *outlines]), rel=0.01)
    assert shapely.get_num_interior_rings(shapes).tolist() == [0, 1, 1]
    assert shapely.is_valid(shapes).all()


def test_one_band_ends_where_the_next_begins() -> None:
    shapes, _ = bands(cone, WIDE, levels=LEVELS, step=10)
    for inner, outer in pairwise(shapes):
        hole = shapely.Polygon(shapely.get_interior_ring(outer, 0))
        assert shapely.equals_exact(
            shapely.normalize(shapely.Polygon(inner.exterior)), shapely.normalize(hole), tolerance=1e-9
        )
        assert shapely.area(shapely.intersection(inner, outer)) < 1e-6


def test_what_is_hollow_has_a_hole() -> None:
    shapes, band = bands(volcano, WIDE, levels=[30.0], step=10)
    assert band.tolist() == [0]
    assert shapely.get_num_interior_rings(shapes).tolist() == [1]
    assert not shapely.contains_xy(shapes[0], 0, 0)
    assert shapely.area(shapes[0]) == pytest.approx(math.pi * (550**2 - 450**2), rel=0.01)


def test_bands_are_cut_to_islands_and_fill_them() -> None:
    islands = shapely.MultiPolygon([shapely.box(-250, -90, -50, 90), shapely.box(60, -100, 200, 100)])
    shapes, band = bands(cone, islands, levels=(*LEVELS, 1.0), step=10)
    assert shapely.covers(shapely.buffer(islands, 1e-6), shapes).all()
    assert shapely.area(shapely.union_all(shapes)) == pytest.approx(islands.area, rel=1e-6)
    assert shapely.area(shapes).sum() == pytest.approx(islands.area, rel=1e-6)
    assert (shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON).all()
    first = np.flatnonzero(band == 1)
    assert (np.diff(shapely.area(shapes[first])) <= 0).all()


def test_nothing_as_dense_gives_no_polygon() -> None:
    for levels in ([99.0], [math.inf], []):
        shapes, band = bands(cone, WIDE, levels=levels, step=50)
        assert (len(shapes), len(band)) == (0, 0)
    flat, _ = bands(lambda nodes: np.zeros((nodes.n_rows, nodes.n_cols)), WIDE, levels=LEVELS, step=50)
    assert len(flat) == 0


def test_levels_that_coincide_leave_the_later_band_empty() -> None:
    _, band = bands(cone, WIDE, levels=[30.0, 30.0, 10.0], step=20)
    assert band.tolist() == [0, 2]


def test_a_wide_area_is_asked_for_at_no_more_places_than_bearable(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def counting(nodes: Nodes) -> Floats:
        asked.append(nodes.n_rows * nodes.n_cols)
        return cone(nodes)

    monkeypatch.setattr(contours, "MOST_NODES", 2_500)
    bands(counting, WIDE, levels=LEVELS, step=1)
    assert sum(asked) < 3_000
