"""The doors to features: pages of them, and each one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import Response, current_app, render_template, request

from hotspot.errors import NotFoundError, ParameterError
from hotspot.ogc import documents, query
from hotspot.ogc.collection import CRS84
from hotspot.ogc.links import GEOJSON
from hotspot.web.ogc.answers import HTML, Page, base, blueprint, form_of, only_form, send, stamp
from hotspot.web.site import catalogue

if TYPE_CHECKING:
    from hotspot.ogc.collection import Collection
    from hotspot.ogc.features import Source
    from hotspot.web.ogc.answers import Pages

_ROWS_OF_A_PAGE: Final = 100
_PAGING: Final = frozenset({"limit", "offset", "f"})


@blueprint.get("/collections/<collection_id>/items")
def items(collection_id: str) -> Response:
    """Answer with the features asked for."""
    shelf = catalogue()
    record = shelf.collection(collection_id)
    form = form_of(GEOJSON)
    features = shelf.source(record.id)
    if form == "html":
        return _items_page(record, features)
    address = f"{record.id} {base()}?{request.query_string.decode('latin-1')}"
    etag = f"{features.etag}-{blake2b(address.encode(), digest_size=6).hexdigest()}"
    held: Pages = current_app.extensions["hotspot-pages"]
    # A page that is held was asked for in the same words, and they were right.
    page = held.get(etag)
    if page is None:
        asked = query.read(request.args.items(multi=True), record.fields, crs=record.crs)
        raw = _items(record, features, asked)
        shelf.trim()
        page = Page(raw) if record.rows_in_store else held.put(etag, raw)
    return send(page, GEOJSON, etag, _in(request.args.get("crs", CRS84)))


@blueprint.get("/collections/<collection_id>/items/<feature_id>")
def item(collection_id: str, feature_id: str) -> Response:
    """Answer with one feature."""
    only_form("crs")
    shelf = catalogue()
    record = shelf.collection(collection_id)
    crs = _system(record)
    if not (feature_id.isascii() and feature_id.isdecimal()) or len(feature_id) > 18:
        msg = f"There is no feature {feature_id[:40]!r} in this collection. Ids are whole numbers from 1."
        raise NotFoundError(msg)
    features = shelf.source(record.id)
    line = features.get(int(feature_id), crs=crs)
    if form_of(GEOJSON) == "html":
        page = render_template(
            "ogc/item.html",
            here="ogc",
            title=f"Feature {feature_id}",
            record=record,
            feature=json.loads(line),
        )
        return Response(page, content_type=HTML)
    here = base()
    body = documents.item(record, here, line, feature_id=int(feature_id))
    return send(Page(body), GEOJSON, f"{features.etag}-{feature_id}-{stamp(here + crs)}", _in(crs))


def _system(record: Collection) -> str:
    if not request.environ.get("QUERY_STRING"):
        return CRS84
    named = request.args.getlist("crs")
    if len(named) > 1:
        raise ParameterError("crs", "crs is given twice. Give it once.")
    return query.system("crs", named[0], record.crs) if named else CRS84


def _in(crs: str) -> tuple[str, str]:
    """Return the header that tells the reference system of the coordinates (18-058r1, 6.3)."""
    return "Content-Crs", f"<{crs}>"


def _items(record: Collection, features: Source, asked: query.Query) -> bytes:
    found = features.found(asked)
    return documents.items_page(
        record,
        base(),
        found.lines,
        number_matched=found.matched,
        offset=asked.offset,
        limit=asked.limit,
        query=[(name, value) for name, value in request.args.items() if name not in _PAGING],
        time_stamp=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    )


def _items_page(record: Collection, features: Source) -> Response:
    """Return the features asked for as a table, with a form to ask otherwise."""
    # A form sends its empty fields too.
    given = [(n, v) for n, v in request.args.items(multi=True) if v or n not in query.PARAMETERS]
    asked = query.read(given, record.fields, crs=record.crs)
    asked = replace(asked, limit=min(asked.limit, _ROWS_OF_A_PAGE))
    found = features.found(replace(asked, crs=CRS84))
    rows = [json.loads(line) for line in found.lines]
    kept = {name: value for name, value in given if name not in ("offset", "f")}
    after, before = asked.offset + len(rows), max(asked.offset - asked.limit, 0)
    page = render_template(
        "ogc/items.html",
        here="ogc", title=f"Features of {record.title}", record=record, rows=rows,
        fields=[f for f in record.fields if asked.keep is None or f.name in asked.keep],
        total=found.matched, first=asked.offset + 1, last=after, limit=asked.limit,
        given=kept, narrowed=bool(set(kept) - _PAGING), day=asked.day, example=_example(record),
        others=[(name, value) for name, value in kept.items() if name not in query.PARAMETERS],
        data_page=f"{base()}/collections/{record.id}/items?{urlencode({**kept, 'f': 'json'})}",
        previous_page=f"?{urlencode({**kept, 'f': 'html', 'offset': before})}" if asked.offset else None,
        next_page=f"?{urlencode({**kept, 'f': 'html', 'offset': after})}" if after < found.matched else None,
    )  # fmt: skip
    return Response(page, content_type=HTML)


def _example(record: Collection) -> str:
    """Return a filter that this collection would understand.

    >>> from hotspot.ogc.collection import Collection
    >>> _example(Collection(id="thefts", title="Thefts"))
    'S_INTERSECTS(geometry, BBOX(-89, 17, -88, 18))'
    """
    numbers = [field.name for field in record.fields if field.type != "string"]
    texts = [f.name for f in record.fields if f.type == "string" and f.name not in query.DAYS]
    parts = [f"{name} >= 3" for name in numbers[:1]] + [f"{name} LIKE 'B%'" for name in texts[:1]]
    return " AND ".join(parts) or "S_INTERSECTS(geometry, BBOX(-89, 17, -88, 18))"
