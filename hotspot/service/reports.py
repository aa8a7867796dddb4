"""Questions answered by a report: sentences and tables that are shown and not kept.

Importing this module is cheap; ``*_in_child`` keep the libraries of analysis out
of the caller's process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hotspot.service import publish
from hotspot.service.child_store import opened, run_on_store
from hotspot.service.progress import silent

if TYPE_CHECKING:
    from hotspot.analysis.question import Question
    from hotspot.analysis.reports import Report
    from hotspot.service.progress import Progress
    from hotspot.service.store import Store

_STAGE: Final = "Working it out"


def make_report(
    store: Store, question: Question, *, force: bool = False, progress: Progress | None = None
) -> Report:
    """Return the report that a question asks for whose method is a report's name.

    Parameters
    ----------
    store
        Holds the incidents and the boundaries.
    question
        What is asked.
    force
        Answer also when the data are too thin.
    progress
        Called with stage, done and total.
    """
    from hotspot.analysis.reports import report

    known = store.datasets.get(question.dataset)
    boundary_set = publish.boundary_set_of(store, question.area)
    incidents = store.incidents.read(question.dataset, columns=publish.READ)
    say = progress or silent
    return report(
        question,
        incidents,
        boundary_set=boundary_set,
        timezone=known.timezone,
        force=force,
        progress=lambda share, _what: say(_STAGE, round(100 * share), 100),
    )


def changes(store: Store, earlier: str, later: str) -> Report:
    """Return what became of each hotspot of one published layer by another, both by their ids."""
    from hotspot.analysis import identity
    from hotspot.analysis.layer import Layer

    layers = [Layer.from_parquet(store.layers.file(name, "layer.parquet").data) for name in (earlier, later)]
    return identity.changes(*layers)


def report_in_child(
    store: Store, question: Question, *, force: bool = False, charts: bool = False
) -> dict[str, Any]:
    """Return what ``make_report`` does, in a limited process of its own, as plain values.

    With ``charts`` there is also ``charts``: the drawing of each table that has one, as SVG
    by the name of the table.
    """
    return run_on_store(store, "report", {"question": question.to_dict(), "force": force, "charts": charts})


def changes_in_child(store: Store, earlier: str, later: str, *, charts: bool = False) -> dict[str, Any]:
    """Return what ``changes`` does, in a limited process of its own, as ``report_in_child`` does."""
    return run_on_store(store, "report", {"earlier": earlier, "later": later, "charts": charts})


def make_here(payload: dict[str, Any], *, progress: Progress) -> dict[str, Any]:
    """Answer for the functions above, in the child."""
    with opened(payload) as store:
        if "question" in payload:
            from hotspot.analysis.question import Question

            question = Question.from_dict(payload["question"])
            made = make_report(store, question, force=payload["force"], progress=progress)
        else:
            made = changes(store, payload["earlier"], payload["later"])
    return {**made.to_dict(), "charts": _charts(made) if payload["charts"] else {}}


def _charts(made: Report) -> dict[str, str]:
    from hotspot.outputs import charts

    return {table.name: charts.svg(table) for table in made.tables if table.chart and table.rows}
