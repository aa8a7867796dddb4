"""Where incidents lie to a shape: a box in SQL first, then exactly, by a function that SQLite calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from hotspot.errors import ParameterError
from hotspot.service.store.schema import incident

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shapely.geometry.base import BaseGeometry

    from hotspot.ogc.boxes import Box
    from hotspot.ogc.cql_tree import Spatial

    Condition = sa.ColumnElement[bool]
    Test = Callable[[float, float], bool]
    """Whether a point, by longitude and latitude, is meant."""

PLACED: Final = "hotspot_placed"
"""SQL function: whether a point passes the test of a number."""

_CORNERS_OF_A_BOX: Final = 5


class Placing:
    """Conditions on the places of incidents, and the tests that they call by number."""

    def __init__(self) -> None:
        self._tests: list[Test] = []

    def passes(self, number: int, lon: float | None, lat: float | None) -> bool | None:
        """Return whether a point passes the test of a number; unknown without a point."""
        return None if lon is None or lat is None else self._tests[number](lon, lat)

    def spatial(self, node: Spatial) -> Condition:
        """Return the condition that points lie to a shape as a filter says; unknown without a point."""
        if node.op == "disjoint":
            return sa.not_(self._related("intersects", node.shape))
        return self._related(node.op, node.shape)

    def projected(self, crs: str, box: Box, *, around: Sequence[Box]) -> Condition:
        """Return the condition that points lie in a box in metres, within boxes in degrees around it."""
        from hotspot.crs import projection
        from hotspot.ogc.reproject import code

        west, south, east, north = box
        move = projection(code(crs))

        def within(lon: float, lat: float) -> bool:
            x, y = move(lon, lat)
            return west <= x <= east and south <= y <= north

        return self._exactly(around, within)

    def _related(self, op: str, shape: BaseGeometry) -> Condition:
        import shapely

        if shape.is_empty:
            # False of every point, unknown where there is none.
            return incident.c.lon != incident.c.lon
        if op == "intersects" and _is_box(shape):
            return inside(shape.bounds)
        shapely.prepare(shape)
        relation = getattr(shapely, op)

        def related(lon: float, lat: float) -> bool:
            if op == "intersects":
                return bool(shapely.intersects_xy(shape, lon, lat))
            return bool(relation(shapely.Point(lon, lat), shape))

        try:
            related(*shape.bounds[:2])
        except shapely.GEOSException:
            msg = f"filter cannot be used: S_{op.upper()} fails with this shape. Write it more simply."
            raise ParameterError("filter", msg) from None
        return self._exactly([shape.bounds], related)

    def _exactly(self, boxes: Sequence[Box], test: Test) -> Condition:
        self._tests.append(test)
        passed = sa.Function(PLACED, len(self._tests) - 1, incident.c.lon, incident.c.lat, type_=sa.Boolean)
        return sa.and_(sa.or_(*map(inside, boxes)), passed == sa.true())


def inside(box: Box) -> Condition:
    """Return the condition that a point lies in a box, its edges included; unknown without a point."""
    west, south, east, north = box
    return sa.and_(incident.c.lon.between(west, east), incident.c.lat.between(south, north))


def _is_box(shape: BaseGeometry) -> bool:
    import shapely

    few = shapely.get_num_coordinates(shape) == _CORNERS_OF_A_BOX
    return few and shape.geom_type == "Polygon" and bool(shapely.equals(shape, shapely.envelope(shape)))
