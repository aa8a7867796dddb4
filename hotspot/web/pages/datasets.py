"""Datasets: what was imported, and the form that asks a question of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from hotspot.analysis.methods import METHODS
from hotspot.analysis.question import WEEKDAYS, Question
from hotspot.web.site import catalogue, store
from hotspot.web.turns import turn
from hotspot.web.wording import WEEKDAYS as WEEKDAY_NAMES

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict
    from werkzeug.wrappers import Response

blueprint = Blueprint("datasets", __name__, url_prefix="/datasets")


@blueprint.get("")
def index() -> str:
    """List the datasets."""
    return render_template("datasets.html", here="datasets", records=store().datasets.list())


@blueprint.get("/<name>")
def show(name: str) -> str:
    """Show one dataset, with the form to make a layer of it."""
    record = store().datasets.get(name)
    return render_template(
        "dataset.html",
        here="datasets",
        record=record,
        imports=store().imports.list(name),
        layers=[layer for layer in catalogue().layers() if layer.dataset == name],
        offences=store().incidents.offences(name),
        areas=_areas(record.area),
        methods=METHODS,
        weekdays=[(day, WEEKDAY_NAMES[day]) for day in WEEKDAYS],
    )


@blueprint.post("/<name>/layers")
def ask(name: str) -> Response:
    """Make a layer from the form and go to it."""
    from hotspot.service import publish

    store().datasets.get(name)
    question = Question.from_dict({"dataset": name, **asked(request.form)})
    with turn():
        record = publish.make_layer_in_child(store(), question, force="force" in request.form)
    flash("Published. The layer never changes; ask again for newer data.", "good")
    return redirect(url_for("layers.show", layer_id=record.id), 303)


def asked(form: MultiDict[str, str]) -> dict[str, Any]:
    """Return the parts of a question that a form holds.

    Only the chosen method's parameters are taken, so that the form works
    without a script, when those of every method are sent.
    """
    method = form.get("method", "gi_star")
    area, codes = form.get("area", ""), form.getlist("districts")
    inside = [code for code in codes if code.startswith(f"{area}/")]
    prefix = f"{method}."
    return {
        "method": method,
        "parameters": {
            name.removeprefix(prefix): text for name, text in form.items() if name.startswith(prefix)
        },
        "area": f"{area}/{','.join(code.partition('/')[2] for code in inside)}" if inside else area,
        "offences": form.getlist("offences"),
        "start": form.get("start", ""),
        "end": form.get("end", ""),
        "hours": _hours(form.get("from_hour", ""), form.get("to_hour", "")),
        "weekdays": form.getlist("weekdays"),
        "precision": form.get("precision", "exact"),
        "title": form.get("title", ""),
    }


def _hours(first: str, last: str) -> list[str] | None:
    return [first, last] if first or last else None


def _areas(own: str) -> list[dict[str, Any]]:
    """Return the boundary sets to choose from, the dataset's own first and with its districts."""
    records = sorted(store().boundaries.list(), key=lambda record: (record.name != own, record.title))
    return [
        {"name": r.name, "title": r.title, "districts": _districts(r.name) if r.name == own else []}
        for r in records
    ]


def _districts(name: str) -> list[tuple[str, str]]:
    features = catalogue().features(f"districts-{name.lower()}")
    return [(f"{name}/{p['code']}", p["name"]) for p in features.properties]
