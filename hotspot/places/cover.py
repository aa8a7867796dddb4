"""The cells of a tiling that a polygon covers, and how much of each.

Blocks of cells are halved again and again, and each block keeps only its own
piece of the polygon: what lies wholly inside or outside is settled in large
blocks, and the cells on the edge meet a handful of vertices, not the coast of
a country.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from hotspot.places.tiling import Tiling

    Ints = NDArray[np.int64]
    Shapes = NDArray[np.object_]

SLIVER = 1e-9
"""A cell with less than this share of its area inside is the noise of a shared edge: not a cell."""


class TooManyCells(Exception):  # noqa: N818  told to the analyst as a ParameterError, with the size that fits
    """More cells than asked for; found before they are all made."""


@dataclass(frozen=True)
class Cover:
    """The cells that a polygon covers, in rows from the south-west."""

    col: Ints
    row: Ints
    share: NDArray[np.float64]
    """Share of each cell's area inside, 0..1; exactly 1 for a whole cell."""
    clipped: Shapes
    """The part inside of each cell on the edge; None for a whole cell."""


def cover(polygon: BaseGeometry, tiling: Tiling, *, most: int) -> Cover:
    """Return the cells of ``tiling`` that share area with ``polygon``.

    No cells for an empty polygon. Raises ``TooManyCells`` beyond ``most``.
    """
    if polygon.is_empty:
        nothing = np.empty(0, dtype=np.int64)
        return Cover(nothing, nothing, np.empty(0), np.empty(0, dtype=object))
    col, row, side = _root(polygon, tiling)
    pieces = np.array([polygon], dtype=object)
    whole: list[tuple[Ints, Ints]] = []
    found = 0
    while True:
        shapes = tiling.polygons(col, row) if side == 1 else tiling.boxes(col, row, side)
        pieces = shapely.intersection(pieces, shapes)
        share = shapely.area(pieces) / shapely.area(shapes)
        full = share >= 1 - SLIVER
        found += int(full.sum()) * side**2
        on_edge = (share >= SLIVER if side == 1 else share > 0) & ~full
        if found + int(on_edge.sum()) > most:
            raise TooManyCells
        if full.any():
            whole.append(_cells(col[full], row[full], side))
        col, row, pieces, share = col[on_edge], row[on_edge], pieces[on_edge], share[on_edge]
        if side == 1 or not len(col):
            return _sorted(whole, (col, row), share, pieces)
        side //= 2
        col, row, pieces = _quarters(col, row, pieces, side)


def _root(polygon: BaseGeometry, tiling: Tiling) -> tuple[Ints, Ints, int]:
    """Return the one block that holds the whole polygon."""
    west, south, east, north = polygon.bounds
    cols, rows = tiling.locate(np.array([west, east]), np.array([south, north]))
    # One cell more on each side: a corner of the box need not be in the outermost cell.
    first_col, first_row = int(cols[0]) - 1, int(rows[0]) - 1
    extent = max(int(cols[1]) + 2 - first_col, int(rows[1]) + 2 - first_row)
    side = 1 << (extent - 1).bit_length()
    return np.array([first_col], dtype=np.int64), np.array([first_row], dtype=np.int64), side


def _quarters(col: Ints, row: Ints, pieces: Shapes, side: int) -> tuple[Ints, Ints, Shapes]:
    return (
        np.concatenate([col, col + side, col, col + side]),
        np.concatenate([row, row, row + side, row + side]),
        np.tile(pieces, 4),
    )


def _cells(col: Ints, row: Ints, side: int) -> tuple[Ints, Ints]:
    """Return every cell of the blocks."""
    step_row, step_col = np.divmod(np.arange(side * side, dtype=np.int64), side)
    return (col[:, None] + step_col).ravel(), (row[:, None] + step_row).ravel()


def _sorted(
    whole: list[tuple[Ints, Ints]], edge: tuple[Ints, Ints], share: NDArray[np.float64], pieces: Shapes
) -> Cover:
    n_whole = sum(len(col) for col, _ in whole)
    col = np.concatenate([*(cells[0] for cells in whole), edge[0]])
    row = np.concatenate([*(cells[1] for cells in whole), edge[1]])
    shares = np.concatenate([np.ones(n_whole), share])
    clipped = np.full(len(col), None, dtype=object)
    clipped[n_whole:] = _areas_only(pieces)
    order = np.lexsort((col, row))
    return Cover(col[order], row[order], shares[order], clipped[order])


def _areas_only(pieces: Shapes) -> Shapes:
    """Return the pieces without the lines and points where a cell only touches."""
    mixed = np.flatnonzero(shapely.get_type_id(pieces) == shapely.GeometryType.GEOMETRYCOLLECTION)
    result = pieces.copy()
    for i in mixed:
        parts = shapely.get_parts(shapely.get_parts(pieces[i]))
        result[i] = shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])
    return result
