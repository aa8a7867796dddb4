"""Features lie to shapes as Shapely says of each by itself; boxes may be flat or cross the antimeridian."""

from __future__ import annotations

from typing import Any

import pytest
import shapely

from hotspot.errors import ParameterError
from hotspot.ogc import cql
from hotspot.ogc.table import Table
from tests.ogc.filtered import FIELDS, ROWS, columns, feature, matched

SHAPES = (
    "POINT(-87.9 17.6)",
    "POINT(-87.75 17.75)",
    "MULTIPOINT((-87.9 17.6), (-86.9 17.6))",
    "LINESTRING(-88 17.6, -87.3 17.6)",
    "LINESTRING(-87.75 17.5, -87.75 17.75)",
    "POLYGON((-88.1 17.4,-87.6 17.4,-87.6 17.9,-88.1 17.9,-88.1 17.4))",
    "POLYGON((-88 17.5,-87.75 17.5,-87.75 17.75,-88 17.75,-88 17.5))",
    "POLYGON((-87.95 17.55,-87.9 17.55,-87.9 17.6,-87.95 17.55))",
    "MULTIPOLYGON(((-88 17.5,-87.75 17.5,-87.75 17.75,-88 17.75,-88 17.5)),((0 0,1 0,1 1,0 0)))",
    "MULTILINESTRING((-88.1 17.6,-87.9 17.6),(0 0,1 1))",
    "GEOMETRYCOLLECTION(POINT(-87.9 17.6),LINESTRING(-87.2 17,-87.2 18))",
)
RELATIONS = ("intersects", "disjoint", "equals", "touches", "within", "overlaps", "crosses", "contains")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("relation", RELATIONS)
def test_shapes_lie_to_each_other_as_shapely_says_one_by_one(relation: str, shape: str) -> None:
    ask, other = getattr(shapely, relation), shapely.from_wkt(shape)
    places = [(row["rank"], square) for row, square in zip(ROWS, columns().shapes, strict=True) if square]
    forth = [rank for rank, square in places if ask(square, other)]
    assert matched(f"S_{relation.upper()}(geometry, {shape})") == forth
    # What has no place is neither: unknown.
    no = [rank for rank, _ in places if rank not in forth]
    assert matched(f"NOT S_{relation}(geometry, {shape})") == no
    assert matched(f"S_{relation}({shape}, geometry)") == [r for r, square in places if ask(other, square)]


def test_boxes_touch_at_their_edge_cross_the_antimeridian_and_may_be_flat() -> None:
    assert matched("S_INTERSECTS(geometry, BBOX(-87.75, 17.5, -87.7, 17.6))") == [1, 2]
    assert matched("S_INTERSECTS(geometry, BBOX(170, 17, -87.8, 18))") == [1]
    assert matched("S_INTERSECTS(geometry, BBOX(-87.9, 17.6, -87.9, 17.6))") == [1]
    assert matched("S_INTERSECTS(geometry, BBOX(-87.9, 17.6, -87.5, 17.6))") == [1, 2, 3]
    assert matched("S_INTERSECTS(geometry, BBOX(-87.9, 17.6, 0, -87.9, 17.6, 100))") == [1]
    assert matched("S_INTERSECTS(BBOX(0, 0, 2, 2), POINT(1 1))") == [1, 2, 3, 4, 5, 6]
    assert matched("geometry IS NULL") == [4]
    assert matched("geometry IS NOT NULL AND rank > 4") == [5, 6]


def test_a_shape_that_geos_cannot_compare_is_the_filters_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    class Torn(Table):
        @property
        def tree(self) -> Any:
            class Tree:
                def query(self, *_: Any, **__: Any) -> Any:
                    raise shapely.GEOSException

            return Tree()

    read = cql.read("S_CROSSES(geometry, POINT(0 0))", fields=FIELDS)
    with pytest.raises(ParameterError, match="S_CROSSES fails with this shape"):
        read.mask(Torn([feature(0, ROWS[0])]))
