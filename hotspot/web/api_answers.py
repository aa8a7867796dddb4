# mypy: disable-error-code="untyped-decorator"
"""The part of the HTTP API that answers in sentences and tables: reports, and what lies behind a layer."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from hotspot.analysis.methods import REPORTS
from hotspot.analysis.question import Question
from hotspot.analysis.tables import Table
from hotspot.outputs import table_csv as csv_file
from hotspot.service.behind import chart_name, tables_of
from hotspot.web.api import blueprint, problem
from hotspot.web.api_schemas import (
    AskedSchema,
    ReportSchema,
    SinceSchema,
    TableSchema,
    report_schemas,
)
from hotspot.web.pages.reports import kind_of
from hotspot.web.site import catalogue, store
from hotspot.web.turns import turn


@blueprint.get("/layers/<layer_id>/tables")
@blueprint.response(200, TableSchema(many=True))
@problem(404)
def tables(layer_id: str) -> list[dict[str, Any]]:
    """List the tables behind a layer: its week, its concentration and what its method adds."""
    record = catalogue().layer(layer_id)
    return [
        {
            **table,
            "csv": url_for("api.table_csv", layer_id=record.id, table=table["name"]),
            "svg": url_for("layers.chart", layer_id=record.id, table=table["name"])
            if chart_name(table["name"]) in record.files
            else None,
        }
        for table in tables_of(store(), record)
    ]


@blueprint.get("/layers/<layer_id>/tables/<table>.csv")
@blueprint.response(200, {"type": "string"}, content_type="text/csv")
@problem(404)
def table_csv(layer_id: str, table: str) -> Response:
    """Fetch one table behind a layer as CSV; text that looks like a formula stays text."""
    record = catalogue().layer(layer_id)
    (found,) = tables_of(store(), record, name=table)
    response = Response(csv_file.encode(Table.from_dict(found)), content_type=csv_file.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f"attachment; filename={record.id}-{found['name']}.csv"
    return response


@blueprint.get("/layers/<layer_id>/changes")
@blueprint.arguments(SinceSchema, location="query")
@blueprint.response(200, ReportSchema)
@problem(400)
@problem(404)
def changes(asked: dict[str, Any], layer_id: str) -> dict[str, Any]:
    """Tell what became of each hotspot of an earlier layer: kept, grew, split, merged, gone or new."""
    from hotspot.service import reports

    earlier, later = catalogue().layer(asked["since"]), catalogue().layer(layer_id)
    with turn():
        return reports.changes_in_child(store(), earlier.id, later.id)


@blueprint.get("/reports")
@blueprint.response(200, {"type": "array", "items": {"type": "object"}})
def reports() -> Response:
    """List the reports with their parameters, bounds and defaults."""
    from flask import jsonify

    schemas = report_schemas()
    return jsonify(
        [
            {
                "name": kind.name,
                "title": kind.title,
                "summary": kind.summary,
                "parameters": schemas[f"Parameters_{kind.name}"],
            }
            for kind in REPORTS.values()
        ]
    )


@blueprint.post("/reports/<name>")
@blueprint.arguments(AskedSchema)
@blueprint.response(200, ReportSchema)
@problem(400)
@problem(404)
@problem(422)
def report(asked: dict[str, Any], name: str) -> dict[str, Any]:
    """Ask for a report: an answer in sentences and tables. Nothing of it is kept."""
    from hotspot.service.reports import report_in_child

    kind, force = kind_of(name), asked.pop("force")
    own = store().datasets.get(asked["dataset"])
    question = Question.from_dict({"area": own.area or "hull", **asked, "method": kind.name})
    with turn():
        return report_in_child(store(), question, force=force)
