"""Polygons of hotspots: zones laid around incidents, joined where they touch, cut to the study area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from hotspot.stats.neighbours import linked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.places.study_area import StudyArea

    Shapes = NDArray[np.object_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

SMALLEST: Final = 25.0
"""Radius that a zone is drawn with at least, m: about a building and what is before it."""
_ARC: Final = 16
"""Segments in a quarter of a disc."""
_POLYGONS: Final = (3, 6)


def zones(x: Floats, y: Floats, radius: Floats, *, metric: str = "euclidean") -> Shapes:
    """Return the places within a distance of each point: discs, or squares on end for ``manhattan``.

    Parameters
    ----------
    x, y
        Metres, shape (n,).
    radius
        Metres, shape (n,); less than 25 is drawn as 25.
    metric
        ``euclidean`` or ``manhattan``.
    """
    radius = np.maximum(radius, SMALLEST)
    if metric == "euclidean":
        return np.asarray(shapely.buffer(shapely.points(x, y), radius, quad_segs=_ARC))
    none = np.zeros_like(radius)
    corners = np.stack(
        [
            np.column_stack([x + dx, y + dy])
            for dx, dy in ((radius, none), (none, radius), (-radius, none), (none, -radius))
        ],
        axis=1,
    )
    return np.asarray(shapely.polygons(corners)) if len(x) else np.empty(0, dtype=object)


def rings(x: Floats, y: Floats, inner: Floats, outer: Floats, *, metric: str) -> Shapes:
    """Return the zones between two distances; whole ones where the inner is no more than a building."""
    whole = zones(x, y, outer, metric=metric)
    hollow = inner >= SMALLEST
    whole[hollow] = shapely.difference(
        whole[hollow], zones(x[hollow], y[hollow], inner[hollow], metric=metric)
    )
    return whole


def touching(shapes: Shapes, of: Ints) -> Ints:
    """Return the group of each shape, 0, 1, ...: those that touch, or belong to the same, are together.

    Parameters
    ----------
    shapes
        Polygons, shape (n,).
    of
        Whom each belongs to, shape (n,).
    """
    n = len(shapes)
    if not n:
        return np.empty(0, dtype=np.int64)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    first = np.unique(of, return_index=True, return_inverse=True)
    return linked(n, np.append(one, np.arange(n)), np.append(other, first[1][first[2]]))


def joined(shapes: Shapes, group: Ints) -> Shapes:
    """Return the union of each group's shapes, in the order of the groups."""
    if not len(group):
        return np.empty(0, dtype=object)
    order = np.argsort(group, kind="stable")
    parts = np.split(shapes[order], np.cumsum(np.bincount(group))[:-1])
    found = np.empty(len(parts), dtype=object)
    found[:] = [shapely.union_all(part) for part in parts]
    return found


def cut_to(shapes: Shapes, area: StudyArea) -> Shapes:
    """Return the part of each polygon inside the study area."""
    if not len(shapes):
        return shapes
    within = area.in_metres()
    shapely.prepare(within)
    over = np.flatnonzero(~shapely.contains_properly(within, shapes))
    shapes = shapes.copy()
    shapes[over] = shapely.intersection(shapes[over], within)
    # Where a zone and the area also share a line or a point, only what has an area is kept.
    for i in np.flatnonzero(~np.isin(shapely.get_type_id(shapes), _POLYGONS)):
        parts = shapely.get_parts(shapes[i])
        shapes[i] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return shapes
