"""The share of each cell inside a polygon, cell by cell with GEOS."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely

from hotspot.places.cover import SLIVER

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from hotspot.places.tiling import Tiling


def shares(polygon: BaseGeometry, tiling: Tiling) -> dict[tuple[int, int], float]:
    """Share inside of each cell, by column and row, of a rectangle that is surely large enough."""
    west, south, east, north = (polygon.bounds - np.tile(tiling.origin, 2)) / tiling.size
    per_size = 2 / math.sqrt(3) if tiling.shape == "hexagon" else 1.0
    rows = np.arange(math.floor(south * per_size) - 3, math.ceil(north * per_size) + 4)
    cols = np.arange(math.floor(west) - 3, math.ceil(east) + 4)
    row, col = (each.ravel() for each in np.meshgrid(rows, cols))
    cells = tiling.polygons(col, row)
    share = shapely.area(shapely.intersection(cells, polygon)) / shapely.area(cells)
    some = np.flatnonzero(share >= SLIVER)
    return {(int(col[i]), int(row[i])): float(share[i]) for i in some}
