"""Where incidents lie to a shape: a box in SQL first, then exactly, point by point, outside of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from hotspot.errors import ParameterError
from hotspot.service.store.schema import incident

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from hotspot.ogc.boxes import Box
    from hotspot.ogc.cql_tree import Spatial

    Condition = sa.ColumnElement[bool]
    Numbers = NDArray[np.float64]
    Test = Callable[[Numbers, Numbers], NDArray[np.bool_]]
    """Which of some points, by longitude and latitude, are meant."""

_LON, _LAT = incident.c.lon, incident.c.lat
_AT_A_TIME = 50_000
_CORNERS_OF_A_BOX = 5


def inside(box: Box) -> Condition:
    """Return the condition that a point lies in a box, its edges included; unknown without a point."""
    west, south, east, north = box
    return sa.and_(_LON.between(west, east), _LAT.between(south, north))


class Placing:
    """Makes conditions on the places of a dataset's incidents, within one transaction."""

    def __init__(self, connection: sa.Connection, dataset_id: int) -> None:
        self._connection = connection
        self._own = incident.c.dataset_id == dataset_id

    def spatial(self, node: Spatial) -> Condition:
        """Return the condition that points lie to a shape as a filter says; unknown without a point."""
        if node.op == "disjoint":
            return sa.not_(self._related("intersects", node.shape))
        return self._related(node.op, node.shape)

    def projected(self, crs: str, box: Box, *, around: Sequence[Box]) -> Condition:
        """Return the condition that points lie in a box in metres, within boxes in degrees around it."""
        from hotspot.crs import project
        from hotspot.ogc.reproject import code

        west, south, east, north = box

        def within(lon: Numbers, lat: Numbers) -> NDArray[np.bool_]:
            x, y = project(lon, lat, code(crs))
            return (x >= west) & (x <= east) & (y >= south) & (y <= north)

        return self._exactly(around, within)

    def _related(self, op: str, shape: BaseGeometry) -> Condition:
        import numpy as np
        import shapely

        if shape.is_empty:
            # False of every point, unknown where there is none.
            return _LON != _LON
        bounds: Box = shape.bounds
        if op == "intersects" and _is_box(shape):
            return inside(bounds)
        shapely.prepare(shape)
        relation = getattr(shapely, op)

        def related(lon: Numbers, lat: Numbers) -> NDArray[np.bool_]:
            if op == "intersects":
                return np.asarray(shapely.intersects_xy(shape, lon, lat))
            try:
                return np.asarray(relation(shapely.points(lon, lat), shape))
            except shapely.GEOSException:
                msg = f"filter cannot be used: S_{op.upper()} fails with this shape. Write it more simply."
                raise ParameterError("filter", msg) from None

        return self._exactly([bounds], related)

    def _exactly(self, boxes: Sequence[Box], test: Test) -> Condition:
        rough = sa.or_(*map(inside, boxes))
        each = sa.func.json_each(self._numbers(rough, test)).table_valued("value")
        # Of those without a point it must stay unknown, for a NOT around it.
        exact = sa.case((_LON.is_(None), sa.null()), else_=incident.c.id.in_(sa.select(each.c.value)))
        return sa.and_(rough, exact)

    def _numbers(self, rough: Condition, test: Test) -> str:
        """Return the ids of the incidents meant, as JSON: one value to bind however many they are."""
        import numpy as np

        asked = sa.select(incident.c.id, _LON, _LAT).where(self._own, rough)
        found = []
        for rows in self._connection.execute(asked).partitions(_AT_A_TIME):
            number, lon, lat = np.array(rows, dtype=np.float64).T
            found.append(number[test(lon, lat)].astype(np.int64))
        numbers = np.concatenate(found).tolist() if found else []
        return f"[{','.join(map(str, numbers))}]"


def _is_box(shape: BaseGeometry) -> bool:
    import shapely

    few = shapely.get_num_coordinates(shape) == _CORNERS_OF_A_BOX
    return few and shape.geom_type == "Polygon" and bool(shapely.equals(shape, shapely.envelope(shape)))
