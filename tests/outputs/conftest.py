"""Two small layers of a made-up town, and texts that try to be more than text."""

from __future__ import annotations

from dataclasses import replace

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from hotspot.analysis.layer import Layer
from hotspot.analysis.methods import METHODS

HOSTILE = (
    "{{ 7*7 }}",
    "{% raw %}",
    "{# gone #}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><!--",
    "`${alert(1)}`",
    "=cmd()|'/c calc'!A1",
    "+1+2",
    "-1+2",
    "@SUM(A1)",
    "\tleading tab",
    "\rleading return",
    "＝1+2",
    "\u202egnp.exe",
    "line\u2028separator",
    '<script nonce="HOTSPOT-NONCE">',
    "&amp; & 'quoted' \"twice\" \\ back",
    "]]>",
    "Ñandú, Cayó",
)


@pytest.fixture(params=HOSTILE, ids=range(len(HOSTILE)))
def hostile(request: pytest.FixtureRequest) -> str:
    """One text of the corpus."""
    return str(request.param)


def filled(frame, fields):
    """The table with every field of its method, in order; what a test does not give is missing or 0."""
    missing = {"integer": 0, "number": np.nan, "string": None}
    return frame.assign(**{f.name: missing[f.type] for f in fields if f.name not in frame})


def cells(n: int = 4, *, west: float = -88.2, south: float = 17.5, side: float = 0.005) -> np.ndarray:
    """Squares in a row, from west to east."""
    x = west + side * np.arange(n)
    return shapely.set_precision(shapely.box(x, south, x + side, south + side), 1e-6)


@pytest.fixture
def gi_star_layer() -> Layer:
    """Four cells in a row: two hot, one like chance, one cold; one hotspot."""
    features = geopandas.GeoDataFrame(
        {
            "id": [1, 2, 3, 4],
            "incidents": [14, 6, 1, 0],
            "harm": [14.0, 6.0, 1.0, 0.0],
            "neighbours": [2, 3, 3, 2],
            "neighbour_incidents": [20, 21, 7, 1],
            "share_inside": [1.0, 1.0, 0.5, 1.0],
            "density": [47.0, 20.25, np.nan, 0.0],
            "z": [4.5, 3.1, 0.2, -2.0],
            "p": [1e-12, 0.002, 0.84, 0.045],
            "p_adjusted": [4e-12, 0.004, 0.84, 0.06],
            "p_normal": [7e-6, 0.002, 0.84, 0.046],
            "class": [3, 2, 0, -1],
            "hotspot": [1, 1, 0, 0],
            "district": ["BZ-BZ", "BZ-BZ", "BZ-CY", None],
            "district_name": pd.array(["Belize", "Belize", "Cayo", np.nan], dtype="str"),
        },
        geometry=cells(),
        crs="EPSG:4326",
    )
    hotspots = pd.DataFrame(
        {
            "rank": [1],
            "incidents": [20],
            "harm": [20.0],
            "share": [20 / 21],
            "area_km2": [0.59],
            "density": [33.9],
            "pai": [1.9],
            "district": ["BZ-BZ"],
            "district_name": ["Belize"],
            "lon": [-88.195],
            "lat": [17.5025],
            "top_offences": ["Theft (12), Burglary (8)"],
            "last_incident": ["2026-06-29"],
            "survival": [0.875],
            "cells": [2],
            "class": [3],
            "confidence": ["99 %"],
        }
    )
    return Layer(
        id="thefts-0123456789",
        title="Thefts at night",
        method="gi_star",
        features=filled(features, METHODS["gi_star"].fields),
        hotspots=filled(hotspots, METHODS["gi_star"].hotspot_fields),
        summary={"incidents": 21, "mean_per_cell": 5.25, "first": "2026-01-02", "last": "2026-06-29"},
        provenance={
            "question": {"start": "2026-01-01", "end": "2026-06-30", "area": "BZ/BZ-BZ"},
            "parameters": {"cell_size": 500.0, "cell_shape": "square"},
            "data": {"rows_used": 21},
            "warnings": [],
        },
    )


@pytest.fixture
def dbscan_layer() -> Layer:
    """Two hotspots, the second in two parts."""
    one, _, three, four = cells()
    features = geopandas.GeoDataFrame(
        {
            "id": [1, 2],
            "rank": [1, 2],
            "incidents": [30, 12],
            "harm": [30.0, 12.0],
            "locations": [9, 1],
            "share": [0.5, 0.2],
            "area_km2": [0.2, 0.1],
            "density": [150.0, 120.0],
            "pai": [30.0, 24.0],
            "district": ["BZ-BZ", "BZ-CY"],
            "district_name": ["Belize", "Cayo"],
            "top_offence": ["Theft", "Burglary"],
            "top_offence_share": [0.4, 1.0],
            "last_incident": ["2026-06-29", "2026-05-01"],
        },
        geometry=[one, shapely.MultiPolygon([three, shapely.affinity.translate(four, 0.01, 0)])],
        crs="EPSG:4326",
    )
    hotspots = pd.DataFrame(features.drop(columns=["geometry", "id"])).assign(
        lon=[-88.1975, -88.18],
        lat=[17.5025, 17.5025],
        top_offences=["Theft (12)", "Burglary (12)"],
        survival=[1.0, np.nan],
    )
    return Layer(
        id="burglary-0123456789",
        title="Burglary",
        method="dbscan",
        features=filled(features, METHODS["dbscan"].fields),
        hotspots=filled(hotspots, METHODS["dbscan"].hotspot_fields),
        summary={"incidents": 60},
        provenance={
            "question": {"start": "2026-01-01", "end": None, "area": "hull"},
            "parameters": {"eps": 120.0, "min_samples": 5},
            "data": {"rows_used": 60},
            "warnings": ["The study area is only a hull."],
        },
    )


def with_text(layer: Layer, text: str) -> Layer:
    """The layer with a text in every place that can hold one."""
    words = [name for name in layer.features.columns if layer.features[name].dtype in (object, "str")]
    ranked = [name for name in layer.hotspots.columns if layer.hotspots[name].dtype in (object, "str")]
    return replace(
        layer,
        title=text,
        features=layer.features.assign(**dict.fromkeys(words, text)),
        hotspots=layer.hotspots.assign(**dict.fromkeys(ranked, text)),
        provenance={**layer.provenance, "warnings": [text]},
        summary={**layer.summary, "nothing": text},
    )


def without_features(layer: Layer) -> Layer:
    """The layer, had nothing been found."""
    nothing = {**layer.summary, "nothing": "no cell is significantly hot."}
    return replace(layer, features=layer.features.head(0), hotspots=layer.hotspots.head(0), summary=nothing)
