"""The area of a cluster: discs around its cores, a concave hull, or its standard deviational ellipse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot.side_by_side import side_by_side
from hotspot.stats.clusters import merged

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from hotspot.stats.clusters import Clusters
    from hotspot.stats.ellipse import Ellipse

    Floats = NDArray[np.float64]

MARGIN: Final = 25.0
"""Metres drawn around a concave hull, and the least half width of an ellipse: a place is no line."""
RATIO: Final = 0.3
"""How closely a concave hull follows its points: 0 as closely as can be, 1 the convex hull."""
_ARC: Final = 8
"""Segments in a quarter of a disc; its edge lies at most 0.5 % of the radius inside the true one."""
_INSIDE: Final = 0.99
"""Part of the radius within which a disc of so many segments lies whole."""
_STEPS: Final = 64


def core_discs(x: ArrayLike, y: ArrayLike, clusters: Clusters, *, eps: float | Floats) -> NDArray[np.object_]:
    """Return the area of each cluster: the union of discs of ``eps`` around its core incidents.

    Shapely polygons in the order of the labels, shape (n_clusters,): everywhere
    in it at least one core incident lies within eps.

    Parameters
    ----------
    x, y
        Metres, as given to the method.
    clusters
        What it found.
    eps
        Radius of the discs, m; one for all, or one for each cluster.
    """
    radius = np.broadcast_to(np.asarray(eps, dtype=np.float64), (clusters.n_clusters,)).tolist()
    cores = _of_each(x, y, clusters, clusters.core)
    areas = np.empty(clusters.n_clusters, dtype=object)
    areas[:] = side_by_side(lambda one: _united(*one), zip(cores, radius, strict=True))
    return areas


def _united(middles: Floats, radius: float) -> Any:
    """Return the union of discs, of those alone that make its edge: the others lie inside."""
    import shapely

    from hotspot.kernels.rims import rim

    if radius <= 0:
        return shapely.Polygon()
    x, y = (np.ascontiguousarray(values) for values in middles.T)
    kept = middles[rim(x, y, radius)]
    # One buffer around all the points at once would be the same, and a hundred times slower.
    joined = shapely.union_all(_discs(kept[np.lexsort((kept[:, 1], kept[:, 0]))], radius))
    if not shapely.get_num_interior_rings(shapely.get_parts(joined)).any():
        return joined
    outside = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(joined))))
    gaps = shapely.get_parts(shapely.difference(outside, joined))
    eastward = middles[np.argsort(x, kind="stable")]
    within = shapely.get_coordinates(shapely.point_on_surface(gaps))
    under = np.array([_under(spot, eastward, radius) for spot in within], dtype=bool)
    return shapely.union_all([joined, *gaps[under]]) if under.any() else joined


def _discs(middles: Floats, radius: float) -> NDArray[np.object_]:
    import shapely

    return np.asarray(shapely.buffer(shapely.points(middles), radius, quad_segs=_ARC))


def _under(spot: Floats, eastward: Floats, radius: float) -> bool:
    """Whether one of the discs, from west to east, lies over a spot."""
    import shapely

    first, last = np.searchsorted(eastward[:, 0], [spot[0] - radius, spot[0] + radius])
    near = eastward[first:last]
    apart = np.hypot(*(near - spot).T)
    if apart.min(initial=np.inf) <= _INSIDE * radius:
        return True
    return bool(shapely.intersects_xy(_discs(near[apart <= radius], radius), *spot).any())


def concave_hulls(x: ArrayLike, y: ArrayLike, clusters: Clusters) -> NDArray[np.object_]:
    """Return the concave hull of each cluster's incidents, with 25 m around them; shape (n_clusters,)."""
    import shapely

    areas = np.empty(clusters.n_clusters, dtype=object)
    for label, spots in enumerate(_of_each(x, y, clusters, clusters.labels >= 0)):
        # The hull is of coordinates alone, and those of a line need no point each.
        line = shapely.linestrings(spots if len(spots) > 1 else np.repeat(spots, 2, axis=0))
        areas[label] = shapely.concave_hull(line, ratio=RATIO)
    return shapely.buffer(areas, MARGIN, quad_segs=_ARC) if len(areas) else areas


def ellipse_polygons(ellipses: tuple[Ellipse, ...]) -> NDArray[np.object_]:
    """Return the outline of each ellipse, at least 25 m from its middle everywhere; shape (k,)."""
    import shapely

    turn = np.linspace(0, 2 * np.pi, _STEPS, endpoint=False)
    areas = np.empty(len(ellipses), dtype=object)
    for label, found in enumerate(ellipses):
        along = np.fmax(found.major, MARGIN) * np.cos(turn)
        across = np.fmax(found.minor, MARGIN) * np.sin(turn)
        north = np.radians(np.nan_to_num(found.rotation))
        x = found.x + along * np.sin(north) + across * np.cos(north)
        y = found.y + along * np.cos(north) - across * np.sin(north)
        areas[label] = shapely.polygons(np.column_stack([x, y]))
    return areas


def _of_each(x: ArrayLike, y: ArrayLike, clusters: Clusters, which: NDArray[np.bool_]) -> list[Floats]:
    """Distinct coordinates of the chosen incidents of each cluster, ascending."""
    from hotspot.kernels.ordering import order_of

    if not clusters.n_clusters:
        return []
    px, py = (np.asarray(values, dtype=np.float64)[which] for values in (x, y))
    label = clusters.labels[which].astype(np.uint64)
    order = order_of(label)
    points = np.column_stack([px[order], py[order]])
    starts = np.searchsorted(label[order], np.arange(1, clusters.n_clusters, dtype=np.uint64))
    return [merged(*part.T).points for part in np.split(points, starts)]
