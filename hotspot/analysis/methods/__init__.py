"""The table of methods: what each is called, what it asks for and how its layer is made.

A new method is one row here, one dataclass in ``hotspot.parameters`` and one
module in ``hotspot.analysis.makers``; the doors follow from this table. Nothing heavy is
imported before a layer is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from hotspot.analysis.methods.cells import GI_STAR, LOCAL_MORAN
from hotspot.analysis.methods.clusters import DBSCAN, HDBSCAN, OPTICS, ST_DBSCAN
from hotspot.analysis.methods.density import DUAL_KDE, KDE
from hotspot.analysis.methods.following import NEAR_REPEAT, SCAN
from hotspot.analysis.methods.method import Field, Method, ReportKind
from hotspot.analysis.methods.reports import COMPARE, EVALUATE, PROFILE
from hotspot.analysis.methods.spacetime import CHANGE, EMERGING
from hotspot.errors import ParameterError
from hotspot.words import quoted

__all__ = ["METHODS", "REPORTS", "Field", "Method", "ReportKind", "kind", "method"]

METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {
        m.name: m
        for m in (
            GI_STAR,
            LOCAL_MORAN,
            DBSCAN,
            HDBSCAN,
            OPTICS,
            ST_DBSCAN,
            KDE,
            DUAL_KDE,
            EMERGING,
            CHANGE,
            NEAR_REPEAT,
            SCAN,
        )
    }
)
"""Every method by name."""

REPORTS: Final[Mapping[str, ReportKind]] = MappingProxyType({r.name: r for r in (COMPARE, PROFILE, EVALUATE)})
"""Every report by name."""


def kind(name: Any) -> Method | ReportKind:
    """Return the method or report of that name, or say which there are.

    >>> kind("compare").title
    'Comparison of methods'
    """
    return REPORTS[name] if isinstance(name, str) and name in REPORTS else method(name)


def method(name: Any) -> Method:
    """Return the method of that name, or say which there are.

    >>> method("gi_star").title
    'Getis-Ord Gi*'
    """
    if not isinstance(name, str) or name not in METHODS:
        msg = f"{quoted(name)} is not a method. There are: {', '.join(METHODS)}."
        raise ParameterError("method", msg)
    return METHODS[name]
