"""Parameters of the methods that judge cells or districts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hotspot.parameters import shared
from hotspot.parameters.base import Parameters, choice


def _distance() -> Any:
    return choice(
        "touching",
        options=("touching", "incremental"),
        doc="How an automatic neighbour distance is found: the ring of touching cells, or the distance at "
        "which Moran's I has its first peak, as far as the incidents cluster.",
    )


@dataclass(frozen=True, kw_only=True)
class GiStar(Parameters):
    """Getis-Ord Gi*: cells whose neighbourhood holds more, or less, than chance would put there."""

    cell_shape: str = shared.cell_shape()
    cell_size: float | None = shared.cell_size()
    neighbour_distance: float | None = shared.neighbour_distance(
        itself=True, automatic="what distance says, the ring of touching cells by default"
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
    adjustment: str = shared.adjustment()
    cells: str = shared.cells()


@dataclass(frozen=True, kw_only=True)
class LocalMoran(Parameters):
    """Local Moran's I: cells like their neighbours beyond chance, hot or cold, and cells unlike them."""

    cell_shape: str = shared.cell_shape()
    cell_size: float | None = shared.cell_size()
    neighbour_distance: float | None = shared.neighbour_distance(
        itself=False, automatic="what distance says, the ring of touching cells by default"
    )
    distance: str = _distance()
    significance: str = choice(
        "exact",
        options=("exact", "normal"),
        doc="Where p comes from: the exact chances of each sum around a cell when it keeps its count and "
        "those of the others are shuffled, or their normal approximation.",
    )
    adjustment: str = shared.adjustment()
    cells: str = shared.cells()
