"""A layer as KML, each feature in the colour that it has on its map."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from hotspot.analysis.methods import METHODS
from hotspot.outputs import style
from hotspot.outputs.gdal import one_file, texts_changed, without_controls
from hotspot.outputs.looks import EDGE_OF_HOTSPOTS, NOT_KNOWN

if TYPE_CHECKING:
    from hotspot.analysis.layer import Layer
    from hotspot.outputs.looks import Look
    from hotspot.outputs.style import Scale

_PLAIN: Final = (
    b"<Style><LineStyle><color>ff0000ff</color></LineStyle><PolyStyle><fill>0</fill></PolyStyle></Style>"
)
"""What GDAL writes into each place: text cannot hold it, as ``<`` is escaped there."""
_HEAD: Final = b'<Document id="root_doc">'


def kml(layer: Layer) -> bytes:
    """Return the layer as the bytes of a KML file, with the styles of its map."""
    method = METHODS[layer.method]
    noun = style.noun_of(method, layer.provenance.get("parameters", {}))
    values = layer.features[method.colour_by].tolist()
    scale = style.scale(method, values, noun=noun)
    features = texts_changed(layer.features, without_controls)
    one = noun.removesuffix("s").capitalize()
    features.insert(0, "Name", [f"{one} {number}" for number in features["id"]])
    plain = one_file(features, "KML", "layer.kml")
    places = style.looks_at(scale, values).tolist()
    return _styled(plain, places, head=_head(layer.title, scale))


def _styled(plain: bytes, places: list[int], *, head: str) -> bytes:
    """Return a KML of GDAL with the style of each feature in place of the one it gives to all."""
    parts = plain.split(_PLAIN)
    if len(parts) != len(places) + 1:
        msg = "GDAL writes the style of places in another way than this version knows."
        raise RuntimeError(msg)
    parts[0] = parts[0].replace(_HEAD, _HEAD + head.encode(), 1)
    links = [b"<styleUrl>#look-%d</styleUrl>" % place if place >= 0 else _UNKNOWN for place in places]
    return b"".join(chain.from_iterable(zip(parts, [*links, b""], strict=True)))


_UNKNOWN: Final = b"<styleUrl>#look-unknown</styleUrl>"


def _head(title: str, scale: Scale) -> str:
    """Return the name of the document, its legend in words, and the styles."""
    legend = scale.legend
    unit = f" ({legend.unit})" if legend.unit else ""
    words = "; ".join(f"{entry.label}: {entry.count:,}" for entry in legend.entries)
    about = f"{legend.title}{unit}. {words}" if words else legend.title
    whole = legend.noun == "hotspots"
    styles = [_style(f"look-{i}", look, whole=whole) for i, look in enumerate(scale.looks)]
    styles.append(_style("look-unknown", NOT_KNOWN, whole=whole))
    named = f"<name>{_said(title)}</name><description>{_said(about)}</description>"
    return f"\n{named}\n" + "\n".join(styles)


def _style(name: str, look: Look, *, whole: bool) -> str:
    edge, opacity, width = EDGE_OF_HOTSPOTS if whole else (look.colour, look.opacity, 0.7)
    return (
        f'<Style id="{name}"><LineStyle><color>{_abgr(edge, opacity)}</color><width>{width:g}</width>'
        f"</LineStyle><PolyStyle><color>{_abgr(look.colour, look.opacity)}</color></PolyStyle></Style>"
    )


def _abgr(colour: str, opacity: float) -> str:
    """Return a colour as KML writes it: opacity, blue, green, red.

    >>> _abgr("#a50f15", 0.85)
    'd9150fa5'
    """
    return f"{round(255 * opacity):02x}{colour[5:7]}{colour[3:5]}{colour[1:3]}"


def _said(text: str) -> str:
    return escape(without_controls(text))
