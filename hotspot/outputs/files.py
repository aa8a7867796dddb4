"""A layer as a file: GeoJSON, GeoPackage, CSV, GeoParquet and more, the same bytes each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from hotspot.analysis.layer import Layer


def encode(layer: Layer, suffix: str) -> bytes:
    """Return the layer as the bytes of a file with this suffix, such as ``gpkg``."""
    raise NotImplementedError


def write(layer: Layer, path: str | Path) -> Path:
    """Write the layer to a file whose suffix says the format; return its path."""
    raise NotImplementedError
