"""Polygons between the contours of a density, cut to the study area."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from hotspot.stats.kde import Nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    Floats = NDArray[np.float64]

MOST_NODES: Final = 2_000_000
"""Places at which the density is asked for at most."""
_SLIVER: Final = 1e-3
"""Of a square between four nodes: what is smaller is a trace of rounding."""


def bands(
    density_at: Callable[[Nodes], Floats],
    area: BaseGeometry,
    *,
    levels: Sequence[float],
    step: float,
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return the polygons of each band, and the number of its level: from it up to the level before.

    Bands do not overlap: a denser one is a hole in the next. Contours run straight between
    places a step apart. The densest band comes first; within one, the larger polygon.

    Parameters
    ----------
    density_at
        Density at nodes, shape (n_rows, n_cols).
    area
        Study area in metres.
    levels
        Lower bound of each band, descending, all above 0.
    step
        Metres between the places; more where they would be too many.
    """
    from contourpy import FillType, contour_generator

    west, south, east, north = area.bounds
    step = max(step, math.sqrt((east - west) * (north - south) / MOST_NODES))
    n_rows, n_cols = (math.ceil(each / step) + 3 for each in (north - south, east - west))
    nodes = Nodes(west - step, south - step, step, step, n_rows, n_cols)
    surface = density_at(nodes)
    contours = contour_generator(nodes.x, nodes.y, surface, fill_type=FillType.OuterOffset)
    shapely.prepare(area)
    shapes: list[NDArray[np.object_]] = []
    upper = float(surface.max()) * 2 + 1
    for lower in levels:
        found = np.empty(0, dtype=object)
        if lower < upper:
            found = _cut(_polygons(*contours.filled(lower, upper)), area, least=_SLIVER * step**2)
        shapes.append(found)
        upper = min(upper, lower)
    number = np.repeat(np.arange(len(shapes)), [len(each) for each in shapes])
    return np.concatenate([*shapes, np.empty(0, dtype=object)]), number


def _polygons(points: list[Floats], offsets: list[NDArray[np.uint32]]) -> NDArray[np.object_]:
    """Return the polygons that contourpy lists as an outline and its holes."""
    if not points:
        return np.empty(0, dtype=object)
    before = np.cumsum([0, *(len(each) for each in points)])
    starts = [each[:-1].astype(np.int64) + start for each, start in zip(offsets, before, strict=False)]
    rings = np.concatenate([*starts, before[-1:]])
    outlines = np.cumsum([0, *(len(each) for each in starts)])
    found: NDArray[np.object_] = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, np.concatenate(points), (rings, outlines)
    )
    return found


def _cut(shapes: NDArray[np.object_], area: BaseGeometry, *, least: float) -> NDArray[np.object_]:
    """Return the single, valid polygons of the part inside, the largest first."""
    shapes = shapely.make_valid(shapes)
    cut = ~shapely.contains_properly(area, shapes)
    shapes[cut] = shapely.intersection(shapes[cut], area)
    parts = shapely.get_parts(shapely.get_parts(shapes))
    parts = parts[
        (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) >= least)
    ]
    return np.asarray(parts[np.argsort(-shapely.area(parts), kind="stable")])
