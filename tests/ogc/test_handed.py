"""Rings turn as RFC 7946 wants them, and nothing else changes."""

from __future__ import annotations

import json

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from hotspot.ogc.handed import right_handed

POINT = {"type": "Point", "coordinates": [-88.2, 17.5]}


@pytest.mark.parametrize("geometry", [None, POINT, {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}])
def test_what_has_no_rings_stays_as_it_is(geometry: object) -> None:
    assert right_handed(geometry) is geometry  # type: ignore[arg-type]


@pytest.mark.parametrize("clockwise", [True, False])
def test_a_hole_turns_against_its_outer_ring(clockwise: bool) -> None:
    outer, hole = shapely.box(0, 0, 9, 9), shapely.box(3, 3, 5, 5)
    shape = shapely.orient_polygons(shapely.difference(outer, hole), exterior_cw=clockwise)
    turned = shapely.from_geojson(json.dumps(right_handed(json.loads(shapely.to_geojson(shape)))))
    assert turned.exterior.is_ccw
    assert not turned.interiors[0].is_ccw
    assert turned.equals(shape)


@given(st.integers(-179, 170), st.integers(-89, 80), st.booleans(), st.integers(1, 3))
def test_rings_are_as_shapely_turns_them(west: int, south: int, clockwise: bool, parts: int) -> None:
    boxes = [shapely.box(west + 2 * i, south, west + 2 * i + 1, south + 1e-6) for i in range(parts)]
    shape = shapely.orient_polygons(shapely.MultiPolygon(boxes), exterior_cw=clockwise)
    turned = shapely.from_geojson(json.dumps(right_handed(json.loads(shapely.to_geojson(shape)))))
    assert all(part.exterior.is_ccw for part in turned.geoms)
    assert turned.equals(shape)
