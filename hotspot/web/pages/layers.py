"""The published layers: all on one map, each with its map, its ranked table and how it was made."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for

from hotspot.analysis.methods import METHODS
from hotspot.errors import NotFoundError
from hotspot.outputs import maps, style
from hotspot.web.site import base_url, catalogue, store

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from hotspot.service.store import LayerRecord, StoredFile

blueprint = Blueprint("layers", __name__)

DOWNLOADS = (
    ("geojson", "GeoJSON", "for web maps and scripts"),
    ("gpkg", "GeoPackage", "for QGIS and ArcGIS"),
    ("csv", "CSV", "for spreadsheets, with a point for each feature"),
    ("parquet", "GeoParquet", "for GeoPandas and DuckDB, with the whole provenance inside"),
)
"""Suffix, name and use of each download, as the page lists them."""

_FILES = {"geojson": "features.geojson", "parquet": "layer.parquet"}


@blueprint.get("/")
def index() -> str:
    """Show every published layer, on one map and as cards."""
    records = catalogue().layers()
    return render_template("layers.html", here="layers", records=records, methods=METHODS, datasets=store().datasets.list())


@blueprint.get("/map")
def index_map() -> Response:
    """Answer with the map of all layers."""
    return _map(store().site.file("index.html"))


@blueprint.get("/layers/<layer_id>")
def show(layer_id: str) -> str:
    """Show one layer."""
    record = catalogue().layer(layer_id)
    method = METHODS[record.method]
    return render_template(
        "layer.html",
        here="layers",
        record=record,
        method=method,
        columns=[field.to_dict() for field in method.hotspot_fields if field.name != "district"],
        legend=_legend(record),
        downloads=[d for d in DOWNLOADS if _file_name(d[0]) in record.files],
        ogc=f"{base_url()}/ogc",
    )


@blueprint.get("/layers/<layer_id>/map")
def show_map(layer_id: str) -> Response:
    """Answer with the layer's own map."""
    return _map(store().layers.file(layer_id, "map.html"))


@blueprint.get("/layers/<layer_id>/features.geojson")
def features(layer_id: str) -> Response:
    """Answer with all features, as the layer's map fetches them."""
    return _file(layer_id, "features.geojson")


@blueprint.get("/layers/<layer_id>/download.<suffix>")
def download(layer_id: str, suffix: str) -> Response:
    """Answer with the layer as a file to keep."""
    if suffix not in {known for known, _, _ in DOWNLOADS}:
        msg = f"There is no download {suffix!r}. There are: {', '.join(known for known, _, _ in DOWNLOADS)}."
        raise NotFoundError(msg)
    response = _file(layer_id, _file_name(suffix))
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(layer_id)}.{suffix}"
    return response


@blueprint.post("/layers/<layer_id>/withdraw")
def withdraw(layer_id: str) -> AnyResponse:
    """Take a layer out of sight."""
    from hotspot.service import publish

    title = catalogue().layer(layer_id).title
    publish.withdraw(store(), layer_id)
    flash(f"Withdrawn: {title}. Bring it back with: hotspot restore {layer_id}", "good")
    return redirect(url_for("layers.index"), 303)


def _file_name(suffix: str) -> str:
    return _FILES.get(suffix, f"download.{suffix}")


def _file(layer_id: str, name: str) -> Response:
    """Answer with a stored file, as gzip where that is kept and the client takes it."""
    record = catalogue().layer(layer_id)
    zipped = f"{name}.gz"
    if zipped in record.files and request.accept_encodings.quality("gzip") > 0:
        return _sent(store().layers.file(layer_id, zipped))
    return _sent(store().layers.file(layer_id, name))


def _sent(stored: StoredFile) -> Response:
    response = Response(stored.data, content_type=stored.media_type)
    if stored.gzipped:
        response.headers["Content-Encoding"] = "gzip"
    if stored.etag:
        response.set_etag(stored.etag, weak=True)
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


def _map(stored: StoredFile) -> Response:
    return Response(maps.with_nonce(stored.data, g.nonce), content_type="text/html; charset=utf-8")


def _legend(record: LayerRecord) -> style.Legend:
    properties: Any = catalogue().features(record.id).properties
    if METHODS[record.method].style == "classes":
        return style.class_legend(Counter(p["class"] for p in properties))
    return style.density_legend([p["density"] for p in properties if p["density"] is not None])
