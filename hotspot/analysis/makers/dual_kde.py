"""The layer of the dual density: incidents beside what the population or an earlier time leads to expect."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot import parameters
from hotspot.analysis import holdout
from hotspot.analysis.expectation import Expectation, expectation
from hotspot.analysis.hotcells import cell_columns, hotspots_of, moves, numbers_of
from hotspot.analysis.smoothing import lay_out, moved_to, samples_of
from hotspot.analysis.task import Result
from hotspot.stats.dual import Dual, dual, even_scale
from hotspot.stats.kde import kernel_value
from hotspot.stats.levels import volume_levels
from hotspot.stats.moved import Laid

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.smoothing import Smoothing
    from hotspot.analysis.task import Task, Variant
    from hotspot.stats.surface import Samples

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

SHOWN: Final = 0.99
"""Part of both densities together that the cells that become features hold."""
ALONE: Final = 2.0
"""Incidents in one place whose density is the automatic floor: one alone then never makes it twice."""
FORETELLS_NOTHING: Final = "a ratio of densities foretells no number of incidents."


@dataclass(frozen=True, eq=False)
class Compared:
    """Both densities of each cell, side by side; all of shape (n_cells,)."""

    density: Floats
    found: Dual
    known: NDArray[np.bool_]
    """Whether anything is known to compare with."""
    floor: float
    """Incidents per km2."""
    mean: float
    """Mean density over the study area, incidents per km2."""

    def hot(self, chosen: parameters.DualKDE) -> NDArray[np.int8]:
        """Return 1 in cells with as much more than expected as was asked for, 0 elsewhere."""
        if chosen.scale == "difference":
            much = self.found.difference >= self.much(chosen)
        else:
            much = self.found.ratio >= chosen.times
        return (much & self.known).astype(np.int8)

    def much(self, chosen: parameters.DualKDE) -> float:
        """Return the difference from which on a cell is hot, on that scale; incidents per km2."""
        return (chosen.times - 1) * max(self.mean, self.floor)

    def shown(self, area: Floats) -> NDArray[np.bool_]:
        """Which cells, of these areas, hold most of both densities together."""
        both = np.where(self.known, self.density + self.found.other, 0.0)
        return np.asarray(self.known & (both >= volume_levels(both, area=area, shares=[SHOWN])))


def make(task: Task) -> Result:
    """Return the cells of a study area with both densities, and the hotspots of more than expected.

    Raises
    ------
    ParameterError
        A bandwidth below the size of the cells, too many cells, or nothing to compare with:
        incidents without times, a day outside the window, or no population.
    ThinDataError
        Too few incidents before or after the cut, and the task is not forced.
    """
    chosen = task.parameters
    assert isinstance(chosen, parameters.DualKDE)  # noqa: S101 - the table of methods pairs them
    expected = expectation(task, chosen)
    layout = lay_out(task, chosen)
    cells = layout.cells
    task.tell(0.4, "smoothing")
    both = _smoothed(task, cells, layout.smoothing, expected, chosen)
    compared = both.compared(both.density, both.other, both.known, cells.area_km2)
    _note(task, compared, chosen)
    task.tell(0.6, "ranking hotspots")
    table, hotspot = hotspots_of(task, cells, compared.hot(chosen))
    task.tell(0.8, "drawing the cells")
    kept = np.flatnonzero(compared.shown(cells.area_km2))
    return Result(
        geometry=cells.polygons(kept),
        columns={
            **cell_columns(task, cells, kept),
            **_columns(compared, chosen, kept),
            "hotspot": hotspot[kept],
        },
        hotspots=table.assign(ratio=_ratios(cells, compared, hotspot, len(table))),
        used={
            **chosen.to_dict(),
            "bandwidth": layout.smoothing.bandwidth,
            "cell_size": cells.size,
            "cut": expected.cut,
            "floor": round(compared.floor / compared.mean, 6) if compared.mean else None,
        },
        numbers=_numbers(cells, compared, chosen, table),
        accuracy=holdout.not_measured(task.split, FORETELLS_NOTHING),
        membership=hotspot[cells.of],
        cells=cells,
        forced=expected.forced,
        variants=_shifts(task, cells, both),
        tables=layout.tables,
    )


@dataclass(frozen=True, eq=False)
class _Smoothed:
    """Both densities, and of which cells the other one is known."""

    chosen: parameters.DualKDE
    samples: Samples
    at_nodes: tuple[Floats, Floats]
    """Both at the nodes of the samples."""
    density: Floats
    other: Floats
    known: NDArray[np.bool_]
    """Shape (n_cells,), all three."""
    least: float
    """The automatic floor, incidents per km2."""

    def compared(
        self, density: Floats, other: Floats, known: NDArray[np.bool_], area_km2: Floats
    ) -> Compared:
        """Return both densities of some cells side by side, scaled over those where both are known."""
        area = area_km2[known]
        mean = float(density[known] @ area / area.sum()) if area.sum() > 0 else 0.0
        scale = even_scale(density[known], other[known], area=area)
        floor = mean * self.chosen.floor if self.chosen.floor is not None else 0.0
        floor = floor if floor > 0 else self.least
        return Compared(density, dual(density, other, floor=floor, scale=scale), known, floor, mean)


def _smoothed(
    task: Task, cells: Cells, smoothing: Smoothing, expected: Expectation, chosen: parameters.DualKDE
) -> _Smoothed:
    points, source = task.points.take(expected.now), expected.source(cells)
    samples = samples_of(cells, smoothing.bandwidth)
    one, two = (smoothing.of(samples, each.x, each.y, each.weight) for each in (points, source))
    at_nodes = one.at(samples.nodes), two.at(samples.nodes)
    weight = float(points.weight.mean()) if len(points) else 1.0
    highest = float(kernel_value(0.0, bandwidth=smoothing.bandwidth, kernel=smoothing.kernel))
    return _Smoothed(
        chosen,
        samples,
        at_nodes,
        one.over(samples, at_nodes[0]),
        two.over(samples, at_nodes[1]),
        source.known,
        ALONE * max(weight, 1e-9) * highest,
    )


def _shifts(task: Task, cells: Cells, both: _Smoothed) -> tuple[Variant, ...]:
    """Return the hotspots of other grid origins, read from the same two surfaces."""
    samples, points = both.samples, task.points
    share = samples.share_km2
    area = Laid(samples.nodes, share)
    known = Laid(samples.nodes, share * np.append(both.known, False)[samples.cell])
    laid = [Laid(samples.nodes, each * share) for each in both.at_nodes]

    def in_hot(east: float, north: float) -> NDArray[np.bool_]:
        moved = moved_to(cells, samples, east, north)
        (one, size), (two, _) = (moved.density(each, area) for each in laid)
        mostly = (size > 0) & (moved.held(known) > size / 2)
        hot: NDArray[np.bool_] = both.compared(one, two, mostly, size).hot(both.chosen) >= 1
        return hot[moved.of(points.x, points.y)]

    return tuple((name, partial(in_hot, east, north)) for name, east, north in moves(cells))


def _note(task: Task, compared: Compared, chosen: parameters.DualKDE) -> None:
    task.log.decide(
        "scale of the other density",
        "as shares",
        "both add up to as much over the study area, so that a ratio of 1 is the same share of all, however "
        "many there are in all",
    )
    times = f", {compared.floor / compared.mean:,.2g} times the mean density" if compared.mean else ""
    why = (
        "chosen by the analyst"
        if chosen.floor is not None
        else "automatic: the density at the middle of two incidents in one place"
    )
    task.log.decide(
        "floor",
        f"{compared.floor:,.3g} per km²{times}",
        f"{why}; added to both before they are divided, so that few incidents make no large ratio",
    )
    task.log.decide(
        "hot from",
        f"a difference of {compared.much(chosen):,.3g} per km²"
        if chosen.scale == "difference"
        else f"a ratio of {chosen.times:g}",
        "a density is no test of chance, for which there is Gi*, with rates against a population",
    )


def _columns(compared: Compared, chosen: parameters.DualKDE, kept: Ints) -> dict[str, NDArray[Any]]:
    found = compared.found
    columns: dict[str, NDArray[Any]] = {
        "density": np.round(compared.density[kept], 6),
        "other_density": np.round(found.other[kept], 6),
        "ratio": np.round(found.ratio[kept], 6),
        "difference": np.round(found.difference[kept], 6),
        "log_ratio": np.round(found.log_ratio[kept], 6),
    }
    return {**columns, "value": columns[chosen.scale]}


def _ratios(cells: Cells, compared: Compared, hotspot: Ints, k: int) -> Floats:
    area = np.bincount(hotspot, weights=cells.area_km2, minlength=k + 1)[1:]
    held = np.bincount(hotspot, weights=cells.area_km2 * compared.found.ratio, minlength=k + 1)[1:]
    return np.round(held / area, 3)


def _numbers(
    cells: Cells, compared: Compared, chosen: parameters.DualKDE, table: pd.DataFrame
) -> dict[str, Any]:
    none = f"nowhere is there {chosen.times:g} times as much as expected."
    if chosen.scale == "difference":
        none = f"nowhere are there {compared.much(chosen):,.3g} per km² more than expected."
    return {
        **numbers_of(cells, table, compared.hot(chosen) >= 1, none=none),
        "mean_density": round(compared.mean, 6),
        "floor": round(compared.floor, 6),
    }
