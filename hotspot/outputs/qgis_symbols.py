"""The pieces of a style of QGIS: symbols, labels and whole documents, in XML that every QGIS 3 reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from hotspot.outputs.gdal import without_controls
from hotspot.outputs.looks import INK, LAND, OUTLINE

if TYPE_CHECKING:
    from collections.abc import Iterable

_DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
_VERSION: Final = "3.22.0"


def document(parts: Iterable[ET.Element]) -> str:
    """Return the text of a ``.qml`` file with these parts."""
    root = ET.Element("qgis", version=_VERSION, styleCategories="Symbology|Labeling|Fields")
    root.extend(parts)
    root.set("labelsEnabled", labelled(root))
    ET.indent(root, " ")
    return f"{_DOCTYPE}\n{ET.tostring(root, encoding='unicode')}\n"


def labelled(parts: Iterable[ET.Element]) -> str:
    """Return ``1`` where there are labels among the parts of a style, else ``0``."""
    return "1" if any(part.tag == "labeling" for part in parts) else "0"


def fill(colour: str, opacity: float, *, edge: str, edge_opacity: float, width: float) -> ET.Element:
    """Return the symbol of a filled polygon; ``width`` of its edge in pixels."""
    symbol = ET.Element("symbol", type="fill", alpha="1", clip_to_extent="1", force_rhr="0")
    layer = ET.SubElement(
        symbol, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"}
    )
    properties = {
        "color": rgba(colour, opacity),
        "style": "solid",
        "joinstyle": "miter",
        "outline_color": rgba(edge, edge_opacity),
        "outline_style": "solid",
        "outline_width": f"{width:g}",
        "outline_width_unit": "Pixel",
    }
    # As QGIS wrote them up to 3.16; later ones read this and their own way.
    for name, value in properties.items():
        ET.SubElement(layer, "prop", k=name, v=value)
    return symbol


def labels(name: str, *, size: int) -> ET.Element:
    """Return labels that say a property, dark with a light edge; ``size`` in points."""
    made = ET.Element("labeling", type="simple")
    settings = ET.SubElement(made, "settings", calloutType="simple")
    words = ET.SubElement(
        settings, "text-style", fieldName=name, isExpression="0", fontFamily="Sans Serif",
        fontSize=str(size), fontSizeUnit="Point", fontWeight="75", textOpacity="1",
        textColor=rgba(INK, 1),
    )  # fmt: skip
    ET.SubElement(
        words, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM",
        bufferColor=rgba("#ffffff", 1), bufferOpacity="1",
    )  # fmt: skip
    # 1: over the middle of the whole polygon, at a point inside.
    ET.SubElement(settings, "placement", placement="1", centroidInside="1", centroidWhole="1")
    ET.SubElement(settings, "rendering", drawLabels="1", obstacle="0")
    return made


def rgba(colour: str, opacity: float) -> str:
    """Return a colour as QGIS writes it: red, green, blue and opacity, each 0 to 255.

    >>> rgba("#a50f15", 0.85)
    '165,15,21,217'
    """
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return ",".join(map(str, [*parts, round(255 * opacity)]))


def quoted_name(name: str) -> str:
    """Return a name as an expression of QGIS takes it.

    >>> quoted_name("class")
    '"class"'
    """
    return '"' + name.replace('"', '""') + '"'


def text_of(value: Any) -> str:
    """Return a value as XML can hold it."""
    return without_controls(str(value))


def districts_qml() -> str:
    """Return the style of districts: land with grey edges, and their names."""
    renderer = ET.Element("renderer-v2", type="singleSymbol", forceraster="0", symbollevels="0")
    symbol = fill(LAND, 1, edge=OUTLINE, edge_opacity=1, width=1)
    symbol.set("name", "0")
    ET.SubElement(renderer, "symbols").append(symbol)
    return document([renderer, labels("name", size=8)])
