"""The report that holds methods against each other, and against prior counts, on later incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot import parameters
from hotspot.analysis import guards, holdout
from hotspot.analysis.contest import CURVE, SHARES, grids_of, rounds_of, tally_of
from hotspot.analysis.methods.method import Field
from hotspot.analysis.reports import Answer
from hotspot.analysis.rivals import PRIOR, rivals
from hotspot.analysis.tables import Chart, Table
from hotspot.stats.accuracy import predicted_to_observed, recapture_rate_index
from hotspot.words import counted, percent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.contest import Round, Tally
    from hotspot.analysis.points import Points
    from hotspot.analysis.reports import Asked

    Floats = NDArray[np.float64]

_FEWEST: Final = 5

_FIELDS: Final = (
    Field("method", "string", "Method"),
    Field("area_share", "number", "Area", "share", "Part of the study area that is taken, 0 to 1."),
    Field("hits", "number", "Hits", "incidents", "Later incidents caught there."),
    Field("hit_rate", "number", "Hit rate", "share", "Part of the later incidents caught, 0 to 1."),
    Field("pai", "number", "PAI", "times", "Prediction accuracy index: hit rate over share of the area."),
    Field("pai_low", "number", "PAI, lowest", "times", "On the grid where it is least."),
    Field("pai_high", "number", "PAI, highest", "times", "On the grid where it is largest."),
    Field("pei", "number", "PEI", "share", "Prediction efficiency index: PAI over the best possible."),
    Field(
        "rri", "number", "RRI (Levine)", "times",
        "Recapture rate index: share of later over share of earlier incidents there; below 1 it cooled.",
    ),
    Field(
        "predicted_to_observed", "number", "Predicted to observed", "times",
        "Incidents forecast there for each that came; only for forecasts in incidents.",
    ),
    Field("ahead", "number", "Ahead of prior counts by", "incidents", "Later incidents beyond theirs."),
    Field("chance", "number", "By chance up to", "incidents", "How far chance puts the best of so many."),
    Field(
        "verdict", "string", "Beside prior counts",
        doc="better, about equal or worse (McNemar, 95 % for all methods together).",
    ),
)  # fmt: skip


def make(asked: Asked) -> Answer:
    """Return a table of methods, scored by rolling origin, and which to use.

    Each method makes a forecast from the incidents before a day; the cells it ranks
    highest are scored on those from that day to the next cut. All are scored in the same
    cells and on exactly the same share of the area; ties count with what they held on average, and
    so do several places where the grid may lie.

    Raises
    ------
    ThinDataError
        Too few incidents, or none with a usable time.
    ParameterError
        A method that makes no forecast; a cut with too little before or after it.
    """
    chosen = asked.parameters
    assert isinstance(chosen, parameters.Compare)  # noqa: S101 - the table of reports pairs them
    contenders = rivals(chosen.methods)
    task = asked.task
    guards.enough_incidents(
        len(task.points),
        kind=task.area.kind,
        question=asked.question,
        left_out=asked.usable.rows.left_out,
        force=asked.force,
        log=asked.log,
    )
    rounds = rounds_of(asked, chosen)
    grids = grids_of(asked, chosen)
    cells = grids[0]
    weight = np.concatenate([task.points.weight[each.later] for each in rounds])
    tallies = []
    for number, rival in enumerate(contenders):
        asked.tell(0.1 + 0.8 * number / len(contenders), f"trying {rival.name}")
        tallies.append(tally_of(rival, rounds, grids, task.points))
    headline = 0 if SHARES[0] * len(cells) >= _FEWEST else 1
    rows = [row for tally in tallies for row in _rows(tally, tallies[0], weight, len(tallies) - 1)]
    return Answer(
        sentences=_sentences(rows, headline, len(weight)),
        tables=(_scores(rows), _curves(tallies), _cuts(rounds, task.points)),
        used={
            **chosen.to_dict(),
            "methods": [each.name for each in contenders],
            "cell_size": cells.size,
            "cells": len(cells),
            "cut": str(rounds[0].first),
        },
    )


def _rows(tally: Tally, prior: Tally, weight: Floats, tests: int) -> list[dict[str, Any]]:
    total = float(weight.sum())
    even = weight / weight.mean()
    rows = []
    for i, share in enumerate(SHARES):
        hits = float((tally.taken[i] * weight).sum())
        apart = holdout.difference(even * tally.taken[i], even * prior.taken[i], tests=max(tests, 1))
        rri = recapture_rate_index(
            hits, total, earlier_hits=tally.before[i], earlier_total=tally.before_total
        )
        foretold = tally.expected
        ratio = None if foretold is None else float(predicted_to_observed(foretold[i], hits))
        rows.append(
            {
                "method": tally.name,
                "area_share": share,
                "hits": round(hits, 1),
                "hit_rate": round(hits / total, 6),
                "pai": round(hits / total / share, 3),
                "pai_low": round(float(tally.lowest[i]), 3),
                "pai_high": round(float(tally.highest[i]), 3),
                "pei": round(hits / tally.best[i], 3) if tally.best[i] else None,
                "rri": round(float(rri), 3),
                "predicted_to_observed": None if ratio is None else round(ratio, 3),
                "ahead": round(apart["hits"], 1),
                "chance": round(apart["chance"], 1),
                "verdict": "the baseline" if tally is prior else holdout.verdict(apart),
            }
        )
    return rows


def _scores(rows: list[dict[str, Any]]) -> Table:
    ordered = sorted(rows, key=lambda row: row["area_share"])
    return Table.of(
        "methods",
        "Methods, scored on later incidents",
        _FIELDS,
        {field.name: [row[field.name] for row in ordered] for field in _FIELDS},
        note="PAI is the hit rate over the share of the area, and 1 is chance; PEI is that part of the best "
        "possible; RRI below 1: places cooled since. What chance makes is told for the best of all these "
        "methods; its figures are a little flattered all the same, for it was chosen on these incidents.",
    )


def _curves(tallies: list[Tally]) -> Table:
    fields = [Field("area_share", "number", "Area", "share", "Part of the study area that is taken.")]
    columns: dict[str, Any] = {"area_share": CURVE}
    for number, tally in enumerate(tallies):
        name = f"method_{number}"
        fields.append(Field(name, "number", tally.name, "share", "Part of the later incidents caught."))
        columns[name] = tally.curve.round(5)
    chart = Chart("line", "area_share", tuple(field.name for field in fields[1:]), "Later incidents caught")
    return Table.of("hit_rates", "Hit rate by share of the area", tuple(fields), columns, chart=chart)


def _cuts(rounds: list[Round], points: Points) -> Table:
    fields = (
        Field("first", "string", "Foretold from", doc="First local day of the part that is foretold."),
        Field("last", "string", "to", doc="Last day of it."),
        Field("earlier", "integer", "Earlier", "incidents", "Incidents the forecasts are made of."),
        Field("later", "integer", "Later", "incidents", "Incidents they are scored on."),
    )
    columns: dict[str, Any] = {
        "first": [str(each.first) for each in rounds],
        "last": [str(each.last - 1) for each in rounds],
        "earlier": [int(each.earlier.sum()) for each in rounds],
        "later": [int(each.later.sum()) for each in rounds],
    }
    vague = len(points) - int(np.any([each.earlier | each.later for each in rounds], axis=0).sum())
    note = f"{counted(vague, 'incident')} could not be told to be before or after a cut." if vague else ""
    return Table.of("cuts", "Where the past was cut off", fields, columns, note=note)


def _sentences(rows: list[dict[str, Any]], headline: int, later: int) -> tuple[str, ...]:
    share = SHARES[headline]
    at = [row for row in rows if row["area_share"] == share]
    prior = next(row for row in at if row["method"] == PRIOR)
    others = [row for row in at if row["method"] != PRIOR]
    if not others:
        return ("Nothing was compared with prior counts: name methods.",)
    # One a little behind the first may be better beyond chance where the first is not: it disagrees less.
    best = max(others, key=lambda row: (row["verdict"] == holdout.BETTER, row["hits"], row["pei"] or 0))
    figures = (
        f"in {percent(share)} of the area it caught {percent(best['hit_rate'])} "
        f"of {counted(later, 'later incident')} "
        f"(PAI {best['pai']:,.1f}), prior counts {percent(prior['hit_rate'])} (PAI {prior['pai']:,.1f})"
    )
    hits = counted(round(abs(best["ahead"])), "incident")
    ahead = f"{hits}, where chance alone makes up to {best['chance']:,.0f}"
    if best["verdict"] == holdout.BETTER:
        first = f"Use {best['method']}: {figures}, ahead by {ahead}."
    elif best["verdict"] == holdout.EQUAL:
        first = (
            f"No method is clearly better than prior counts here: {best['method']} "
            f"does best of the others: {figures}, {'ahead' if best['ahead'] > 0 else 'behind'} by {ahead}. "
            "Prior counts are the simplest choice."
        )
    else:
        first = f"Use prior counts: the best of the others is {best['method']}, {figures}, behind by {ahead}."
    also = [row["method"] for row in others if row["verdict"] == holdout.BETTER and row is not best]
    second = f"{', '.join(also)} also beat prior counts." if also else ""
    return tuple(sentence for sentence in (first, second) if sentence)
