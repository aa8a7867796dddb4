"""Properties that the features and ranked tables of several methods share."""

from __future__ import annotations

from typing import Final

from hotspot.analysis.methods.method import Field

ID = Field("id", "integer", "Id", doc="Number of the feature in this layer, from 1.")
RANK = Field("rank", "integer", "Rank", doc="1 holds the most incidents, or the most harm if asked for.")
INCIDENTS = Field("incidents", "integer", "Incidents", "incidents", "Incidents inside.")
HARM = Field(
    "harm", "number", "Harm", "weight", "Sum of the weights that the question gives; else the incidents."
)
SHARE = Field("share", "number", "Share of incidents", "share", "Part of the layer's incidents, 0 to 1.")
AREA = Field("area_km2", "number", "Area", "km²", "Area inside the study area.")
DENSITY = Field(
    "density", "number", "Density", "incidents per km²", "Incidents per km² inside the study area."
)
PAI = Field(
    "pai",
    "number",
    "Concentration (PAI)",
    "times",
    "Share of the incidents over share of the area, on the data the layer was made from; "
    "the hold-out accuracy is measured on later data.",
)
DISTRICT = Field("district", "string", "District code", doc="District of most of its incidents.")
DISTRICT_NAME = Field("district_name", "string", "District", doc="Name of that district.")
LAST = Field("last_incident", "string", "Last incident", doc="Local day of the last incident, ISO 8601.")
LON = Field("lon", "number", "Longitude", "degrees", "A point inside, WGS 84.")
LAT = Field("lat", "number", "Latitude", "degrees", "A point inside, WGS 84.")
TOP = Field("top_offences", "string", "Top offences", doc="The three commonest, with their numbers.")
CELL_SHARE = Field(
    "share_inside", "number", "Share inside", "share", "Part of the cell inside the study area."
)
CELL_HOTSPOT = Field(
    "hotspot", "integer", "Hotspot", doc="Rank of the hotspot the cell belongs to; 0 if to none."
)
CELL_DISTRICT = Field(
    "district", "string", "District code", doc="District of the cell's middle, or the nearest."
)
CELL_DISTRICT_NAME = Field("district_name", "string", "District", doc="Name of that district.")
P_ADJUSTED = Field(
    "p_adjusted", "number", "p adjusted", doc="The same after false-discovery control over all cells."
)
CELLS = Field("cells", "integer", "Cells", "cells", "Touching hot cells that make it up.")
HIGHEST = Field("class", "integer", "Class", doc="Highest class among its cells, 1 to 3.")
CONFIDENCE = Field("confidence", "string", "Confidence", doc="That class in words.")
SURVIVAL = Field(
    "survival",
    "number",
    "Survival",
    "share",
    "Part of the other grid origins or bandwidths tried in which at least half of its incidents are "
    "in a hotspot again; empty where none was tried.",
)
RANKED: Final = (
    RANK,
    INCIDENTS,
    HARM,
    SHARE,
    AREA,
    DENSITY,
    PAI,
    DISTRICT,
    DISTRICT_NAME,
    LON,
    LAT,
    TOP,
    LAST,
    SURVIVAL,
)
"""What every ranked table begins with."""
RANKED_CELLS: Final = (*RANKED, CELLS, HIGHEST, CONFIDENCE)
"""The ranked table of `hotspot.analysis.hotcells.hotspots_of`."""
