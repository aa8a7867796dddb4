"""Parameters of the methods that judge cells or districts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hotspot.parameters.base import Parameters, choice, number


def _cell_shape() -> Any:
    return choice(
        "square",
        options=("square", "hexagon", "district"),
        doc="Shape of the grid cells; district: no grid, but the districts of the study area themselves.",
    )


def _cell_size() -> Any:
    return number(
        None,
        unit="m",
        at_least=25,
        at_most=20_000,
        doc="Side of a square cell, or width of a hexagon between parallel sides; districts have their own.",
        automatic="twice the larger of the mean and median nearest-neighbour distance, rounded to 50 m",
    )


def _distance() -> Any:
    return choice(
        "touching",
        options=("touching", "incremental"),
        doc="How an automatic neighbour distance is found: the ring of touching cells, or the distance at "
        "which Moran's I has its first peak, as far as the incidents cluster.",
    )


def _adjustment() -> Any:
    return choice(
        "bh",
        options=("bh", "by"),
        doc="False-discovery control: Benjamini-Hochberg, or the stricter Benjamini-Yekutieli.",
    )


def _cells() -> Any:
    return choice(
        "near",
        options=("near", "all"),
        doc="Cells that become features: those with an incident in reach or a significant class, or all; "
        "of districts always all.",
    )


@dataclass(frozen=True, kw_only=True)
class GiStar(Parameters):
    """Getis-Ord Gi*: cells whose neighbourhood holds more, or less, than chance would put there."""

    cell_shape: str = _cell_shape()
    cell_size: float | None = _cell_size()
    neighbour_distance: float | None = number(
        None,
        unit="m",
        at_least=0,
        at_most=100_000,
        doc="Cells whose centres lie within this distance are neighbours; the cell itself always is.",
        automatic="what distance says, the ring of touching cells by default",
    )
    distance: str = _distance()
    value: str = choice(
        "count",
        options=("count", "rate"),
        doc="What is compared: incidents (or harm), or their rate by population, for cell_shape district.",
    )
    significance: str = choice(
        "exact",
        options=("exact", "conditional", "normal"),
        doc="Where p comes from: exact, how often the cells' shuffled counts put as much or as little around "
        "a cell; conditional, the same with its own count held, also exact; or the normal approximation, "
        "which calls far too much hot where counts are sparse.",
    )
    adjustment: str = _adjustment()
    cells: str = _cells()


@dataclass(frozen=True, kw_only=True)
class LocalMoran(Parameters):
    """Local Moran's I: cells like their neighbours beyond chance, hot or cold, and cells unlike them."""

    cell_shape: str = _cell_shape()
    cell_size: float | None = _cell_size()
    neighbour_distance: float | None = number(
        None,
        unit="m",
        at_least=0,
        at_most=100_000,
        doc="Cells whose centres lie within this distance are neighbours; the cell itself never is.",
        automatic="what distance says, the ring of touching cells by default",
    )
    distance: str = _distance()
    significance: str = choice(
        "exact",
        options=("exact", "normal"),
        doc="Where p comes from: the exact chances of each sum around a cell when it keeps its count and "
        "those of the others are shuffled, or their normal approximation.",
    )
    adjustment: str = _adjustment()
    cells: str = _cells()
