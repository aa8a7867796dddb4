"""The layer of near repeats: the table of pairs, who followed whom, and the places at risk now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from hotspot import parameters
from hotspot.analysis import holdout, in_turn, near_repeat_tables
from hotspot.analysis.days import dated
from hotspot.analysis.ranking import rank_shapes
from hotspot.analysis.task import Result
from hotspot.analysis.zones import cut_to, joined, rings, touching
from hotspot.stats.knox import knox, near_pairs
from hotspot.stats.near_repeats import SAME_PLACE, at_risk, roles
from hotspot.words import counted, metres, percent

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hotspot.analysis.days import Dated
    from hotspot.analysis.points import Points
    from hotspot.analysis.ranking import Ranking
    from hotspot.analysis.task import Task
    from hotspot.places.study_area import StudyArea
    from hotspot.stats.knox import Knox, Pairs
    from hotspot.stats.near_repeats import AtRisk

    Ints = NDArray[np.int64]

_MOST_RISK: Final = 1_000.0
"""Largest ratio that is told: where chance made no pair at all it would be infinite."""
_MUCH: Final = 0.25
"""Share of the study area at risk from which on nobody can act on it."""


def make(task: Task) -> Result:
    """Return the places where another incident is likelier after the window, and the tables behind them.

    A place is the bands around recent incidents that are patterns, joined where they
    touch and cut to the study area. No pattern, no place: an answer too.
    """
    chosen = task.parameters
    assert isinstance(chosen, parameters.NearRepeat)  # noqa: S101 - the table of methods pairs them
    found = dated(task, what="Near repeats")
    _note(task, chosen)
    task.tell(0.2, "finding incidents near one another")
    pairs = _pairs(found.points, chosen)
    table = _knox(pairs, found.day, chosen, task)
    part = roles(pairs, found.moment, table, day=found.day)
    task.tell(0.6, "laying out what is at risk")
    risk = at_risk(found.day, table, now=found.now, horizon=chosen.horizon)
    places = _places(found.points, risk, table, pairs.metric, task.area)
    _warn_if_everywhere(task, places)
    _warn_if_chance(task, table)
    ranking, label = _ranked(task, found, places)
    ranked = ranking.table_with(
        {
            "risk": np.round(places.risk, 3),
            "from_day": found.dates(places.begins),
            "until": found.dates(places.ends),
        }
    )
    task.tell(0.7, "measuring on later data")
    return Result(
        geometry=places.shapes[ranking.order],
        columns={name: ranked[name].to_numpy() for name in ranked.columns},
        hotspots=ranked,
        used={**chosen.to_dict(), "now": found.date(found.now)},
        numbers={
            "patterns": int(table.flagged.sum()),
            "share_in_patterns": round(part.share, 6),
            "nothing": "" if len(ranked) else _nothing(table, found, chosen),
            "found": _found(task, ranked, found, chosen),
        },
        accuracy=_accuracy(task, found, chosen),
        membership=ranking.ranks(label),
        forced=found.forced,
        tables=(near_repeat_tables.of_pairs(table), near_repeat_tables.of_roles(part)),
    )


def _note(task: Task, chosen: parameters.NearRepeat) -> None:
    decide = task.log.decide
    last = chosen.days * chosen.day_bands
    decide(
        "bands of distance",
        f"the place itself, then {chosen.bands} of {metres(chosen.band)}",
        f"{chosen.metric} distance; a pair exactly on an edge is in the further band",
    )
    decide(
        "bands of days", f"{chosen.day_bands} of {counted(chosen.days, 'day')}", f"0 to {last - 1} days apart"
    )
    decide(
        "shuffles", f"{chosen.permutations:,}, seed {chosen.seed}", "the days are shuffled over the incidents"
    )


def _pairs(points: Points, chosen: parameters.NearRepeat) -> Pairs:
    edges = [0.0, SAME_PLACE, *(chosen.band * np.arange(1, chosen.bands + 1)).tolist()]
    return near_pairs(points.x, points.y, distances=edges, metric=chosen.metric)


def _knox(pairs: Pairs, day: Ints, chosen: parameters.NearRepeat, task: Task | None = None) -> Knox:
    days = (chosen.days * np.arange(chosen.day_bands + 1)).tolist()

    def tell(share: float) -> None:
        if task is not None:
            task.tell(0.25 + 0.35 * share, "shuffling the days")

    rng = np.random.default_rng(chosen.seed)
    return knox(pairs, day, days=days, permutations=chosen.permutations, rng=rng, tell=tell)


@dataclass(frozen=True, eq=False)
class _Places:
    """k places at risk, and the incidents that put them there."""

    shapes: NDArray[np.object_]
    of: Ints
    """Place of each incident, -1 for none; shape (n,)."""
    risk: NDArray[np.float64]
    begins: Ints
    ends: Ints


def _places(points: Points, risk: AtRisk, table: Knox, metric: str, area: StudyArea) -> _Places:
    """Return the bands at risk, joined where they touch."""
    inner, outer = table.distances[risk.band], table.distances[risk.band + 1]
    laid = rings(points.x[risk.incident], points.y[risk.incident], inner, outer, metric=metric)
    group = touching(laid, risk.incident)
    k = int(group.max(initial=-1)) + 1
    highest, begins, ends = np.zeros(k), np.full(k, np.iinfo(np.int64).max), np.zeros(k, dtype=np.int64)
    np.maximum.at(highest, group, np.minimum(risk.ratio, _MOST_RISK))
    np.minimum.at(begins, group, risk.begins)
    np.maximum.at(ends, group, risk.ends)
    of = np.full(len(points), -1, dtype=np.int64)
    of[risk.incident] = group
    return _Places(cut_to(joined(laid, group), area), of, highest, begins, ends)


def _ranked(task: Task, found: Dated, places: _Places) -> tuple[Ranking, Ints]:
    """Return the places ranked, and which of them each incident is in, -1 for none."""
    label = np.full(len(task.points), -1, dtype=np.int64)
    label[found.kept] = places.of
    return rank_shapes(task, label, places.shapes), label


def _warn_if_everywhere(task: Task, places: _Places) -> None:
    share = float(shapely.area(places.shapes).sum()) / 1e6 / task.area.area_km2
    if share > _MUCH:
        task.log.warn(
            f"{percent(share)} of the study area is at risk: too much to act on. "
            "Ask about one offence, narrower bands or fewer of them."
        )


def _warn_if_chance(task: Task, table: Knox) -> None:
    patterns, bands = int(table.flagged.sum()), table.flagged.size
    if table.doubtful:
        said = counted(patterns, "band is a pattern", "bands are patterns")
        task.log.warn(
            f"{said} of {bands} looked at, as many as "
            "chance alone may make. Look whether another window shows them too."
        )


def _found(task: Task, ranked: pd.DataFrame, found: Dated, chosen: parameters.NearRepeat) -> str:
    """Return what is at risk: places do not hold the incidents that put them there, but follow from them."""
    causes, n = int(ranked["incidents"].sum()), len(task.points)
    share = float(ranked["area_km2"].sum()) / task.area.area_km2
    return (
        f"{counted(len(ranked), 'place is', 'places are')} at risk in the {counted(chosen.horizon, 'day')} "
        f"after {found.date(found.now)}, {percent(share)} of the area, because of "
        f"{counted(causes, 'incident')} nearby, {percent(causes / n)} of {n:,}."
    )


def _nothing(table: Knox, found: Dated, chosen: parameters.NearRepeat) -> str:
    if not table.flagged.any():
        return (
            "in no band of distance and days are there clearly more pairs than chance makes "
            "(p at most 0.05, and 1.2 times as many)."
        )
    return (
        "they do follow one another, but none of the last ones puts a place at risk in the "
        f"{counted(chosen.horizon, 'day')} after {found.date(found.now)}."
    )


def _accuracy(task: Task, found: Dated, chosen: parameters.NearRepeat) -> dict[str, Any]:
    """Score the places at risk, laid anew every horizon by the patterns of the earlier incidents."""
    if task.split.reason:
        return holdout.not_measured(task.split)
    about = task.split.about
    cut = found.number(about["cut"])
    earlier = found.day < cut
    table = _knox(_pairs(found.points.take(earlier), chosen), found.day[earlier], chosen)
    if not table.flagged.any():
        return holdout.not_measured(task.split, "the earlier incidents alone show no pattern.")
    starts = range(cut, found.now - chosen.horizon + 2, chosen.horizon)
    if not len(starts):
        return holdout.not_measured(task.split, "the later days are fewer than those looked ahead to.")
    last = starts[-1] + chosen.horizon
    task.log.decide(
        "later data",
        f"{counted(len(starts), 'turn')} of {counted(chosen.horizon, 'day')}",
        "places at risk are laid anew in each by the patterns of the earlier incidents; "
        "prior counts are those until then",
    )
    later = {
        "from": about["later"]["from"],
        "to": found.date(last - 1),
        "incidents": int(((found.day >= cut) & (found.day < last)).sum()),
    }
    split = replace(task.split, about={**about, "later": later})
    turns = _turns(found, table, starts, chosen, task.area)
    return in_turn.scored(replace(task, split=split), turns)


def _turns(
    found: Dated, table: Knox, starts: range, chosen: parameters.NearRepeat, area: StudyArea
) -> Iterator[in_turn.Turn]:
    for start in starts:
        known = found.day < start
        before = found.points.take(known)
        risk = at_risk(found.day[known], table, now=start - 1, horizon=chosen.horizon)
        places = _places(before, risk, table, chosen.metric, area)
        after = found.points.take((found.day >= start) & (found.day < start + chosen.horizon))
        yield in_turn.Turn(places.shapes, before, after)
