"""Parameters of the methods that find clusters of incidents."""

from __future__ import annotations

from dataclasses import dataclass

from hotspot.parameters.base import Parameters, integer, number


@dataclass(frozen=True, kw_only=True)
class DBSCAN(Parameters):
    """DBSCAN: places where incidents lie densely together, of any shape."""

    eps: float | None = number(
        None,
        unit="m",
        at_least=10,
        at_most=20_000,
        doc="Two incidents within this distance are neighbours.",
        automatic="the knee of the k-distance curve, but at most what makes one incident in ten a core",
    )
    min_samples: int | None = integer(
        None,
        unit="incidents",
        at_least=2,
        at_most=100_000,
        doc="Incidents within eps, itself included, that make an incident the core of a hotspot.",
        automatic="the larger of 5 and 1 % of the incidents, at most 50",
    )
