"""The published layers: all on one map, each with its map, its ranked table and how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from hotspot.analysis.methods import METHODS
from hotspot.outputs.assets import with_nonce
from hotspot.service.behind import chart_name, tables_of
from hotspot.web.downloads import attachment, offered, stored
from hotspot.web.guard import nonce
from hotspot.web.keeping import named
from hotspot.web.pages.elsewhere import elsewhere_of
from hotspot.web.pages.reports import of_own_page, pictures
from hotspot.web.scales import scale_of
from hotspot.web.site import catalogue, store
from hotspot.web.turns import turn

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from hotspot.analysis.methods import Method
    from hotspot.outputs.style import Legend
    from hotspot.service.store import LayerRecord, StoredFile

blueprint = Blueprint("layers", __name__)

_FIRST_COLUMNS = ("rank", "district_name", "incidents", "share", "confidence")
_NOT_SHOWN = frozenset({"district", "lon", "lat", "class", "cells", "locations"})


@blueprint.get("/")
def index() -> str:
    """Show every published layer, on one map and as cards."""
    records = catalogue().layers()
    return render_template(
        "layers.html",
        here="layers",
        records=records,
        withdrawn=list(catalogue().withdrawn().values()),
        methods=METHODS,
        datasets=store().datasets.list(),
    )


@blueprint.get("/map")
def index_map() -> Response:
    """Answer with the map of all layers."""
    return _map(store().site.file("index.html"))


@blueprint.get("/layers/<layer_id>")
def show(layer_id: str) -> str | tuple[str, int]:
    """Show one layer, or how to bring a withdrawn one back."""
    gone = catalogue().withdrawn().get(layer_id)
    if gone is not None:
        return render_template("withdrawn.html", here="layers", record=gone), 410
    record = catalogue().layer(layer_id)
    method = METHODS[record.method]
    return render_template(
        "layer.html",
        here="layers",
        record=record,
        method=method,
        columns=_told(_columns(method, placed=record.area != "hull"), record),
        legend=_legend(record),
        downloads=offered(),
        tables=_tables(record),
        others=_same_area(record),
        elsewhere=elsewhere_of(record),
    )


@blueprint.get("/layers/latest/<name>")
def latest(name: str) -> AnyResponse:
    """Lead to the page of the newest answer of a standing question."""
    return redirect(url_for("layers.show", layer_id=catalogue().latest(name).id), 302)


@blueprint.get("/layers/<layer_id>/map")
def show_map(layer_id: str) -> Response:
    """Answer with the layer's own map."""
    return _map(store().layers.file(layer_id, "map.html"))


@blueprint.get("/layers/<layer_id>/features.geojson")
def features(layer_id: str) -> Response:
    """Answer with all features, as the layer's map fetches them."""
    return stored(catalogue().layer(layer_id), "features.geojson")


@blueprint.get("/layers/<layer_id>/download.<suffix>")
def download(layer_id: str, suffix: str) -> Response:
    """Answer with the layer as a file to keep."""
    return attachment(catalogue().layer(layer_id), suffix)


@blueprint.get("/layers/<layer_id>/charts/<table>.svg")
def chart(layer_id: str, table: str) -> Response:
    """Answer with the chart of a table behind the layer."""
    return stored(catalogue().layer(layer_id), chart_name(table))


@blueprint.get("/layers/<layer_id>/changes")
def changes(layer_id: str) -> str:
    """Show what became of each hotspot of an earlier layer, named by ``since``."""
    from hotspot.service import reports

    record, since = catalogue().layer(layer_id), request.args.get("since")
    before, made = (catalogue().layer(since) if since else None), None
    if before is not None and of_own_page():
        with turn():
            made = reports.changes_in_child(store(), before.id, record.id, charts=True)
    return render_template(
        "changes.html",
        here="layers",
        record=record,
        since=before,
        others=_same_area(record),
        made=made,
        pictures=pictures(made["charts"]) if made else {},
    )


@blueprint.post("/layers/<layer_id>/withdraw")
def withdraw(layer_id: str) -> AnyResponse:
    """Take a layer out of sight."""
    from hotspot.service import publish

    title = catalogue().layer(layer_id).title
    publish.withdraw(store(), layer_id)
    flash(f"Withdrawn: {title}", f"undo {layer_id}")
    return redirect(url_for("layers.index"), 303)


@blueprint.post("/layers/<layer_id>/audience")
def audience(layer_id: str) -> AnyResponse:
    """Let pages of other sites read a layer, or this machine alone."""
    from hotspot.service.audience import open_to

    record = open_to(store(), layer_id, request.form.get("audience", ""), by=request.form.get("by", ""))
    flash(f"{'Public' if record.audience == 'public' else 'Local'} now: {record.title}", "good")
    return redirect(url_for("layers.show", layer_id=layer_id), 303)


@blueprint.post("/layers/<layer_id>/restore")
def restore(layer_id: str) -> AnyResponse:
    """Publish a withdrawn layer again."""
    from hotspot.service import publish

    record = publish.restore(store(), layer_id)
    flash(f"Published again: {record.title}", "good")
    return redirect(url_for("layers.show", layer_id=layer_id), 303)


def _columns(method: Method, *, placed: bool = True) -> list[dict[str, str]]:
    """Return the columns that a page shows: names instead of codes, one place at the end.

    Districts are left out where nothing was placed in any.
    """
    known = {field.name: field.to_dict() for field in method.hotspot_fields}
    if not placed:
        del known["district_name"]
    shown = [name for name in (*_FIRST_COLUMNS, *known) if name in known and name not in _NOT_SHOWN]
    place = {
        "name": "place",
        "type": "string",
        "title": "Latitude, longitude",
        "unit": "",
        "doc": "A point inside, WGS 84.",
    }
    return [*(known[name] for name in dict.fromkeys(shown)), place]


def _tables(record: LayerRecord) -> list[dict[str, Any]]:
    """Return the tables behind a layer, each with whether there is a chart of it."""
    return [
        {**table, "drawn": chart_name(table["name"]) in record.files} for table in tables_of(store(), record)
    ]


def _same_area(record: LayerRecord) -> list[LayerRecord]:
    """Return the other layers of the same study area, the latest first."""
    return [
        other
        for other in catalogue().layers()
        if other.area == record.area != "hull" and other.id != record.id
    ]


def _told(columns: list[dict[str, str]], record: LayerRecord) -> list[dict[str, str]]:
    """Return the columns that tell something: those with a value, and harm where it was asked for."""
    silent = {
        column["name"]
        for column in columns
        if column["name"] != "place" and all(row.get(column["name"]) is None for row in record.hotspots)
    }
    if not record.question.get("harm"):
        silent.add("harm")
    return [column for column in columns if column["name"] not in silent]


def _map(page: StoredFile) -> Response:
    # The nonce of who has the map already is that of the policy it came with.
    return named(Response(with_nonce(page.data, nonce()), content_type="text/html; charset=utf-8"), page.etag)


def _legend(record: LayerRecord) -> Legend:
    return scale_of(record).legend
