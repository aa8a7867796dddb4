"""Methods that find clusters of incidents: one form of layer for all of them."""

from __future__ import annotations

from functools import partial
from typing import Final

from hotspot import parameters
from hotspot.analysis.methods.fields import (
    AREA,
    DENSITY,
    DISTRICT,
    DISTRICT_NAME,
    HARM,
    ID,
    INCIDENTS,
    LAST,
    PAI,
    RANK,
    RANKED,
    SHARE,
)
from hotspot.analysis.methods.method import Field, Method

LOCATIONS: Final = Field(
    "locations", "integer", "Locations", "points", "Different coordinates among its incidents."
)
SPREAD: Final = (
    Field("first_incident", "string", "First incident", doc="Local day of the first incident, ISO 8601."),
    Field(
        "mean_lon", "number", "Mean centre, longitude", "degrees", "Mean of its incidents by harm, WGS 84."
    ),
    Field("mean_lat", "number", "Mean centre, latitude", "degrees", "Mean of its incidents by harm, WGS 84."),
    Field(
        "ellipse_major_m",
        "number",
        "Ellipse, long half axis",
        "m",
        "Of the standard deviational ellipse of its incidents; empty with fewer than three.",
    ),
    Field("ellipse_minor_m", "number", "Ellipse, short half axis", "m", "The same across."),
    Field(
        "ellipse_rotation",
        "number",
        "Ellipse, direction",
        "degrees",
        "Of the long axis, clockwise from grid north, 0 to below 180.",
    ),
)
"""What is known of a cluster besides what every ranked hotspot has."""
FIELDS: Final = (
    ID,
    RANK,
    INCIDENTS,
    HARM,
    LOCATIONS,
    SHARE,
    AREA,
    DENSITY,
    PAI,
    DISTRICT,
    DISTRICT_NAME,
    Field("top_offence", "string", "Top offence", doc="The commonest offence in it."),
    Field("top_offence_share", "number", "Top offence share", "share", "Part of its incidents, 0 to 1."),
    LAST,
    *SPREAD,
)
RANKED_CLUSTERS: Final = (*RANKED, LOCATIONS, *SPREAD)

_found_by: Final = partial(
    Method,
    fields=FIELDS,
    hotspot_fields=RANKED_CLUSTERS,
    style="ramp",
    colour_by="density",
    noun="hotspots",
    tested=False,
)

DBSCAN: Final = _found_by(
    name="dbscan",
    title="DBSCAN",
    short="DBSCAN",
    summary="Places of any shape where incidents lie densely together.",
    parameters=parameters.DBSCAN,
    make="hotspot.analysis.makers.dbscan:make",
    forecast="hotspot.analysis.makers.dbscan:forecast",
)

HDBSCAN: Final = _found_by(
    name="hdbscan",
    title="HDBSCAN",
    short="HDBSCAN",
    summary="Places denser than what lies around them, in thick and in thin parts of the city alike.",
    parameters=parameters.HDBSCAN,
    make="hotspot.analysis.makers.hdbscan:make",
    forecast="hotspot.analysis.makers.hdbscan:forecast",
)

OPTICS: Final = _found_by(
    name="optics",
    title="OPTICS",
    short="OPTICS",
    summary="Places with a steep edge, whatever their density; the innermost are shown.",
    parameters=parameters.OPTICS,
    make="hotspot.analysis.makers.optics:make",
    forecast="hotspot.analysis.makers.optics:forecast",
)

ST_DBSCAN: Final = _found_by(
    name="st_dbscan",
    title="ST-DBSCAN",
    short="ST-DBSCAN",
    summary="Series: places and weeks in which incidents lie densely together.",
    parameters=parameters.STDBSCAN,
    make="hotspot.analysis.makers.st_dbscan:make",
)
