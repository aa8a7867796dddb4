"""What an analyst chooses: one frozen dataclass a method, with units, defaults and bounds.

Nowhere else holds a unit, a default or a bound: the command line, the HTTP API
and its OpenAPI document are made from these dataclasses.
"""

from __future__ import annotations

from hotspot.parameters.base import Parameters, Spec
from hotspot.parameters.cells import GiStar, LocalMoran
from hotspot.parameters.clusters import DBSCAN, HDBSCAN, OPTICS, STDBSCAN
from hotspot.parameters.density import KDE, DualKDE
from hotspot.parameters.reports import Compare, Evaluate, Profile
from hotspot.parameters.spacetime import Change, Emerging, NearRepeat, Scan

__all__ = [
    "DBSCAN",
    "HDBSCAN",
    "KDE",
    "OPTICS",
    "STDBSCAN",
    "Change",
    "Compare",
    "DualKDE",
    "Emerging",
    "Evaluate",
    "GiStar",
    "LocalMoran",
    "NearRepeat",
    "Parameters",
    "Profile",
    "Scan",
    "Spec",
]
