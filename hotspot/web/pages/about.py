"""Boundaries, credits and the pulse of the service."""

from __future__ import annotations

import platform
from importlib.metadata import version

from flask import Blueprint, Response, jsonify, render_template, request

from hotspot.web.catalogue import DISTRICTS
from hotspot.web.site import catalogue, store

blueprint = Blueprint("site", __name__)

_SHOWN_VERSIONS = (
    "flask",
    "numpy",
    "pandas",
    "shapely",
    "geopandas",
    "scikit-learn",
    "folium",
    "sqlalchemy",
    "waitress",
)


@blueprint.get("/boundaries")
def boundaries() -> str:
    """Show the boundary sets that incidents can be placed in."""
    return render_template(
        "boundaries.html", here="boundaries", records=store().boundaries.list(), prefix=DISTRICTS
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


@blueprint.get("/healthz")
def health() -> Response:
    """Answer whether the store can be read."""
    return jsonify(status="ok", layers=len(catalogue().layers()))
