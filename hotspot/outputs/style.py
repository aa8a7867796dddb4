"""Scales and legends of layers, in one place for map, legend and page.

What a layer's features are coloured by is said by its method: ``style`` and
``colour_by``. Words never depend on the colour alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspot.outputs.looks import (
    ABOVE,
    AROUND,
    BELOW,
    CATEGORIES,
    CLASSES,
    INDEX_COLOURS,
    LAND,
    RAMP,
    RAMP_OPACITY,
    Look,
    looks_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from hotspot.analysis.methods import Method

__all__ = [
    "CATEGORIES",
    "CLASSES",
    "INDEX_COLOURS",
    "LAND",
    "RAMP",
    "RAMP_OPACITY",
    "Legend",
    "LegendEntry",
    "Look",
    "Scale",
    "breaks_of",
    "looks_at",
    "noun_of",
    "scale",
]


@dataclass(frozen=True)
class LegendEntry:
    """One line of a legend: a colour, its words, and how many features have it."""

    value: int | str
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
    """What the counts count: ``cells``, ``hotspots``, ``districts`` or ``areas``."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Scale:
    """What colours the features of one layer, and how.

    Attributes
    ----------
    field
        The property that is looked at.
    looks
        One for each word or class; or, for numbers, one for each range, lowest first.
    breaks
        Where one range of numbers ends and the next begins; None for words and classes.
    legend
        The same for readers, with how many features have each look.
    """

    field: str
    looks: tuple[Look, ...]
    breaks: tuple[float, ...] | None
    legend: Legend

    def to_dict(self) -> dict[str, Any]:
        """Plain values for ``map.js``."""
        return {
            "field": self.field,
            "looks": [look.to_dict() for look in self.looks],
            "breaks": None if self.breaks is None else list(self.breaks),
        }


def scale(method: Method, values: Iterable[Any], *, noun: str = "") -> Scale:
    """Return the scale of a layer from what its features have in the field that colours them.

    Missing values have no look and are in no count.

    Parameters
    ----------
    method
        Says the style, the field and what the features are.
    values
        One for each feature.
    noun
        What the features are, where it is not the method's own.

    >>> from hotspot.analysis.methods import METHODS
    >>> [entry.label for entry in scale(METHODS["gi_star"], [3, 0, 0]).legend.entries]
    ['Hot, 99 % confidence', 'Not significant']
    """
    noun = noun or method.noun
    field = method.colour_field
    if method.style in ("classes", "categories"):
        counts = Counter(value for value in values if value is not None and value == value)
        looks = _known_and_new(field.name, counts)
        title, unit = ("Compared with chance", "false-discovery adjusted")
        if method.style == "categories":
            title, unit = field.title, ""
        return Scale(field.name, looks, None, _legend(title, unit, looks, counts, noun))
    numbers = _finite(values)
    diverging = method.style == "diverging"
    breaks = _breaks_around_zero(numbers) if diverging else breaks_of(numbers)
    looks = _diverging(breaks) if diverging else _ramp(breaks, numbers, noun)
    counted = Counter(np.searchsorted(np.asarray(breaks, dtype=float), numbers, side="right").tolist())
    legend = _legend(field.title, field.unit, tuple(reversed(looks)), counted, noun)
    return Scale(field.name, looks, breaks, legend)


def looks_at(scale: Scale, values: Iterable[Any]) -> NDArray[np.intp]:
    """Return the place in ``scale.looks`` of the look of each value, shape (n,); -1 for a missing one.

    >>> from hotspot.analysis.methods import METHODS
    >>> looks_at(scale(METHODS["gi_star"], [3, 0]), [0, 3, None]).tolist()
    [3, 0, -1]
    """
    if scale.breaks is None:
        known = {look.value: place for place, look in enumerate(scale.looks)}
        return np.array([known.get(value, -1) for value in values], dtype=np.intp)
    numbers = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    places = np.searchsorted(np.asarray(scale.breaks, dtype=np.float64), numbers, side="right")
    return np.where(np.isfinite(numbers), places, -1)


