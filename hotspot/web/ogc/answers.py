"""How the doors of the OGC API answer: by form, as gzip, with an ETag, from pages kept."""

from __future__ import annotations

import gzip
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, render_template, request

from hotspot.errors import ParameterError
from hotspot.ogc.documents import JSON
from hotspot.web.site import base_url

if TYPE_CHECKING:
    from collections.abc import Mapping

HTML: Final = "text/html; charset=utf-8"

_FORMS = {"json": "json", "geojson": "json", "html": "html"}
_WORTH_COMPRESSING = 1400
_READ_A_QUERY = frozenset({"ogc.items", "ogc.item"})
"""Endpoints that look at their parameters themselves."""

blueprint = Blueprint("ogc", "hotspot.web", url_prefix="/ogc", template_folder="templates")


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


def answer(document: Mapping[str, Any], template: str, /, **context: Any) -> Response:
    """Return a document as JSON, or as the page of a template, whichever is wanted."""
    if form_of() == "html":
        return Response(render_template(template, here="ogc", **context), content_type=HTML)
    return document_answer(document)


def document_answer(document: Mapping[str, Any], media_type: str = JSON) -> Response:
    """Return a document as JSON, encoded here."""
    body = _bytes(document)
    zipped = gzip.compress(body, 1, mtime=0) if len(body) > _WORTH_COMPRESSING else None
    return send(Page(body, zipped), media_type, blake2b(body, digest_size=10).hexdigest())


def send(page: Page, media_type: str, etag: str) -> Response:
    """Return an encoded page, or 304 to who has it."""
    zipped = page.zipped if request.accept_encodings.quality("gzip") > 0 else None
    response = Response(zipped or page.raw, content_type=media_type)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    # Weak: the same features whether zipped or not, and whatever their time stamp.
    response.set_etag(etag, weak=True)
    response.make_conditional(request)
    return response


def form_of(*media_types: str) -> str:
    """Which form is wanted, ``json`` or ``html``: by ``f``, or else by ``Accept``."""
    if request.endpoint not in _READ_A_QUERY:
        only_form()
    wanted = request.args.get("f")
    if wanted is not None:
        if wanted not in _FORMS:
            raise ParameterError("f", f"f is one of {', '.join(_FORMS)}; got {wanted[:40]!r}.")
        return _FORMS[wanted]
    offers = [*media_types, JSON, "text/html"]
    return "html" if request.accept_mimetypes.best_match(offers, default=JSON) == "text/html" else "json"


def only_form(*also: str) -> None:
    """Refuse any query parameter but ``f`` and those named (17-069r4, 7.5.1)."""
    for name in request.args:
        if name != "f" and name not in also:
            own = ", ".join(["f", *also])
            raise ParameterError(name, f"{name[:80]!r} is not a parameter of this address. It takes: {own}.")


def base() -> str:
    """Return the address of the landing page, without a slash at its end."""
    return f"{base_url()}/ogc"


def stamp(text: str) -> str:
    """Return a few letters that tell texts apart."""
    return blake2b(text.encode(), digest_size=4).hexdigest()


def _bytes(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
