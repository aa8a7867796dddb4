from __future__ import annotations

import numpy as np
import pytest
import shapely

from hotspot.ogc.tile_rings import commands


def drawn(*shapes: shapely.Geometry) -> list[list[int]]:
    """The commands of each shape that is drawn."""
    made = commands(np.array(shapes, dtype=object))
    ends = np.cumsum(made.counts)
    return [made.numbers[end - count : end].tolist() for count, end in zip(made.counts, ends, strict=True)]


def read(numbers: list[int]) -> list[list[tuple[int, int]]]:
    """The rings of commands, read as the specification writes them."""
    rings, pen, at = [], (0, 0), 0
    while at < len(numbers):
        command, count = numbers[at] & 7, numbers[at] >> 3
        at += 1
        if command == 7:
            assert count == 1
            continue
        if command == 1:
            rings.append([])
        for _ in range(count):
            dx, dy = ((n >> 1) ^ -(n & 1) for n in numbers[at : at + 2])
            pen = (pen[0] + dx, pen[1] + dy)
            rings[-1].append(pen)
            at += 2
    return rings


def area(ring: list[tuple[int, int]]) -> float:
    return sum(x * v - u * y for (x, y), (u, v) in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def test_the_polygon_of_the_specification() -> None:
    # MVT 2.1, 4.3.5.5: 9 6 12 18 10 12 24 44 15.
    assert drawn(shapely.Polygon([(3, 6), (8, 12), (20, 34)])) == [[9, 6, 12, 18, 10, 12, 24, 44, 15]]


def test_two_polygons_of_which_one_has_a_hole_as_in_the_specification() -> None:
    # MVT 2.1, 4.3.5.6, with its rings and their directions.
    first = shapely.box(0, 0, 10, 10)
    second = shapely.Polygon(
        [(11, 11), (20, 11), (20, 20), (11, 20)], holes=[[(13, 13), (17, 13), (17, 17), (13, 17)]]
    )
    (numbers,) = drawn(shapely.MultiPolygon([first, second]))
    rings = read(numbers)
    assert [area(ring) for ring in rings] == [100, 81, -16]


def test_outer_rings_turn_clockwise_on_the_screen_however_they_were_given() -> None:
    for box in (shapely.box(0, 0, 4, 4), shapely.box(0, 0, 4, 4, ccw=False)):
        assert area(read(drawn(box)[0])[0]) == 16


def test_corners_on_a_straight_line_and_corners_that_meet_are_left_out() -> None:
    ring = [(0, 0), (5, 0), (10, 0.3), (10.2, 0.1), (10, 10), (0, 10), (0, 4), (0, 3)]
    ((corners,),) = map(read, drawn(shapely.Polygon(ring)))
    assert sorted(corners) == [(0, 0), (0, 10), (10, 0), (10, 10)]


def test_what_has_no_area_on_the_grid_is_not_drawn_and_takes_its_hole_along() -> None:
    speck = shapely.Polygon([(1.1, 1.1), (1.4, 1.1), (1.2, 1.4)])
    line = shapely.Polygon([(0, 0.1), (9, 0.2), (9, 0.3)])
    made = commands(np.array([speck, shapely.box(0, 0, 1, 1), line], dtype=object))
    assert made.of.tolist() == [1]
    assert drawn(speck) == []


def test_a_hole_smaller_than_the_grid_is_filled() -> None:
    shape = shapely.Polygon(shapely.box(0, 0, 9, 9).exterior, [[(4, 4), (4.3, 4), (4, 4.3)]])
    assert [area(ring) for ring in read(drawn(shape)[0])] == [81]


def test_neighbours_share_their_border_still() -> None:
    middle = [(5.4, 0), (5.6, 3.3), (4.9, 7.2), (5.4, 10)]
    left = shapely.Polygon([(0, 0), *middle, (0, 10)])
    right = shapely.Polygon([(10, 0), *middle, (10, 10)])
    shapes = [shapely.Polygon(read(numbers)[0]) for numbers in drawn(left, right)]
    assert shapes[0].area + shapes[1].area == 100
    assert shapes[0].intersection(shapes[1]).area == 0


def test_a_shape_that_rounding_folds_is_cut_again() -> None:
    folded = shapely.Polygon([(0, 0), (10, 0), (10, 10), (5.4, 0.4), (4.6, 0.45), (0, 10)])
    narrow = shapely.Polygon([(0, 0), (20, 0.6), (20, 20), (19.6, 0.55), (0, 0.4)])
    for shape in (folded, narrow):
        rings = [read(numbers) for numbers in drawn(shape)]
        pieces = [shapely.Polygon(ring) for ring in (rings[0] if rings else [])]
        assert all(piece.is_valid for piece in pieces)
        assert sum(piece.area for piece in pieces) == pytest.approx(shape.area, abs=shape.length / 2)


def test_nothing_and_what_is_no_polygon_are_not_drawn() -> None:
    shapes = np.array([None, shapely.Point(1, 1), shapely.LineString([(0, 0), (9, 9)]), shapely.Polygon()])
    assert len(commands(shapes).of) == 0
    mixed = shapely.GeometryCollection([shapely.LineString([(0, 0), (9, 9)]), shapely.box(0, 0, 2, 2)])
    assert len(drawn(mixed)) == 1
    assert len(commands(np.zeros(0, dtype=object)).of) == 0


@pytest.mark.parametrize("seed", range(6))
def test_areas_agree_within_the_rounding_of_their_corners(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = shapely.points(rng.uniform(0, 4096, (60, 2)))
    shapes = shapely.difference(shapely.buffer(points, rng.uniform(2, 90, 60)), shapely.buffer(points, 1.2))
    made = commands(shapes)
    assert made.of.tolist() == list(range(60))
    for shape, numbers in zip(shapes, drawn(*shapes), strict=True):
        assert sum(map(area, read(numbers))) == pytest.approx(shape.area, abs=shape.length * 0.71)
