from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.places import cover as covers
from hotspot.places.cover import Outline, cover
from hotspot.places.pieces import pieces
from hotspot.places.tiling import tiling
from tests.kernels import plain_coverage

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

SHAPES = ("square", "hexagon")
ORIGINS = ((0.0, 0.0), (33.3, -66.7))
MANY = 100_000
RING = shapely.Polygon(
    [(10, 20), (1210, -80), (900, 700), (1500, 1300), (-300, 900)],
    holes=[[(300, 300), (640, 310), (500, 560)], [(500, 560), (640, 600), (520, 700)]],
)
KINDS = {
    "with holes that touch": RING,
    "clockwise": shapely.reverse(RING),
    "in parts": shapely.MultiPolygon([RING, shapely.box(5020, -3033, 5300, -2900)]),
    "an island in a lake": shapely.MultiPolygon(
        [shapely.box(0, 0, 900, 900) - shapely.box(200, 200, 700, 700), shapely.box(310, 310, 390, 610)]
    ),
    "on the lines of the lattice": shapely.box(100, 200, 500, 400),
    "within one cell": shapely.box(110, 110, 111, 112),
    "thinner than a cell": shapely.Polygon([(0, 0), (2000, 1), (2000, 1.5)]),
    "with a line beside": shapely.GeometryCollection(
        [shapely.box(0, 0, 250, 130), shapely.LineString([(400, 0), (900, 0)])]
    ),
    "far from the origin": shapely.affinity.translate(RING, 400_000, 1_900_000),
}


def same(polygon: BaseGeometry, shape: str, *, size: float = 100.0, origin: tuple[float, float]) -> None:
    """Cells are the same as by GEOS, in rows from the south-west, and shares within 1e-9."""
    cells = tiling(shape, size, origin)
    found, expected = cover(Outline.of(polygon), cells, most=MANY), plain_coverage.shares(polygon, cells)
    place = list(zip(found.col.tolist(), found.row.tolist(), strict=True))
    assert place == sorted(expected, key=lambda pair: pair[::-1])
    assert np.abs(found.share - [expected[pair] for pair in place]).max(initial=0) < 1e-9
    assert ((found.share == 1) == [expected[pair] >= 1 - covers.SLIVER for pair in place]).all()
    edge = found.share < 1
    clipped = pieces(polygon, cells, found.col[edge], found.row[edge])
    whole = cells.polygons(found.col[edge], found.row[edge])
    cut = shapely.intersection(areas_of(polygon), whole)
    assert np.abs(shapely.area(clipped) - shapely.area(cut)).max(initial=0) < 1e-6
    # Widened by a hair: of polygons that are all but equal GEOS makes differences that are none.
    for one, other in ((clipped, cut), (cut, clipped)):
        over = shapely.difference(one, shapely.buffer(other, 1e-6))
        assert shapely.area(over).max(initial=0) < 1e-6
    assert shapely.is_valid(clipped).all()


def areas_of(polygon: BaseGeometry) -> BaseGeometry:
    """The polygon without the lines and points beside."""
    parts = shapely.get_parts(polygon)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("polygon", KINDS.values(), ids=KINDS.keys())
def test_shares_are_those_of_geos(shape: str, polygon: BaseGeometry, origin: tuple[float, float]) -> None:
    same(polygon, shape, origin=origin)


@pytest.mark.parametrize("shape", SHAPES)
@settings(deadline=None, max_examples=80)
@given(
    corners=st.lists(st.tuples(*[st.integers(-6, 6).map(lambda k: k * 50.0)] * 2), min_size=3, max_size=9),
    origin=st.sampled_from([*ORIGINS, (50.0, 25.0)]),
)
def test_outlines_through_corners_and_along_edges_make_no_difference(
    shape: str, corners: list[tuple[float, float]], origin: tuple[float, float]
) -> None:
    same(shapely.make_valid(shapely.Polygon(corners)), shape, origin=origin)


@pytest.mark.parametrize("shape", SHAPES)
@settings(deadline=None, max_examples=80)
@given(
    corners=st.lists(st.tuples(*[st.floats(-700, 700, width=32)] * 2), min_size=3, max_size=12),
    size=st.sampled_from([70.0, 313.0]),
)
def test_any_polygon_is_covered_as_by_geos(
    shape: str, corners: list[tuple[float, float]], size: float
) -> None:
    same(shapely.make_valid(shapely.Polygon(corners)), shape, size=size, origin=(0.0, 0.0))


@pytest.mark.parametrize("shape", SHAPES)
def test_filling_a_few_rows_at_a_time_changes_nothing(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = tiling(shape, 90.0)
    at_once = cover(Outline.of(RING), cells, most=MANY)
    monkeypatch.setattr(covers, "_PLACES", 50)
    by_rows = cover(Outline.of(RING), cells, most=MANY)
    assert (by_rows.col.tolist(), by_rows.row.tolist()) == (at_once.col.tolist(), at_once.row.tolist())
    assert by_rows.share == pytest.approx(at_once.share, abs=1e-12)


def test_too_many_cells_are_told_before_all_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(covers, "_PLACES", 50)
    with pytest.raises(covers.TooManyCells):
        cover(Outline.of(RING), tiling("square", 10.0), most=20)
