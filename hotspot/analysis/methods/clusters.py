"""Methods that find clusters of incidents."""

from __future__ import annotations

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

DBSCAN: Final = Method(
    name="dbscan",
    title="DBSCAN",
    short="DBSCAN",
    summary="Places of any shape where incidents lie densely together.",
    parameters=parameters.DBSCAN,
    make="hotspot.analysis.makers.dbscan:make",
    style="ramp",
    colour_by="density",
    noun="hotspots",
    fields=(
        ID,
        RANK,
        INCIDENTS,
        HARM,
        Field("locations", "integer", "Locations", "points", "Different coordinates among its incidents."),
        SHARE,
        AREA,
        DENSITY,
        PAI,
        DISTRICT,
        DISTRICT_NAME,
        Field("top_offence", "string", "Top offence", doc="The commonest offence in it."),
        Field("top_offence_share", "number", "Top offence share", "share", "Part of its incidents, 0 to 1."),
        LAST,
    ),
    hotspot_fields=(
        *RANKED,
        Field("locations", "integer", "Locations", "points", "Different coordinates among its incidents."),
    ),
)
