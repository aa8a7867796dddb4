"""Which of some polygons a point is in: found one by one for a few points, by a table for many."""

from __future__ import annotations

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from hotspot.places.raster import raster

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.places.raster import Raster

FEW: Final = 20_000
"""Points that are found one by one sooner than a table is made."""
CHUNK: Final = 1 << 16
"""Points that are asked about at once; their columns stay in the processor's cache."""
HANDFUL: Final = 2_000
"""Points that are found one by one at once: each may lie in the bounds of every polygon."""

_NONE: Final = -1
_preparing = Lock()


class Locator:
    """Polygons that may be asked about many points, again and again.

    >>> boxes = shapely.box([0, 1], [0, 0], [1, 2], [1, 1])
    >>> Locator(boxes).first(np.array([0.5, 1.0, 1.5, 2.5]), np.array([0.5, 0.5, 1.0, 0.5])).tolist()
    [0, 0, 1, -1]
    """

    def __init__(self, shapes: NDArray[np.object_]) -> None:
        self._shapes = shapes

    def first(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the position of the first polygon that each point is in or on the edge of; -1 for none.

        A point with a missing or infinite coordinate is in none.
        """
        few = len(x) < FEW and "_raster" not in self.__dict__
        table = None if few else self._raster
        ask, most = (self._one_by_one, HANDFUL) if table is None else (table.first, CHUNK)
        found = np.empty(len(x), dtype=np.int64)
        for begin in range(0, len(x), most):
            part = slice(begin, begin + most)
            found[part] = ask(x[part], y[part])
        return found

    def _one_by_one(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
        found = np.full(len(x), len(self._shapes), dtype=np.int64)
        known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        point, shape = self._tree.query(shapely.points(x[known], y[known]))
        point = known[point]
        prepare(self._shapes[np.unique(shape)])
        hit = shapely.intersects_xy(self._shapes[shape], x[point], y[point])
        np.minimum.at(found, point[hit], shape[hit])
        found[found == len(self._shapes)] = _NONE
        return found

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._shapes)

    @cached_property
    def _raster(self) -> Raster | None:
        prepare(self._shapes)
        return raster(self._shapes)


def prepare(shapes: NDArray[np.object_]) -> None:
    """Make polygons ready to be asked about points, also by several threads at once."""
    with _preparing:
        waiting = shapes[~shapely.is_prepared(shapes) & ~shapely.is_empty(shapes)]
        if waiting.size:
            shapely.prepare(waiting)
            # GEOS makes its search tree when it is first asked, and does not guard that.
            corner = shapely.get_point(shapely.get_exterior_ring(shapely.get_geometry(waiting, 0)), 0)
            shapely.intersects_xy(waiting, shapely.get_x(corner), shapely.get_y(corner))
