"""Where else a layer can be used: the addresses and the HTML that its page offers for copying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotspot.web.pages.embeds import embed_code
from hotspot.web.site import base_url, catalogue

if TYPE_CHECKING:
    from hotspot.service.store import LayerRecord


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """What others need to use one layer."""

    ogc: str
    """Address of the whole OGC API."""
    items: str
    """Address of the layer's features as GeoJSON."""
    tilejson: str
    """Address of what describes the layer's vector tiles."""
    standing: tuple[tuple[str, str], ...]
    """Title and address of each standing question whose newest answer the layer is."""
    embed: str
    """HTML that shows the layer's map in another page."""


def elsewhere_of(record: LayerRecord) -> Elsewhere:
    """Return what others need to use a layer, by the name that stays where it has one."""
    ogc = f"{base_url()}/ogc"
    aliases = [each for each in catalogue().collections() if each.latest_of == record.id]
    lasting = aliases[0] if aliases else catalogue().collection(record.id)
    here = f"{ogc}/collections/{record.id}"
    return Elsewhere(
        ogc=ogc,
        items=f"{here}/items",
        tilejson=f"{here}/tiles/WebMercatorQuad?f=tilejson",
        standing=tuple((alias.title, f"{ogc}/collections/{alias.id}") for alias in aliases),
        embed=embed_code(lasting.id, lasting.title),
    )
