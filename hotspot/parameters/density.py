"""Parameters of the methods that smooth incidents to a density."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from hotspot.parameters import shared
from hotspot.parameters.base import Parameters, choice, day, number


def _kernel() -> Any:
    return choice(
        "quartic",
        options=("quartic", "epanechnikov", "gaussian"),
        doc="How an incident is spread: quartic and Epanechnikov end at the bandwidth, Gaussian never quite "
        "does.",
    )


def _bandwidth() -> Any:
    return number(
        None,
        unit="m",
        at_least=25,
        at_most=20_000,
        doc="How far an incident is spread; of the Gaussian kernel one standard deviation. At least the cell "
        "size.",
        automatic="of 150, 200, 300, 400, 500, 700, 1,000, 1,400 and 2,000 m the one that best foretells "
        "later incidents",
    )


def _cell_size() -> Any:
    return shared.cell_size(
        more="At most the bandwidth.",
        automatic="a third of the bandwidth, larger where that would be more than 40,000 cells",
    )


def _edge() -> Any:
    return choice(
        "renormalise",
        options=("renormalise", "none"),
        doc="What a kernel would put outside the study area: renormalise gives it to the part inside, so "
        "that each incident counts one; none lets it go, and the edge looks quiet.",
    )


def _seed() -> Any:
    return shared.seed(0, doc="Draws the folds that choose the bandwidth of incidents without times.")


@dataclass(frozen=True, kw_only=True)
class KDE(Parameters):
    """Kernel density: incidents per km2, smoothed over a bandwidth."""

    kernel: str = _kernel()
    bandwidth: float | None = _bandwidth()
    cell_shape: str = shared.cell_shape(districts=False)
    cell_size: float | None = _cell_size()
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
    edge: str = _edge()
    seed: int = _seed()


@dataclass(frozen=True, kw_only=True)
class DualKDE(Parameters):
    """Dual kernel density: where there is more than the population, or an earlier time, leads to expect."""

    against: str = choice(
        "earlier",
        options=("earlier", "population"),
        doc="What the density is compared with: that of the earlier part of the window, or of the people.",
    )
    cut: date | None = day(
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
    kernel: str = _kernel()
    bandwidth: float | None = _bandwidth()
    cell_shape: str = shared.cell_shape(districts=False)
    cell_size: float | None = _cell_size()
    edge: str = _edge()
    seed: int = _seed()
