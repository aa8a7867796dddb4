from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.analysis.shapes import published, turned
from hotspot.crs import project

CRS = "EPSG:32616"


def on_grid(shapes: object) -> bool:
    found = shapely.get_coordinates(shapes)
    return bool((np.round(found, 6) == found).all())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 2), st.floats(0, 2)), min_size=3, max_size=12))
def test_whatever_is_published_is_valid_rounded_and_runs_counter_clockwise(
    corners: list[tuple[float, float]],
) -> None:
    shape = shapely.buffer(shapely.multipoints(np.add(corners, (300_000, 1_900_000))), 0.05)
    found = published(np.array([shape], dtype=object), CRS)
    assert shapely.is_valid(found).all()
    assert not shapely.is_empty(found).any()
    assert on_grid(found)
    assert shapely.equals_exact(found, shapely.orient_polygons(found)).all()


def test_a_sliver_thinner_than_a_decimal_is_not_lost() -> None:
    x, y = project([-88.2], [17.4], CRS)
    sliver = shapely.box(x[0], y[0], x[0] + 50, y[0] + 0.001)
    found = published(np.array([sliver], dtype=object), CRS)
    assert shapely.is_valid(found[0])
    assert shapely.area(found[0]) > 0
    assert on_grid(found)


def test_a_hole_stays_a_hole() -> None:
    ring = shapely.difference(
        shapely.box(300_000, 1_900_000, 300_900, 1_900_900),
        shapely.box(300_300, 1_900_300, 300_600, 1_900_600),
    )
    found = published(np.array([ring], dtype=object), CRS)
    assert shapely.get_num_interior_rings(found).tolist() == [1]


def test_nothing_gives_nothing() -> None:
    assert len(published(np.empty(0, dtype=object), CRS)) == 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.floats(-90, 90), st.floats(-90, 90)), min_size=3, max_size=6), max_size=6)
)
def test_rings_are_turned_as_they_are_one_by_one(corners: list[list[tuple[float, float]]]) -> None:
    plain = [shape for shape in map(shapely.Polygon, corners) if shape.is_valid]
    holed = shapely.box(0, 0, 9, 9, ccw=False).difference(shapely.box(2, 2, 3, 3))
    several = shapely.MultiPolygon([shapely.box(0, 0, 1, 1, ccw=False), shapely.box(2, 0, 3, 1)])
    shapes = np.array([*plain, holed, several, shapely.Polygon(), None], dtype=object)
    expected = shapely.orient_polygons(shapes)
    assert shapely.to_wkt(turned(shapes)).tolist() == shapely.to_wkt(expected).tolist()
