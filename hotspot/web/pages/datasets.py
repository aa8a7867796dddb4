"""Datasets: what was imported, and the form that asks a question of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from hotspot.analysis.methods import REPORTS
from hotspot.analysis.question import Question
from hotspot.outputs.formats import FORMATS
from hotspot.service.incidents.collections import PREFIX
from hotspot.service.incidents.files import SUFFIXES
from hotspot.web.pages import asking
from hotspot.web.site import base_url, catalogue, store
from hotspot.web.turns import turn

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from hotspot.ogc.collection import Collection

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
        **asking.offered(record),
        imports=store().imports.list(name),
        layers=[layer for layer in catalogue().layers() if layer.dataset == name],
        groups=asking.grouped(),
        reports=REPORTS,
        incidents=_incidents(name),
        files=[FORMATS[suffix] for suffix in SUFFIXES],
        ogc=f"{base_url()}/ogc",
    )


@blueprint.post("/<name>/layers")
def ask(name: str) -> Response:
    """Make a layer from the form and go to it."""
    from hotspot.service import publish

    own = store().datasets.get(name)
    method = request.form.get("method", "gi_star")
    question = Question.from_dict({"dataset": name, **asking.asked(request.form, method, area=own.area)})
    with turn():
        record = publish.make_layer_in_child(store(), question, force="force" in request.form)
    flash("Published. The layer never changes; ask again for newer data.", "good")
    return redirect(url_for("layers.show", layer_id=record.id), 303)


def _incidents(name: str) -> Collection | None:
    """Return the collection of a dataset's incidents, for who may see it."""
    return next((each for each in catalogue().collections() if each.id == PREFIX + name), None)
