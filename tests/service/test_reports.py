"""Reports and changes made from a store, here and in a limited process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from hotspot.analysis.question import Question
from hotspot.analysis.reports import Report
from hotspot.errors import NotFoundError, ParameterError, ThinDataError
from hotspot.service import publish, reports
from tests.service.test_publish import question, town

if TYPE_CHECKING:
    from hotspot.service.store import Store

__all__ = ["town"]


def asked(name: str = "profile", **changed: object) -> Question:
    known = {"dataset": "town", "method": name, "area": "BZ/BZ-BZ"}
    return Question.from_dict({**known, **changed})


def test_a_child_answers_as_this_process_does(town: Store) -> None:
    here = reports.make_report(town, asked())
    there = reports.report_in_child(town, asked())
    charts = there.pop("charts")
    assert charts == {}
    assert there == json.loads(json.dumps(here.to_dict()))
    assert Report.from_dict(there).to_dict() == here.to_dict()


def test_charts_come_along_when_they_are_asked_for(town: Store) -> None:
    made = reports.report_in_child(town, asked(), charts=True)
    drawn = {table["name"] for table in made["tables"] if table["chart"] and table["rows"]}
    assert set(made["charts"]) == drawn != set()
    assert all(text.startswith("<svg") for text in made["charts"].values())


def test_progress_is_told(town: Store) -> None:
    steps = []
    reports.make_report(town, asked(), progress=lambda *step: steps.append(step))
    assert steps
    assert all(stage == "Working it out" and 0 <= done <= total for stage, done, total in steps)


def test_what_a_report_refuses_is_refused_by_the_child_with_the_same_words(town: Store) -> None:
    with pytest.raises(NotFoundError, match="There are: town"):
        reports.make_report(town, asked(dataset="village"))
    with pytest.raises(ParameterError):
        reports.report_in_child(town, asked("evaluate"))
    with pytest.raises(ThinDataError) as refused:
        reports.report_in_child(town, asked("compare", start="2026-03-01", end="2026-03-03"))
    assert refused.value.remedies
    with pytest.raises(ParameterError, match="makes a layer"):
        reports.make_report(town, question())


def test_what_became_of_hotspots_is_told_of_stored_layers(town: Store) -> None:
    earlier = publish.make_layer(town, question(end="2026-04-15"))
    later = publish.make_layer(town, question(start="2026-04-16", title="Later"))
    here = reports.changes(town, earlier.id, later.id)
    there = reports.changes_in_child(town, earlier.id, later.id)
    assert there.pop("charts") == {}
    assert there == json.loads(json.dumps(here.to_dict()))
    publish.withdraw(town, earlier.id)
    with pytest.raises(NotFoundError):
        reports.changes_in_child(town, earlier.id, later.id)


def test_a_report_keeps_nothing(town: Store) -> None:
    before = town.version()
    reports.make_report(town, asked())
    assert town.version() == before
