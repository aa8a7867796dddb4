"""What the OGC API says of one collection: a published layer, a set of districts, or incidents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hotspot.analysis.methods import Field

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
LIMIT_DEFAULT: Final = 1_000
LIMIT_MAXIMUM: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class Collection:
    """What the documents say of one published layer, or of a set of districts."""

    id: str
    title: str
    description: str = ""
    bbox: tuple[float, float, float, float] | None = None
    """West, south, east, north in degrees; None without features."""
    interval: tuple[str | None, str | None] | None = None
    """First and last moment, RFC 3339 in UTC; None leaves a side open."""
    fields: tuple[Field, ...] = ()
    n_features: int = 0
    licence: str = ""
    keywords: tuple[str, ...] = ()
    downloads: tuple[str, ...] = ()
    """Suffixes of the files that may be taken at ``collections/<id>/download.<suffix>``."""
