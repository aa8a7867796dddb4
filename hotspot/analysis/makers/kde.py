"""The layer of the kernel density: smoothed incidents per km2, and the hotspots of the densest area."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from hotspot import parameters
from hotspot.analysis.contours import bands
from hotspot.analysis.hotcells import accuracy_of, cell_columns, hotspots_of, moves, numbers_of
from hotspot.analysis.methods.method import Field
from hotspot.analysis.smoothing import Smoothing, best_bandwidth, lay_out, moved_to, samples_of
from hotspot.analysis.tables import Table
from hotspot.analysis.task import Result
from hotspot.crs import unproject
from hotspot.once import once
from hotspot.places.locator import Locator
from hotspot.stats.levels import volume_levels
from hotspot.stats.moved import Laid
from hotspot.stats.surface import PER_BANDWIDTH
from hotspot.words import metres, percent

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task, Variant
    from hotspot.stats.surface import Samples, Spread

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEVELS: Final = (25, 50, 75, 90, 99)
"""Percent of the incidents that the densest areas hold, of which each band is the difference."""
TWICE: Final = 2.0
"""Mean densities that a hotspot has at least."""
OTHERS: Final = (2 / 3, 3 / 2)
"""Other bandwidths that the hotspots are looked for with, in bandwidths."""


@dataclass(frozen=True, eq=False)
class Surface:
    """The density of each cell, and what is read from it."""

    cells: Cells
    density: Floats
    """Incidents or harm per km2, shape (n_cells,)."""
    thresholds: Floats
    """Density from which on the densest cells hold each of the levels."""
    level: Ints
    """The smallest level that each cell is in, 100 for none; shape (n_cells,)."""
    hot_from: float
    """Density from which on a cell is hot."""

    @property
    def expected(self) -> Floats:
        """Incidents or harm in each cell, as smoothed."""
        return self.density * self.cells.area_km2

    @property
    def hot(self) -> NDArray[np.int8]:
        """1 in hot cells, 0 elsewhere."""
        return (self.density >= self.hot_from).astype(np.int8)


def make(task: Task) -> Result:
    """Return the density of a study area in cells or contours, the hotspots, and the hold-out accuracy.

    Raises
    ------
    ParameterError
        A bandwidth below the size of the cells, or too many cells.
    """
    chosen = task.parameters
    assert isinstance(chosen, parameters.KDE)  # noqa: S101 - the table of methods pairs them
    layout = lay_out(task, chosen)
    cells, smoothing = layout.cells, layout.smoothing
    task.tell(0.4, "smoothing")
    points, samples = task.points, samples_of(cells, smoothing.bandwidth)
    spread = smoothing.of(samples, points.x, points.y, points.weight)
    at_nodes = spread.at(samples.nodes)
    surface = surface_of(cells, spread.over(samples, at_nodes), chosen.hot_share)
    _note_hot(task, surface, chosen.hot_share)
    task.tell(0.5, "ranking hotspots")
    table, hotspot = hotspots_of(task, cells, surface.hot)
    task.tell(0.7, "measuring on later data")
    useful = accuracy_of(task, cells, partial(forecast, chosen=chosen))
    task.tell(0.8, "drawing the cells" if chosen.output == "cells" else "drawing the contours")
    draw = _cells if chosen.output == "cells" else _contours
    geometry, columns = draw(task, surface, spread, hotspot)
    return Result(
        geometry=geometry,
        columns=columns,
        hotspots=table,
        used={**chosen.to_dict(), "bandwidth": smoothing.bandwidth, "cell_size": cells.size},
        numbers=_numbers(surface, table),
        accuracy=useful,
        membership=hotspot[cells.of],
        cells=cells,
        variants=(
            *_shifts(task, surface, samples, at_nodes, chosen.hot_share),
            *_others(task, surface, samples, smoothing, chosen.hot_share),
        ),
        tables=(*layout.tables, _levels_table(surface)),
    )


def forecast(points: Points, cells: Cells, chosen: parameters.KDE) -> Floats:
    """Return the mean density of the cells; an automatic bandwidth is chosen by these incidents alone."""
    area_km2 = float(cells.area_km2.sum())
    bandwidth = chosen.bandwidth
    if bandwidth is None:
        # The study area is the same on every grid.
        best, _ = once(
            points,
            chosen,
            lambda: best_bandwidth(points, area_km2=area_km2, kernel=chosen.kernel, seed=chosen.seed),
        )
        bandwidth = best.bandwidth
    smoothing = Smoothing(bandwidth, chosen.kernel, chosen.edge)
    return smoothing.over(cells, points.x, points.y, points.weight)


def surface_of(cells: Cells, density: Floats, hot_share: float) -> Surface:
    """Return the density of cells and what is hot among them.

    Parameters
    ----------
    cells
        The cells.
    density
        Of each, shape (n_cells,).
    hot_share
        Hot are the densest cells that hold this share of the incidents, if they are at least
        twice as dense as the study area.
    """
    thresholds = volume_levels(density, area=cells.area_km2, shares=[level / 100 for level in LEVELS])
    inside = density[:, None] >= thresholds
    level = np.where(inside.any(axis=1), np.array(LEVELS)[inside.argmax(axis=1)], 100)
    return Surface(cells, density, thresholds, level, _hot_from(density, cells.area_km2, hot_share))


def _hot_from(density: Floats, area: Floats, hot_share: float) -> float:
    (hot_from,) = volume_levels(density, area=area, shares=[hot_share])
    return max(float(hot_from), TWICE * float(density @ area / area.sum()))


def _note_hot(task: Task, surface: Surface, hot_share: float) -> None:
    if not np.isfinite(surface.hot_from):
        return
    unit = "harm" if task.points.weighted else "incidents"
    task.log.decide(
        "hot from",
        f"{surface.hot_from:,.3g} {unit} per km²",
        f"the densest area that holds {percent(hot_share)} of the incidents, where it is at least twice as "
        "dense as the study area; a density is no test of chance, for which there is Gi*",
    )


def _cells(
    task: Task, surface: Surface, _spread: Spread, hotspot: Ints
) -> tuple[NDArray[np.object_], dict[str, NDArray[Any]]]:
    kept = np.flatnonzero(surface.level <= LEVELS[-1])
    return surface.cells.polygons(kept), {
        **cell_columns(task, surface.cells, kept),
        "expected": np.round(surface.expected[kept], 6),
        "level": surface.level[kept],
        "density": np.round(surface.density[kept], 6),
        "hotspot": hotspot[kept],
    }


def _contours(
    task: Task, surface: Surface, spread: Spread, hotspot: Ints
) -> tuple[NDArray[np.object_], dict[str, NDArray[Any]]]:
    points, cells = task.points, surface.cells
    shapes, band = bands(
        spread.at,
        task.area.in_metres(),
        levels=surface.thresholds.tolist(),
        step=min(cells.size, spread.bandwidth / PER_BANDWIDTH),
    )
    # Whatever two contours share, an incident counts in the denser one.
    inside = Locator(shapes).first(points.x, points.y)
    of = np.flatnonzero(inside >= 0)
    inside = inside[of]
    area = shapely.area(shapes) / 1e6
    mean = _band_means(surface)[band]
    middle = shapely.point_on_surface(shapes)
    x, y = shapely.get_x(middle), shapely.get_y(middle)
    districts = task.districts
    district = districts.locate(*unproject(x, y, cells.crs))
    return shapes, {
        "incidents": np.bincount(inside, minlength=len(shapes)),
        "harm": np.round(np.bincount(inside, weights=points.weight[of], minlength=len(shapes)), 6),
        "expected": np.round(mean * area, 6),
        "level": np.array(LEVELS)[band],
        "density": np.round(mean, 6),
        "share_inside": np.ones(len(shapes)),
        "hotspot": np.append(hotspot, 0)[cells.locate(x, y)],
        "district": districts.codes[district],
        "district_name": districts.names[district],
    }


def _band_means(surface: Surface) -> Floats:
    """Return the mean density of the cells in each band; its lower bound where there are none."""
    number = np.searchsorted(LEVELS, surface.level)
    held = np.bincount(number, weights=surface.expected, minlength=len(LEVELS) + 1)[: len(LEVELS)]
    area = np.bincount(number, weights=surface.cells.area_km2, minlength=len(LEVELS) + 1)[: len(LEVELS)]
    return np.where(area > 0, held / np.where(area > 0, area, 1), surface.thresholds)


def _numbers(surface: Surface, table: pd.DataFrame) -> dict[str, Any]:
    cells = surface.cells
    mean = float(surface.expected.sum() / cells.area_km2.sum())
    none = "nowhere is the density twice that of the whole study area."
    return {
        **numbers_of(cells, table, surface.hot >= 1, none=none),
        "mean_density": round(mean, 6),
        "highest_density": round(float(surface.density.max(initial=0.0)), 6),
        "hot_from": round(surface.hot_from, 6) if np.isfinite(surface.hot_from) else None,
    }


def _shifts(
    task: Task, surface: Surface, samples: Samples, at_nodes: Floats, hot_share: float
) -> tuple[Variant, ...]:
    """Return the hotspots of other grid origins, read from the same surface."""
    cells, points = surface.cells, task.points
    area = Laid(samples.nodes, samples.share_km2)
    expected = Laid(samples.nodes, at_nodes * samples.share_km2)

    def in_hot(east: float, north: float) -> NDArray[np.bool_]:
        moved = moved_to(cells, samples, east, north)
        density, size = moved.density(expected, area)
        hot: NDArray[np.bool_] = density >= _hot_from(density, size, hot_share)
        return hot[moved.of(points.x, points.y)]

    return tuple((name, partial(in_hot, east, north)) for name, east, north in moves(cells))


def _others(
    task: Task, surface: Surface, samples: Samples, smoothing: Smoothing, hot_share: float
) -> tuple[Variant, ...]:
    """Return the hotspots of a narrower and a wider bandwidth."""
    cells, points = surface.cells, task.points

    def in_hot(how: Smoothing) -> NDArray[np.bool_]:
        density = how.of(samples, points.x, points.y, points.weight).means(samples)
        hot: NDArray[np.bool_] = density >= _hot_from(density, cells.area_km2, hot_share)
        return hot[cells.of]

    others = [replace(smoothing, bandwidth=smoothing.bandwidth * times) for times in OTHERS]
    return tuple((f"bandwidth {metres(how.bandwidth)}", partial(in_hot, how)) for how in others)


_LEVEL_FIELDS: Final = (
    Field("level", "integer", "Level", "percent", "Percent of the incidents that the densest area holds."),
    Field("density", "number", "From", "incidents per km²", "Lowest density in it."),
    Field("area_km2", "number", "Area", "km²", "Its area."),
    Field("area_share", "number", "Share of the area", "share", "The same of the study area, 0 to 1."),
)


def _levels_table(surface: Surface) -> Table:
    area = np.array([surface.cells.area_km2[surface.level <= level].sum() for level in LEVELS])
    share = area / surface.cells.area_km2.sum()
    return Table.of(
        "levels",
        "What the densest area holds",
        _LEVEL_FIELDS,
        {
            "level": list(LEVELS),
            "density": surface.thresholds.round(6),
            "area_km2": area.round(6),
            "area_share": share.round(6),
        },
        note=f"Smoothed, a quarter of the incidents lie in {percent(float(share[0]))} of the study area and "
        f"half in {percent(float(share[1]))}.",
    )
