"""The doors that say what this service is: landing page, conformance, OpenAPI document."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template

from hotspot.ogc import documents
from hotspot.ogc.documents import OPENAPI
from hotspot.ogc.openapi import openapi
from hotspot.web.ogc.answers import HTML, answer, base, blueprint, form_of, kept_document
from hotspot.web.site import catalogue
from hotspot.web.wording import installed_version


@blueprint.get("")
@blueprint.get("/", endpoint="landing_slash")
def landing() -> Response:
    """Answer with where everything is."""
    document = documents.landing(base())
    return answer(document, "ogc/landing.html", title="OGC API", document=document)


@blueprint.get("/conformance")
def conformance() -> Response:
    """Answer with the conformance classes."""
    document = documents.conformance()
    return answer(document, "ogc/conformance.html", title="Conformance", document=document)


@blueprint.get("/api")
def api() -> Response:
    """Answer with the OpenAPI 3.0 document."""
    if form_of(OPENAPI, "application/openapi+json") == "html":
        return api_page()
    return kept_document(_openapi, OPENAPI)


@blueprint.get("/api.html")
def api_page() -> Response:
    """Answer with the same for readers."""
    page = render_template(
        "ogc/api.html", here="ogc", title="OGC API: paths and parameters", document=_openapi()
    )
    return Response(page, content_type=HTML)


def _openapi() -> dict[str, Any]:
    return openapi(catalogue().collections(), base(), version=installed_version())
