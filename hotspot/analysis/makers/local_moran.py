"""The layer of local Moran: cells like or unlike their neighbours, and the hotspots that hot ones make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot import parameters
from hotspot.analysis import guards
from hotspot.analysis.cells import lay_cells
from hotspot.analysis.chance import NORMAL, warn_if_sparse
from hotspot.analysis.hotcells import (
    accuracy_of,
    cell_columns,
    hotspots_of,
    numbers_of,
    shifts,
    shown,
    warn_if_cut,
)
from hotspot.analysis.likeness import Likeness
from hotspot.analysis.reach import reach, reach_of, whole_cells
from hotspot.analysis.task import Result
from hotspot.errors import ParameterError
from hotspot.stats.localmoran import HH, HL, LL, QUADRANTS, LocalMoran, local_moran
from hotspot.stats.moran import moran
from hotspot.stats.significance import adjust, classes, two_sided_p
from hotspot.words import metres

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task
    from hotspot.stats.neighbours import Neighbours

    Floats = NDArray[np.float64]

NOT_SIGNIFICANT: Final = "not significant"


@dataclass(frozen=True, eq=False)
class Judged:
    """What local Moran says of each cell, all of shape (n_cells,)."""

    found: LocalMoran
    p: Floats
    p_adjusted: Floats
    p_normal: Floats
    klass: NDArray[np.int8]
    """Confidence, 0 to 3, whatever the quadrant."""

    @property
    def hot(self) -> NDArray[np.int8]:
        """Confidence of the cells that hold much themselves: high-high and high-low; 0 of all others."""
        high = np.isin(self.found.quadrant, (HH, HL))
        return np.where(high, self.klass, 0).astype(np.int8)

    @property
    def words(self) -> NDArray[np.object_]:
        """Quadrant of each cell, or that it is not significant."""
        names = np.array(QUADRANTS, dtype=object)[self.found.quadrant]
        return np.where(self.klass >= 1, names, NOT_SIGNIFICANT)


def make(task: Task) -> Result:
    """Return the cells of a study area by quadrant, the hotspots among them, and the hold-out accuracy.

    A hotspot is made of touching cells that hold more than the mean and are significant: those
    among cells like them, and outliers that stand alone among quiet ones.

    Raises
    ------
    ThinDataError
        No cell could be significant, and the task is not forced.
    ParameterError
        Cells so small that there would be too many, or a neighbour distance that reaches none.
    """
    chosen = task.parameters
    assert isinstance(chosen, parameters.LocalMoran)  # noqa: S101 - the table of methods pairs them
    task.tell(0.2, "laying the grid")
    cells = lay_cells(task, shape=chosen.cell_shape, size=chosen.cell_size)
    far = reach(task, cells, cells.count(), chosen=chosen.neighbour_distance, how=chosen.distance)
    near = cells.near(far.distance)
    _check_reach(cells, near, far.distance)
    task.tell(0.3, "comparing with chance")
    likeness = Likeness.of(cells.count(), near, significance=chosen.significance).noted(task.log)
    judged = _judged(likeness, near, chosen.adjustment)
    forced = _forced(task, cells, likeness, judged, chosen.adjustment)
    if likeness.significance == NORMAL:
        warn_if_sparse(task.log, cells.incidents(), near.number)
    _note_global(task, cells, far.distance)
    warn_if_cut(task, near.sums(cells.share_inside) / near.number, judged.words == QUADRANTS[LL])
    task.tell(0.5, "ranking hotspots")
    table, hotspot = hotspots_of(task, cells, judged.hot)
    task.tell(0.7, "measuring on later data")
    useful = accuracy_of(task, cells, lambda points, places: forecast(points, places, chosen))
    task.tell(0.8, "drawing the cells")
    around = near.sums(cells.incidents()) - cells.incidents()
    some = (cells.incidents() + around > 0) | (judged.klass != 0)
    kept = shown(cells, some, chosen=chosen.cells)
    return Result(
        geometry=cells.polygons(kept),
        columns={
            **cell_columns(task, cells, kept),
            **_columns(judged, kept),
            "neighbour_incidents": np.rint(around[kept]).astype(np.int64),
            "hotspot": hotspot[kept],
        },
        hotspots=table,
        used={
            **chosen.to_dict(),
            "cell_size": cells.size,
            **far.used,
            "significance": likeness.significance,
        },
        numbers=_numbers(judged, cells, table),
        accuracy=useful,
        membership=hotspot[cells.of],
        cells=cells,
        forced=forced,
        variants=shifts(task, cells, lambda moved: _hot(moved, far.distance, chosen)),
        tables=far.tables,
    )


def forecast(_points: Points, cells: Cells, chosen: parameters.LocalMoran) -> Floats:
    """Return what the cells held and what their neighbours held on average, added up; of districts per km².

    I itself foretells nothing: it is as high for quiet cells among quiet ones.
    """
    counts = cells.count()
    distance = reach_of(cells, counts, chosen=chosen.neighbour_distance, how=chosen.distance)
    near = cells.near(distance)
    # Districts differ in size as cells do not: what counts is how much there is in as much area.
    held = counts / cells.area_km2 if cells.grid is None else counts
    others = near.number - 1
    lag = np.divide(near.sums(held) - held, others, out=np.zeros(len(cells)), where=others > 0)
    return np.asarray(held + lag)


def _check_reach(cells: Cells, near: Neighbours, distance: float | None) -> None:
    if distance is None or len(cells) < 2 or near.number.max() > 1:
        return
    what = "districts" if cells.grid is None else f"cells are {metres(cells.size)} wide"
    msg = (
        f"neighbour_distance must reach other cells: {metres(distance)} reaches none, {what}. "
        "Name a longer distance, or none for the ring of touching cells."
    )
    raise ParameterError("neighbour_distance", msg)


def _judged(likeness: Likeness, near: Neighbours, adjustment: str) -> Judged:
    found = local_moran(likeness.values, neighbours=near)
    p_normal = two_sided_p(found.z)
    p = likeness.p(found)
    p_adjusted = adjust(p, adjustment)
    # Confidence alone: which way is the quadrant's to say.
    return Judged(found, p, p_adjusted, p_normal, classes(np.ones(len(p)), p_adjusted))


def _hot(cells: Cells, distance: float | None, chosen: parameters.LocalMoran) -> NDArray[np.int8]:
    """Return the confidence of hot cells alone, of cells of a grid laid elsewhere."""
    near = cells.near(distance)
    likeness = Likeness.of(cells.count(), near, significance=chosen.significance)
    return _judged(likeness, near, chosen.adjustment).hot


def _forced(task: Task, cells: Cells, likeness: Likeness, judged: Judged, adjustment: str) -> bool:
    """Whether the answer is forced: nothing is significant, and nothing could have been."""
    if judged.klass.any() or likeness.could_reach(judged.found, adjustment):
        return False
    guards.nothing_possible(len(cells), force=task.force, log=task.log, noun=cells.noun)
    return True


def _note_global(task: Task, cells: Cells, distance: float | None) -> None:
    chosen, near = whole_cells(cells)
    found = moran(cells.count()[chosen], neighbours=near(distance))
    task.log.decide(
        "Moran's I of the whole",
        f"{found.i:.3f}",
        f"chance makes {found.expected:.2g} on average, and {found.z:.1f} standard deviations lie between",
    )


def _columns(judged: Judged, kept: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    return {
        "neighbours": judged.found.others[kept].astype(np.int64),
        "i": np.round(judged.found.i[kept], 10),
        "z": np.round(judged.found.z[kept], 10),
        "p": judged.p[kept],
        "p_adjusted": judged.p_adjusted[kept],
        "p_normal": judged.p_normal[kept],
        "quadrant": judged.words[kept],
        "class": judged.klass[kept].astype(np.int64),
    }


def _numbers(judged: Judged, cells: Cells, table: pd.DataFrame) -> dict[str, Any]:
    words = judged.words
    none = f"no {cells.noun} that holds many is significantly like or unlike its neighbours."
    return {
        **numbers_of(cells, table, judged.hot >= 1, none=none),
        "quadrants": {name: int((words == name).sum()) for name in (*QUADRANTS[1:], NOT_SIGNIFICANT)},
    }
