"""What other sites and caches may do with an answer: by the audience of what it shows, in one place.

Pages of any site may read what is public: layers that somebody made public, bundled
districts, and documents that name no layer. Everything else stays with this site and
its reader; the list of collections too, as it names local ones. Answers are local
unless a line here says otherwise, so that a new door shares nothing by itself.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, request

from hotspot.errors import HotspotError
from hotspot.outputs.assets import version_of
from hotspot.web.described import DISTRICTS
from hotspot.web.keeping import NAMED_BY_BYTES
from hotspot.web.site import catalogue

if TYPE_CHECKING:
    from hotspot.ogc.collection import Collection

OPEN: Final = frozenset({"ogc.conformance", "ogc.tile_matrix_sets", "ogc.tile_matrix_set"})
"""Documents that say the same whatever is in the store, and that maps of others read."""
OF_A_LAYER: Final = frozenset(
    {"layers.features", "layers.download", "layers.chart", "layers.show_map", "embeds.show"}
)
"""Doors, besides those of the OGC API, to what was made once of a layer."""
FRAMED: Final = "embeds.show"
"""The one page that other sites may show."""
ASKED_AGAIN: Final = NAMED_BY_BYTES | {"layers.index_map"}
"""What shows several layers, or more of one than others may read, and has a name."""
VENDOR: Final = "vendor/"
"""Where the scripts of others lie that pages elsewhere may load from here."""

ALONE: Final = "no-store"
OWN: Final = "private, no-cache"
"""Kept by the reader alone, and asked about each time: an ETag answers that in no time."""
SHORT: Final = "public, max-age=60, must-revalidate"
"""What may change any day: a minute passes before a new answer to a standing question is seen."""
LONG: Final = "public, max-age=600, must-revalidate"
"""What never changes: ten minutes pass before one that was taken back is gone from caches."""
FOR_EVER: Final = "public, max-age=31536000, immutable"
"""What has the digest of its bytes in its address."""

_EXPOSED: Final = "Content-Crs, ETag, Link, Accept-Ranges, Content-Range"
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, If-None-Match, Range",
    "Access-Control-Max-Age": "600",
}


def install(app: Flask) -> None:
    """Say it on every answer of an app."""
    app.after_request(_said)
    app.url_defaults(_versioned)


def _said(response: Response) -> Response:
    endpoint = request.endpoint or ""
    if endpoint == "static":
        return _of_a_file(response)
    of_ogc = endpoint.startswith("ogc.")
    if of_ogc:
        # Straight: looking at what is there already takes longer than the rest of this.
        response.headers["Vary"] = "Accept, Accept-Encoding"
    record = _shown(endpoint)
    if endpoint in OPEN or (record is not None and record.is_public):
        _share(response)
    if of_ogc or record is not None or endpoint in ASKED_AGAIN:
        response.headers["Cache-Control"] = _keeping(response, endpoint, record)
    return response


def _shown(endpoint: str) -> Collection | None:
    """Return the collection whose features an answer shows, all or in part; None where it shows none."""
    given = request.view_args or {}
    if "collection_id" in given:
        name = given["collection_id"]
    elif endpoint in OF_A_LAYER:
        name = given["layer_id"]
    elif endpoint == "site.outlines":
        name = f"{DISTRICTS}{given['name'].lower()}"
    else:
        return None
    # A store that cannot be read has been told of already.
    with suppress(HotspotError):
        return catalogue().known(name)
    return None


def _keeping(response: Response, endpoint: str, record: Collection | None) -> str:
    if response.status_code >= 400 or (record is not None and record.rows_in_store):
        return ALONE
    own_page = response.mimetype == "text/html" and endpoint != FRAMED
    if record is None or not record.is_public or own_page:
        return OWN
    return SHORT if record.latest_of or endpoint == "ogc.collection" else LONG


def _share(response: Response) -> None:
    """Let pages of any site read an answer; it never depends on who asks."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.method == "OPTIONS":
        response.headers.update(_PREFLIGHT)


def _of_a_file(response: Response) -> Response:
    name = (request.view_args or {}).get("filename", "")
    if name.startswith(VENDOR):
        _share(response)
    known = response.status_code < 400 and request.args.get("v") == version_of(name)
    response.headers["Cache-Control"] = FOR_EVER if known else "no-cache"
    return response


def _versioned(endpoint: str, values: dict[str, str]) -> None:
    """Put the digest of a script or style into its address: it is fetched once, and anew when it changes."""
    if endpoint == "static" and "v" not in values and (version := version_of(values.get("filename", ""))):
        values["v"] = version
