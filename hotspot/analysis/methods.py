"""The table of methods: what each is called, what it asks for and how its layer is made.

A new method is one row here, one dataclass in ``hotspot.parameters`` and one
module that makes its layer; the doors follow from this table. Nothing heavy is
imported before a layer is made.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from hotspot import parameters
from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotspot.analysis.task import Result, Task


@dataclass(frozen=True)
class Field:
    """One property of a layer's features or of its ranked table."""

    name: str
    type: Literal["integer", "number", "string"]
    title: str
    unit: str = ""
    doc: str = ""

    def to_dict(self) -> dict[str, str]:
        """Plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Method:
    """One way to find hotspots.

    Attributes
    ----------
    name, title, summary
        Its name in commands and addresses, on pages, and what it does in a sentence.
    parameters
        The dataclass of what the analyst chooses.
    make
        ``module:function`` that answers a `hotspot.analysis.task.Task`.
    fields
        The features' properties, in order.
    hotspot_fields
        The columns of the ranked table, in order.
    style
        What colours the features: ``classes`` of significance or ``density``.
    """

    name: str
    title: str
    summary: str
    parameters: type[parameters.Parameters]
    make: str
    fields: tuple[Field, ...]
    hotspot_fields: tuple[Field, ...]
    style: Literal["classes", "density"]

    def maker(self) -> Callable[[Task], Result]:
        """Import and return the function that makes the layer."""
        module, _, function = self.make.partition(":")
        maker: Callable[[Task], Result] = getattr(import_module(module), function)
        return maker

    def fields_as_dicts(self) -> list[dict[str, str]]:
        """Return the features' properties as plain values, ready for JSON."""
        return [field.to_dict() for field in self.fields]


_ID = Field("id", "integer", "Id", doc="Number of the feature in this layer, from 1.")
_RANK = Field("rank", "integer", "Rank", doc="1 holds the most incidents.")
_INCIDENTS = Field("incidents", "integer", "Incidents", "incidents", "Incidents inside.")
_SHARE = Field("share", "number", "Share of incidents", "share", "Part of the layer's incidents, 0 to 1.")
_AREA = Field("area_km2", "number", "Area", "km²", "Area inside the study area.")
_DENSITY = Field(
    "density", "number", "Density", "incidents per km²", "Incidents per km² inside the study area."
)
_PAI = Field(
    "pai",
    "number",
    "Concentration (PAI)",
    "times",
    "Share of the incidents over share of the area, on the data the layer was made from; "
    "the hold-out accuracy is measured on later data.",
)
_DISTRICT = Field("district", "string", "District code", doc="District of most of its incidents.")
_DISTRICT_NAME = Field("district_name", "string", "District", doc="Name of that district.")
_LAST = Field("last_incident", "string", "Last incident", doc="Local day of the last incident, ISO 8601.")
_LON = Field("lon", "number", "Longitude", "degrees", "A point inside, WGS 84.")
_LAT = Field("lat", "number", "Latitude", "degrees", "A point inside, WGS 84.")
_TOP = Field("top_offences", "string", "Top offences", doc="The three commonest, with their numbers.")
_RANKED: Final = (
    _RANK,
    _INCIDENTS,
    _SHARE,
    _AREA,
    _DENSITY,
    _PAI,
    _DISTRICT,
    _DISTRICT_NAME,
    _LON,
    _LAT,
    _TOP,
    _LAST,
)

GI_STAR: Final = Method(
    name="gi_star",
    title="Getis-Ord Gi*",
    summary="Grid cells whose neighbourhood holds significantly more, or fewer, incidents than chance.",
    parameters=parameters.GiStar,
    make="hotspot.analysis.gi_star_layer:make",
    style="classes",
    fields=(
        _ID,
        _INCIDENTS,
        Field("neighbours", "integer", "Neighbours", "cells", "Cells in the neighbourhood, itself included."),
        Field(
            "neighbour_incidents",
            "integer",
            "Incidents around",
            "incidents",
            "Incidents in the neighbourhood, the cell itself included.",
        ),
        Field("share_inside", "number", "Share inside", "share", "Part of the cell inside the study area."),
        _DENSITY,
        Field(
            "z", "number", "z", "standard deviations", "Gi* of the cell: how far from chance, and which way."
        ),
        Field(
            "p",
            "number",
            "p",
            doc="Two-sided p-value, raw: how often shuffled cells put as much, or as little, around it. "
            "Exact, unless the decision log says normal.",
        ),
        Field(
            "p_adjusted", "number", "p adjusted", doc="The same after false-discovery control over all cells."
        ),
        Field(
            "p_normal",
            "number",
            "p, normal",
            doc="The p-value that a normal distribution gives z, as other programs do; "
            "far too small where counts are sparse.",
        ),
        Field(
            "class",
            "integer",
            "Class",
            doc="3, 2, 1: hot, adjusted p at most 0.01, 0.05, 0.10 (99, 95, 90 %); -3..-1: cold; 0: neither.",
        ),
        Field("hotspot", "integer", "Hotspot", doc="Rank of the hotspot the cell belongs to; 0 if to none."),
        Field("district", "string", "District code", doc="District of the cell's centre, or the nearest."),
        Field("district_name", "string", "District", doc="Name of that district."),
    ),
    hotspot_fields=(
        *_RANKED,
        Field("cells", "integer", "Cells", "cells", "Touching hot cells that make it up."),
        Field("class", "integer", "Class", doc="Highest class among its cells, 1 to 3."),
        Field("confidence", "string", "Confidence", doc="That class in words."),
    ),
)

DBSCAN: Final = Method(
    name="dbscan",
    title="DBSCAN",
    summary="Places of any shape where incidents lie densely together.",
    parameters=parameters.DBSCAN,
    make="hotspot.analysis.dbscan_layer:make",
    style="density",
    fields=(
        _ID,
        _RANK,
        _INCIDENTS,
        Field("locations", "integer", "Locations", "points", "Different coordinates among its incidents."),
        _SHARE,
        _AREA,
        _DENSITY,
        _PAI,
        _DISTRICT,
        _DISTRICT_NAME,
        Field("top_offence", "string", "Top offence", doc="The commonest offence in it."),
        Field("top_offence_share", "number", "Top offence share", "share", "Part of its incidents, 0 to 1."),
        _LAST,
    ),
    hotspot_fields=(
        *_RANKED,
        Field("locations", "integer", "Locations", "points", "Different coordinates among its incidents."),
    ),
)

METHODS: Final[Mapping[str, Method]] = MappingProxyType({m.name: m for m in (GI_STAR, DBSCAN)})
"""Every method by name."""


def method(name: Any) -> Method:
    """Return the method of that name, or say which there are.

    >>> method("gi_star").title
    'Getis-Ord Gi*'
    """
    if name not in METHODS:
        msg = f"{name!r} is not a method. There are: {', '.join(METHODS)}."
        raise ParameterError("method", msg)
    return METHODS[name]
