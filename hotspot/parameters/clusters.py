"""Parameters of the methods that find clusters of incidents."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from hotspot.parameters.base import Parameters, choice, integer, number

FOOT: Final = 0.3048
PRESETS: Final = MappingProxyType({"vehicle_theft": (500 * FOOT, 200), "robbery": (1000 * FOOT, 30)})
"""Published settings of DBSCAN: eps in metres, and min_samples."""
_LEAST = "the larger of 5 and 1 % of the incidents, at most 50"


def _outline(usual: str = "discs") -> Any:
    return choice(
        usual,
        options=("discs", "concave", "ellipse"),
        doc="How a hotspot is drawn: discs around its incidents, a concave hull of them with 25 m "
        "around, or their standard deviational ellipse, which holds about 63 % of them.",
    )


@dataclass(frozen=True, kw_only=True)
class DBSCAN(Parameters):
    """DBSCAN: places where incidents lie densely together, of any shape."""

    preset: str = choice(
        "none",
        options=("none", *PRESETS),
        doc="Published settings for eps and min_samples, where they are not given: vehicle_theft is 500 ft "
        "and 200 incidents, robbery 1,000 ft and 30.",
    )
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
        automatic=_LEAST,
    )
    outline: str = _outline()


@dataclass(frozen=True, kw_only=True)
class HDBSCAN(Parameters):
    """HDBSCAN: places denser than what lies around them, each by a distance of its own."""

    min_cluster_size: int | None = integer(
        None,
        unit="incidents",
        at_least=2,
        at_most=100_000,
        doc="Incidents that make a hotspot at least.",
        automatic=_LEAST,
    )
    min_samples: int | None = integer(
        None,
        unit="incidents",
        at_least=1,
        at_most=100_000,
        doc="Incidents that have to lie around one, itself included, for the place to be dense: more make "
        "fewer and smoother hotspots.",
        automatic="as many as min_cluster_size",
    )
    epsilon: float = number(
        50.0,
        unit="m",
        at_least=1,
        at_most=5000,
        doc="Distances below this are alike, so that no hotspot is split any finer: about as far as "
        "recorded places are off.",
    )
    max_share: float = number(
        0.1,
        unit="share",
        at_least=0.001,
        at_most=1,
        doc="Part of the incidents that one hotspot may hold; a larger one gives way to the hotspots "
        "inside it.",
    )
    outline: str = _outline("concave")


@dataclass(frozen=True, kw_only=True)
class OPTICS(Parameters):
    """OPTICS: places whose edge is steep, whatever their density."""

    min_samples: int | None = integer(
        None,
        unit="incidents",
        at_least=2,
        at_most=100_000,
        doc="Incidents that have to lie around one, itself included, for the place to be dense, and "
        "incidents that make a hotspot at least.",
        automatic=_LEAST,
    )
    max_eps: float | None = number(
        None,
        unit="m",
        at_least=10,
        at_most=100_000,
        doc="Places where min_samples incidents lie no closer than this are in no hotspot.",
        automatic="what the k-distance curve suggests as the eps of dbscan",
    )
    xi: float = number(
        0.05,
        unit="share",
        at_least=0.001,
        at_most=0.5,
        doc="How steep the edge of a hotspot is: least change of reachability from one incident to the next.",
    )
    outline: str = _outline("concave")


@dataclass(frozen=True, kw_only=True)
class STDBSCAN(Parameters):
    """ST-DBSCAN: places and weeks in which incidents lie densely together."""

    eps: float | None = number(
        None,
        unit="m",
        at_least=10,
        at_most=20_000,
        doc="Two incidents are neighbours within this distance and within so many days.",
        automatic="the knee of the k-distance curve within so many days, but at most what makes one incident "
        "in ten a core",
    )
    days: float = number(
        7.0,
        unit="days",
        at_least=0.05,
        at_most=3660,
        doc="Two incidents are neighbours within so many days and within eps.",
    )
    min_samples: int | None = integer(
        None,
        unit="incidents",
        at_least=2,
        at_most=100_000,
        doc="Incidents within both, itself included, that make an incident the core of a hotspot.",
        automatic="the larger of 5 and 1 % of the incidents of so many days before and after, at most 50",
    )
    outline: str = _outline()
