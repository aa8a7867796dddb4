"""Bringing a file in, and the report on what was in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import available_timezones

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from hotspot.errors import ParameterError
from hotspot.web import uploads
from hotspot.web.site import store
from hotspot.web.turns import turn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response as AnyResponse

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

DATE_ORDERS = (("dmy", "day, month, year"), ("mdy", "month, day, year"), ("ymd", "year, month, day"))
_COLUMN = "column."


@blueprint.get("/new")
def new() -> str:
    """Show the form for a file."""
    return render_template(
        "import_new.html",
        here="imports",
        datasets=store().datasets.list(),
        chosen=request.args.get("dataset", ""),
        areas=store().boundaries.list(),
        zones=sorted(available_timezones()),
        date_orders=DATE_ORDERS,
        limit=store().settings.max_upload_mb,
        recent=store().imports.list()[:8],
    )


@blueprint.post("")
def receive() -> AnyResponse:
    """Import the file of the form and go to its report."""
    from hotspot.service import intake

    dataset = request.form.get("dataset", "").strip()
    if not dataset:
        raise ParameterError(
            "dataset", "The form needs the name of a dataset, such as city-police. Write one."
        )
    with turn(), uploads.received() as upload:
        result = intake.import_file(
            store(),
            upload.path,
            dataset=dataset,
            filename=upload.filename,
            **uploads.options(request.form, columns(request.form)),
        )
    if result.already:
        flash("This very file was imported before, read in the same way. Nothing changed.", "note")
    return redirect(url_for("imports.show", import_id=result.import_id), 303)


@blueprint.get("/<int(max=999999999):import_id>")
def show(import_id: int) -> str:
    """Show the data-quality report of one import."""
    record = store().imports.get(import_id)
    return render_template(
        "import.html",
        here="imports",
        record=record,
        report=record.report,
        dataset=store().datasets.get(record.dataset),
        date_orders=DATE_ORDERS,
    )


@blueprint.get("/<int(max=999999999):import_id>/rejects.csv")
def rejects(import_id: int) -> Response:
    """Answer with the rows set aside, each with its reason."""
    return sent_rejects(import_id)


def sent_rejects(import_id: int) -> Response:
    """Return the rows set aside as a download."""
    stored = store().imports.rejects(import_id)
    response = Response(stored.data, content_type="text/csv; charset=utf-8")
    if stored.gzipped:
        response.headers["Content-Encoding"] = "gzip"
    name = quote(f"import-{import_id}-set-aside.csv")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def columns(form: Mapping[str, str]) -> dict[str, str]:
    """Return the fields whose column somebody chose; an empty choice takes a field away."""
    given: dict[str, Any] = {
        name.removeprefix(_COLUMN): text for name, text in form.items() if name.startswith(_COLUMN)
    }
    return {field: "" if text == "-" else text for field, text in given.items() if text != ""}
