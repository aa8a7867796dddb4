"""Reports: a question in the address, answered in sentences, tables and charts."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request

from hotspot.analysis.methods import REPORTS
from hotspot.analysis.question import Question
from hotspot.errors import NotFoundError
from hotspot.web.pages import asking
from hotspot.web.site import store
from hotspot.web.turns import turn

if TYPE_CHECKING:
    from hotspot.analysis.methods import ReportKind
    from hotspot.service.store import Dataset

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


@blueprint.get("")
def index() -> str:
    """List the reports."""
    return render_template("reports.html", here="reports", kinds=REPORTS, datasets=store().datasets.list())


@blueprint.get("/<name>")
def show(name: str) -> str:
    """Show the form of a report, and its answer once the form was sent."""
    kind = kind_of(name)
    dataset = request.args.get("dataset", "")
    if not dataset:
        return render_template("report.html", here="reports", kind=kind, datasets=store().datasets.list())
    record = store().datasets.get(dataset)
    made = _answer(name, record) if "run" in request.args and of_own_page() else None
    return render_template(
        "report.html",
        here="reports",
        kind=kind,
        made=made,
        pictures=pictures(made["charts"]) if made else {},
        given=request.args,
        **asking.offered(record),
    )


def _answer(name: str, own: Dataset) -> dict[str, Any]:
    from hotspot.service import reports

    asked = asking.asked(request.args, name, area=own.area)
    question = Question.from_dict({"dataset": own.name, **asked})
    with turn():
        return reports.report_in_child(store(), question, force="force" in request.args, charts=True)


def of_own_page() -> bool:
    """Whether an address was opened from here, or typed, or by a tool.

    The page of another site may lead to a report, but must not make this machine work:
    the form is filled, and its button does the rest.
    """
    return request.headers.get("Sec-Fetch-Site") in (None, "same-origin", "none")


def kind_of(name: str) -> ReportKind:
    """Return the report of that name, or say which there are."""
    if name not in REPORTS:
        msg = f"There is no report {name[:40]!r}. There are: {', '.join(REPORTS)}."
        raise NotFoundError(msg)
    return REPORTS[name]


def pictures(charts: dict[str, str]) -> dict[str, str]:
    """Return the address of each chart, which holds the chart itself."""
    return {
        table: f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"
        for table, drawn in charts.items()
    }
