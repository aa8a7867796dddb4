"""Crime incidents in, hotspot layers that people act on out.

>>> import hotspot
>>> incidents = hotspot.read_incidents(hotspot.demo_file("belize"), area="BZ")
>>> layer = hotspot.find_hotspots(incidents, area="BZ/BZ-BZ", offences=["Theft"], cell_size=500)
>>> layer.id.startswith("theft")
True
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "BoundarySet": "hotspot.places.boundaries",
    "HotspotError": "hotspot.errors",
    "Incidents": "hotspot.public",
    "InputError": "hotspot.errors",
    "Layer": "hotspot.analysis.layer",
    "METHODS": "hotspot.analysis.methods",
    "ParameterError": "hotspot.errors",
    "Question": "hotspot.analysis.question",
    "REPORTS": "hotspot.analysis.methods",
    "Report": "hotspot.analysis.reports",
    "Table": "hotspot.analysis.tables",
    "ThinDataError": "hotspot.errors",
    "boundary_sets": "hotspot.public",
    "changes": "hotspot.analysis.identity",
    "create_app": "hotspot.web",
    "demo_file": "hotspot.demo",
    "find_hotspots": "hotspot.public",
    "load_boundaries": "hotspot.public",
    "read_boundaries": "hotspot.public",
    "read_incidents": "hotspot.public",
    "report": "hotspot.public",
    "save": "hotspot.public",
    "show": "hotspot.public",
}

__all__ = [
    "__version__",
    *_HOMES,
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: nothing heavy happens before."""
    if name not in _HOMES:
        msg = f"hotspot has no {name!r}. It has: {', '.join(_HOMES)}."
        raise AttributeError(msg)
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
