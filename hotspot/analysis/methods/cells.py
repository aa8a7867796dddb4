"""Methods that judge cells or districts."""

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
    RANKED_CELLS,
)
from hotspot.analysis.methods.method import Field, Method

GI_STAR: Final = Method(
    name="gi_star",
    title="Getis-Ord Gi*",
    short="Gi*",
    summary="Grid cells whose neighbourhood holds significantly more, or fewer, incidents than chance.",
    parameters=parameters.GiStar,
    make="hotspot.analysis.makers.gi_star:make",
    style="classes",
    colour_by="class",
    noun="cells",
    forecast="hotspot.analysis.makers.gi_star:forecast",
    fields=(
        ID,
        INCIDENTS,
        HARM,
        Field("neighbours", "integer", "Neighbours", "cells", "Cells in the neighbourhood, itself included."),
        Field(
            "neighbour_incidents",
            "integer",
            "Incidents around",
            "incidents",
            "Incidents in the neighbourhood, the cell itself included.",
        ),
        CELL_SHARE,
        DENSITY,
        Field("population", "number", "Population", "people", "People, where the cells are districts."),
        Field(
            "rate",
            "number",
            "Rate",
            "incidents per 100,000 people",
            "Incidents of the window per 100,000 people; not per year.",
        ),
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
        P_ADJUSTED,
        Field(
            "p_conditional",
            "number",
            "p, conditional",
            doc="The exact p-value where the cell keeps its count and only the others are shuffled, as esda "
            "and GeoDa simulate it; empty where it would take too long.",
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
        CELL_HOTSPOT,
        CELL_DISTRICT,
        CELL_DISTRICT_NAME,
    ),
    hotspot_fields=RANKED_CELLS,
)

LOCAL_MORAN: Final = Method(
    name="local_moran",
    title="Local Moran",
    short="Local Moran",
    summary="Cells significantly like their neighbours, busy or quiet, and outliers unlike them.",
    parameters=parameters.LocalMoran,
    make="hotspot.analysis.makers.local_moran:make",
    style="categories",
    colour_by="quadrant",
    noun="cells",
    forecast="hotspot.analysis.makers.local_moran:forecast",
    fields=(
        ID,
        INCIDENTS,
        HARM,
        Field("neighbours", "integer", "Neighbours", "cells", "Neighbouring cells, itself not counted."),
        Field(
            "neighbour_incidents",
            "integer",
            "Incidents around",
            "incidents",
            "Incidents in the neighbouring cells, the cell itself not counted.",
        ),
        CELL_SHARE,
        DENSITY,
        Field(
            "i",
            "number",
            "Local Moran's I",
            doc="Above 0: like its neighbours, both above or both below the mean; below 0: unlike them.",
        ),
        Field(
            "z",
            "number",
            "z",
            "standard deviations",
            "How far I is from what chance makes of the neighbours of a cell with as many incidents.",
        ),
        Field(
            "p",
            "number",
            "p",
            doc="Two-sided p-value, raw: how often the cell has as much, or as little, around it when the "
            "other cells are shuffled. Exact, unless the decision log says normal.",
        ),
        P_ADJUSTED,
        Field(
            "p_normal",
            "number",
            "p, normal",
            doc="The p-value that a normal distribution gives z; far too small where counts are sparse.",
        ),
        Field(
            "quadrant",
            "string",
            "Quadrant",
            doc="The cell first, then its neighbours: high-high, low-low, and the outliers high-low and "
            "low-high; or not significant. High is above the mean of all cells.",
        ),
        Field(
            "class",
            "integer",
            "Class",
            doc="3, 2, 1: adjusted p at most 0.01, 0.05, 0.10 (99, 95, 90 %), whatever the quadrant; 0: not.",
        ),
        Field(
            "hotspot",
            "integer",
            "Hotspot",
            doc="Rank of the cell's hotspot; 0 if in none. Touching high-high and high-low cells make one, "
            "so that an outlier among quiet cells is a hotspot of its own.",
        ),
        CELL_DISTRICT,
        CELL_DISTRICT_NAME,
    ),
    hotspot_fields=RANKED_CELLS,
)
