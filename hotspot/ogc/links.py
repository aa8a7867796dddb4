"""Typed links, and the addresses that they lead to."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

JSON: Final = "application/json"
HTML: Final = "text/html"
GEOJSON: Final = "application/geo+json"


def link(href: str, rel: str, media_type: str, title: str = "") -> dict[str, str]:
    """Return one typed link."""
    made = {"href": href, "rel": rel, "type": media_type}
    return {**made, "title": title} if title else made


def address(collection_id: str, base: str) -> str:
    """Return where a collection is, below the landing page.

    >>> address("a/b", "/ogc")
    '/ogc/collections/a%2Fb'
    """
    return f"{base}/collections/{quote(collection_id, safe='')}"
