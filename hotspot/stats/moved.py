"""What cells would hold of a surface if their grid lay elsewhere, read from one fine surface.

Each node of the surface stands for the small rectangle around it. A square cell
holds of it what lies within its sides, a hexagon the nodes within.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from hotspot.places.tiling import Squares, Tiling
from hotspot.stats.surface import located

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.stats.kde import Nodes

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_CHUNK = 1 << 18
_LEAST = 1e-6
"""Of the area of a cell: what is smaller is a trace of rounding."""


@dataclass(frozen=True, eq=False)
class Laid:
    """Something that lies on the nodes, such as area or incidents: how much there is at each."""

    nodes: Nodes
    amount: Floats = field(repr=False)
    """Shape (n_rows, n_cols)."""

    @cached_property
    def before(self) -> Floats:
        """How much lies south-west of each corner between nodes, shape (n_rows + 1, n_cols + 1)."""
        found = np.zeros((self.nodes.n_rows + 1, self.nodes.n_cols + 1))
        np.cumsum(self.amount, axis=0, out=found[1:, 1:])
        np.cumsum(found[1:, 1:], axis=1, out=found[1:, 1:])
        return found


@dataclass(frozen=True, eq=False)
class Moved:
    """The cells of a tiling that lie over nodes, numbered from 0 row by row, empty ones too."""

    cells: Tiling
    nodes: Nodes

    @cached_property
    def _bounds(self) -> tuple[int, int, int, int]:
        """First column and row, and how many there are of both."""
        nodes = self.nodes
        corners_x = np.array([nodes.x[0] - nodes.east / 2, nodes.x[-1] + nodes.east / 2])
        corners_y = np.array([nodes.y[0] - nodes.north / 2, nodes.y[-1] + nodes.north / 2])
        col, row = (each.astype(np.int64) for each in self.cells.locate(corners_x, corners_y))
        return int(col[0]) - 1, int(row[0]) - 1, int(col[1] - col[0]) + 3, int(row[1] - row[0]) + 3

    def held(self, laid: Laid) -> Floats:
        """Return how much each cell holds of what is laid on the nodes, shape (n_cells,)."""
        if isinstance(self.cells, Squares):
            return self._in_squares(laid)
        *_, n_cols, n_rows = self._bounds
        found = np.bincount(self._number, laid.amount.ravel(), minlength=n_cols * n_rows)
        return found.astype(np.float64, copy=False)

    def density(self, amount: Laid, area_km2: Laid) -> tuple[Floats, Floats]:
        """Return the mean density of each cell, and its area in km2, 0 for both where there is none."""
        size = self.held(area_km2)
        some = size > _LEAST * self.cells.cell_area / 1e6
        return np.where(some, self.held(amount), 0.0) / np.where(some, size, 1.0), np.where(some, size, 0.0)

    def _in_squares(self, laid: Laid) -> Floats:
        first_col, first_row, n_cols, n_rows = self._bounds
        (west, south), size, nodes = self.cells.origin, self.cells.size, self.nodes
        east = west + (first_col + np.arange(n_cols + 1.0)) * size - nodes.west
        north = south + (first_row + np.arange(n_rows + 1.0)) * size - nodes.south
        (row, up), (col, across) = (
            _between(north / nodes.north + 0.5, nodes.n_rows),
            _between(east / nodes.east + 0.5, nodes.n_cols),
        )
        before, up = laid.before, up[:, None]
        south_side, north_side = (
            before[np.ix_(each, col)] * (1 - across) + before[np.ix_(each, col + 1)] * across
            for each in (row, row + 1)
        )
        corners = south_side * (1 - up) + north_side * up
        return np.asarray(np.diff(np.diff(corners, axis=0), axis=1)).ravel()

    @cached_property
    def _number(self) -> Ints:
        """Number of the cell that each node is in."""
        first_col, first_row, n_cols, _ = self._bounds
        found = [
            ((row - first_row) * n_cols + col - first_col).ravel()
            for _, col, row in located(self.cells, self.nodes)
        ]
        return np.concatenate(found)

    def of(self, x: Floats, y: Floats) -> Ints:
        """Return the number of the cell that each point in metres is in, of points among the nodes."""
        first_col, first_row, n_cols, n_rows = self._bounds
        result = np.empty(len(x), dtype=np.int64)
        for start in range(0, len(x), _CHUNK):
            some = slice(start, start + _CHUNK)
            col, row = self.cells.locate(x[some], y[some])
            across = np.clip(col - first_col, 0, n_cols - 1)
            up = np.clip(row - first_row, 0, n_rows - 1)
            result[some] = up * n_cols + across
        return result


def _between(position: Floats, number: int) -> tuple[Ints, Floats]:
    """Return the last of the corners up to each position, and the part of the way to the next."""
    inside = np.clip(position, 0, number)
    low = np.minimum(inside.astype(np.int64), number - 1)
    return low, inside - low
