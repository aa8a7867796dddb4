"""The doors to features: pages of them, and each one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Response, current_app, render_template, request

from hotspot.errors import NotFoundError
from hotspot.ogc import documents, query
from hotspot.ogc.collection import CRS84
from hotspot.ogc.documents import GEOJSON
from hotspot.web.ogc.answers import HTML, Page, base, blueprint, form_of, only_form, send, stamp
from hotspot.web.site import catalogue

if TYPE_CHECKING:
    from hotspot.ogc.collection import Collection
    from hotspot.ogc.features import Source
    from hotspot.web.ogc.answers import Pages

_ROWS_OF_A_PAGE = 100


@blueprint.get("/collections/<collection_id>/items")
def items(collection_id: str) -> Response:
    """Answer with the features asked for."""
    record = catalogue().collection(collection_id)
    asked = query.read(request.args.items(multi=True), record.fields, crs=record.crs)
    form = form_of(GEOJSON)
    features = catalogue().features(record.id)
    if form == "html":
        return _items_page(record, features, asked)
    address = f"{base()}?{request.query_string.decode()}"
    etag = f"{features.etag}-{blake2b(f'{record.id} {address}'.encode(), digest_size=6).hexdigest()}"
    held: Pages = current_app.extensions["hotspot-pages"]
    page = held.get(etag) or held.put(etag, _items(record, features, asked))
    return _in(asked.crs, send(page, GEOJSON, etag))


@blueprint.get("/collections/<collection_id>/items/<feature_id>")
def item(collection_id: str, feature_id: str) -> Response:
    """Answer with one feature."""
    only_form("crs")
    record = catalogue().collection(collection_id)
    crs = query.system("crs", request.args.get("crs", CRS84), record.crs)
    if not (feature_id.isascii() and feature_id.isdecimal()) or len(feature_id) > 18:
        msg = f"There is no feature {feature_id[:40]!r} in this collection. Ids are whole numbers from 1."
        raise NotFoundError(msg)
    features = catalogue().features(record.id)
    line = features.get(int(feature_id), crs=crs)
    if form_of(GEOJSON) == "html":
        feature = json.loads(line)
        page = render_template(
            "ogc/item.html", here="ogc", title=f"Feature {feature_id}", record=record, feature=feature
        )
        return Response(page, content_type=HTML)
    body = documents.item(record, base(), line, feature_id=int(feature_id))
    return _in(crs, send(Page(body, None), GEOJSON, f"{features.etag}-{feature_id}-{stamp(base() + crs)}"))


def _in(crs: str, response: Response) -> Response:
    """Say what reference system the coordinates are in (18-058r1, 6.3)."""
    response.headers["Content-Crs"] = f"<{crs}>"
    return response


def _items(record: Collection, features: Source, asked: query.Query) -> bytes:
    found = features.found(asked)
    return documents.items_page(
        record,
        base(),
        found.lines,
        number_matched=found.matched,
        offset=asked.offset,
        limit=asked.limit,
        query=[(name, value) for name, value in request.args.items() if name not in ("limit", "offset", "f")],
        time_stamp=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    )


def _items_page(record: Collection, features: Source, asked: query.Query) -> Response:
    from dataclasses import replace

    found = features.found(replace(asked, limit=min(asked.limit, _ROWS_OF_A_PAGE)))
    rows = [json.loads(line) for line in found.lines]
    kept = {name: value for name, value in request.args.items() if name != "offset"}
    after = asked.offset + len(rows)
    page = render_template(
        "ogc/items.html",
        here="ogc", title=f"Features of {record.title}", record=record, rows=rows,
        total=found.matched, first=asked.offset + 1, last=after,
        next_page=f"?{urlencode({**kept, 'f': 'html', 'offset': after})}" if after < found.matched else None,
    )  # fmt: skip
    return Response(page, content_type=HTML)
