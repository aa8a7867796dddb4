"""The places that incidents are counted in: cells of a grid over the study area, or its districts."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from hotspot.crs import project_shapes
from hotspot.errors import ParameterError
from hotspot.places import grid as grids
from hotspot.places import spacing
from hotspot.places.locator import Locator
from hotspot.stats.lattice import TOUCHING, Lattice
from hotspot.stats.neighbours import linked, polygon_neighbours
from hotspot.words import metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.decisions import DecisionLog
    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task
    from hotspot.places.grid import Grid
    from hotspot.places.study_area import StudyArea
    from hotspot.stats.neighbours import Neighbours

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Places = NDArray[np.int32]

DISTRICT: Final = "district"
"""The shape of cells that are the districts of the study area."""
_WHY: Final = (
    "automatic: twice the larger of the mean and median distance to the nearest other location, "
    "rounded to 50 m, kept within 100 to 2,000 m"
)


@dataclass(frozen=True, eq=False)
class Cells:
    """The n places that incidents are counted in, and the one that each incident is in."""

    shape: str
    """``square``, ``hexagon`` or ``district``."""
    size: float
    """Size of a cell, m; of districts the root of the median area."""
    crs: str
    """CRS in metres."""
    x: Floats = field(repr=False)
    y: Floats = field(repr=False)
    """Middle of each, m; shape (n,)."""
    area_km2: Floats = field(repr=False)
    """Area of each inside the study area; shape (n,)."""
    share_inside: Floats = field(repr=False)
    """Part of each inside the study area, 0 to 1; shape (n,)."""
    of: Places = field(repr=False)
    """Place of each incident, never -1: one that the edge leaves out is in the nearest; shape (n_points,)."""
    weight: Floats = field(repr=False)
    """Weight of each incident, shape (n_points,)."""
    grid: Grid | None = field(default=None, repr=False)
    """The grid; None for districts."""
    lattice: Lattice | None = field(default=None, repr=False)
    """Its cells as neighbours; None for districts."""
    districts: NDArray[np.object_] | None = field(default=None, repr=False)
    """The polygons of districts in metres; None for a grid."""

    def __len__(self) -> int:
        return len(self.x)

    @property
    def noun(self) -> str:
        """What one of them is called: a cell, or a district."""
        return "cell" if self.grid is not None else "district"

    def on(self, points: Points) -> Cells:
        """Return the same places with other incidents in them."""
        return replace(self, of=self._nearest(points.x, points.y), weight=points.weight)

    def moved(self, points: Points, east: float, north: float) -> Cells:
        """Return cells like these of a grid, laid from another origin, m, with these incidents in them."""
        assert self.grid is not None  # noqa: S101 - districts cannot be moved
        return cells_of(self.grid.moved(east, north)).on(points)

    def incidents(self, which: NDArray[np.bool_] | None = None) -> Floats:
        """Incidents in each place, shape (n,); of those chosen only."""
        return self._sums(np.ones(1), which)

    def count(self, which: NDArray[np.bool_] | None = None) -> Floats:
        """Sum of the weights of the incidents in each place, shape (n,): harm, or their number."""
        return self._sums(self.weight, which)

    def _sums(self, weight: Floats, which: NDArray[np.bool_] | None) -> Floats:
        from hotspot.kernels.binning import add_up

        found = np.zeros(len(self))
        chosen = np.empty(0, dtype=bool) if which is None else which
        if len(chosen) not in (0, len(self.of)):
            msg = f"Expected a choice among {len(self.of)} incidents; got {len(chosen)}."
            raise ValueError(msg)
        add_up(self.of, weight, chosen, found)
        return found

    def locate(self, x: Floats, y: Floats) -> Places:
        """Return the place each point in metres is in, -1 outside all."""
        if self.grid is not None:
            return self.grid.cell_of(x, y)
        # Of two districts that share an edge the lower one has the point.
        return self._locator.first(x, y).astype(np.int32)

    def polygons(self, chosen: Ints | None = None) -> NDArray[np.object_]:
        """Polygons in metres, cut to the study area; of those chosen only."""
        if self.grid is not None:
            return self.grid.polygons(chosen)
        return self._shapes if chosen is None else self._shapes[chosen]

    def near(self, distance: float | None = None) -> Neighbours:
        """Return who is whose neighbour: within a distance in metres, or those that touch."""
        if self.lattice is not None:
            return self.lattice.within(None if distance is None else distance / self.size)
        return polygon_neighbours(self._shapes, distance=distance)

    def touching(self, chosen: Ints) -> Ints:
        """Group of each chosen place, numbered from 0: those that touch, by an edge or corner, are one."""
        if self.grid is not None:
            pairs = Lattice.of(self.grid.col[chosen], self.grid.row[chosen], self.shape).touching()
        else:
            pairs = polygon_neighbours(self._shapes).matrix[chosen][:, chosen].tocoo().coords
        return linked(len(chosen), *pairs)

    def _nearest(self, x: Floats, y: Floats) -> Places:
        cell = self.locate(x, y)
        lost = np.flatnonzero(cell < 0)
        if not len(lost):
            return cell
        # An edge that is straight in degrees bends by a little in metres.
        if self.grid is not None:
            cell[lost] = self.grid.nearest(x[lost], y[lost])
        else:
            cell[lost] = shapely.STRtree(self._shapes).nearest(shapely.points(x[lost], y[lost]))
        return cell

    @property
    def _shapes(self) -> NDArray[np.object_]:
        assert self.districts is not None  # noqa: S101 - places without a grid are districts
        return self.districts

    @cached_property
    def _locator(self) -> Locator:
        return Locator(self._shapes)


def lay_cells(task: Task, *, shape: str = "square", size: float | None = None) -> Cells:
    """Return the places to count a task's incidents in, and note their size in its log.

    Parameters
    ----------
    task
        Its incidents and study area.
    shape
        ``square``, ``hexagon``, or ``district`` for the districts of the study area.
    size
        Metres; automatic if left out. Districts have their own.

    Raises
    ------
    ParameterError
        ``cell_size``: too many cells; ``cell_shape``: districts of a hull, which has none.
    """
    if shape == DISTRICT:
        return _districts(task).on(task.points)
    if size is None:
        grid = automatic_cells(task.points, task.area, log=task.log, shape=shape)
    else:
        task.log.decide("cell size", metres(size), "chosen by the analyst")
        grid = grids.make_grid(task.area, shape=shape, size=size)
    return cells_of(grid).on(task.points)


def cells_of(grid: Grid) -> Cells:
    """Return the cells of a grid, as yet without incidents."""
    x, y = grid.centres()
    of, weight = np.empty(0, dtype=np.int32), np.empty(0)
    lattice = Lattice.of(grid.col, grid.row, grid.shape)
    return Cells(
        grid.shape, grid.size, grid.crs, x, y, grid.area_km2, grid.share_inside, of, weight, grid, lattice
    )


def _districts(task: Task) -> Cells:
    found = task.boundary_set
    if found is None:
        msg = (
            "cell_shape district needs a study area of districts; a hull has none. "
            "Name a boundary set as the area, or take square or hexagon."
        )
        raise ParameterError("cell_shape", msg)
    chosen = np.flatnonzero(np.isin(np.array(found.codes), task.area.codes))
    shapes = shapely.make_valid(project_shapes(found.geometry[chosen], task.area.crs))
    area = shapely.area(shapes) / 1e6
    middle = shapely.point_on_surface(shapes)
    none = np.empty(0, dtype=np.int32)
    task.log.decide("cells", f"{len(shapes)} districts", "chosen by the analyst: the districts themselves")
    return Cells(
        DISTRICT,
        1000 * float(np.sqrt(np.median(area))),
        task.area.crs,
        shapely.get_x(middle),
        shapely.get_y(middle),
        area,
        np.ones(len(shapes)),
        none,
        np.empty(0),
        districts=shapes,
    )


def neighbour_distance(task: Task, cells: Cells, chosen: float | None) -> float | None:
    """Return how far neighbours are, m, and note it; None for districts that touch.

    Parameters
    ----------
    task
        Its log is told.
    cells
        The places.
    chosen
        Metres; the ring of touching places if left out.
    """
    if chosen is not None:
        task.log.decide("neighbour distance", metres(chosen), "chosen by the analyst")
        return chosen
    if cells.grid is None:
        task.log.decide("neighbours", "touching districts", "automatic: those that share an edge or corner")
        return None
    distance = cells.size * TOUCHING[cells.shape]
    task.log.decide("neighbour distance", metres(distance), "automatic: the ring of touching cells")
    return distance


def automatic_cells(
    points: Points, area: StudyArea, *, log: DecisionLog, shape: str = "square", what: str = "cell size"
) -> Grid:
    """Cells of the size that fits how close the incidents lie, larger where they would be too many.

    Parameters
    ----------
    points
        The incidents.
    area
        The study area.
    log
        Where the size is noted.
    shape
        ``square`` or ``hexagon``.
    what
        What the size is called in the log.
    """
    size = spacing.automatic_size(points.x, points.y)
    log.decide(what, metres(size), _WHY)
    wanted, fits = size, math.sqrt(area.area_km2 * 1e6 / grids.MOST_CELLS)
    size = max(size, math.ceil(fits / spacing.STEP) * spacing.STEP)
    while True:
        try:
            found = grids.make_grid(area, shape=shape, size=size)
        except ParameterError:
            # A ragged shore takes more cells than its area says.
            size += spacing.STEP
            continue
        if size > wanted:
            log.decide(
                f"{what} enlarged",
                metres(size),
                f"smaller cells would be more than {grids.MOST_CELLS:,} over this study area",
            )
        return found
