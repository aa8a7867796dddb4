"""OGC API - Features over published layers and districts: the documents of :mod:`hotspot.ogc` meet HTTP."""

from __future__ import annotations

from hotspot.web.ogc import collections, items, landing, schemas, tiles
from hotspot.web.ogc.answers import Pages, blueprint
from hotspot.web.ogc.tiles import Tiles

__all__ = ["Pages", "Tiles", "blueprint", "collections", "items", "landing", "schemas", "tiles"]