def noun_of(method: Method, parameters: Mapping[str, Any]) -> str:
    """Return what the features of a layer are, from its method and the parameters it was made with.

    >>> from hotspot.analysis.methods import METHODS
    >>> noun_of(METHODS["gi_star"], {"cell_shape": "district"})
    'districts'
    """
    if parameters.get("output") == "contours":
        return "areas"
    return "districts" if parameters.get("cell_shape") == "district" else method.noun


def breaks_of(values: ArrayLike, *, classes: int = len(RAMP)) -> tuple[float, ...]:
    """Inner breaks between classes of numbers, ascending, in their unit.

    Quantiles rounded to two significant digits, so that a legend can be read
    aloud; equal ones are merged, so there may be fewer. Without a finite
    number there is no break.

    >>> breaks_of([10, 20, 30, 40, 51.234])
    (18.0, 26.0, 34.0, 42.0)
    """
    numbers = np.asarray(values, dtype=np.float64)
    numbers = numbers[np.isfinite(numbers)]
    classes = min(classes, len(np.unique(numbers)))
    if classes < 2:
        return ()
    edges = np.quantile(numbers, np.arange(1, classes) / classes)
    low, high = float(numbers.min()), float(numbers.max())
    return tuple(sorted({edge for edge in map(_two_digits, edges) if low < edge <= high}))


def _finite(values: Iterable[Any]) -> NDArray[np.float64]:
    numbers = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return numbers[np.isfinite(numbers)]


def _known_and_new(field: str, counts: Counter[Any]) -> tuple[Look, ...]:
    """Return the looks of a field, and a plain one for each word that has none yet."""
    known = looks_of(field)
    new = sorted(set(map(str, counts)) - {str(look.value) for look in known})
    return (*known, *(Look(word, *AROUND, word.capitalize(), quiet=True) for word in new))


def _legend(title: str, unit: str, looks: Sequence[Look], counts: Counter[Any], noun: str) -> Legend:
    """Return a legend of the looks that features have; the others are left out."""
    entries = tuple(
        LegendEntry(look.value, look.colour, look.opacity, look.label, int(counts[look.value]))
        for look in looks
        if counts[look.value]
    )
    return Legend(title, unit, entries, noun)


def _ramp(breaks: tuple[float, ...], numbers: NDArray[np.float64], noun: str) -> tuple[Look, ...]:
    alike = f"{_said(_two_digits(float(numbers[0])))}, all {noun}" if len(numbers) else f"all {noun}"
    return tuple(
        Look(i, colour, RAMP_OPACITY, _range(breaks, i) or alike)
        for i, colour in enumerate(_spread(len(breaks) + 1))
    )


def _spread(classes: int) -> tuple[str, ...]:
    """Return as many colours of the ramp as asked for (at most all), spread over it, lightest first."""
    if classes == 1:
        return (RAMP[3],)
    places = np.linspace(0, len(RAMP) - 1, classes).round().astype(int)
    return tuple(RAMP[place] for place in places)


def _breaks_around_zero(numbers: NDArray[np.float64]) -> tuple[float, ...]:
    """Return breaks that are the same on both sides of 0: equal colours are equally far from it."""
    sizes = np.abs(numbers[numbers != 0])
    if not len(sizes):
        return ()
    edges = {_two_digits(edge) for edge in np.quantile(sizes, (0.25, 0.5, 0.75))}
    ahead = sorted(edge for edge in edges if edge > 0)
    return tuple(-edge for edge in reversed(ahead)) + tuple(ahead)


def _diverging(breaks: tuple[float, ...]) -> tuple[Look, ...]:
    sides = len(breaks) // 2
    # With fewer than three steps a side the strongest colours are left out.
    paints = (*reversed(BELOW[:sides]), AROUND, *ABOVE[:sides])
    return tuple(
        Look(i, *paint, _range(breaks, i) or "0", quiet=i == sides) for i, paint in enumerate(paints)
    )


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")


def _range(breaks: Sequence[float], i: int) -> str:
    if not breaks:
        return ""
    if i == 0:
        return f"below {_said(breaks[0])}"
    if i == len(breaks):
        return f"{_said(breaks[-1])} and more"
    return f"{_said(breaks[i - 1])} to {_said(breaks[i])}"


def _said(value: float) -> str:
    text = f"{value:,.0f}" if abs(value) >= 10 else f"{value:g}"
    return text.replace("-", "−")
