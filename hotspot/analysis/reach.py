"""How far neighbours are: chosen, those that touch, or as far as the incidents cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot.analysis.cells import neighbour_distance
from hotspot.analysis.hotcells import CUT
from hotspot.analysis.methods.method import Field
from hotspot.analysis.tables import Chart, Table
from hotspot.stats.lattice import TOUCHING, Lattice
from hotspot.stats.moran import SURE, incremental_moran
from hotspot.words import counted, metres

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.task import Task
    from hotspot.stats.moran import MoranCurve
    from hotspot.stats.neighbours import Neighbours

    Floats = NDArray[np.float64]

INCREMENTAL: Final = "incremental"
STEPS: Final = 15
"""Distances tried at most."""
FEWEST: Final = 30
"""Places below which z says little of where it peaks."""
WIDE: Final = 80
"""Neighbours beyond which a neighbourhood is no place any more: nine by nine cells."""

_FIELDS: Final = (
    Field("distance", "number", "Distance", "m", "Places whose middles lie within it are neighbours."),
    Field("neighbours", "number", "Neighbours", "places", "Mean number of neighbours, without itself."),
    Field("i", "number", "Moran's I", doc="How far like lies by like: 0 is about what chance makes."),
    Field("z", "number", "z", "standard deviations", "How far that is from chance, the incidents shuffled."),
)


@dataclass(frozen=True, eq=False)
class Reach:
    """How far neighbours are, and the curve that it was read from."""

    distance: float | None
    """Metres; None for districts that touch."""
    how: str
    """``touching`` or ``incremental``."""
    tables: tuple[Table, ...] = ()

    @property
    def used(self) -> dict[str, Any]:
        """The parameters that it stands for."""
        return {
            "neighbour_distance": None if self.distance is None else round(self.distance, 3),
            "distance": self.how,
        }


def reach(task: Task, cells: Cells, values: Floats, *, chosen: float | None, how: str) -> Reach:
    """Return how far neighbours are, and note it and why.

    Parameters
    ----------
    task
        Its log is told.
    cells
        The places.
    values
        Incidents, harm or rate of each, shape (n,).
    chosen
        Metres, if the analyst chose; then nothing is automatic.
    how
        ``touching``, or ``incremental``: the first peak of Moran's I over increasing
        distances, or touching where there is none.
    """
    if how != INCREMENTAL or chosen is not None:
        distance = neighbour_distance(task, cells, chosen)
        _note_islands(task, cells, distance)
        return Reach(distance, "touching")
    curve = curve_of(cells, values)
    if curve.peak is None:
        distance = neighbour_distance(task, cells, None)
        task.log.decide("first peak of Moran's I", "none", _why_none(curve, len(cells)))
        _note_islands(task, cells, distance)
        return Reach(distance, "touching", (_table(curve),))
    task.log.decide(
        "neighbour distance",
        metres(curve.peak),
        f"automatic: the first peak of Moran's I over {len(curve.distance)} distances from "
        f"{metres(curve.distance[0])} to {metres(curve.distance[-1])}, where clustering is strongest",
    )
    _warn_if_wide(task, curve)
    return Reach(curve.peak, INCREMENTAL, (_table(curve),))


def reach_of(cells: Cells, values: Floats, *, chosen: float | None, how: str) -> float | None:
    """Return how far neighbours are, as `reach` does, without a word: for forecasts."""
    if how == INCREMENTAL and chosen is None:
        return curve_of(cells, values).peak
    return chosen


def curve_of(cells: Cells, values: Floats) -> MoranCurve:
    """Return Moran's I over increasing distances: of cells, a cell more each time.

    Of districts, from the distance at which each has a neighbour, by the mean distance to
    the nearest. Up to half the width of the study area, and no more than 15 distances.
    """
    whole, near = whole_cells(cells)
    return incremental_moran(values[whole], distances=_distances(cells).tolist(), neighbours=near)


def whole_cells(cells: Cells) -> tuple[NDArray[np.bool_], Callable[[float | None], Neighbours]]:
    """Return which places Moran's I of a whole map is taken of, and who of them is whose neighbour.

    Cells that the edge cuts are left out, unless there are few others: small ones in a
    row are like each other for that alone, and a map of pure chance would seem clustered.
    """
    whole = cells.share_inside >= CUT
    if cells.grid is None or whole.sum() < FEWEST:
        return np.ones(len(cells), dtype=bool), cells.near
    lattice = Lattice.of(cells.grid.col[whole], cells.grid.row[whole], cells.shape)
    return whole, lambda metres: lattice.within(None if metres is None else metres / cells.size)


def _distances(cells: Cells) -> Floats:
    n = len(cells)
    if n < 2:
        return np.empty(0)
    if cells.grid is not None:
        x, y = cells.x, cells.y
        first = step = cells.size
        first *= TOUCHING[cells.shape]
    else:
        import shapely
        from scipy.spatial import cKDTree

        middle = shapely.centroid(cells.polygons())
        x, y = shapely.get_x(middle), shapely.get_y(middle)
        centres = np.column_stack([x, y])
        nearest = cKDTree(centres).query(centres, k=2)[0][:, 1]
        # Rounded up: a whole number of metres, and nobody left out by the last bit.
        first, step = float(np.ceil(nearest.max())), max(float(np.ceil(nearest.mean())), 1.0)
    widest = max(np.ptp(x), np.ptp(y)) / 2
    series = first + step * np.arange(STEPS)
    return np.asarray(series[(series <= widest) | (np.arange(STEPS) == 0)], dtype=np.float64)


def _why_none(curve: MoranCurve, n: int) -> str:
    tried = f"automatic: over {counted(len(curve.distance), 'distance')} "
    if not len(curve.z) or curve.z.max() <= SURE:
        why = "the incidents are nowhere clustered beyond chance"
    elif n < FEWEST:
        why = "z has no height between two lower ones, as is usual of so few places"
    else:
        why = "z has no height between two lower ones, but falls from the first or still rises at the last"
    return f"{tried}{why}; so neighbours are those that touch"


def _table(curve: MoranCurve) -> Table:
    peak = curve.peak
    if peak is None:
        note = "z has no height between two lower ones: neighbours are the places that touch."
    else:
        note = f"z is at its first height at {metres(peak)}: as far as the incidents cluster most clearly."
    return Table.of(
        "incremental_moran",
        "Moran's I by distance",
        _FIELDS,
        {
            "distance": curve.distance.round(3),
            "neighbours": curve.neighbours.round(2),
            "i": curve.i.round(6),
            "z": curve.z.round(4),
        },
        note=note,
        chart=Chart("line", "distance", ("z",)),
    )


def _warn_if_wide(task: Task, curve: MoranCurve) -> None:
    around = float(curve.neighbours[curve.distance == curve.peak][0])
    if around > WIDE and curve.peak is not None:
        task.log.warn(
            f"Clustering is strongest at {metres(curve.peak)}, where a place has {around:,.0f} neighbours: "
            "such a layer shows busy parts of a city, not places to patrol. Touching neighbours, or a "
            "neighbour_distance of your own, show more detail."
        )


def _note_islands(task: Task, cells: Cells, distance: float | None) -> None:
    """Say so where districts have nobody beside them."""
    if cells.grid is not None or len(cells) < 2:
        return
    alone = int((cells.near(distance).number == 1).sum())
    if alone:
        task.log.decide(
            "districts without a neighbour",
            f"{alone:,}",
            "islands, or further apart than the neighbour distance: each has itself only; a longer "
            "neighbour distance joins them",
        )
