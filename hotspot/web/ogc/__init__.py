"""OGC API - Features over published layers and districts: the documents of :mod:`hotspot.ogc` meet HTTP."""

from __future__ import annotations

from hotspot.web.ogc import collections, items, landing
from hotspot.web.ogc.answers import Pages, blueprint

__all__ = ["Pages", "blueprint", "collections", "items", "landing"]
