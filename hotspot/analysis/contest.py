"""Rolling origin: the past cut off at several days, and what each rival catches of what follows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.analysis import holdout
from hotspot.analysis.cells import lay_cells
from hotspot.errors import ParameterError, ThinDataError
from hotspot.stats.accuracy import caught, held_in
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
    """Hit rate along the shares of `CURVE`."""
    lowest: Floats
    highest: Floats
    """Least and largest PAI among the grids, at each share."""


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
            f"at {begin} there are {before:,} and {after:,} that lie between two cuts. Choose another "
            f"cut, or fewer origins than {chosen.origins}."
        )
        raise ParameterError("cut", msg)
    chosen_ones = np.any([each.later for each in rounds], axis=0)
    if not points.weight[chosen_ones].any() or not points.weight[rounds[0].earlier].any():
        msg = "harm must leave something on both sides of the cut; by these weights the harm of one is 0."
        raise ParameterError("harm", msg)
    asked.log.decide(
        "cuts",
        ", ".join(str(each.first) for each in rounds),
        f"{counted(chosen.origins, 'origin')} from {begin} to {end - 1}"
        + (", chosen by the analyst" if chosen.cut else ": automatic, the last third of the window"),
    )
    return rounds


def grids_of(asked: Asked, chosen: parameters.Compare) -> list[Cells]:
    """Return the cells to score in, laid at several places; districts cannot be moved."""
    task = asked.task
    first = lay_cells(task, shape=chosen.cell_shape, size=chosen.cell_size)
    if first.grid is None:
        return [first]
    steps = math.isqrt(int(chosen.grids))
    moved = [
        first.moved(task.points, i * first.size / steps, j * first.size / steps)
        for i in range(steps)
        for j in range(steps)
        if i or j
    ]
    return [first, *moved]


def tally_of(rival: Rival, rounds: list[Round], grids: list[Cells], points: Points) -> Tally:
    """Return what a rival catches in all rounds, each foretold from the incidents before it alone."""
    # Taken once: what a method finds of them alone it then finds for all grids together.
    pasts = [points.take(each.earlier) for each in rounds]
    found = [_on_grid(rival, rounds, pasts, cells) for cells in grids]
    weight = np.concatenate([points.weight[each.later] for each in rounds])
    hits = np.array([(each.taken * weight).sum(axis=1) for each in found])
    pai = hits / weight.sum() / np.array(SHARES)
    expected = [each.expected for each in found if each.expected is not None]
    return Tally(
        rival.name,
        np.mean([each.taken for each in found], axis=0),
        np.mean([each.best for each in found], axis=0),
        np.mean([each.before for each in found], axis=0),
        found[0].before_total,
        np.mean(expected, axis=0) if len(expected) == len(found) else None,
        np.mean([each.curve for each in found], axis=0) / weight.sum(),
        pai.min(axis=0),
        pai.max(axis=0),
    )


@dataclass(frozen=True, eq=False)
class _Found:
    taken: Floats
    best: Floats
    before: Floats
    before_total: float
    expected: Floats | None
    curve: Floats
    """Weight of the later incidents caught along `CURVE`."""


def _on_grid(rival: Rival, rounds: list[Round], pasts: list[Points], cells: Cells) -> _Found:
    area = cells.area_km2
    taken, best, before, expected, curve, total = [], [], [], [], [], 0.0
    for each, earlier in zip(rounds, pasts, strict=True):
        places = replace(cells, of=cells.of[each.earlier], weight=earlier.weight)
        scores = rival.scores(earlier, places)
        observed, prior = cells.count(each.later), places.count()
        parts = caught(scores, area=area, share=SHARES)
        taken.append(parts[:, cells.of[each.later]])
        curve.append(held_in(scores, observed, area=area, share=CURVE))
        best.append(caught(observed / area, area=area, share=SHARES) @ observed)
        before.append(parts @ prior)
        total += float(prior.sum())
        # A score below 0 is no number of incidents; what is one is scaled to those that came.
        forecast = scores * cells.area_km2
        if (scores >= 0).all() and forecast.sum() > 0:
            expected.append(parts @ forecast * (observed.sum() / forecast.sum()))
    return _Found(
        np.concatenate(taken, axis=1),
        np.sum(best, axis=0),
        np.sum(before, axis=0),
        total,
        np.sum(expected, axis=0) if len(expected) == len(rounds) else None,
        np.sum(curve, axis=0),
    )
