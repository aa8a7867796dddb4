"""Rolling origin: the past cut off at several days, and what each rival catches of what follows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.analysis import holdout
from hotspot.errors import ParameterError, ThinDataError
from hotspot.stats.accuracy import caught
from hotspot.words import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot import parameters
    from hotspot.analysis.cells import Cells
    from hotspot.analysis.points import Points
    from hotspot.analysis.reports import Asked
    from hotspot.analysis.rivals import Rival

    Floats = NDArray[np.float64]

SHARES: Final = (0.01, 0.05, 0.1)
"""Shares of the area at which methods are scored."""
CURVE: Final = np.round(np.arange(0.005, 0.2001, 0.005), 4)
"""Shares of the area that the curve of hit rates is drawn through."""


@dataclass(frozen=True, eq=False)
class Round:
    """One cut of the past: what came before, and what is foretold."""

    earlier: NDArray[np.bool_]
    later: NDArray[np.bool_]
    first: np.datetime64
    last: np.datetime64


@dataclass(frozen=True, eq=False)
class Tally:
    """What a rival caught, over all rounds together."""

    name: str
    taken: Floats
    """How far each later incident was caught, 0 to 1, at each share; shape (n_shares, n_later)."""
    best: Floats
    """The most that could have been caught at each share."""
    before: Floats
    """Weight of earlier incidents in the same places, at each share, and the total of all."""
    before_total: float
    expected: Floats | None
    """Incidents forecast there at each share; None of scores that are no incidents."""
    curve: Floats


def rounds_of(asked: Asked, chosen: parameters.Compare) -> list[Round]:
    """Return the rounds that the window is cut in.

    An incident that may lie on either side of a cut is foretold by no round.

    Raises
    ------
    ThinDataError
        Times too coarse, or too few incidents to cut.
    ParameterError
        A cut with too little before or after it.
    """
    points, cut = asked.task.points, asked.task.split
    if cut.reason and not (chosen.cut and cut.about):
        raise ThinDataError(
            f"Methods cannot be compared: {cut.reason}",
            remedies=("Ask about a longer window.", "Pool related offences.", "Use data with days."),
        )
    begin = np.datetime64(chosen.cut or cut.about["cut"], "D")
    end = np.datetime64(cut.about["later"]["to"], "D") + 1
    days = int((end - begin) / np.timedelta64(1, "D"))
    if days < chosen.origins:
        msg = (
            f"cut must leave at least {chosen.origins} days, one for each origin; "
            f"got {begin}, {days} before the end."
        )
        raise ParameterError("cut", msg)
    edges = begin + np.round(np.linspace(0, days, chosen.origins + 1)).astype(int)
    timed = ~np.isnat(points.first)
    rounds = [
        Round(
            timed & (points.last < first), timed & (points.first >= first) & (points.last < last), first, last
        )
        for first, last in pairwise(edges)
    ]
    before, after = int(rounds[0].earlier.sum()), sum(int(each.later.sum()) for each in rounds)
    if before < holdout.LEAST_EARLIER or after < holdout.LEAST_LATER:
        msg = (
            f"cut must leave {holdout.LEAST_EARLIER} incidents before it and {holdout.LEAST_LATER} after; "
            f"at {begin} there are {before:,} and {after:,}."
        )
        raise ParameterError("cut", msg)
    asked.log.decide(
        "cuts",
        ", ".join(str(each.first) for each in rounds),
        f"{counted(chosen.origins, 'origin')} from {begin} to {end - 1}"
        + (", chosen by the analyst" if chosen.cut else ": automatic, the last third of the window"),
    )
    return rounds


def tally_of(rival: Rival, rounds: list[Round], cells: Cells, points: Points) -> Tally:
    """Return what a rival catches in all rounds, each foretold from the incidents before it alone."""
    shares = np.concatenate([SHARES, CURVE])
    taken, best, before, expected, total = [], [], [], [], 0.0
    counted_forecast = True
    for each in rounds:
        earlier, later = points.take(each.earlier), points.take(each.later)
        places = cells.on(earlier)
        scores = rival.scores(earlier, places)
        observed, prior = cells.on(later).count(), places.count()
        parts = [caught(scores, area=cells.area_km2, share=float(share)) for share in shares]
        of = cells.of[each.later]
        taken.append(np.array([part[of] for part in parts]))
        best.append(
            [
                (observed * caught(observed / cells.area_km2, area=cells.area_km2, share=float(s))).sum()
                for s in shares
            ]
        )
        before.append([(prior * part).sum() for part in parts])
        total += float(prior.sum())
        # A score below 0 is no number of incidents; what is scaled to those that came is.
        counted_forecast &= bool((scores >= 0).all() and scores.sum() > 0)
        forecast = scores * cells.area_km2
        scale = observed.sum() / forecast.sum() if counted_forecast else np.nan
        expected.append([(forecast * part).sum() * scale for part in parts])
    n = len(SHARES)
    caught_by = np.concatenate(taken, axis=1)
    weight = np.concatenate([points.weight[each.later] for each in rounds])
    return Tally(
        rival.name,
        caught_by[:n],
        np.sum(best, axis=0)[:n],
        np.sum(before, axis=0)[:n],
        total,
        np.sum(expected, axis=0)[:n] if counted_forecast else None,
        (caught_by[n:] * weight).sum(axis=1) / weight.sum(),
    )
