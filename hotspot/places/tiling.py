"""The plane cut into equal cells: where each lies, and which one a point is in.

A cell is named by two whole numbers, its column (eastward) and its row
(northward). Cells lie on multiples of their size from the origin of the CRS, so
that two runs with one size are comparable; an ``origin`` shifts them all.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

_CORNERS = np.arange(6) * (math.pi / 3) + math.pi / 6
_ROW = math.sqrt(3) / 2
"""Distance between two rows of hexagons, in widths."""


@dataclass(frozen=True)
class Tiling(ABC):
    """Equal cells over the whole plane."""

    size: float
    """Side of a square, or width of a hexagon between two parallel sides, in m."""
    origin: tuple[float, float] = (0.0, 0.0)

    @property
    @abstractmethod
    def cell_area(self) -> float:
        """Area of one cell, m2."""

    @abstractmethod
    def centres(self, col: Ints, row: Ints) -> tuple[Floats, Floats]:
        """Coordinates x, y of the middle of each cell, m."""

    @abstractmethod
    def polygons(self, col: Ints, row: Ints) -> NDArray[np.object_]:
        """Each cell as a polygon, counter-clockwise."""

    @abstractmethod
    def boxes(self, col: Ints, row: Ints, side: int) -> NDArray[np.object_]:
        """Rectangles that hold the ``side`` x ``side`` cells north-east of each cell, itself included."""

    @abstractmethod
    def locate(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Column and row, as whole floats, of the cell each point is in; NaN for NaN.

        A point on a shared edge belongs to the lower cell.
        """


@dataclass(frozen=True)
class Squares(Tiling):
    """Square cells (a fishnet); cell (0, 0) has its lower left corner in the origin."""

    @property
    def cell_area(self) -> float:
        """Area of one cell, m2."""
        return self.size**2

    def centres(self, col: Ints, row: Ints) -> tuple[Floats, Floats]:
        """Coordinates x, y of the middle of each cell, m."""
        x: Floats = self.origin[0] + (np.asarray(col, dtype=np.float64) + 0.5) * self.size
        y: Floats = self.origin[1] + (np.asarray(row, dtype=np.float64) + 0.5) * self.size
        return x, y

    def polygons(self, col: Ints, row: Ints) -> NDArray[np.object_]:
        """Each cell as a polygon, counter-clockwise."""
        return self.boxes(col, row, 1)

    def boxes(self, col: Ints, row: Ints, side: int) -> NDArray[np.object_]:
        """Rectangles that hold the ``side`` x ``side`` cells north-east of each cell, itself included."""
        west, south = self.origin
        size = self.size
        box: NDArray[np.object_] = shapely.box(
            west + col * size, south + row * size, west + (col + side) * size, south + (row + side) * size
        )
        return box

    def locate(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Column and row of the cell each point is in; a point on a shared edge belongs to the lower cell."""
        west, south = self.origin
        return np.ceil((x - west) / self.size) - 1, np.ceil((y - south) / self.size) - 1


@dataclass(frozen=True)
class Hexagons(Tiling):
    """Hexagons with a point to the north; odd rows stand half a width further east.

    Cell (0, 0) has its centre in the origin.
    """

    @property
    def cell_area(self) -> float:
        """Area of one cell, m2."""
        return _ROW * self.size**2

    def centres(self, col: Ints, row: Ints) -> tuple[Floats, Floats]:
        """Coordinates x, y of the middle of each cell, m."""
        shift = np.asarray(row & 1, dtype=np.float64) / 2
        x: Floats = self.origin[0] + (col + shift) * self.size
        y: Floats = self.origin[1] + np.asarray(row, dtype=np.float64) * (_ROW * self.size)
        return x, y

    def polygons(self, col: Ints, row: Ints) -> NDArray[np.object_]:
        """Each cell as a polygon, counter-clockwise."""
        x, y = self.centres(col, row)
        radius = self.size / math.sqrt(3)
        corners = np.stack(
            [x[:, None] + radius * np.cos(_CORNERS), y[:, None] + radius * np.sin(_CORNERS)], axis=2
        )
        return np.asarray(shapely.polygons(corners), dtype=object)

    def boxes(self, col: Ints, row: Ints, side: int) -> NDArray[np.object_]:
        """Rectangles that hold the ``side`` x ``side`` cells north-east of each cell, itself included."""
        west, south = self.origin
        size, step, radius = self.size, _ROW * self.size, self.size / math.sqrt(3)
        box: NDArray[np.object_] = shapely.box(
            west + (col - 0.5) * size,
            south + row * step - radius,
            west + (col + side) * size,
            south + (row + side - 1) * step + radius,
        )
        return box

    def locate(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Column and row of the cell whose centre is nearest; of two, the lower one.

        Even rows and odd rows are each a lattice of rectangles, where the
        nearest centre is a matter of rounding; the nearer of the two is it.
        """
        u, v = (x - self.origin[0]) / self.size, (y - self.origin[1]) / self.size
        even_col, even_row = np.ceil(u - 0.5), np.ceil(v / (2 * _ROW) - 0.5)
        odd_col, odd_row = np.ceil(u - 1.0), np.ceil((v - _ROW) / (2 * _ROW) - 0.5)
        even = (u - even_col) ** 2 + (v - even_row * (2 * _ROW)) ** 2
        odd = (u - odd_col - 0.5) ** 2 + (v - odd_row * (2 * _ROW) - _ROW) ** 2
        # Of two rows equally near, the southern one.
        even_is_it = (even < odd) | ((even == odd) & (even_row <= odd_row))
        return np.where(even_is_it, even_col, odd_col), np.where(even_is_it, 2 * even_row, 2 * odd_row + 1)


_TILINGS: dict[str, type[Tiling]] = {"square": Squares, "hexagon": Hexagons}


def tiling(shape: str, size: float, origin: tuple[float, float] = (0.0, 0.0)) -> Tiling:
    """Return the tiling of a shape, ``square`` or ``hexagon``.

    >>> tiling("square", 100.0).cell_area
    10000.0
    """
    if shape not in _TILINGS:
        msg = f"A cell is one of {', '.join(_TILINGS)}; got {shape!r}."
        raise ParameterError("cell_shape", msg)
    if not (math.isfinite(size) and size > 0):
        msg = f"A cell size is a number of metres above 0; got {size!r}."
        raise ParameterError("cell_size", msg)
    return _TILINGS[shape](float(size), (float(origin[0]), float(origin[1])))
