"""A small country whose answers can be worked out by eye."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from hotspot.places.boundaries import BoundarySet

Feature = tuple[dict[str, Any], Any]


def box_set(boxes: dict[str, tuple[float, float, float, float]], **about: Any) -> BoundarySet:
    """Districts that are boxes: west, south, east, north."""
    codes = tuple(boxes)
    return BoundarySet(
        **{
            "name": "islands",
            "title": "Islands",
            "names": tuple(f"Isle {code}" for code in codes),
            "types": ("Island",) * len(codes),
            **about,
        },
        codes=codes,
        area_km2=np.ones(len(codes)),
        geometry=np.array([shapely.box(*bounds) for bounds in boxes.values()], dtype=object),
    )


@pytest.fixture
def islands() -> BoundarySet:
    """Two districts that share the meridian 10, and an island 0.1 degree to the east, near the equator."""
    return box_set({"2": (9.9, 0, 10, 0.1), "10": (10, 0, 10.1, 0.1), "A": (10.2, 0, 10.3, 0.1)})


@pytest.fixture
def geojson_file(tmp_path: Path) -> Callable[..., Path]:
    """Write features, or any document, as a GeoJSON file."""

    def write(features: list[Feature] | None = None, *, document: object = None, **members: Any) -> Path:
        if document is None:
            document = {
                "type": "FeatureCollection",
                **members,
                "features": [
                    {
                        "type": "Feature",
                        "properties": held,
                        "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
                    }
                    for held, shape in features or []
                ],
            }
        path = tmp_path / "beats.geojson"
        path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
        return path

    return write


@pytest.fixture
def geopackage_file(tmp_path: Path) -> Callable[..., Path]:
    """Write layers of (code, shape) as a GeoPackage, by the standard alone."""

    def write(layers: dict[str, list[tuple[str, Any]]], *, epsg: int = 4326) -> Path:
        path = tmp_path / "beats.gpkg"
        with sqlite3.connect(path) as database:
            database.execute(
                "CREATE TABLE gpkg_spatial_ref_sys (srs_name, srs_id, organization, organization_coordsys_id)"
            )
            database.execute("INSERT INTO gpkg_spatial_ref_sys VALUES ('', ?, 'EPSG', ?)", (epsg, epsg))
            database.execute(
                "CREATE TABLE gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id)"
            )
            for layer, rows in layers.items():
                database.execute(f'CREATE TABLE "{layer}" (fid INTEGER PRIMARY KEY, geom BLOB, beat TEXT)')
                database.execute(
                    "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POLYGON', ?)", (layer, epsg)
                )
                for beat, shape in rows:
                    blob = struct.pack("<2sBBi", b"GP", 0, 1, epsg) + shapely.to_wkb(shape)
                    database.execute(f'INSERT INTO "{layer}" (geom, beat) VALUES (?, ?)', (blob, beat))  # noqa: S608
        database.close()
        return path

    return write
