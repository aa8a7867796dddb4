"""Methods that smooth incidents to a density."""

from __future__ import annotations

from typing import Final

from hotspot import parameters
from hotspot.analysis.methods.fields import (
    CELL_DISTRICT,
    CELL_DISTRICT_NAME,
    CELL_HOTSPOT,
    CELL_SHARE,
    CELLS,
    HARM,
    ID,
    INCIDENTS,
    RANKED,
)
from hotspot.analysis.methods.method import Field, Method

_DENSITY = Field(
    "density",
    "number",
    "Density",
    "incidents per km²",
    "Smoothed incidents per km², or harm if asked for: the mean of the cell, or of the contour's band.",
)

KDE: Final = Method(
    name="kde",
    title="Kernel density",
    short="KDE",
    summary="Incidents per km², smoothed over a bandwidth: cells or contours, hot where it is densest.",
    parameters=parameters.KDE,
    make="hotspot.analysis.makers.kde:make",
    tested=False,
    style="ramp",
    colour_by="density",
    noun="cells",
    forecast="hotspot.analysis.makers.kde:forecast",
    fields=(
        ID,
        INCIDENTS,
        HARM,
        Field(
            "expected",
            "number",
            "Incidents, smoothed",
            "incidents",
            "Density times area; over the study area they add up to the incidents, unless edge is none.",
        ),
        Field(
            "level",
            "integer",
            "Level",
            "percent",
            "The densest area that it is in, by the percent of incidents that holds: 25, 50, 75, 90, 99.",
        ),
        _DENSITY,
        CELL_SHARE,
        CELL_HOTSPOT,
        CELL_DISTRICT,
        CELL_DISTRICT_NAME,
    ),
    hotspot_fields=(*RANKED, CELLS),
)

DUAL_KDE: Final = Method(
    name="dual_kde",
    title="Dual kernel density",
    short="dual KDE",
    summary="Where there is more, or less, than the population or an earlier time leads to expect.",
    parameters=parameters.DualKDE,
    make="hotspot.analysis.makers.dual_kde:make",
    tested=False,
    style="diverging",
    colour_by="log_ratio",
    noun="cells",
    fields=(
        ID,
        INCIDENTS,
        HARM,
        Field(
            "density",
            "number",
            "Density",
            "incidents per km²",
            "Smoothed incidents per km², or harm; against an earlier time only those of the later part.",
        ),
        Field(
            "other_density",
            "number",
            "Expected density",
            "incidents per km²",
            "That of the earlier part or of the people, scaled so that both add up to as much.",
        ),
        Field("ratio", "number", "Ratio", "times", "The one over the other, each raised by the floor."),
        Field(
            "difference",
            "number",
            "Difference",
            "incidents per km²",
            "The one less the other, without a floor.",
        ),
        Field(
            "log_ratio",
            "number",
            "Log ratio",
            "doublings",
            "Logarithm of the ratio to base 2: 0 as expected, 1 twice as much, -1 half.",
        ),
        Field(
            "value",
            "number",
            "Value",
            doc="Ratio, difference or log ratio: the one on the scale that was chosen.",
        ),
        CELL_SHARE,
        CELL_HOTSPOT,
        CELL_DISTRICT,
        CELL_DISTRICT_NAME,
    ),
    hotspot_fields=(
        *RANKED,
        CELLS,
        Field("ratio", "number", "Ratio", "times", "Mean ratio of its cells, by their area."),
    ),
)
