"""What the OGC API says of one collection: a published layer, a set of districts, or incidents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hotspot.analysis.methods import Field

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
WEB_MERCATOR: Final = "http://www.opengis.net/def/crs/EPSG/0/3857"
LIMIT_DEFAULT: Final = 1_000
LIMIT_MAXIMUM: Final = 10_000

LOCAL: Final = "local"
"""Audience of what only this machine, and who signs in, may see."""
PUBLIC: Final = "public"
"""Audience of what pages of other sites may read too."""
AUDIENCES: Final = (LOCAL, PUBLIC)

LATEST: Final = "latest-"
"""How the id of the newest answer of a standing question begins; the question's name follows."""


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
    """What each feature tells in its properties; its id stands beside them."""
    n_features: int | None = 0
    """None where counting would take as long as reading."""
    keywords: tuple[str, ...] = ()
    attribution: str = ""
    """Whose data these are, in words to show beside a map."""
    licence: str = ""
    """Name of the licence, such as ``OGL-UK-3.0``; empty when none is known."""
    licence_url: str = ""
    """Where the licence can be read; empty without an address of its own."""
    crs: tuple[str, ...] = (CRS84, WEB_MERCATOR)
    """Reference systems that features are given in: CRS84 first, then EPSG:3857, then the layer's UTM."""
    storage_crs: str = CRS84
    audience: str = LOCAL
    updated: str = ""
    """When it was published last, RFC 3339 in UTC; empty where that is not known."""
    latest_of: str = ""
    """Id of the layer that an alias stands for; empty for every other collection."""
    standing: tuple[str, ...] = ()
    """Names of the standing questions that it answers."""
    rows_in_store: bool = False
    """Whether its features are rows of the store (incidents) rather than a document kept whole."""
    downloads: tuple[str, ...] = ()
    """Suffixes of the files that may be taken at ``collections/<id>/download.<suffix>``."""

    @property
    def is_public(self) -> bool:
        """Whether pages of other sites may read it."""
        return self.audience == PUBLIC

    @property
    def layer_id(self) -> str:
        """Id of the layer behind it: of an alias the one it stands for, else its own."""
        return self.latest_of or self.id
