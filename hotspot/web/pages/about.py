"""Boundaries, credits and the pulse of the service."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for

from hotspot.places.boundaries import newest_figures
from hotspot.web.catalogue import DISTRICTS
from hotspot.web.site import catalogue, store

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from hotspot.places.boundaries import BoundarySet

blueprint = Blueprint("site", __name__)

_SHOWN_VERSIONS = (
    "flask",
    "numpy",
    "pandas",
    "shapely",
    "geopandas",
    "scikit-learn",
    "libpysal",
    "numba",
    "folium",
    "sqlalchemy",
    "waitress",
)


@blueprint.app_template_filter()
def districts(boundary_set: BoundarySet) -> list[dict[str, Any]]:
    """Return a row for each district of a set, with the newest figure of its people."""
    figures = newest_figures(boundary_set)
    rows = zip(boundary_set.codes, boundary_set.names, boundary_set.area_km2.tolist(), strict=True)
    return [{"code": code, "name": name, "km2": km2, "people": figures.get(code)} for code, name, km2 in rows]


@blueprint.get("/boundaries")
def boundaries() -> str:
    """Show the boundary sets that incidents can be placed in."""
    records = store().boundaries.list()
    return render_template(
        "boundaries.html",
        here="boundaries",
        records=[(record, store().boundaries.load(record.name)) for record in records],
        prefix=DISTRICTS,
    )


@blueprint.get("/boundaries/<name>.geojson")
def outlines(name: str) -> Response:
    """Answer with the districts of a set, as maps fetch them."""
    stored = store().boundaries.file(name)
    response = Response(stored.data, content_type="application/geo+json")
    if stored.gzipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(stored.etag, weak=True) if stored.etag else response.add_etag(weak=True)
    response.make_conditional(request)
    return response


@blueprint.get("/about")
def about() -> str:
    """Show what this is made of and whom it owes."""
    versions = {name: version(name) for name in _SHOWN_VERSIONS}
    return render_template(
        "about.html", here="about", versions={"python": platform.python_version(), **versions}
    )


@blueprint.get("/favicon.ico")
def icon() -> AnyResponse:
    """Lead browsers that ask for the icon by its old name to it."""
    return redirect(url_for("static", filename="icon.svg"), 301)


@blueprint.get("/healthz")
def health() -> Response:
    """Answer whether the store can be read."""
    return jsonify(status="ok", layers=len(catalogue().layers()))
