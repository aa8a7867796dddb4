"""Asking oneself for each kind of page once, behind the first readers: theirs then come as fast as any later.

A first request compiles its template and its statements, imports what only it
needs and cuts a layer into features. Done before the service listens this would
be waited for; here it is done in a thread of its own, right after.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from hotspot.web.catalogue import Catalogue

MOST: Final = 12
"""Layers, the latest ones, whose features are made ready."""
_PAGES: Final = (
    "/",
    "/map",
    "/ogc/collections",
    "/api/v1/layers",
    "/api/v1/datasets",
    "/api/v1/methods",
    "/api/v1/openapi.json",
    "/ogc/api",
    "/datasets",
    "/imports/new",
    "/reports",
    "/boundaries",
    "/about",
    "/ogc/conformance",
)
_OF_A_LAYER: Final = (
    "/layers/{id}",
    "/ogc/collections/{id}",
    "/ogc/collections/{id}/items",
    "/ogc/collections/{id}/items?limit=1&bbox=0,0,0,0&filter=geometry%20IS%20NULL",
    "/ogc/collections/{id}/items?limit=1&f=html",
    "/ogc/collections/{id}/items/1",
    "/api/v1/layers/{id}",
    "/layers/{id}/map",
)


def behind(app: Flask, *, url: str) -> threading.Thread:
    """Warm the app in a thread that ends with the process, and return it."""
    thread = threading.Thread(target=warm, args=(app,), kwargs={"url": url}, name="warm", daemon=True)
    thread.start()
    return thread


def warm(app: Flask, *, url: str) -> int:
    """Ask for each kind of page, and for the latest layers; return how many were asked for.

    Made answers are kept by the address their links begin with: ``url`` is the one most will ask.

    What goes wrong is for the reader who asks for it to be told.
    """
    client, asked = app.test_client(), 0
    for address in addresses(app.extensions["hotspot"]):
        client.get(address, base_url=url, headers={"Accept": "text/html" if "/ogc" not in address else "*/*"})
        asked += 1
    return asked


def addresses(catalogue: Catalogue) -> Iterator[str]:
    """Yield what to ask for, what most will ask for first."""
    # Features that would push each other out are not fetched for nothing.
    latest = [record.id for record in catalogue.layers()[:MOST]]
    yield "/"
    yield from (_OF_A_LAYER[0].format(id=name) for name in latest[:1])
    yield from _PAGES[1:]
    for name in latest:
        yield from (address.format(id=name) for address in _OF_A_LAYER)
