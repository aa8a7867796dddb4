"""A layer of a running service as QGIS keeps one: where its features are, and how they look (``.qlr``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from hotspot.outputs.qgis_style import elements
from hotspot.outputs.qgis_symbols import labelled, text_of

if TYPE_CHECKING:
    from hotspot.outputs.qgis_style import QgisStyle

_DOCTYPE: Final = "<!DOCTYPE qgis-layer-definition>"
_PROVIDER: Final = "OAPIF"
_CRS84: Final = "OGC:CRS84"


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the features are.

    Attributes
    ----------
    service
        Address of the landing page of the OGC API, without a slash at its end.
    collection
        Id of the collection.
    title
        What the layer is called in QGIS.
    abstract
        What it is, for the layer's information in QGIS.
    page
        Address of the layer's own page; empty without one.
    """

    service: str
    collection: str
    title: str
    abstract: str = ""
    page: str = ""

    @property
    def uri(self) -> str:
        """The address as the provider of QGIS reads it."""
        parts = {
            "pagingEnabled": "true",
            "restrictToRequestBBOX": "1",
            "srsname": _CRS84,
            "typename": self.collection,
            "url": self.service,
        }
        return " ".join(f"{name}='{_escaped(value)}'" for name, value in parts.items())


def qlr(source: Source, look: QgisStyle) -> str:
    """Return a layer definition: dragged into QGIS it shows the layer, live and in its colours."""
    root = ET.Element("qlr")
    group = ET.SubElement(
        root, "layer-tree-group", {"name": "", "expanded": "1", "checked": "Qt::Checked", "groupLayer": ""}
    )
    number = f"hotspot_{''.join(sign if sign.isalnum() else '_' for sign in source.collection)}"
    ET.SubElement(
        group, "layer-tree-layer", id=number, name=text_of(source.title), checked="Qt::Checked",
        expanded="1", source=text_of(source.uri), providerKey=_PROVIDER,
    )  # fmt: skip
    layer = ET.SubElement(
        ET.SubElement(root, "maplayers"), "maplayer", type="vector", geometry="Polygon",
        wkbType="MultiPolygon", labelsEnabled="0", hasScaleBasedVisibilityFlag="0",
    )  # fmt: skip
    for name, text in (
        ("id", number),
        ("datasource", source.uri),
        ("layername", source.title),
        ("abstract", source.abstract),
        ("dataUrl", source.page),
    ):
        if text:
            ET.SubElement(layer, name).text = text_of(text)
    reference = ET.SubElement(ET.SubElement(layer, "srs"), "spatialrefsys")
    ET.SubElement(reference, "authid").text = _CRS84
    ET.SubElement(layer, "provider", encoding="UTF-8").text = _PROVIDER
    parts = elements(look)
    layer.set("labelsEnabled", labelled(parts))
    layer.extend(parts)
    ET.indent(root, " ")
    return f"{_DOCTYPE}\n{ET.tostring(root, encoding='unicode')}\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
