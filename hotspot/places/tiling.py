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
    from numpy.typing import ArrayLike, NDArray

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
    def shape(self) -> str:
        """``square`` or ``hexagon``."""

    @property
    @abstractmethod
    def cell_area(self) -> float:
        """Area of one cell, m2."""

    @property
    @abstractmethod
    def steps_in_row(self) -> int:
        """Steps from one row to the next."""

    @abstractmethod
    def steps(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Coordinates from the origin in steps of the lattice: sides and corners of cells lie at whole ones.

        A step eastward is a cell, and its corners may lie halfway.
        """

    @abstractmethod
    def centres(self, col: Ints, row: Ints) -> tuple[Floats, Floats]:
        """Coordinates x, y of the middle of each cell, m."""

    @abstractmethod
    def polygons(self, col: Ints, row: Ints) -> NDArray[np.object_]:
        """Each cell as a polygon, counter-clockwise."""

    @abstractmethod
    def boxes(self, col: Ints, row: Ints, side: int) -> NDArray[np.object_]:
        """Rectangles that hold the ``side`` x ``side`` cells north-east of each cell, itself included."""

    def locate(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Column and row, as whole floats, of the cell each point is in; NaN for NaN.

        A point on a shared edge belongs to the lower cell: of a hexagon the southern one.
        """
        from hotspot.kernels.binning import lattice_of

        east, north = metres(x, y)
        col, row = np.empty_like(east), np.empty_like(east)
        lattice_of(east, north, *self.origin, self.size, self.shape == "hexagon", col, row)
        return col, row


@dataclass(frozen=True)
class Squares(Tiling):
    """Square cells (a fishnet); cell (0, 0) has its lower left corner in the origin."""

    shape = "square"
    steps_in_row = 1

    @property
    def cell_area(self) -> float:
        """Area of one cell, m2."""
        return self.size**2

    def steps(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Coordinates from the origin in steps of the lattice: cells."""
        return (x - self.origin[0]) / self.size, (y - self.origin[1]) / self.size

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


@dataclass(frozen=True)
class Hexagons(Tiling):
    """Hexagons with a point to the north; odd rows stand half a width further east.

    Cell (0, 0) has its centre in the origin.
    """

    shape = "hexagon"
    steps_in_row = 3

    @property
    def cell_area(self) -> float:
        """Area of one cell, m2."""
        return _ROW * self.size**2

    def steps(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Coordinates from the origin in steps of the lattice: widths, and thirds of a row."""
        return (x - self.origin[0]) / self.size, (y - self.origin[1]) / (_ROW / 3 * self.size)

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


def metres(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Return coordinates as the kernels take them: two arrays of floats of one length."""
    east, north = (np.ascontiguousarray(each, dtype=np.float64) for each in (x, y))
    if east.ndim != 1 or east.shape != north.shape:
        msg = f"Expected an x and a y for each point; got arrays of shape {east.shape} and {north.shape}."
        raise ValueError(msg)
    return east, north
