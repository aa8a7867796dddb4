"""The layer of DBSCAN: places where incidents lie densely together, ranked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from hotspot import parameters
from hotspot.analysis.cluster_scores import expected
from hotspot.analysis.clusters import automatic_least, found_by, weights_of
from hotspot.analysis.k_distance import k_distance_table
from hotspot.analysis.makers.clusters import result_of
from hotspot.parameters.clusters import PRESETS
from hotspot.stats.dbscan import dbscan, eps_of, k_distances
from hotspot.words import counted, metres

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.clusters import Found
    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Result, Task

_FACTORS: Final = (0.8, 0.9, 1.1, 1.25)
"""Parts of eps that show how far the hotspots depend on it."""


def make(task: Task) -> Result:
    """Return the clusters of the incidents, ranked, and the hold-out accuracy.

    A cluster's polygon is the union of discs of eps around its core incidents,
    cut to the study area, or what else was asked for. No cluster is an answer too.
    """
    chosen = task.parameters
    assert isinstance(chosen, parameters.DBSCAN)  # noqa: S101 - the table of methods pairs them
    points = task.points
    task.tell(0.2, "choosing how dense is dense")
    least = _min_samples(task, chosen)
    curve = k_distances(points.x, points.y, least)
    suggested = eps_of(curve)
    eps = _eps(task, chosen, least, suggested)
    return result_of(
        task,
        partial(_find, eps=eps, least=least),
        used={**chosen.to_dict(), "eps": eps, "min_samples": least},
        nothing=f"nowhere do {least:,} of them lie within {metres(eps)} of one.",
        variants={
            f"eps {metres(eps * factor)}": partial(_find, eps=eps * factor, least=least)
            for factor in _FACTORS
        },
        tables=lambda _ranked: k_distance_table(
            curve, least=least, suggested=suggested, used=eps, of=len(points)
        ),
    )


def forecast(points: Points, cells: Cells, chosen: parameters.DBSCAN) -> NDArray[np.float64]:
    """Return what the clusters of earlier incidents foretell for each cell, per km2."""

    def find() -> Found:
        least = _preset(chosen)[1] or automatic_least(len(points))
        eps = _preset(chosen)[0] or eps_of(k_distances(points.x, points.y, least))
        return _find(points, eps=eps, least=least)

    return expected(points, cells, chosen, find)


def _find(points: Points, *, eps: float, least: int) -> Found:
    clusters = dbscan(points.x, points.y, eps=eps, min_samples=least, weights=weights_of(points))
    return found_by(points, clusters, eps)


def _preset(chosen: parameters.DBSCAN) -> tuple[float | None, int | None]:
    """Eps and min_samples as given, or of the preset; None is automatic."""
    eps, least = PRESETS.get(chosen.preset, (None, None))
    return (
        eps if chosen.eps is None else chosen.eps,
        least if chosen.min_samples is None else chosen.min_samples,
    )


def _min_samples(task: Task, chosen: parameters.DBSCAN) -> int:
    least = _preset(chosen)[1]
    if least is None:
        return automatic_least(len(task.points), task.log, "min_samples")
    why = "chosen by the analyst" if chosen.min_samples is not None else f"the preset {chosen.preset}"
    task.log.decide("min_samples", counted(least, "incident"), why)
    return least


def _eps(task: Task, chosen: parameters.DBSCAN, least: int, suggested: float) -> float:
    eps = _preset(chosen)[0]
    if eps is not None:
        why = "chosen by the analyst" if chosen.eps is not None else f"the preset {chosen.preset}"
        task.log.decide("eps", metres(eps), why)
        return eps
    task.log.decide(
        "eps",
        metres(suggested),
        f"automatic: the knee of the distances that hold {least:,} incidents each, "
        "but at most what makes one incident in ten a core; rounded to 10 m",
    )
    return suggested
