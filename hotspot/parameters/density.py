"""Parameters of the methods that smooth incidents to a density."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hotspot.parameters.base import Parameters, choice, day, integer, number

_KERNEL = (
    "How an incident is spread: quartic and Epanechnikov end at the bandwidth, Gaussian never quite does."
)
_BANDWIDTH = (
    "How far an incident is spread; of the Gaussian kernel one standard deviation. At least the cell size."
)
_BANDWIDTH_AUTOMATIC = (
    "of 150, 200, 300, 400, 500, 700, 1,000, 1,400 and 2,000 m the one that best foretells later incidents"
)
_SIZE = "Side of a square cell, or width of a hexagon between two parallel sides. At most the bandwidth."
_SIZE_AUTOMATIC = "a third of the bandwidth, larger where that would be more than 40,000 cells"
_EDGE = (
    "What a kernel would put outside the study area: renormalise gives it to the part inside, so that each "
    "incident counts one; none lets it go, and the edge looks quiet."
)
_SEED = "Draws the folds that choose the bandwidth of incidents without times."


@dataclass(frozen=True, kw_only=True)
class KDE(Parameters):
    """Kernel density: incidents per km2, smoothed over a bandwidth."""

    kernel: str = choice("quartic", options=("quartic", "epanechnikov", "gaussian"), doc=_KERNEL)
    bandwidth: float | None = number(
        None, unit="m", at_least=25, at_most=20_000, doc=_BANDWIDTH, automatic=_BANDWIDTH_AUTOMATIC
    )
    cell_shape: str = choice("square", options=("square", "hexagon"), doc="Shape of the grid cells.")
    cell_size: float | None = number(
        None, unit="m", at_least=25, at_most=20_000, doc=_SIZE, automatic=_SIZE_AUTOMATIC
    )
    output: str = choice(
        "cells",
        options=("cells", "contours"),
        doc="Features: grid cells, or polygons between contours, of the densest area that holds 99 % of the "
        "incidents.",
    )
    hot_share: float = number(
        0.25,
        unit="share",
        at_least=0.01,
        at_most=0.9,
        doc="Hot is the densest area that holds this share of the incidents, where it is at least twice as "
        "dense as the whole study area.",
    )
    edge: str = choice("renormalise", options=("renormalise", "none"), doc=_EDGE)
    seed: int = integer(0, at_least=0, at_most=1_000_000_000, doc=_SEED)


@dataclass(frozen=True, kw_only=True)
class DualKDE(Parameters):
    """Dual kernel density: where there is more than the population, or an earlier time, leads to expect."""

    against: str = choice(
        "earlier",
        options=("earlier", "population"),
        doc="What the density is compared with: that of the earlier part of the window, or of the people.",
    )
    day: date | None = day(
        doc="With against earlier: the first day of the later part.", automatic="the middle of the window"
    )
    scale: str = choice(
        "log_ratio",
        options=("log_ratio", "ratio", "difference"),
        doc="The scale of the field value, and what is hot: where the ratio is at least times, or where the "
        "difference is at least times - 1 mean densities, or floors where that is more.",
    )
    times: float = number(
        2.0, unit="times", at_least=1.1, at_most=100, doc="How much more than expected makes a cell hot."
    )
    floor: float | None = number(
        None,
        unit="mean densities",
        at_least=0.01,
        at_most=100,
        doc="Added to both densities before they are divided: the more, the less a few incidents make of it.",
        automatic="the density at the middle of two incidents: one alone then never makes it twice",
    )
    kernel: str = choice("quartic", options=("quartic", "epanechnikov", "gaussian"), doc=_KERNEL)
    bandwidth: float | None = number(
        None, unit="m", at_least=25, at_most=20_000, doc=_BANDWIDTH, automatic=_BANDWIDTH_AUTOMATIC
    )
    cell_shape: str = choice("square", options=("square", "hexagon"), doc="Shape of the grid cells.")
    cell_size: float | None = number(
        None, unit="m", at_least=25, at_most=20_000, doc=_SIZE, automatic=_SIZE_AUTOMATIC
    )
    edge: str = choice("renormalise", options=("renormalise", "none"), doc=_EDGE)
    seed: int = integer(0, at_least=0, at_most=1_000_000_000, doc=_SEED)
