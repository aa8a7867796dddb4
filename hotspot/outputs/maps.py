"""A layer, or all layers, as a map made with Folium: offline, on a canvas, with words and units.

Importing this module is cheap; Folium is imported when a map is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hotspot.analysis.layer import Layer

NONCE = '<script nonce="HOTSPOT-NONCE"'
"""How each script tag of a map begins. No text of a user can hold it: there ``<`` is always escaped."""

STATIC = "/static"
"""Where the service serves its assets."""


@dataclass(frozen=True)
class IndexEntry:
    """One layer on the map of all layers."""

    id: str
    title: str
    url: str
    """Its page."""
    method: str = ""
    n_incidents: int | None = None
    bbox: tuple[float, float, float, float] | None = None
    """West, south, east, north in degrees; drawn as a box where there are no places."""
    places: tuple[tuple[int, float, float, float, str], ...] = ()
    """Its hotspots: rank, incidents, longitude, latitude, name of the district."""

    @classmethod
    def of(cls, layer: Layer, *, url: str) -> IndexEntry:
        """Entry of a layer, from its ranked hotspots."""
        raise NotImplementedError


def with_nonce(html: bytes, nonce: str) -> bytes:
    """Return a map's page with the nonce of this answer in every script tag."""
    return html.replace(NONCE.encode(), f'<script nonce="{nonce}"'.encode())


def layer_map(
    layer: Layer,
    *,
    data_url: str | None = None,
    districts_url: str | None = None,
    tiles_url: str | None = None,
    tiles_attribution: str = "",
    static: str = STATIC,
    inline: bool = False,
    districts: bytes | None = None,
    page_url: str | None = None,
) -> str:
    """Return the page of one layer's map."""
    raise NotImplementedError


def index_map(
    entries: Sequence[IndexEntry],
    *,
    districts_urls: Sequence[str] = (),
    tiles_url: str | None = None,
    tiles_attribution: str = "",
    static: str = STATIC,
) -> str:
    """Return the page of the map of all layers."""
    raise NotImplementedError


def save(layer: Layer, path: str | Path, *, districts: bytes | None = None) -> Path:
    """Write one offline file that holds the map, its data and its scripts; return its path."""
    raise NotImplementedError
