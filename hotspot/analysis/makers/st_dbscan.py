"""The layer of ST-DBSCAN: places and weeks in which incidents lie densely together, ranked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot import parameters
from hotspot.analysis.clusters import automatic_least, found_by, weights_of
from hotspot.analysis.days import known_day, known_to_the_day
from hotspot.analysis.k_distance import k_distance_table
from hotspot.analysis.makers.clusters import result_of
from hotspot.stats.clusters import Clusters
from hotspot.stats.dbscan import eps_of
from hotspot.stats.stdbscan import st_dbscan, st_k_distances
from hotspot.words import counted, metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.clusters import Found
    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Result, Task

    Floats = NDArray[np.float64]

_FACTORS: Final = (0.8, 1.25)
"""Parts of eps, and of days, that show how far the hotspots depend on them."""


def make(task: Task) -> Result:
    """Return the clusters in space and time, ranked, and the hold-out accuracy.

    An incident known to a span within a day counts at its middle; one known no
    closer is in no cluster. A cluster's polygon is the union of discs of eps
    around its core incidents, cut to the study area, or what else was asked for.

    Raises
    ------
    ThinDataError
        Too few incidents are known to the day.
    """
    chosen = task.parameters
    assert isinstance(chosen, parameters.STDBSCAN)  # noqa: S101 - the table of methods pairs them
    known, forced = known_to_the_day(task, what="ST-DBSCAN needs", instead="dbscan, which needs no times")
    points = task.points.take(known)
    task.tell(0.2, "choosing how dense is dense")
    days = _days(points)
    least = _min_samples(task, chosen, days)
    curve = st_k_distances(points.x, points.y, days, least, eps_days=chosen.days)
    suggested = eps_of(curve)
    eps = _eps(task, chosen, least, suggested)
    return result_of(
        task,
        partial(_find, eps=eps, days=chosen.days, least=least),
        used={**chosen.to_dict(), "eps": eps, "min_samples": least},
        nothing=f"nowhere do {least:,} of them lie within {metres(eps)} and {_in_days(chosen.days)} of one.",
        variants={
            **{
                f"eps {metres(eps * factor)}": partial(_find, eps=eps * factor, days=chosen.days, least=least)
                for factor in _FACTORS
            },
            **{
                _in_days(chosen.days * factor): partial(
                    _find, eps=eps, days=chosen.days * factor, least=least
                )
                for factor in _FACTORS
            },
        },
        tables=lambda _ranked: k_distance_table(
            curve,
            least=least,
            suggested=suggested,
            used=eps,
            of=len(points),
            within=f"and {_in_days(chosen.days)}",
        ),
        forced=forced,
    )


def _find(points: Points, *, eps: float, days: float, least: int) -> Found:
    known = known_day(points)
    some = points.take(known)
    found = st_dbscan(
        some.x, some.y, _days(some), eps=eps, eps_days=days, min_samples=least, weights=weights_of(some)
    )
    labels, core = np.full(len(points), -1, dtype=np.int64), np.zeros(len(points), dtype=bool)
    labels[known], core[known] = found.labels, found.core
    return found_by(points, Clusters(labels, core), eps)


def _days(points: Points) -> Floats:
    """Middle of the span in which each happened, in days."""
    minute = np.timedelta64(1, "m")
    middle = points.first + (points.last - points.first) // 2
    return np.asarray((middle - np.datetime64("1970-01-01", "m")) / minute / 1440, dtype=np.float64)


def _in_days(days: float) -> str:
    return f"{days:g} day" if days == 1 else f"{days:g} days"


def _min_samples(task: Task, chosen: parameters.STDBSCAN, days: Floats) -> int:
    if chosen.min_samples is not None:
        task.log.decide("min_samples", counted(chosen.min_samples, "incident"), "chosen by the analyst")
        return chosen.min_samples
    span = max(float(days.max() - days.min()), 1.0)
    around = round(len(days) * min(2 * chosen.days / span, 1.0))
    of = f"the {counted(around, 'incident')} of {_in_days(2 * chosen.days)} on average"
    return automatic_least(around, task.log, "min_samples", of=of)


def _eps(task: Task, chosen: parameters.STDBSCAN, least: int, suggested: float) -> float:
    task.log.decide("days", _in_days(chosen.days), "as asked: how far apart in time neighbours are")
    if chosen.eps is not None:
        task.log.decide("eps", metres(chosen.eps), "chosen by the analyst")
        return chosen.eps
    task.log.decide(
        "eps",
        metres(suggested),
        f"automatic: the knee of the distances that hold {least:,} incidents within "
        f"{_in_days(chosen.days)} each, but at most what makes one incident in ten a core; rounded to 10 m",
    )
    return suggested
