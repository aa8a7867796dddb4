"""How the doors of the OGC API answer: by form, as gzip, with an ETag, from pages kept."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, current_app, render_template, request

from hotspot.errors import ParameterError
from hotspot.ogc.links import JSON
from hotspot.outputs.formats import WORTH_ZIPPING
from hotspot.web import guard, wanted
from hotspot.web.kept import Kept
from hotspot.web.site import base_url, catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HTML: Final = "text/html; charset=utf-8"

_FORMS = {"json": "json", "geojson": "json", "html": "html"}
_READ_A_QUERY = frozenset({"ogc.items", "ogc.item"})
"""Endpoints that look at their parameters themselves."""

blueprint = Blueprint("ogc", "hotspot.web", url_prefix="/ogc", template_folder="templates")


@dataclass(frozen=True)
class Page:
    """An encoded answer and, once somebody takes it, its gzip."""

    raw: bytes
    etag: str = ""
    """Name of these bytes, where the door has no shorter one."""

    @cached_property
    def zipped(self) -> bytes | None:
        """Its gzip, made for the first who takes it; None where that is not worth it."""
        return gzip.compress(self.raw, 1, mtime=0) if len(self.raw) > WORTH_ZIPPING else None

    @property
    def size(self) -> int:
        """Bytes of it and of a gzip that may yet come: those are a fourth of it or less."""
        return len(self.raw) + len(self.raw) // 4


class Pages:
    """The last encoded answers, up to so many bytes."""

    def __init__(self, *, keep_bytes: int = 24 * 2**20) -> None:
        self._kept: Kept[Page] = Kept(lambda page: page.size, keep_bytes=keep_bytes)

    def get(self, key: str) -> Page | None:
        """Return a page made before, if it is still held."""
        return self._kept.get(key)

    def put(self, key: str, raw: bytes) -> Page:
        """Hold a page."""
        return self._kept.put(key, Page(raw))

    def document(self, key: str, make: Callable[[], Mapping[str, Any]]) -> Page:
        """Return a document made before, or make, encode and hold it."""
        return self._kept.made(key, lambda: _encoded(make()))


def answer(document: Mapping[str, Any], template: str, /, **context: Any) -> Response:
    """Return a document as JSON, or as the page of a template, whichever is wanted."""
    if form_of() == "html":
        return Response(render_template(template, here="ogc", **context), content_type=HTML)
    return document_answer(document)


def document_answer(document: Mapping[str, Any], media_type: str = JSON) -> Response:
    """Return a document as JSON, encoded here."""
    page = _encoded(document)
    return send(page, media_type, page.etag)


def kept_document(make: Callable[[], Mapping[str, Any]], media_type: str = JSON) -> Response:
    """Return a document as JSON that is the same until the store changes: made once for each address.

    The address that its links begin with, and what the reader may see, are told apart.
    """
    pages: Pages = current_app.extensions["hotspot-pages"]
    key = f"{catalogue().version} {guard.role()} {base()} {request.path} {media_type}"
    page = pages.document(key, make)
    return send(page, media_type, page.etag)


def send(page: Page, media_type: str, etag: str, *more: tuple[str, str]) -> Response:
    """Return an encoded page, or 304 to who has it; with more headers, if any are given."""
    headers = request.environ
    zipped = page.zipped if wanted.gzipped(headers.get("HTTP_ACCEPT_ENCODING", "")) else None
    # Weak: the same features whether zipped or not, and whatever their time stamp.
    about = [("Content-Type", media_type), ("ETag", f'W/"{etag}"'), *more]
    if zipped:
        about.append(("Content-Encoding", "gzip"))
    response = Response(zipped or page.raw, headers=about)
    if "HTTP_IF_NONE_MATCH" in headers:
        response.make_conditional(request)
    return response


def form_of(*media_types: str) -> str:
    """Which form is wanted, ``json`` or ``html``: by ``f``, or else by ``Accept``."""
    if request.endpoint not in _READ_A_QUERY:
        only_form()
    said = request.args.get("f") if request.environ.get("QUERY_STRING") else None
    if said is not None:
        if said not in _FORMS:
            raise ParameterError("f", f"f is one of {', '.join(_FORMS)}; got {said[:40]!r}.")
        return _FORMS[said]
    taken = wanted.form(request.environ.get("HTTP_ACCEPT", ""), (*media_types, JSON, "text/html"))
    return "html" if taken == "text/html" else "json"


def only_form(*also: str) -> None:
    """Refuse any query parameter but ``f`` and those named (17-069r4, 7.5.1)."""
    # Most ask for nothing: then there is nothing to take apart.
    for name in request.args if request.environ.get("QUERY_STRING") else ():
        if name != "f" and name not in also:
            own = ", ".join(["f", *also])
            raise ParameterError(name, f"{name[:80]!r} is not a parameter of this address. It takes: {own}.")


def base() -> str:
    """Return the address of the landing page, without a slash at its end."""
    return f"{base_url()}/ogc"


def stamp(text: str) -> str:
    """Return a few letters that tell texts apart."""
    return blake2b(text.encode(), digest_size=4).hexdigest()


def _encoded(document: Mapping[str, Any]) -> Page:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Page(body, etag=blake2b(body, digest_size=10).hexdigest())
