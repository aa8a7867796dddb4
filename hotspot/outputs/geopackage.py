"""GeoPackages with a style inside: QGIS draws what it opens as our own maps do.

The table ``layer_styles`` is where QGIS itself keeps the styles of a
GeoPackage; other programs pass it over.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from hotspot.outputs.gdal import DATE, LAYER_NAME, written

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas

_FILE: Final = "layer.gpkg"
_STYLES: Final = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256),
    f_table_schema TEXT(256),
    f_table_name TEXT(256),
    f_geometry_column TEXT(256),
    styleName TEXT(30),
    styleQML TEXT,
    styleSLD TEXT,
    useAsDefault BOOLEAN,
    description TEXT,
    owner TEXT(30),
    ui TEXT(30),
    update_time DATETIME
)
"""
_CONTENTS: Final = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)
VALUES ('layer_styles', 'attributes', 'layer_styles', 'How QGIS draws the layers', ?)
"""
_STYLE: Final = """
INSERT INTO layer_styles (
    f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,
    styleQML, styleSLD, useAsDefault, description, owner, ui, update_time
) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', NULL, ?)
"""


def geopackage(
    features: geopandas.GeoDataFrame, *, title: str, about: str, style: str, layer: str = LAYER_NAME
) -> bytes:
    """Return polygons as the bytes of a GeoPackage.

    Parameters
    ----------
    title, about
        What the table is called for people, and what it holds.
    style
        How QGIS draws it, as QML.
    layer
        Name of the table.
    """
    options: dict[str, Any] = {
        # What programs of 2022 know, too.
        "dataset_options": {"VERSION": "1.2"},
        "layer_options": {"IDENTIFIER": title, "DESCRIPTION": about},
    }
    with written(features, "GPKG", _FILE, layer=layer, use_arrow=True, **options) as folder:
        _keep_style(folder / _FILE, layer=layer, style=style)
        return (folder / _FILE).read_bytes()


def _keep_style(path: Path, *, layer: str, style: str) -> None:
    with closing(sqlite3.connect(path)) as base, base:
        asked = "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?"
        (column,) = base.execute(asked, (layer,)).fetchone()
        base.execute(_STYLES)
        base.execute(_CONTENTS, (DATE,))
        base.execute(_STYLE, (layer, column, "As on its map", style, "Colours of Hotspot", DATE))
