"""OGC API - Features, Part 1: Core (OGC 17-069r4) over published layers and districts.

The documents are those of :mod:`hotspot.outputs.ogc`; here they meet HTTP:
negotiation, queries, paging, conditional requests.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template, request

from hotspot.errors import NotFoundError, ParameterError
from hotspot.outputs import ogc as documents
from hotspot.outputs.openapi import openapi
from hotspot.web import query
from hotspot.web.downloads import attachment
from hotspot.web.site import base_url, catalogue
from hotspot.web.wording import installed_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotspot.web.features import Features

GEOJSON, JSON, OPENAPI = documents.GEOJSON, documents.JSON, documents.OPENAPI
HTML: Final = "text/html; charset=utf-8"

_FORMS = {"json": "json", "geojson": "json", "html": "html"}
_WORTH_COMPRESSING = 1400
_ROWS_OF_A_PAGE = 100

blueprint = Blueprint("ogc", __name__, url_prefix="/ogc", template_folder="templates")


@dataclass(frozen=True)
class Page:
    """An encoded answer and, for who takes it, its gzip."""

    raw: bytes
    zipped: bytes | None


class Pages:
    """The last encoded answers, up to so many bytes."""

    def __init__(self, *, keep_bytes: int = 24 * 2**20) -> None:
        self._keep_bytes = keep_bytes
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> Page | None:
        """Return a page made before, if it is still held."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: str, raw: bytes) -> Page:
        """Hold a page, with its gzip where that is worth it."""
        page = Page(raw, gzip.compress(raw, 1, mtime=0) if len(raw) > _WORTH_COMPRESSING else None)
        with self._lock:
            self._pages[key] = page
            self._held += _weight(page)
            while self._held > self._keep_bytes and len(self._pages) > 1:
                self._held -= _weight(self._pages.popitem(last=False)[1])
        return page


def _weight(page: Page) -> int:
    return len(page.raw) + len(page.zipped or b"")


@blueprint.after_request
def _negotiated(response: Response) -> Response:
    response.vary.update(["Accept", "Accept-Encoding"])
    # QGIS asks again with If-None-Match; it may keep what it has if nothing changed.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.get("")
@blueprint.get("/", endpoint="landing_slash")
def landing() -> Response:
    """Answer with where everything is."""
    document = documents.landing(_base())
    return _answer(document, "ogc/landing.html", title="OGC API", document=document)


@blueprint.get("/conformance")
def conformance() -> Response:
    """Answer with the conformance classes."""
    document = documents.conformance()
    return _answer(document, "ogc/conformance.html", title="Conformance", document=document)


@blueprint.get("/api")
def api() -> Response:
    """Answer with the OpenAPI 3.0 document."""
    if _form(OPENAPI, "application/openapi+json") == "html":
        return api_page()
    return _document(_openapi(), OPENAPI)


@blueprint.get("/api.html")
def api_page() -> Response:
    """Answer with the same for readers."""
    page = render_template(
        "ogc/api.html", here="ogc", title="OGC API: paths and parameters", document=_openapi()
    )
    return Response(page, content_type=HTML)


@blueprint.get("/collections")
def collections() -> Response:
    """Answer with all collections."""
    records = catalogue().collections()
    if _form() == "html":
        page = render_template(
            "ogc/collections.html", here="ogc", title="Collections", records=records, base=_base()
        )
        return Response(page, content_type=HTML)
    return _document(documents.collections(records, _base()))


@blueprint.get("/collections/<collection_id>")
def collection(collection_id: str) -> Response:
    """Answer with one collection."""
    record = catalogue().collection(collection_id)
    document = documents.collection(record, _base())
    return _answer(document, "ogc/collection.html", title=record.title, record=record, base=_base())


@blueprint.get("/collections/<collection_id>/items")
def items(collection_id: str) -> Response:
    """Answer with the features asked for."""
    record = catalogue().collection(collection_id)
    asked = query.read(request.args.items(multi=True), record.fields)
    form = _form(GEOJSON)
    features = catalogue().features(record.id)
    if form == "html":
        return _items_page(record, features, asked)
    address = f"{_base()}?{request.query_string.decode()}"
    etag = f"{features.etag}-{blake2b(f'{record.id} {address}'.encode(), digest_size=6).hexdigest()}"
    held: Pages = current_app.extensions["hotspot-pages"]
    page = held.get(etag) or held.put(etag, _items(record, features, asked))
    return _send(page, GEOJSON, etag)


