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
from hotspot.ogc.documents import GEOJSON
from hotspot.web.ogc.answers import HTML, Page, base, blueprint, form_of, only_form, send, stamp
from hotspot.web.site import catalogue

if TYPE_CHECKING:
    from hotspot.ogc.collection import Collection
    from hotspot.ogc.features import Features
    from hotspot.web.ogc.answers import Pages

_ROWS_OF_A_PAGE = 100


@blueprint.get("/collections/<collection_id>/items")
def items(collection_id: str) -> Response:
    """Answer with the features asked for."""
    record = catalogue().collection(collection_id)
    asked = query.read(request.args.items(multi=True), record.fields)
    form = form_of(GEOJSON)
    features = catalogue().features(record.id)
    if form == "html":
        return _items_page(record, features, asked)
    address = f"{base()}?{request.query_string.decode()}"
    etag = f"{features.etag}-{blake2b(f'{record.id} {address}'.encode(), digest_size=6).hexdigest()}"
    held: Pages = current_app.extensions["hotspot-pages"]
    page = held.get(etag) or held.put(etag, _items(record, features, asked))
    return send(page, GEOJSON, etag)


@blueprint.get("/collections/<collection_id>/items/<feature_id>")
def item(collection_id: str, feature_id: str) -> Response:
    """Answer with one feature."""
    only_form()
    record = catalogue().collection(collection_id)
    if not (feature_id.isascii() and feature_id.isdecimal()) or len(feature_id) > 18:
        msg = f"There is no feature {feature_id[:40]!r} in this collection. Ids are whole numbers from 1."
        raise NotFoundError(msg)
    features = catalogue().features(record.id)
    line = features.get(int(feature_id))
    if form_of(GEOJSON) == "html":
        feature = json.loads(line)
        page = render_template(
            "ogc/item.html", here="ogc", title=f"Feature {feature_id}", record=record, feature=feature
        )
        return Response(page, content_type=HTML)
    body = documents.item(record, base(), line, feature_id=int(feature_id))
    return send(Page(body, None), GEOJSON, f"{features.etag}-{feature_id}-{stamp(base())}")


def _items(record: Collection, features: Features, asked: query.Query) -> bytes:
    chosen = _matching(features, asked)
    start, end = asked.offset, asked.offset + asked.limit
    lines = features.lines[start:end] if chosen is None else [features.lines[i] for i in chosen[start:end]]
    return documents.items_page(
        record,
        base(),
        lines,
        number_matched=len(features) if chosen is None else len(chosen),
        offset=asked.offset,
        limit=asked.limit,
        query=[(name, value) for name, value in request.args.items() if name not in ("limit", "offset", "f")],
        time_stamp=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    )


def _matching(features: Features, asked: query.Query) -> list[int] | None:
    """Positions of the features asked for; ``None`` for all of them."""
    masks = [features.equal(name, value) for name, value in asked.equal]
    if asked.boxes:
        masks.append(features.inside(asked.boxes))
    if asked.span is not None and asked.day:
        masks.append(features.during(asked.day, asked.span))
    if not masks:
        return None
    import numpy as np

    positions: list[int] = np.flatnonzero(np.logical_and.reduce(masks)).tolist()
    return positions


def _items_page(record: Collection, features: Features, asked: query.Query) -> Response:
    chosen = _matching(features, asked)
    positions = range(len(features)) if chosen is None else chosen
    shown = positions[asked.offset : asked.offset + min(asked.limit, _ROWS_OF_A_PAGE)]
    rows = [json.loads(features.lines[i]) for i in shown]
    kept = {name: value for name, value in request.args.items() if name != "offset"}
    after = asked.offset + len(rows)
    page = render_template(
        "ogc/items.html",
        here="ogc", title=f"Features of {record.title}", record=record, rows=rows,
        total=len(positions), first=asked.offset + 1, last=after,
        next_page=f"?{urlencode({**kept, 'f': 'html', 'offset': after})}" if after < len(positions) else None,
    )  # fmt: skip
    return Response(page, content_type=HTML)
