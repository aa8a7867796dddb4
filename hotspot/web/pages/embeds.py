"""A layer's map for the pages of others: without the frame of this site, with its heading and ranked list."""

from __future__ import annotations

from html import escape

from flask import Blueprint, Response, url_for

from hotspot.outputs.assets import shared, with_nonce
from hotspot.web.guard import let_all_frame, nonce
from hotspot.web.keeping import named
from hotspot.web.site import base_url, catalogue, store
from hotspot.web.wording import installed_version

blueprint = Blueprint("embeds", __name__)

HEIGHT = 560
"""Of the frame that the embed code asks for, in pixels: room for heading, map and list."""


@blueprint.get("/layers/<layer_id>/embed")
def show(layer_id: str) -> Response:
    """Answer with a layer's map for another page: of any site if the layer is public, else of this one."""
    collection = catalogue().collection(layer_id)
    # The address of a standing question stays; what is shown is its newest answer.
    record = catalogue().layer(collection.layer_id)
    if collection.is_public:
        let_all_frame()
    source = url_for("layers.show", layer_id=record.id)
    kept = store().layers.file(record.id, "map.html")
    page = shared(kept.data, source=source)
    response = Response(with_nonce(page, nonce()), content_type="text/html; charset=utf-8")
    # Who may frame it is said with it: a map that was public is another once it is not.
    return named(response, f"{kept.etag}-{collection.audience}-{installed_version()}")


def embed_code(collection_id: str, title: str) -> str:
    """Return the HTML that puts a layer's map into a page."""
    address = base_url() + url_for("embeds.show", layer_id=collection_id)
    return (
        f'<iframe src="{escape(address)}" title="Map: {escape(title)}" width="100%" height="{HEIGHT}" '
        'style="border: 0" loading="lazy"></iframe>'
    )
