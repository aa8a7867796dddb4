"""Colours, words and legend entries of layers, in one place for map, legend and page.

Hot and cold classes take the two arms of a red-blue scheme and densities a
yellow-to-red ramp; both stay apart for readers with a colour-vision deficiency
(a test simulates it). Words never depend on the colour alone.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class ClassStyle:
    """How one significance class looks and what it is called."""

    value: int
    colour: str
    opacity: float
    label: str
    """Words for a legend."""
    sentence: str
    """Words for a popup or a table."""


@dataclass(frozen=True)
class LegendEntry:
    """One line of a legend: a colour, its words, and how many features have it."""

    value: float
    colour: str
    opacity: float
    label: str
    count: int


@dataclass(frozen=True)
class Legend:
    """A whole legend: what the colours stand for, in which unit, and the entries, highest first."""

    title: str
    unit: str
    entries: tuple[LegendEntry, ...]
    noun: str
    """What the counts count: ``cells`` or ``hotspots``."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)


CLASSES = (
    ClassStyle(3, "#a50f15", 0.85, "Hot, 99 % confidence", "Hotspot with 99 % confidence"),
    ClassStyle(2, "#de4c3a", 0.8, "Hot, 95 % confidence", "Hotspot with 95 % confidence"),
    ClassStyle(1, "#f7a182", 0.8, "Hot, 90 % confidence", "Hotspot with 90 % confidence"),
    ClassStyle(0, "#8c929b", 0.22, "Not significant", "No more or fewer than chance would put here"),
    ClassStyle(-1, "#a3cbe4", 0.8, "Cold, 90 % confidence", "Cold spot with 90 % confidence"),
    ClassStyle(-2, "#4a92c6", 0.8, "Cold, 95 % confidence", "Cold spot with 95 % confidence"),
    ClassStyle(-3, "#124f91", 0.85, "Cold, 99 % confidence", "Cold spot with 99 % confidence"),
)
"""The classes of Gi*, hottest first."""

DENSITY_RAMP = ("#fee89a", "#fdb44f", "#ef7430", "#c4301f", "#78061f")
"""Incidents per km2, lightest first."""

RAMP_OPACITY = 0.82

LAND = "#f8f7f3"
"""What lies below every colour: the districts, as ``map.js`` fills them."""

INDEX_COLOURS = ("#0b5fa5", "#b3341f", "#3b7d23", "#7b3f98", "#8a6100", "#00707a", "#a3195b", "#4a4f57")
"""One colour a layer on the map of all layers; repeated when there are more layers."""


def class_legend(counts: Mapping[int, int]) -> Legend:
    """Legend of the significance classes; a class that no cell has is left out, class 0 too.

    >>> [entry.label for entry in class_legend({3: 12, 0: 40}).entries]
    ['Hot, 99 % confidence', 'Not significant']
    """
    entries = tuple(
        LegendEntry(style.value, style.colour, style.opacity, style.label, int(counts[style.value]))
        for style in CLASSES
        if counts.get(style.value, 0)
    )
    return Legend("Compared with chance", "false-discovery adjusted", entries, "cells")


def density_breaks(densities: ArrayLike, *, classes: int = len(DENSITY_RAMP)) -> tuple[float, ...]:
    """Inner breaks between density classes, ascending, in the unit of the densities.

    Quantiles rounded to two significant digits, so that a legend can be read
    aloud; equal ones are merged, so there may be fewer. Without a finite
    density there is no break.

    >>> density_breaks([10, 20, 30, 40, 51.234])
    (18.0, 26.0, 34.0, 42.0)
    """
    values = np.asarray(densities, dtype=np.float64)
    values = values[np.isfinite(values)]
    classes = min(classes, len(np.unique(values)))
    if classes < 2:
        return ()
    edges = np.quantile(values, np.arange(1, classes) / classes)
    low, high = float(values.min()), float(values.max())
    return tuple(sorted({edge for edge in map(_two_digits, edges) if low < edge <= high}))


def density_legend(densities: ArrayLike, *, breaks: Sequence[float] | None = None) -> Legend:
    """Legend of the density ramp, densest first; no entry without a finite density."""
    values = np.asarray(densities, dtype=np.float64)
    values = values[np.isfinite(values)]
    if breaks is None:
        breaks = density_breaks(values)
    colours = ramp_colours(len(breaks) + 1)
    counts = np.bincount(
        np.searchsorted(np.asarray(breaks, float), values, side="right"), minlength=len(colours)
    )
    entries = tuple(
        LegendEntry(_lower(breaks, i), colours[i], RAMP_OPACITY, _range(breaks, i), int(counts[i]))
        for i in reversed(range(len(colours)))
        if counts[i]
    )
    return Legend("Incidents per km²", "incidents per km²", entries, "hotspots")


def ramp_colours(classes: int) -> tuple[str, ...]:
    """As many colours of the density ramp as asked for (at most all), spread over it, lightest first.

    >>> ramp_colours(1), len(ramp_colours(5))
    (('#c4301f',), 5)
    """
    if classes == 1:
        return (DENSITY_RAMP[3],)
    places = np.linspace(0, len(DENSITY_RAMP) - 1, classes).round().astype(int)
    return tuple(DENSITY_RAMP[place] for place in places)


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")


def _lower(breaks: Sequence[float], i: int) -> float:
    return float(breaks[i - 1]) if i else 0.0


def _range(breaks: Sequence[float], i: int) -> str:
    if not breaks:
        return "all hotspots"
    if i == 0:
        return f"below {_said(breaks[0])}"
    if i == len(breaks):
        return f"{_said(breaks[-1])} and more"
    return f"{_said(breaks[i - 1])} to {_said(breaks[i])}"


def _said(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:g}"
