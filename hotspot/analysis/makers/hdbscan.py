"""The layer of HDBSCAN: places denser than what lies around them, ranked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot import parameters
from hotspot.analysis.cluster_scores import expected
from hotspot.analysis.clusters import automatic_least, few_enough, found_by, weights_of
from hotspot.analysis.makers.clusters import result_of
from hotspot.analysis.methods.method import Field
from hotspot.analysis.tables import Table
from hotspot.stats.hdbscan import hdbscan
from hotspot.words import counted, metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.clusters import Found
    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Result, Task

_FACTORS: Final = (0.67, 0.8, 1.25, 1.5)
"""Parts of min_cluster_size that show how far the hotspots depend on it."""
_FIELDS: Final = (
    Field("rank", "integer", "Rank", doc="Of the hotspot."),
    Field("incidents", "integer", "Incidents", "incidents", "Incidents inside."),
    Field("holds", "number", "Holds at", "m", "Distance at which all of its incidents are joined."),
    Field("melts", "number", "Melts at", "m", "Distance at which it melts with another."),
    Field(
        "persistence",
        "number",
        "Persistence",
        "share",
        "Part of the way to the next cluster on which it stands alone: 1 - holds / melts.",
    ),
)


def make(task: Task) -> Result:
    """Return the clusters that stand apart from what is around them, ranked, and the hold-out accuracy.

    A cluster's polygon is the union of discs around its incidents that are just
    large enough to touch, cut to the study area, or what else was asked for.

    Raises
    ------
    ParameterError
        So many locations that it would take minutes.
    """
    chosen = task.parameters
    assert isinstance(chosen, parameters.HDBSCAN)  # noqa: S101 - the table of methods pairs them
    few_enough(task.points, "HDBSCAN")
    task.tell(0.2, "choosing how many are many")
    size = chosen.min_cluster_size
    if size is None:
        size = automatic_least(len(task.points), task.log, "min_cluster_size")
    else:
        task.log.decide("min_cluster_size", counted(size, "incident"), "chosen by the analyst")
    least = chosen.min_samples or size
    why = "chosen by the analyst" if chosen.min_samples else "automatic: as many as min_cluster_size"
    task.log.decide("min_samples", counted(least, "incident"), why)
    return result_of(
        task,
        partial(_find, size=size, least=least, chosen=chosen),
        used={**chosen.to_dict(), "min_cluster_size": size, "min_samples": least},
        nothing=f"no {size:,} of them stand apart from the rest.",
        variants={
            f"min_cluster_size {other:,}": partial(_find, size=other, least=least, chosen=chosen)
            for other in _others(size)
        },
        tables=_persistence,
    )


def forecast(points: Points, cells: Cells, chosen: parameters.HDBSCAN) -> NDArray[np.float64]:
    """Return what the clusters of earlier incidents foretell for each cell, per km2."""
    few_enough(points, "HDBSCAN")
    size = chosen.min_cluster_size or automatic_least(len(points))
    least = chosen.min_samples or size
    return expected(points, cells, chosen, lambda: _find(points, size=size, least=least, chosen=chosen))


def _find(points: Points, *, size: int, least: int, chosen: parameters.HDBSCAN) -> Found:
    found = hdbscan(
        points.x,
        points.y,
        min_cluster_size=size,
        min_samples=least,
        max_cluster_size=max(chosen.max_share * len(points), size),
        epsilon=chosen.epsilon,
        weights=weights_of(points),
    )
    about = {"holds": found.holds, "melts": found.melts, "persistence": found.persistence}
    return found_by(points, found.clusters, found.holds / 2, about)


def _others(size: int) -> list[int]:
    return sorted({max(round(size * factor), 2) for factor in _FACTORS} - {size})


def _persistence(ranked: dict[str, Any]) -> tuple[Table, ...]:
    if not len(ranked["rank"]):
        return ()
    columns = {
        **ranked,
        "holds": np.round(ranked["holds"], 1),
        "melts": np.round(ranked["melts"], 1),
        "persistence": np.round(ranked["persistence"], 4),
    }
    most = int(np.argmax(ranked["persistence"]))
    holds, melts = metres(float(columns["holds"][most])), metres(float(columns["melts"][most]))
    note = (
        "A hotspot that holds together at a much shorter distance than it melts at stands apart clearly; "
        f"most of all does number {ranked['rank'][most]}, which holds at {holds} and melts at {melts}."
    )
    return (Table.of("persistence", "How far each hotspot stands apart", _FIELDS, columns, note=note),)
