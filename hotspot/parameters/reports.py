"""Parameters of the reports, which answer in sentences and tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hotspot.parameters import shared
from hotspot.parameters.base import Parameters, choice, day, integer, words


@dataclass(frozen=True, kw_only=True)
class Compare(Parameters):
    """Methods held against each other, and against prior counts, on your own later incidents."""

    methods: tuple[str, ...] = words(
        doc="Methods to compare, with parameters after colons: gi_star, kde:bandwidth=300. "
        "Prior counts are always among them.",
        automatic="every method that makes a forecast",
    )
    cell_shape: str = shared.cell_shape()
    cell_size: float | None = shared.cell_size()
    grids: str = choice(
        "4",
        options=("1", "4", "9"),
        doc="Places the grid is laid at, by halves or thirds of a cell: what is caught is the average, for "
        "where the grid lies moves a score more than the choice of a method does.",
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


@dataclass(frozen=True, kw_only=True)
class Profile(Parameters):
    """When in the week incidents happen, those known to lie between two moments spread over both."""

    by: str = choice(
        "all",
        options=("all", "district", "offence"),
        doc="Whose best windows are told: all incidents together, or those of each district or offence too.",
    )
    window: int = integer(4, unit="hours", at_least=1, at_most=24, doc="Length of a window of the week.")


@dataclass(frozen=True, kw_only=True)
class Evaluate(Parameters):
    """Before and after: whether incidents fell where something was done, more than elsewhere."""

    treated: tuple[str, ...] = words(doc="Districts, by code or name, where something was done.")
    control: tuple[str, ...] = words(
        doc="Districts like them where nothing was done: what would have happened otherwise."
    )
    treated_displacement: tuple[str, ...] = words(
        doc="Districts beside the treated ones that crime may have moved to; none if empty."
    )
    control_displacement: tuple[str, ...] = words(
        doc="Districts beside the control ones; needed where there are such beside the treated."
    )
    since: date | None = day(doc="First local day on which it was done.")
    before: int | None = integer(
        None,
        unit="days",
        at_least=1,
        at_most=3660,
        doc="Length of the window before that day.",
        automatic="as long as after, as far as the incidents reach",
    )
    after: int | None = integer(
        None,
        unit="days",
        at_least=1,
        at_most=3660,
        doc="Length of the window from that day on.",
        automatic="as far as the incidents reach on both sides, at most 365, whole weeks from four on",
    )
