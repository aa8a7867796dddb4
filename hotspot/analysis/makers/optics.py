"""The layer of OPTICS: places with a steep edge, ranked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from hotspot import parameters
from hotspot.analysis.cluster_scores import expected
from hotspot.analysis.clusters import automatic_least, few_enough, found_by, weights_of
from hotspot.analysis.k_distance import k_distance_table
from hotspot.analysis.makers.clusters import result_of
from hotspot.stats.dbscan import eps_of, k_distances
from hotspot.stats.optics import FINEST, optics
from hotspot.words import counted, metres

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.clusters import Found
    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Result, Task

_FACTORS: Final = (0.5, 0.8, 1.25, 2.0)
"""Parts of xi that show how far the hotspots depend on it."""


def make(task: Task) -> Result:
    """Return the innermost places with a steep edge, ranked, and the hold-out accuracy.

    A cluster's polygon is the union of discs around its incidents that are just
    large enough to touch, cut to the study area, or what else was asked for.

    Raises
    ------
    ParameterError
        So many locations that it would take minutes.
    """
    chosen = task.parameters
    assert isinstance(chosen, parameters.OPTICS)  # noqa: S101 - the table of methods pairs them
    points = task.points
    few_enough(points, "OPTICS")
    task.tell(0.2, "choosing how dense is dense")
    least = chosen.min_samples
    if least is None:
        least = automatic_least(len(points), task.log, "min_samples")
    else:
        task.log.decide("min_samples", counted(least, "incident"), "chosen by the analyst")
    task.log.decide(
        "finest distance", metres(FINEST), "shorter ones are alike: recorded places are no closer"
    )
    curve = k_distances(points.x, points.y, least)
    suggested = eps_of(curve)
    reach = suggested if chosen.max_eps is None else chosen.max_eps
    why = (
        "chosen by the analyst" if chosen.max_eps else "automatic: what the k-distance curve suggests as eps"
    )
    task.log.decide("max_eps", metres(reach), why)
    return result_of(
        task,
        partial(_find, least=least, xi=chosen.xi, max_eps=reach),
        used={**chosen.to_dict(), "min_samples": least, "max_eps": reach},
        nothing=f"nowhere does the density of {least:,} of them fall off steeply.",
        variants={
            f"xi {xi:g}": partial(_find, least=least, xi=xi, max_eps=reach)
            for xi in (round(chosen.xi * factor, 6) for factor in _FACTORS)
            if xi < 1
        },
        tables=lambda _ranked: k_distance_table(
            curve, least=least, suggested=suggested, used=reach, of=len(points)
        ),
    )


def forecast(points: Points, cells: Cells, chosen: parameters.OPTICS) -> NDArray[np.float64]:
    """Return what the clusters of earlier incidents foretell for each cell, per km2."""
    few_enough(points, "OPTICS")

    def find() -> Found:
        least = chosen.min_samples or automatic_least(len(points))
        reach = chosen.max_eps or eps_of(k_distances(points.x, points.y, least))
        return _find(points, least=least, xi=chosen.xi, max_eps=reach)

    return expected(points, cells, chosen, find)


def _find(points: Points, *, least: int, xi: float, max_eps: float) -> Found:
    found = optics(
        points.x,
        points.y,
        min_samples=least,
        max_eps=max_eps,
        xi=xi,
        weights=weights_of(points),
    )
    return found_by(points, found.clusters, found.holds / 2)
