"""How incidents are smoothed over cells: bandwidth, size of the cells, and the density in them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.analysis import holdout
from hotspot.analysis.cells import cells_of
from hotspot.analysis.methods.method import Field
from hotspot.analysis.tables import Chart, Table
from hotspot.errors import ParameterError
from hotspot.places import grid as grids
from hotspot.places.tiling import tiling
from hotspot.stats.bandwidth import CANDIDATES, Bandwidth, from_folds, from_later
from hotspot.stats.kde import Nodes
from hotspot.stats.moved import Moved
from hotspot.stats.surface import PER_BANDWIDTH, Samples, Spread, grid_samples, spread
from hotspot.words import counted, metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot import parameters
    from hotspot.analysis.cells import Cells
    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task
    from hotspot.places.grid import Grid

    Floats = NDArray[np.float64]
    Chosen = parameters.KDE | parameters.DualKDE

FINE: Final = 3
"""Cells in an automatic bandwidth."""
MANY: Final = 40_000
"""Cells that an automatic size keeps to, where the bandwidth allows."""
SMALLEST: Final = 25.0
_STEP: Final = 10.0
_NODES: Final = 60_000
"""Samples of districts, about."""

_FIELDS: Final = (
    Field("bandwidth", "number", "Bandwidth", "m", "How far an incident is spread."),
    Field(
        "likelihood",
        "number",
        "Likelihood",
        "mean log density",
        "How well it foretold the incidents kept back: the higher the better.",
    ),
)


@dataclass(frozen=True)
class Smoothing:
    """How an incident is spread over its surroundings."""

    bandwidth: float
    kernel: str
    edge: str

    def over(self, cells: Cells, x: Floats, y: Floats, weights: Floats) -> Floats:
        """Return the mean density of each cell, weight per km2; shape (n_cells,)."""
        samples = samples_of(cells, self.bandwidth)
        return self.of(samples, x, y, weights).means(samples)

    def of(self, samples: Samples, x: Floats, y: Floats, weights: Floats) -> Spread:
        """Return incidents as they are to be spread over the area of the samples."""
        return spread(
            x, y, samples, bandwidth=self.bandwidth, kernel=self.kernel, edge=self.edge, weights=weights
        )


@dataclass(frozen=True, eq=False)
class Layout:
    """The cells of a density, how it is smoothed, and the curve that the bandwidth was read from."""

    cells: Cells
    smoothing: Smoothing
    tables: tuple[Table, ...] = ()


def lay_out(task: Task, chosen: Chosen) -> Layout:
    """Return cells and smoothing, chosen or automatic, and note them.

    Raises
    ------
    ParameterError
        ``bandwidth``: below the size of the cells; ``cell_size``: too many cells.
    """
    least = chosen.cell_size or _fits(task.area.area_km2)
    bandwidth, tables = _bandwidth(task, chosen, least)
    grid = _grid(task, chosen, bandwidth)
    if grid.size > bandwidth:
        if chosen.bandwidth is not None:
            raise _too_fine(bandwidth, grid.size, chosen)
        bandwidth = grid.size
        task.log.decide(
            "bandwidth raised",
            metres(bandwidth),
            f"to the size of the cells: smaller ones would be more than {grids.MOST_CELLS:,} over this area",
        )
    _note_edge(task, chosen.edge)
    return Layout(cells_of(grid).on(task.points), Smoothing(bandwidth, chosen.kernel, chosen.edge), tables)


def best_bandwidth(
    points: Points, *, area_km2: float, kernel: str, seed: int, least: float = 0.0
) -> tuple[Bandwidth, bool]:
    """Return the bandwidth that best foretells incidents kept back, and whether they are the later ones.

    The later third of the window, or folds drawn at random where it cannot be cut.

    Parameters
    ----------
    points
        The incidents.
    area_km2
        Area of the study area.
    kernel
        ``quartic``, ``epanechnikov`` or ``gaussian``.
    seed
        Draws the folds.
    least
        Metres: candidates below are not tried.
    """
    candidates = [each for each in CANDIDATES if each >= least] or [least]
    cut = holdout.split(points)
    if cut.reason:
        rng = np.random.default_rng(seed)
        return from_folds(
            points.x, points.y, area_km2=area_km2, kernel=kernel, rng=rng, candidates=candidates
        ), False
    before, after = points.take(cut.earlier), points.take(cut.later)
    return from_later(
        before.x, before.y, after.x, after.y, area_km2=area_km2, kernel=kernel, candidates=candidates
    ), True


def samples_of(cells: Cells, bandwidth: float) -> Samples:
    """Return the places at which the density of cells, or of districts, is sampled."""
    if cells.grid is not None:
        return grid_samples(
            cells.x, cells.y, cells.area_km2, size=cells.size, shape=cells.shape, bandwidth=bandwidth
        )
    import shapely

    west, south, east, north = shapely.total_bounds(cells.polygons())
    step = max(bandwidth / PER_BANDWIDTH, math.sqrt((east - west) * (north - south) / _NODES))
    nodes = Nodes(
        west + step / 2,
        south + step / 2,
        step,
        step,
        math.ceil((north - south) / step),
        math.ceil((east - west) / step),
    )
    x, y = np.meshgrid(nodes.x, nodes.y)
    cell = cells.locate(x.ravel(), y.ravel()).reshape(x.shape).astype(np.int64)
    return Samples(nodes, cell, cells.area_km2, cells.x, cells.y)


def moved_to(cells: Cells, samples: Samples, east: float, north: float) -> Moved:
    """Return the cells of a grid moved by metres, as they lie over the nodes of the samples."""
    assert cells.grid is not None  # noqa: S101 - districts are never moved
    west, south = cells.grid.origin
    return Moved(tiling(cells.shape, cells.size, (west + east, south + north)), samples.nodes)


def _bandwidth(task: Task, chosen: Chosen, least: float) -> tuple[float, tuple[Table, ...]]:
    if chosen.bandwidth is not None:
        if least > chosen.bandwidth:
            raise _too_fine(chosen.bandwidth, math.ceil(least), chosen)
        task.log.decide("bandwidth", metres(chosen.bandwidth), "chosen by the analyst")
        return chosen.bandwidth, ()
    task.tell(0.2, "choosing the bandwidth")
    found, by_time = best_bandwidth(
        task.points, area_km2=task.area.area_km2, kernel=chosen.kernel, seed=chosen.seed, least=least
    )
    task.log.decide("bandwidth", metres(found.bandwidth), _why(found, by_time, chosen.seed))
    if not found.judged:
        return found.bandwidth, ()
    return found.bandwidth, (_table(found, by_time),)


def _why(found: Bandwidth, by_time: bool, seed: int) -> str:
    if not found.judged:
        return "automatic: the smallest, as all incidents lie in one place and nothing can be compared"
    judged = counted(found.judged, "incident")
    how = (
        f"the {judged} of the last third of the window"
        if by_time
        else f"{judged} kept back in folds (seed {seed}), as the times do not allow a cut"
    )
    return (
        f"automatic: of {len(found.candidates)} bandwidths from {metres(found.candidates[0])} to "
        f"{metres(found.candidates[-1])} the one that best foretells {how}, by the likelihood of a forecast "
        "that is half this density and half a broad background"
    )


def _table(found: Bandwidth, by_time: bool) -> Table:
    how = "later incidents" if by_time else "incidents kept back"
    note = (
        f"At {metres(found.bandwidth)} the density foretells {how} best. Where the curve is flat, a smaller "
        "bandwidth shows smaller places at little cost."
    )
    if found.bandwidth == found.candidates[0]:
        note = f"The smallest bandwidth tried, {metres(found.bandwidth)}, foretells {how} best."
    return Table.of(
        "bandwidth",
        "Choice of the bandwidth",
        _FIELDS,
        {"bandwidth": list(found.candidates), "likelihood": found.likelihood.round(6)},
        note=note,
        chart=Chart("line", "bandwidth", ("likelihood",)),
    )


def _grid(task: Task, chosen: Chosen, bandwidth: float) -> Grid:
    if chosen.cell_size is not None:
        task.log.decide("cell size", metres(chosen.cell_size), "chosen by the analyst")
        return grids.make_grid(task.area, shape=chosen.cell_shape, size=chosen.cell_size)
    few = math.sqrt(task.area.area_km2 * 1e6 / MANY)
    size = max(min(_rounded_up(max(bandwidth / FINE, few)), bandwidth), SMALLEST)
    while True:
        try:
            found = grids.make_grid(task.area, shape=chosen.cell_shape, size=size)
        except ParameterError:
            # A ragged shore takes more cells than its area says.
            size = _rounded_up(size * 1.05)
            continue
        task.log.decide(
            "cell size",
            metres(size),
            f"automatic: a third of the bandwidth, larger where that would be more than {MANY:,} cells, and "
            "at most the bandwidth",
        )
        return found


def _too_fine(bandwidth: float, size: float, chosen: Chosen) -> ParameterError:
    high = chosen.specs()["bandwidth"].at_most
    remedy = (
        "use a smaller cell_size"
        if chosen.cell_size is not None
        else "ask about a smaller study area, which allows smaller cells"
    )
    msg = (
        f"bandwidth must be at least the size of the cells, here {size:g} m, and at most {high:g} m; got "
        f"{bandwidth:g} m. Use a larger bandwidth, or {remedy}."
    )
    return ParameterError("bandwidth", msg)


def _note_edge(task: Task, edge: str) -> None:
    if edge == "none":
        task.log.decide(
            "edge", "none", "chosen by the analyst: what lies within a bandwidth of the edge looks quiet"
        )
        return
    task.log.decide(
        "edge",
        "renormalised",
        "what the kernel of an incident would put outside the study area is given to the part inside, so "
        "that the densities add up to the incidents",
    )


def _fits(area_km2: float) -> float:
    """Return the smallest size of which there are not too many cells, with some room for a ragged shore."""
    return 1.02 * math.sqrt(area_km2 * 1e6 / grids.MOST_CELLS)


def _rounded_up(size: float) -> float:
    return math.ceil(size / _STEP) * _STEP
