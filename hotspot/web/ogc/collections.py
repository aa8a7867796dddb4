"""The doors to collections: the list, each one, and its files."""

from __future__ import annotations

from flask import Response, render_template

from hotspot.ogc import documents
from hotspot.outputs.formats import FORMATS
from hotspot.web.downloads import of_collection
from hotspot.web.ogc import incidents
from hotspot.web.ogc.answers import HTML, base, blueprint, form_of, kept_document, only_form
from hotspot.web.site import catalogue


@blueprint.get("/collections")
def collections() -> Response:
    """Answer with all collections."""
    if form_of() == "html":
        records = catalogue().collections()
        page = render_template(
            "ogc/collections.html", here="ogc", title="Collections", records=records, base=base()
        )
        return Response(page, content_type=HTML)
    return kept_document(lambda: documents.collections(catalogue().collections(), base()))


@blueprint.get("/collections/<collection_id>")
def collection(collection_id: str) -> Response:
    """Answer with one collection."""
    record = catalogue().collection(collection_id)
    if form_of() == "html":
        page = render_template(
            "ogc/collection.html",
            here="ogc",
            title=record.title,
            record=record,
            base=base(),
            downloads=[FORMATS[suffix] for suffix in record.downloads],
        )
        return Response(page, content_type=HTML)
    return kept_document(lambda: documents.collection(record, base()))


@blueprint.get("/collections/<collection_id>/download.<suffix>")
def download(collection_id: str, suffix: str) -> Response:
    """Answer with the whole collection as a file; of incidents with those that a query is for."""
    record = catalogue().collection(collection_id)
    if record.rows_in_store:
        return incidents.attachment(record, suffix)
    only_form()
    return of_collection(record, suffix)
