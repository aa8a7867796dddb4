"""Answers that are the same until something changes: named by an ETag, not sent twice, zipped once.

The doors of the OGC API and of layers' files name their answers themselves. Here the
others are named by their bytes, and whatever is text is sent as gzip that is made once
for each name and kept beside it.
"""

from __future__ import annotations

import gzip
from typing import Final

from flask import Flask, Response, current_app, request

from hotspot.outputs.formats import WORTH_ZIPPING
from hotspot.web import wanted
from hotspot.web.kept import Kept

NAMED_BY_BYTES: Final = frozenset(
    {
        "api-docs.openapi_json",
        "api.layer",
        "api.layers",
        "api.methods",
        "api.reports",
        "api.standing",
        "api.standing_question",
        "api.table_csv",
        "api.tables",
    }
)
"""Doors to what changes with the store at most, and is made of little."""
ZIPPED: Final = NAMED_BY_BYTES | {
    "layers.chart",
    "layers.download",
    "layers.features",
    "ogc.download",
    "site.outlines",
    "static",
}
"""Doors whose text is sent as gzip; those of the OGC API have their own."""

_TEXT: Final = frozenset(
    {
        "application/geo+json",
        "application/javascript",
        "application/json",
        "application/vnd.google-earth.kml+xml",
        "image/svg+xml",
        "text/css",
        "text/csv",
        "text/javascript",
        "text/plain",
    }
)
_LARGEST: Final = 32 * 2**20
"""Bytes of what is zipped while somebody waits."""
_KEPT_BYTES: Final = 12 * 2**20
_NAME: Final = "hotspot-zipped"


def named(response: Response, name: str) -> Response:
    """Return an answer under a name, or 304 to who has what goes by it."""
    response.set_etag(name, weak=True)
    response.make_conditional(request)
    return response


def install(app: Flask) -> None:
    """Name and zip the answers of an app."""
    kept: Kept[bytes] = Kept(len, keep_bytes=_KEPT_BYTES)
    app.extensions[_NAME] = kept
    app.after_request(_named_and_zipped)


def _named_and_zipped(response: Response) -> Response:
    if request.endpoint in ZIPPED and response.status_code == 200 and request.method in ("GET", "HEAD"):
        if request.endpoint in NAMED_BY_BYTES:
            response.add_etag(weak=True)
            response.make_conditional(request)
        if response.status_code == 200 and _is_text(response):
            _zip(response)
    return response


def _is_text(response: Response) -> bool:
    length = response.content_length
    return (
        response.mimetype in _TEXT
        and "Content-Encoding" not in response.headers
        and length is not None
        and WORTH_ZIPPING < length <= _LARGEST
    )


def _zip(response: Response) -> None:
    """Send the gzip of an answer that has a name, to who takes it."""
    name, _ = response.get_etag()
    response.vary.add("Accept-Encoding")
    if name is None:
        return
    # Weak: the same, whether zipped or not.
    response.set_etag(name, weak=True)
    if not wanted.gzipped(request.headers.get("Accept-Encoding", "")):
        return
    kept: Kept[bytes] = current_app.extensions[_NAME]
    key = f"{request.endpoint} {name}"
    zipped = kept.get(key) or kept.put(key, gzip.compress(b"".join(response.iter_encoded()), 6, mtime=0))
    if response.direct_passthrough:
        # The file that would have been sent.
        response.close()
        response.direct_passthrough = False
    response.set_data(zipped)
    response.headers["Content-Encoding"] = "gzip"
    # Parts are of the plain bytes: who wants some asks for these.
    response.headers.pop("Accept-Ranges", None)
