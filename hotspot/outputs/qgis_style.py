"""How a layer looks in QGIS: the colours, classes, words and order of its own map, as QML.

Words and classes become categories; ranges of numbers become graduated classes,
or rules where some numbers are missing, as a graduated class holds no missing
one. What is written is read by every QGIS 3.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from hotspot.outputs import style
from hotspot.outputs.looks import EDGE_OF_HOTSPOTS, NOT_KNOWN
from hotspot.outputs.qgis_symbols import document, fill, labels, quoted_name, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hotspot.analysis.layer import Layer
    from hotspot.analysis.methods import Field, Method
    from hotspot.outputs.looks import Look
    from hotspot.outputs.style import Scale

_LINE: Final = 0.7
"""Width of the edge of a cell, in pixels."""
_FAR: Final = 1e12
"""Where the lowest and the highest range of numbers end where the numbers are not known yet."""


@dataclass(frozen=True, kw_only=True)
class QgisStyle:
    """What QGIS needs to draw a layer as its own map does.

    Attributes
    ----------
    scale
        What colours the features, and how.
    fields
        The features' properties, for their titles and units in tables.
    missing
        Whether some feature has no value to be coloured by.
    every
        Whether looks that no feature has are written too: for a layer that will change.
    names
        What a property is called in the file, where that is another name.
    extent
        The smallest and the largest number looked at, where the outer ranges end.
    """

    scale: Scale
    fields: tuple[Field, ...] = ()
    missing: bool = False
    every: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    extent: tuple[float, float] = (-_FAR, _FAR)

    @classmethod
    def of(cls, layer: Layer, *, names: Mapping[str, str] | None = None) -> QgisStyle:
        """Return the style of a layer."""
        from hotspot.analysis.methods import METHODS

        method = METHODS[layer.method]
        values = layer.features[method.colour_by].tolist()
        return cls.fitting(method, values, parameters=layer.provenance.get("parameters", {}), names=names)

    @classmethod
    def fitting(
        cls,
        method: Method,
        values: Sequence[Any],
        *,
        parameters: Mapping[str, Any],
        every: bool = False,
        names: Mapping[str, str] | None = None,
    ) -> QgisStyle:
        """Return the style of a layer by its method, parameters, and what colours each feature."""
        scale = style.scale(method, values, noun=style.noun_of(method, parameters))
        missing = bool((style.looks_at(scale, values) < 0).any())
        known = [value for value in values if isinstance(value, int | float) and math.isfinite(value)]
        extent = (-_FAR, _FAR) if every or not known else (float(min(known)), float(max(known)))
        return cls(
            scale=scale, fields=method.fields, missing=missing, every=every, names=names or {}, extent=extent
        )

    @property
    def attribute(self) -> str:
        """Name in the file of the property that is looked at."""
        return self.names.get(self.scale.field, self.scale.field)

    @property
    def whole(self) -> bool:
        """Whether each feature is a hotspot, which may lie upon another."""
        return self.scale.legend.noun == "hotspots"

    def ends(self, place: int) -> tuple[float, float]:
        """Return the first and the last number of a range; the one after begins the next range."""
        low, high = self.extent
        breaks = self.scale.breaks or ()
        first = breaks[place - 1] if place else low
        return first, math.nextafter(breaks[place], -math.inf) if place < len(breaks) else high

    def named(self, name: str) -> str | None:
        """Return what a property is called in the file; None where there is none of that name."""
        known = {each.name for each in self.fields}
        return self.names.get(name, name) if name in known else None

    def looks(self) -> tuple[tuple[int, Look], ...]:
        """Return the looks to write with their places in the scale, as the legend has them."""
        shown = {entry.value for entry in self.scale.legend.entries}
        placed = [(i, look) for i, look in enumerate(self.scale.looks) if self.every or look.value in shown]
        return tuple(placed if self.scale.breaks is None else reversed(placed))


def qml(look: QgisStyle) -> str:
    """Return a style as the text of a ``.qml`` file."""
    return document(elements(look))


def elements(look: QgisStyle) -> list[ET.Element]:
    """Return the parts of a style: renderer, labels, and the titles of the properties."""
    return [_renderer(look), *_labels(look), _aliases(look)]


def _renderer(look: QgisStyle) -> ET.Element:
    if look.scale.breaks is None:
        made = _categories(look)
    elif look.missing or look.every:
        made = _rules(look)
    else:
        made = _ranges(look)
    made.set("forceraster", "0")
    made.set("symbollevels", "0")
    rank = _rank(look)
    made.set("enableorderby", "1" if rank else "0")
    if rank:
        # The first hotspots are drawn last, above the others.
        ET.SubElement(
            ET.SubElement(made, "orderby"), "orderByClause", asc="0", nullsFirst="1"
        ).text = quoted_name(rank)
    return made


def _categories(look: QgisStyle) -> ET.Element:
    made = ET.Element("renderer-v2", type="categorizedSymbol", attr=look.attribute)
    listed, symbols = ET.SubElement(made, "categories"), ET.SubElement(made, "symbols")
    shown = [(str(each.value), each) for _, each in look.looks()]
    if look.missing or look.every:
        # The category without a value takes what is in no other.
        shown.append(("", NOT_KNOWN))
    for number, (value, each) in enumerate(shown):
        label = text_of(each.label)
        ET.SubElement(
            listed, "category", symbol=str(number), value=text_of(value), label=label, render="true"
        )
        symbols.append(_symbol(look, each, number))
    return made


def _ranges(look: QgisStyle) -> ET.Element:
    made = ET.Element(
        "renderer-v2", type="graduatedSymbol", attr=look.attribute, graduatedMethod="GraduatedColor"
    )
    listed, symbols = ET.SubElement(made, "ranges"), ET.SubElement(made, "symbols")
    for number, (place, each) in enumerate(look.looks()):
        low, high = look.ends(place)
        ET.SubElement(
            listed, "range", symbol=str(number), label=text_of(each.label), render="true",
            lower=repr(low), upper=repr(high),
        )  # fmt: skip
        symbols.append(_symbol(look, each, number))
    return made


def _rules(look: QgisStyle) -> ET.Element:
    made = ET.Element("renderer-v2", type="RuleRenderer")
    rules = ET.SubElement(made, "rules", key="hotspot")
    symbols, name = ET.SubElement(made, "symbols"), quoted_name(look.attribute)
    shown = look.looks()
    for number, (place, each) in enumerate(shown):
        low, high = look.ends(place)
        rule = f"{name} >= {low!r} AND {name} <= {high!r}"
        ET.SubElement(
            rules, "rule", key=f"range-{place}", symbol=str(number), label=text_of(each.label), filter=rule
        )
        symbols.append(_symbol(look, each, number))
    last = str(len(shown))
    ET.SubElement(rules, "rule", key="missing", symbol=last, label=NOT_KNOWN.label, filter="ELSE")
    symbols.append(_symbol(look, NOT_KNOWN, len(shown)))
    return made


def _symbol(look: QgisStyle, each: Look, number: int) -> ET.Element:
    edge, opacity, width = EDGE_OF_HOTSPOTS if look.whole else (each.colour, each.opacity, _LINE)
    symbol = fill(each.colour, each.opacity, edge=edge, edge_opacity=opacity, width=width)
    symbol.set("name", str(number))
    return symbol


def _rank(look: QgisStyle) -> str | None:
    """Return the name of the rank that a hotspot has; None for features that are not hotspots."""
    return look.named("rank") if look.whole else None


def _labels(look: QgisStyle) -> Iterable[ET.Element]:
    rank = _rank(look)
    return [labels(rank, size=9)] if rank else []


def _aliases(look: QgisStyle) -> ET.Element:
    made = ET.Element("aliases")
    for number, each in enumerate(look.fields):
        told = each.unit.lower() in each.title.lower()
        unit = "" if told else f" ({each.unit})"
        name = look.names.get(each.name, each.name)
        ET.SubElement(made, "alias", index=str(number), field=name, name=text_of(f"{each.title}{unit}"))
    return made
