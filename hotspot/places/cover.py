"""The cells of a tiling that a polygon covers, and how much of each.

One walk along the outline tells the area of every cell inside, as the rows of a
picture are filled: cells wholly inside or outside are never looked at one by one,
and no piece of a polygon is made.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from hotspot.places.tiling import Tiling

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

SLIVER: Final = 1e-9
"""A cell with less than this share of its area inside is the noise of a shared edge: not a cell."""
_PLACES: Final = 1 << 20
"""Places of the lattice filled at a time: 8 MB."""


class TooManyCells(Exception):  # noqa: N818  told to the analyst as a ParameterError, with the size that fits
    """More cells than asked for; found before they are all made."""


@dataclass(frozen=True, eq=False)
class Outline:
    """The rings of a polygon: shells counter-clockwise, holes clockwise."""

    x: Floats
    y: Floats
    """Vertices, m; shape (n,)."""
    ring: Ints
    """Number of the ring that each belongs to, shape (n,)."""

    @classmethod
    def of(cls, polygon: BaseGeometry) -> Outline:
        """Return the outline of a valid polygon, or several; of lines and points beside, nothing."""
        parts = shapely.get_parts(shapely.get_parts(polygon))
        parts = shapely.orient_polygons(parts[shapely.get_dimensions(parts) == 2])
        corners, ring = shapely.get_coordinates(shapely.get_rings(parts), return_index=True)
        x, y = np.ascontiguousarray(corners.T)
        return cls(x, y, ring.astype(np.int64, copy=False))


@dataclass(frozen=True)
class Cover:
    """The cells that a polygon covers, in rows from the south-west."""

    col: Ints
    row: Ints
    share: Floats
    """Share of each cell's area inside, 0..1; exactly 1 for a whole cell."""


def cover(outline: Outline, tiling: Tiling, *, most: int) -> Cover:
    """Return the cells of ``tiling`` that share area with a polygon.

    No cells for an empty polygon. Raises ``TooManyCells`` beyond ``most``. As font
    rasterisers do: each edge adds a signed area to the cells that it crosses, and the
    running total along a row is the area inside.

    Parameters
    ----------
    outline
        Of the polygon, in metres.
    tiling
        The cells.
    most
        How many there may be.
    """
    if not len(outline.x):
        nothing = np.empty(0, dtype=np.int64)
        return Cover(nothing, nothing, np.empty(0))
    x, y = tiling.steps(outline.x, outline.y)
    from hotspot.kernels.coverage import add_outline

    (first_col, last_col), (first_row, last_row) = _ends(x, y, tiling)
    hexagons = tiling.shape == "hexagon"
    n_cols = last_col - first_col + 1
    band = max(_PLACES // n_cols, 1)
    found: list[tuple[Ints, Floats]] = []
    n = 0
    for row in range(first_row, last_row + 1, band):
        steps = np.zeros((min(band, last_row + 1 - row), n_cols + 1))
        add_outline(x - first_col, y, outline.ring, row, hexagons, steps)
        share = np.cumsum(steps, axis=1, out=steps)
        share /= tiling.steps_in_row
        flat = np.flatnonzero(share >= SLIVER)
        n += len(flat)
        if n > most:
            raise TooManyCells
        found.append((flat + (row - first_row) * (n_cols + 1), share.ravel()[flat]))
    rows, cols = np.divmod(np.concatenate([flat for flat, _ in found]), n_cols + 1)
    shares = np.concatenate([share for _, share in found])
    shares[shares >= 1 - SLIVER] = 1
    return Cover(cols + first_col, rows + first_row, shares)


def _ends(x: Floats, y: Floats, tiling: Tiling) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the first and last column, and row, that the outline can meet."""
    per_row = tiling.steps_in_row
    # Sides and points of hexagons reach half a width, and a third of a row, further.
    return (
        (math.floor(x.min()) - 1, math.floor(x.max()) + 1),
        (math.floor(y.min() / per_row) - 1, math.floor(y.max() / per_row) + 1),
    )