@blueprint.get("/collections/<collection_id>/items/<feature_id>")
def item(collection_id: str, feature_id: str) -> Response:
    """Answer with one feature."""
    _only_form()
    record = catalogue().collection(collection_id)
    if not (feature_id.isascii() and feature_id.isdecimal()) or len(feature_id) > 18:
        msg = f"There is no feature {feature_id[:40]!r} in this collection. Ids are whole numbers from 1."
        raise NotFoundError(msg)
    features = catalogue().features(record.id)
    line = features.get(int(feature_id))
    if _form(GEOJSON) == "html":
        feature = json.loads(line)
        page = render_template(
            "ogc/item.html", here="ogc", title=f"Feature {feature_id}", record=record, feature=feature
        )
        return Response(page, content_type=HTML)
    body = documents.item(record, _base(), line, feature_id=int(feature_id))
    return _send(Page(body, None), GEOJSON, f"{features.etag}-{feature_id}-{_stamp(_base())}")


@blueprint.get("/collections/<collection_id>/download.<suffix>")
def download(collection_id: str, suffix: str) -> Response:
    """Answer with the whole collection as a file."""
    _only_form()
    return attachment(catalogue().layer(collection_id), suffix)


def _items(record: documents.Collection, features: Features, asked: query.Query) -> bytes:
    chosen = _matching(features, asked)
    start, end = asked.offset, asked.offset + asked.limit
    lines = features.lines[start:end] if chosen is None else [features.lines[i] for i in chosen[start:end]]
    return documents.items_page(
        record,
        _base(),
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


def _items_page(record: documents.Collection, features: Features, asked: query.Query) -> Response:
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


def _answer(document: Mapping[str, Any], template: str, /, **context: Any) -> Response:
    if _form() == "html":
        return Response(render_template(template, here="ogc", **context), content_type=HTML)
    return _document(document)


def _document(document: Mapping[str, Any], media_type: str = JSON) -> Response:
    body = _bytes(document)
    zipped = gzip.compress(body, 1, mtime=0) if len(body) > _WORTH_COMPRESSING else None
    return _send(Page(body, zipped), media_type, blake2b(body, digest_size=10).hexdigest())


def _send(page: Page, media_type: str, etag: str) -> Response:
    zipped = page.zipped if request.accept_encodings.quality("gzip") > 0 else None
    response = Response(zipped or page.raw, content_type=media_type)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    # Weak: the same features whether zipped or not, and whatever their time stamp.
    response.set_etag(etag, weak=True)
    response.make_conditional(request)
    return response


def _form(*media_types: str) -> str:
    """Which form is wanted, ``json`` or ``html``: by ``f``, or else by ``Accept``."""
    _only_form()
    wanted = request.args.get("f")
    if wanted is not None:
        if wanted not in _FORMS:
            raise ParameterError("f", f"f is one of {', '.join(_FORMS)}; got {wanted[:40]!r}.")
        return _FORMS[wanted]
    offers = [*media_types, JSON, "text/html"]
    return "html" if request.accept_mimetypes.best_match(offers, default=JSON) == "text/html" else "json"


def _only_form() -> None:
    """Refuse any query parameter but ``f`` (17-069r4, 7.5.1), except where a query is read."""
    if request.endpoint == "ogc.items":
        return
    for name in request.args:
        if name != "f":
            raise ParameterError(name, f"{name!r} is not a parameter of this address. It takes: f.")


def _openapi() -> dict[str, Any]:
    return openapi(catalogue().collections(), _base(), version=installed_version(), property_filters=True)


def _base() -> str:
    return f"{base_url()}/ogc"


def _stamp(text: str) -> str:
    return blake2b(text.encode(), digest_size=4).hexdigest()


def _bytes(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
