"""The documents of OGC API - Features, Part 1: Core (OGC 17-069r4), as plain dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class FieldRecord:
    """One property of a collection's features."""

    name: str
    type: str
    """``integer``, ``number``, ``string`` or ``boolean``."""
    title: str = ""
    unit: str = ""
    doc: str = ""
    format: str = ""
    """``date`` or ``date-time`` for text that is one."""


@dataclass(frozen=True)
class Collection:
    """What the documents say of one published layer, or of a set of districts."""

    id: str
    title: str
    description: str = ""
    bbox: tuple[float, float, float, float] | None = None
    interval: tuple[str | None, str | None] | None = None
    fields: tuple[FieldRecord, ...] = ()
    n_features: int = 0
    licence: str = ""
    keywords: tuple[str, ...] = field(default=())


def landing(base: str, *, title: str = "", description: str = "") -> dict[str, Any]:
    """Return the landing page."""
    raise NotImplementedError


def conformance() -> dict[str, Any]:
    """Return the conformance classes."""
    raise NotImplementedError


def collections(records: tuple[Collection, ...], base: str) -> dict[str, Any]:
    """Return the list of collections."""
    raise NotImplementedError


def collection(record: Collection, base: str) -> dict[str, Any]:
    """Return one collection."""
    raise NotImplementedError


def openapi(records: tuple[Collection, ...], base: str, *, version: str = "") -> dict[str, Any]:
    """Return the OpenAPI 3.0.3 document."""
    raise NotImplementedError
