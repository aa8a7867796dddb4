"""The doors to what can be asked of a collection, and what its features have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, render_template, request

from hotspot.ogc import schemas
from hotspot.ogc.links import address
from hotspot.ogc.schemas import MEDIA_TYPE
from hotspot.web.ogc.answers import HTML, base, blueprint, document_answer, form_of
from hotspot.web.site import catalogue

if TYPE_CHECKING:
    from hotspot.ogc.collection import Collection

_FILTERABLE = frozenset({"ogc.collection", "ogc.items"})


@blueprint.get("/collections/<collection_id>/queryables")
def queryables(collection_id: str) -> Response:
    """Answer with the properties that filters may ask of."""
    record = catalogue().collection(collection_id)
    return _answer(record, schemas.queryables(record, base()), "Queryables")


@blueprint.get("/collections/<collection_id>/schema")
def schema(collection_id: str) -> Response:
    """Answer with what each feature has."""
    record = catalogue().collection(collection_id)
    return _answer(record, schemas.schema(record, base()), "Schema")


def _answer(record: Collection, document: dict[str, Any], word: str) -> Response:
    if form_of(MEDIA_TYPE) == "json":
        return document_answer(document, MEDIA_TYPE)
    title = f"{word} of {record.title}"
    page = render_template(
        "ogc/schema.html", here="ogc", title=title, word=word, record=record, document=document
    )
    return Response(page, content_type=HTML)


@blueprint.after_request
def _linked(response: Response) -> Response:
    """Lead from features to what can be asked of them (19-079r2, /req/queryables/queryables-link)."""
    if request.endpoint in _FILTERABLE and response.status_code < 400 and request.view_args:
        here = address(request.view_args["collection_id"], base())
        response.headers.add("Link", schemas.link_header(here))
    return response
