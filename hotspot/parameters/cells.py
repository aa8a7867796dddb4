"""Parameters of the methods that judge cells or districts."""

from __future__ import annotations

from dataclasses import dataclass

from hotspot.parameters.base import Parameters, choice, number


@dataclass(frozen=True, kw_only=True)
class GiStar(Parameters):
    """Getis-Ord Gi* on a grid: cells whose neighbourhood holds more, or less, than chance would put there."""

    cell_shape: str = choice("square", options=("square", "hexagon"), doc="Shape of the grid cells.")
    cell_size: float | None = number(
        None,
        unit="m",
        at_least=25,
        at_most=20_000,
        doc="Side of a square cell, or width of a hexagon between two parallel sides.",
        automatic="twice the larger of the mean and median nearest-neighbour distance, rounded to 50 m",
    )
    neighbour_distance: float | None = number(
        None,
        unit="m",
        at_least=0,
        at_most=100_000,
        doc="Cells whose centres lie within this distance are neighbours; the cell itself always is.",
        automatic="the ring of touching cells",
    )
    significance: str = choice(
        "exact",
        options=("exact", "normal"),
        doc="Where p comes from: the exact chances of each sum of counts when the cells' counts are "
        "shuffled, or their normal approximation, which calls far too much hot where counts are sparse.",
    )
    adjustment: str = choice(
        "bh",
        options=("bh", "by"),
        doc="False-discovery control: Benjamini-Hochberg, or the stricter Benjamini-Yekutieli.",
    )
    cells: str = choice(
        "near",
        options=("near", "all"),
        doc="Cells that become features: those with an incident in reach or a significant class, or all.",
    )
