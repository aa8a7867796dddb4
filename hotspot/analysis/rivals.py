"""Forecasts that are held against each other: those of the methods, and prior counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hotspot.analysis.methods import METHODS, method
from hotspot.errors import ParameterError
from hotspot.words import quoted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hotspot.analysis.cells import Cells
    from hotspot.analysis.points import Points

PRIOR: Final = "prior counts"
MOST: Final = 12
"""Rivals in one comparison: the best of many looks better than it is."""


@dataclass(frozen=True)
class Rival:
    """One forecast: its name, and the scores it gives cells by the earlier incidents in them."""

    name: str
    scores: Callable[[Points, Cells], NDArray[np.float64]]


def prior_counts() -> Rival:
    """Return the baseline: earlier incidents per km2."""
    return Rival(PRIOR, lambda _points, cells: cells.count() / cells.area_km2)


def rivals(asked: tuple[str, ...]) -> tuple[Rival, ...]:
    """Return prior counts and the forecasts asked for, or those of every method that makes one.

    Parameters
    ----------
    asked
        Texts such as ``gi_star`` or ``kde:bandwidth=300:kernel=gaussian``.

    Raises
    ------
    ParameterError
        A method that does not exist or makes no forecast, or a parameter it does not take.
    """
    texts = asked or tuple(name for name, each in METHODS.items() if each.forecast)
    if len(texts) > MOST:
        msg = f"At most {MOST} methods are compared at once; got {len(texts)}. Name fewer."
        raise ParameterError("methods", msg)
    found = [_rival(text) for text in texts if text.casefold() not in {"prior", PRIOR}]
    return (prior_counts(), *found)


def _rival(text: str) -> Rival:
    name, *settings = (part.strip() for part in text.split(":"))
    known = method(name)
    if not known.forecast:
        able = ", ".join(key for key, each in METHODS.items() if each.forecast)
        msg = f"{name} makes no forecast that could be compared. These do: {able}."
        raise ParameterError("methods", msg)
    values = dict(_setting(name, each) for each in settings)
    parameters = known.parameters.from_mapping(values)
    forecast = known.forecaster()
    title = known.title if not values else f"{known.title}, {', '.join(settings)}"
    return Rival(title, lambda points, cells: forecast(points, cells, parameters))


def _setting(name: str, text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        msg = f"Parameters of a method to compare are written {name}:name=value; got {quoted(text)}."
        raise ParameterError("methods", msg)
    return key.strip(), value.strip()
