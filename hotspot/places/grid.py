"""Square and hexagonal cells over a study area, and the incidents in each.

Cells are aligned to multiples of their size in the study area's CRS, so that
two runs are comparable. A cell that the study area only partly covers is kept,
with the share of its area inside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from hotspot.crs import in_metres
from hotspot.errors import ParameterError
from hotspot.places.cover import Outline, TooManyCells, cover
from hotspot.places.pieces import pieces
from hotspot.places.tiling import Tiling, metres, tiling

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from shapely.geometry.base import BaseGeometry

    from hotspot.places.study_area import StudyArea

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

MOST_CELLS = 250_000
MOST_PLACES = 16_000_000
"""Cells in the rectangle around the study area, empty ones too: what an array can hold."""
_HAIR = 1e-6
"""A micrometre: how far a point on the outer edge of the grid is moved to be inside, m."""


@dataclass(frozen=True, eq=False)
class Grid:
    """The n cells of a study area, row by row from the south-west."""

    shape: str
    """``square`` or ``hexagon``."""
    size: float
    """Side of a square, or width of a hexagon between two parallel sides, m."""
    crs: str
    """The CRS in metres, such as ``EPSG:32616``."""
    col: Ints = field(repr=False)
    """Column of each cell, shape (n,): whole numbers that grow eastward."""
    row: Ints = field(repr=False)
    """Row of each cell, shape (n,): whole numbers that grow northward."""
    share_inside: Floats = field(repr=False)
    """Share of each cell's area inside the study area, above 0, at most 1; shape (n,)."""
    area: BaseGeometry = field(repr=False)
    """The study area, in metres."""
    outline: Outline = field(repr=False)
    """Its outline."""
    origin: tuple[float, float] = (0.0, 0.0)

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.col)

    @cached_property
    def tiling(self) -> Tiling:
        """The tiling of the plane that the cells belong to."""
        return tiling(self.shape, self.size, self.origin)

    @property
    def area_km2(self) -> Floats:
        """Area of each cell inside the study area, km2; shape (n,)."""
        return self.share_inside * (self.tiling.cell_area / 1e6)

    def centres(self) -> tuple[Floats, Floats]:
        """Coordinates x, y of the middle of each whole cell, m; two arrays of shape (n,)."""
        return self.tiling.centres(self.col, self.row)

    def polygons(self, chosen: Ints | None = None) -> NDArray[np.object_]:
        """Polygons of the cells in metres, cut to the study area, shape (n,); of those chosen only.

        A cell that the edge of the study area cuts in pieces is a multipolygon. They are
        made when asked for, which takes longer than all else of a grid.
        """
        some = slice(None) if chosen is None else chosen
        col, row = self.col[some], self.row[some]
        shapes = self.tiling.polygons(col, row)
        cut = self.share_inside[some] < 1
        shapes[cut] = pieces(self.area, self.tiling, col[cut], row[cut])
        return shapes

    def moved(self, east: float, north: float) -> Grid:
        """Return cells like these over the same study area, from another origin, m.

        Cells cut by the edge may be a few more than before, so no number of them is refused.
        """
        cells = tiling(self.shape, self.size, (self.origin[0] + east, self.origin[1] + north))
        return _laid(self.area, self.outline, cells, self.crs, max_cells=MOST_PLACES)

    def cell_of(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.int32]:
        """Return the number of the cell each point is in, shape of ``x``; -1 outside the grid or where NaN.

        A point on a shared edge belongs to the lower cell, so that nobody is
        counted twice, and one on the outer edge of the grid to the cell there.
        A point outside the study area but in a cell that the area partly covers
        belongs to that cell.

        Parameters
        ----------
        x, y
            Metres in the grid's CRS.
        """
        from hotspot.kernels.binning import cells_of

        east, north = metres(x, y)
        found = np.full(len(east), -1, dtype=np.int32)
        if self.n_cells:
            cells_of(east, north, *self._table, found)
        return found

    def nearest(self, x: ArrayLike, y: ArrayLike) -> Ints:
        """Return the number of the cell whose centre is nearest to each point in no cell, shape of ``x``."""
        brim, tree = self._brim
        found: Ints = brim[tree.query(np.column_stack([x, y]))[1]]
        return found

    @cached_property
    def _brim(self) -> tuple[Ints, Any]:
        """The cells beside a place that is none, one of which is nearest to all outside; and their tree."""
        from scipy.spatial import cKDTree

        *_, first_col, first_row, _, numbers = self._table
        cell = np.pad(numbers >= 0, 1)
        across = cell[:, :-2] & cell[:, 1:-1] & cell[:, 2:]
        shut_in = across[:-2] & across[1:-1] & across[2:]
        brim = np.flatnonzero(~shut_in[self.row - int(first_row), self.col - int(first_col)])
        return brim, cKDTree(np.column_stack(self.tiling.centres(self.col[brim], self.row[brim])))

    @cached_property
    def _table(self) -> tuple[float, float, float, bool, float, float, float, NDArray[np.int32]]:
        """Where the cells lie, as the kernels take it."""
        first_col, first_row = int(self.col.min()), int(self.row.min())
        shape = int(self.row.max()) - first_row + 1, int(self.col.max()) - first_col + 1
        numbers = np.full(shape, -1, dtype=np.int32)
        numbers[self.row - first_row, self.col - first_col] = np.arange(self.n_cells, dtype=np.int32)
        hexagons = self.shape == "hexagon"
        return *self.origin, self.size, hexagons, float(first_col), float(first_row), _HAIR, numbers


