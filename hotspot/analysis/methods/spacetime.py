"""Methods that look at when incidents happened as well as where."""

from __future__ import annotations

from typing import Final

from hotspot import parameters
from hotspot.analysis.methods.fields import (
    CELL_DISTRICT,
    CELL_DISTRICT_NAME,
    CELL_HOTSPOT,
    CELL_SHARE,
    DENSITY,
    HARM,
    ID,
    INCIDENTS,
    P_ADJUSTED,
    RANKED,
    RANKED_CELLS,
)
from hotspot.analysis.methods.method import Field, Method

_BEFORE = Field("before", "integer", "Before", "incidents", "Incidents in the earlier window.")
_CHANGE = Field("change", "integer", "Change", "incidents", "Incidents now less those before.")
_CHANGE_Z = Field(
    "change_z",
    "number",
    "z",
    "",
    "2 (sqrt(now) - sqrt(expected)): above 0 more than before; clear beyond 3 either way.",
)
_CHANGE_P = Field(
    "p", "number", "p", doc="Exact two-sided p-value, raw: how often chance would part the incidents so."
)

EMERGING: Final = Method(
    name="emerging",
    title="Emerging hotspots",
    short="Emerging",
    summary="What became of each cell: new, lasting, growing, fading or past hotspots and cold spots.",
    parameters=parameters.Emerging,
    make="hotspot.analysis.makers.emerging:make",
    style="categories",
    colour_by="pattern",
    noun="cells",
    forecast="hotspot.analysis.makers.emerging:forecast",
    fields=(
        ID,
        INCIDENTS,
        HARM,
        Field(
            "last_step_incidents", "integer", "In the last step", "incidents", "Of them, in the last step."
        ),
        Field("steps_hot", "integer", "Steps hot", "steps", "Steps in which the cell is significantly hot."),
        Field("steps_cold", "integer", "Steps cold", "steps", "Steps in which it is significantly cold."),
        Field(
            "pattern",
            "string",
            "Pattern",
            doc="new, consecutive, intensifying, persistent, diminishing, sporadic, oscillating or "
            "historical, hot or cold; or none.",
        ),
        CELL_SHARE,
        DENSITY,
        Field(
            "z",
            "number",
            "z",
            "standard deviations",
            "Gi* of the cell in the last step: how far from the mean of all cells and steps, and which way.",
        ),
        Field("p", "number", "p", doc="Two-sided p-value of the last step, raw."),
        Field(
            "p_adjusted",
            "number",
            "p adjusted",
            doc="The same after false-discovery control over all cells and steps.",
        ),
        Field(
            "class",
            "integer",
            "Class",
            doc="In the last step: 3, 2, 1 hot, adjusted p at most 0.01, 0.05, 0.10; -3..-1 cold; 0 neither.",
        ),
        Field(
            "trend_z",
            "number",
            "Trend",
            "standard deviations",
            "Mann-Kendall over the cell's scores: above 0 hotter and hotter.",
        ),
        Field("trend_p", "number", "Trend p", doc="Two-sided p-value of the trend."),
        CELL_HOTSPOT,
        CELL_DISTRICT,
        CELL_DISTRICT_NAME,
    ),
    hotspot_fields=(
        *RANKED_CELLS,
        Field("pattern", "string", "Pattern", doc="The commonest pattern among its cells."),
    ),
)

CHANGE: Final = Method(
    name="change",
    title="Change",
    short="Change",
    summary="Cells or districts with clearly more, or fewer, incidents than in an earlier window.",
    parameters=parameters.Change,
    make="hotspot.analysis.makers.change:make",
    style="categories",
    colour_by="direction",
    noun="cells",
    looks_back=True,
    fields=(
        ID,
        INCIDENTS,
        HARM,
        _BEFORE,
        _CHANGE,
        Field(
            "expected",
            "number",
            "Expected",
            "incidents",
            "Incidents before, times the length of the window now over that of the earlier one.",
        ),
        _CHANGE_Z,
        _CHANGE_P,
        P_ADJUSTED,
        Field(
            "direction",
            "string",
            "Direction",
            doc="more than before or fewer than before where z is beyond the flag; else no clear change.",
        ),
        Field(
            "state",
            "string",
            "State",
            doc="new: none before; gone: none now; persisting: some in both windows; none: in neither.",
        ),
        CELL_SHARE,
        DENSITY,
        CELL_HOTSPOT,
        CELL_DISTRICT,
        CELL_DISTRICT_NAME,
    ),
    hotspot_fields=(
        *RANKED,
        Field("cells", "integer", "Cells", "cells", "Touching cells with more than before that make it up."),
        _BEFORE,
        _CHANGE,
        _CHANGE_Z,
        _CHANGE_P,
    ),
)
