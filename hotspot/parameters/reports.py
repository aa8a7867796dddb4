"""Parameters of the reports, which answer in sentences and tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hotspot.parameters.base import Parameters, choice, day, integer, number, words


@dataclass(frozen=True, kw_only=True)
class Compare(Parameters):
    """Methods held against each other, and against prior counts, on your own later incidents."""

    methods: tuple[str, ...] = words(
        doc="Methods to compare, with parameters after colons: gi_star, kde:bandwidth=300. "
        "Prior counts are always among them.",
        automatic="every method that makes a forecast",
    )
    cell_shape: str = choice(
        "square", options=("square", "hexagon", "district"), doc="What the forecasts are compared in."
    )
    cell_size: float | None = number(
        None,
        unit="m",
        at_least=25,
        at_most=20_000,
        doc="Side of a square cell, or width of a hexagon between two parallel sides.",
        automatic="twice the larger of the mean and median nearest-neighbour distance, rounded to 50 m",
    )
    origins: int = integer(
        3,
        unit="cuts",
        at_least=1,
        at_most=52,
        doc="Days at which the past is cut off: each time a forecast is made of all that came before and "
        "scored on what follows until the next cut (rolling origin).",
    )
    cut: date | None = day(
        doc="First day that is foretold.", automatic="the midnight nearest to two thirds of the window"
    )
