"""The doors to collections: the list, each one, and its files."""

from __future__ import annotations

from flask import Response, render_template

from hotspot.ogc import documents
from hotspot.web.downloads import of_collection
from hotspot.web.ogc.answers import HTML, answer, base, blueprint, document_answer, form_of, only_form
from hotspot.web.site import catalogue


@blueprint.get("/collections")
def collections() -> Response:
    """Answer with all collections."""
    records = catalogue().collections()
    if form_of() == "html":
        page = render_template(
            "ogc/collections.html", here="ogc", title="Collections", records=records, base=base()
        )
        return Response(page, content_type=HTML)
    return document_answer(documents.collections(records, base()))


@blueprint.get("/collections/<collection_id>")
def collection(collection_id: str) -> Response:
    """Answer with one collection."""
    record = catalogue().collection(collection_id)
    document = documents.collection(record, base())
    return answer(document, "ogc/collection.html", title=record.title, record=record, base=base())


@blueprint.get("/collections/<collection_id>/download.<suffix>")
def download(collection_id: str, suffix: str) -> Response:
    """Answer with the whole collection as a file."""
    only_form()
    return of_collection(catalogue().collection(collection_id), suffix)
