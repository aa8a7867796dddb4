"""How each class, category and step of a ramp looks, and what it is called.

Red is hot and blue is cold in every layer. The classes, the quadrants and the
directions of change stay apart for readers with a colour-vision deficiency,
and so does whatever is hot from whatever is cold (a test simulates it). Eight
shades of hot cannot all be told apart by anybody: the patterns of an emerging
hotspot are named in every tooltip, popup and legend.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Look:
    """How one value looks and what it is called."""

    value: int | str
    """The class, the word, or the place of a range of numbers, 0 for the lowest."""
    colour: str
    opacity: float
    label: str
    """Words for a legend and a tooltip."""
    sentence: str = ""
    """Words for a popup; the label if empty."""
    quiet: bool = False
    """Whether it says that nothing stands out: drawn below what does, and can be switched off."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {**asdict(self), "sentence": self.sentence or self.label}


LAND: Final = "#f8f7f3"
"""What lies below every colour: the districts, as ``map.js`` fills them."""

OUTLINE: Final = "#7d8791"
"""The edges of the districts."""
INK: Final = "#1d2733"
"""Words on a map."""
EDGE_OF_HOTSPOTS: Final = ("#6b0f1f", 0.9, 1.0)
"""Colour, opacity and width in pixels of the edge of a hotspot that is one feature; cells have an edge of
their own colour."""

_GREY: Final = ("#8c929b", 0.22)
_NOTHING: Final = "No more or fewer than chance would put here"

NOT_KNOWN: Final = Look("", *_GREY, "Not known", quiet=True)
"""The look of a feature without a value to be coloured by."""

CLASSES: Final = (
    Look(3, "#a50f15", 0.85, "Hot, 99 % confidence", "Hotspot with 99 % confidence"),
    Look(2, "#de4c3a", 0.8, "Hot, 95 % confidence", "Hotspot with 95 % confidence"),
    Look(1, "#f7a182", 0.8, "Hot, 90 % confidence", "Hotspot with 90 % confidence"),
    Look(0, *_GREY, "Not significant", _NOTHING, quiet=True),
    Look(-1, "#a3cbe4", 0.8, "Cold, 90 % confidence", "Cold spot with 90 % confidence"),
    Look(-2, "#4a92c6", 0.8, "Cold, 95 % confidence", "Cold spot with 95 % confidence"),
    Look(-3, "#124f91", 0.85, "Cold, 99 % confidence", "Cold spot with 99 % confidence"),
)
"""The classes of significance, hottest first."""

_QUADRANTS: Final = (
    Look("high-high", "#a50f15", 0.85, "High among high", "Many incidents, and many around it"),
    Look("high-low", "#f7a182", 0.8, "High among low", "Many incidents, but few around it"),
    Look("not significant", *_GREY, "Not significant", _NOTHING, quiet=True),
    Look("low-high", "#a3cbe4", 0.8, "Low among high", "Few incidents, but many around it"),
    Look("low-low", "#124f91", 0.85, "Low among low", "Few incidents, and few around it"),
)

_DIRECTIONS: Final = (
    Look("more than before", "#a50f15", 0.8, "More than before"),
    Look("no clear change", *_GREY, "No clear change", quiet=True),
    Look("fewer than before", "#124f91", 0.8, "Fewer than before"),
)

_PATTERNS: Final = (
    ("intensifying", "#67000d", "#08204f", "{hot} nearly always, and more and more so"),
    ("persistent", "#a50f15", "#124f91", "{hot} nearly always, without a trend"),
    ("consecutive", "#cb3a20", "#2a72b5", "{hot} without a break of late, never before"),
    ("new", "#ff7f1e", "#00a5c4", "{hot} in the last step, for the first time"),
    ("diminishing", "#e8684f", "#5b9bd0", "{hot} nearly always, but less and less so"),
    ("sporadic", "#f2936f", "#8fbfe2", "{hot} on and off, never {cold}"),
    ("oscillating", "#f9b08c", "#b0d0e8", "{hot} in the last step, {cold} some time before"),
    ("historical", "#c98a6a", "#7d97b5", "{hot} nearly always, but not in the last step"),
)


def _pattern(name: str, way: str, colour: str, sentence: str) -> Look:
    words = sentence.format(hot=way, cold="cold" if way == "hot" else "hot")
    return Look(f"{name} {way}", colour, 0.85, f"{name} {way}".capitalize(), words.capitalize())


CATEGORIES: Final[Mapping[str, tuple[Look, ...]]] = MappingProxyType(
    {
        "quadrant": _QUADRANTS,
        "direction": _DIRECTIONS,
        "pattern": (
            *(_pattern(name, "hot", hot, said) for name, hot, _cold, said in _PATTERNS),
            Look("none", *_GREY, "No pattern", "Neither hot nor cold in any lasting way", quiet=True),
            *(_pattern(name, "cold", cold, said) for name, _hot, cold, said in reversed(_PATTERNS)),
        ),
    }
)
"""The looks of each field of categories, hottest first."""

RAMP: Final = ("#fee89a", "#fdb44f", "#ef7430", "#c4301f", "#78061f")
"""Numbers from low to high, lightest first."""
RAMP_OPACITY: Final = 0.82

BELOW: Final = (("#a3cbe4", 0.8), ("#4a92c6", 0.8), ("#124f91", 0.85))
ABOVE: Final = (("#f7a182", 0.8), ("#de4c3a", 0.8), ("#a50f15", 0.85))
"""Colours and opacities of numbers below and above 0, the nearest to 0 first."""
AROUND: Final = _GREY
"""Of numbers so near to 0 that they say nothing."""

INDEX_COLOURS: Final = (
    "#0b5fa5",
    "#b3341f",
    "#3b7d23",
    "#7b3f98",
    "#8a6100",
    "#00707a",
    "#a3195b",
    "#4a4f57",
)
"""One colour a layer on the map of all layers; repeated when there are more layers."""


def looks_of(field: str) -> tuple[Look, ...]:
    """Return the looks of a field of classes or categories; none for another field.

    >>> [look.label for look in looks_of("direction")]
    ['More than before', 'No clear change', 'Fewer than before']
    """
    return CLASSES if field == "class" else CATEGORIES.get(field, ())