def make_grid(
    area: StudyArea,
    *,
    shape: str = "square",
    size: float,
) -> Grid:
    """Return the cells over a study area, in its own CRS.

    Parameters
    ----------
    area
        Study area; its ``geometry`` in degrees, its ``crs`` in metres.
    shape
        ``square`` or ``hexagon``.
    size
        Side of a square, or width of a hexagon between two parallel sides, m.

    Raises
    ------
    ParameterError
        ``cell_size``: more than 250,000 cells, with the size that would fit.
    """
    return grid_over(area.in_metres(), crs=area.crs, shape=shape, size=size)


def grid_over(
    polygon: BaseGeometry,
    *,
    crs: str,
    shape: str = "square",
    size: float,
    origin: tuple[float, float] = (0.0, 0.0),
    max_cells: int = MOST_CELLS,
) -> Grid:
    """Return the cells over a polygon in metres; otherwise as ``make_grid``.

    Parameters
    ----------
    polygon
        The study area.
    crs
        The CRS of its coordinates.
    shape, size
        As for ``make_grid``.
    origin
        Shift of all cells, m: (0, 0) makes runs comparable, others show how
        far a result depends on where the grid happens to lie.
    max_cells
        More cells than this are refused.

    Examples
    --------
    >>> grid = grid_over(shapely.box(0, 0, 300, 150), crs="EPSG:32616", size=100)
    >>> grid.n_cells, grid.share_inside
    (6, array([1. , 1. , 1. , 0.5, 0.5, 0.5]))
    """
    cells = tiling(shape, size, origin)
    if not polygon.is_valid:
        polygon = shapely.make_valid(polygon)
    try:
        # n cells can never cover more than n times the area of one: no need to try.
        if polygon.area > max_cells * cells.cell_area or _places(polygon, size) > MOST_PLACES:
            raise TooManyCells
        return _laid(polygon, Outline.of(polygon), cells, in_metres(crs), max_cells=max_cells)
    except TooManyCells:
        fits = max(_fits(polygon, cells, max_cells), math.ceil(size * 1.1))
        msg = (
            f"At most {max_cells:,} cells cover a study area; cells of {size:g} m over "
            f"{polygon.area / 1e6:,.0f} km2 would be more. Use a cell_size of at least {fits:g} m, "
            "or a smaller study area."
        )
        raise ParameterError("cell_size", msg) from None


def _laid(polygon: BaseGeometry, outline: Outline, cells: Tiling, crs: str, *, max_cells: int) -> Grid:
    found = cover(outline, cells, most=max_cells)
    return Grid(
        cells.shape, cells.size, crs, found.col, found.row, found.share, polygon, outline, cells.origin
    )


def _places(polygon: BaseGeometry, size: float) -> float:
    west, south, east, north = polygon.bounds
    return ((east - west) / size + 1) * ((north - south) / size + 1)


def _fits(polygon: BaseGeometry, cells: Tiling, max_cells: int) -> float:
    """Return a size, rounded up, with which the polygon needs at most ``max_cells`` cells."""
    # A line of length L crosses on average (4/pi) L/size edges of a fishnet, a cell each.
    area = polygon.area * cells.size**2 / cells.cell_area
    edge = polygon.length * 4 / math.pi
    room = max(max_cells - 4 * int(shapely.get_num_geometries(polygon)), 1)
    size = (edge + math.sqrt(edge**2 + 4 * room * area)) / (2 * room)
    west, south, east, north = polygon.bounds
    size = max(size, math.sqrt((east - west) * (north - south) / MOST_PLACES))
    step = 10.0 ** max(math.floor(math.log10(size)) - 1, -3)
    return float(math.ceil(size / step) * step)


def count(grid: Grid, x: ArrayLike, y: ArrayLike) -> Floats:
    """Incidents in each cell, shape (n_cells,); cells without any count 0.

    A point on a shared edge belongs to the lower cell, so the counts always
    add up to the incidents inside the grid.

    Parameters
    ----------
    grid
        The cells.
    x, y
        Metres in the grid's CRS; NaN counts nowhere.
    """
    from hotspot.kernels.binning import add_up

    found = np.zeros(grid.n_cells)
    add_up(grid.cell_of(x, y), np.ones(1), np.empty(0, dtype=bool), found)
    return found
