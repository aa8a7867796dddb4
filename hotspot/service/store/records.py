"""What the store gives back: frozen records, one for each noun."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A stream of incidents of one agency, with what was learnt of its files."""

    id: int
    name: str
    title: str
    timezone: str
    """IANA name of the zone in which its times are told."""
    area: str
    """Name of the boundary set that geocodes it; empty without one."""
    date_order: str | None
    columns: dict[str, str]
    """Fields whose source column somebody chose, remembered for the next file."""
    created_at: datetime
    incidents: int = 0
    first: datetime | None = None
    """Earliest moment of its incidents, UTC."""
    last: datetime | None = None
    """Latest moment at which one of its incidents may have happened, UTC."""


@dataclass(frozen=True, kw_only=True)
class Import:
    """One file that went into one dataset."""

    id: int
    dataset: str
    filename: str
    sha256: str
    imported_at: datetime
    rows: int
    accepted: int
    updated: int
    duplicate: int
    set_aside: int
    report: dict[str, Any]
    replaced_by: int | None = None
    """The later import of the same file read in another way, if any."""


@dataclass(frozen=True, kw_only=True)
class LayerRecord:
    """A published layer, without its files."""

    id: str
    seq: int
    """Order of publication; grows by one a layer."""
    title: str
    method: str
    dataset: str
    area: str
    question: dict[str, Any]
    summary: dict[str, Any]
    provenance: dict[str, Any]
    hotspots: list[dict[str, Any]]
    """The ranked table, best first, plain values."""
    fields: list[dict[str, Any]]
    """The features' properties in order: ``name``, ``type``, ``title``, ``unit``, ``doc``."""
    bbox: tuple[float, float, float, float] | None
    """West, south, east, north in degrees; ``None`` for a layer without features."""
    n_features: int
    start: str | None
    """First day of the incidents looked at, ISO date."""
    end: str | None
    content_hash: str
    created_at: datetime
    published_at: datetime
    audience: str = "local"
    """``local``, or ``public``: pages of other sites may read it too."""
    audience_by: str | None = None
    """Who chose the audience last; ``None`` as long as nobody did."""
    audience_at: datetime | None = None
    withdrawn_at: datetime | None = None
    files: tuple[str, ...] = ()
    """Names of the files that were made from it."""


@dataclass(frozen=True, kw_only=True)
class StandingQuestion:
    """A question that is asked again and again, and the name that its newest answer goes by."""

    name: str
    question: dict[str, Any]
    last_days: int | None = None
    """Length of the window that moves with the data, days; ``None`` asks about the days of the question."""
    force: bool = False
    """Whether it is answered also when the data are too thin."""
    created_at: datetime | None = None
    answered_at: datetime | None = None
    layers: tuple[str, ...] = ()
    """Ids of its published answers, the newest first."""

    @property
    def latest(self) -> str:
        """Id of the newest answer that readers may see; empty without one."""
        return self.layers[0] if self.layers else ""


@dataclass(frozen=True)
class StoredFile:
    """Bytes made once, as they are sent."""

    data: bytes
    media_type: str
    gzipped: bool = False
    """Whether the bytes are gzip of that media type (``Content-Encoding: gzip``)."""
    etag: str = ""
    """SHA-256 of the bytes, shortened; set by the store."""


@dataclass(frozen=True, kw_only=True)
class BoundaryRecord:
    """A boundary set that can be asked for by name."""

    name: str
    title: str
    country: str
    districts: int
    bundled: bool
    source: str
    licence: str = ""
    created_at: datetime | None = None


def columns_of(file: StoredFile) -> dict[str, Any]:
    """Return a file as the tables of files keep it."""
    return {
        "media_type": file.media_type,
        "gzipped": file.gzipped,
        "etag": etag_of(file.data),
        "data": file.data,
    }


def etag_of(data: bytes) -> str:
    """Return a short name of these bytes and no others.

    >>> etag_of(b"")
    'e3b0c44298fc1c149afbf4c8996fb924'
    """
    return hashlib.sha256(data).hexdigest()[:32]
