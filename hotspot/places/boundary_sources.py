"""Features out of a boundary file: GeoJSON by json and shapely, GeoPackage by sqlite3.

GDAL never sees an uploaded file: some of its formats are instructions to read
other files of the machine.
"""

from __future__ import annotations

import json
import re
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import shapely

from hotspot.errors import BoundaryError, LimitError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a boundary file."""
MOST_FEATURES: Final = 5_000

_GEOPACKAGE: Final = b"SQLite format 3\x00"
_ENVELOPE: Final = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_STEPS_AT_ONCE: Final = 100_000
_MOST_STEPS: Final = 2_000
"""Bursts of SQLite instructions that reading one file may take."""
_CRS84: Final = re.compile(r"CRS:?84$|EPSG:{1,2}(?:\d*:)?4326$", re.IGNORECASE)
_EPSG: Final = re.compile(r"EPSG:{1,2}(?:[\d.]*:)?(\d{4,6})$", re.IGNORECASE)


@dataclass(frozen=True)
class Features:
    """The features of one file as they stand, numbered from 1."""

    properties: list[dict[str, Any]]
    shapes: list[BaseGeometry | None]
    epsg: int


def read_features(path: Path, *, layer: str | None = None) -> Features:
    """Return the features of a GeoJSON file or of one layer of a GeoPackage.

    The format is told by the content. Raises ``BoundaryError`` with the reason
    where the file is neither, ``LimitError`` where it is too large.
    """
    start, size = _opened(path)
    if size > LARGEST:
        msg = f"{path.name} has {size:,} bytes; boundaries may have {LARGEST:,}. Simplify the outlines first."
        raise LimitError(msg)
    if start == _GEOPACKAGE:
        return _from_geopackage(path, layer)
    return _from_geojson(path)


def _opened(path: Path) -> tuple[bytes, int]:
    """Return the first bytes of a file and its size."""
    try:
        if not path.is_file():
            raise FileNotFoundError(path)
        with path.open("rb") as file:
            return file.read(len(_GEOPACKAGE)), path.stat().st_size
    except OSError:
        msg = f"There is no readable file {path.name!r}. Check the path."
        raise BoundaryError(msg) from None


def _from_geojson(path: Path) -> Features:
    document = parse_json(path.read_bytes(), path.name)
    found = document.get("features") if document.get("type") == "FeatureCollection" else None
    if not isinstance(found, list):
        msg = f"{path.name} is not a GeoJSON FeatureCollection. Export districts as GeoJSON or GeoPackage."
        raise BoundaryError(msg)
    _few_enough(len(found), path.name)
    properties, shapes = [], []
    for number, feature in enumerate(found, start=1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            msg = f"{path.name}: entry {number} is not a GeoJSON Feature. Export the file again."
            raise BoundaryError(msg)
        held = feature.get("properties")
        properties.append(held if isinstance(held, dict) else {})
        shapes.append(_geojson_shape(feature.get("geometry"), number, path.name))
    return Features(properties, shapes, _geojson_epsg(document, path.name))


def parse_json(content: bytes, name: str) -> dict[str, Any]:
    """Return a JSON object, or say why the bytes are not one."""
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        why = "is not UTF-8 text"
    except RecursionError:
        why = "is nested too deeply"
    except json.JSONDecodeError as error:
        why = f"is not JSON (line {error.lineno}, column {error.colno}: {error.msg})"
    except ValueError:
        why = "holds a number that is none, or has too many digits"
    else:
        if isinstance(document, dict):
            return document
        why = "is not a JSON object"
    msg = f"{name} {why}. Boundaries come as GeoJSON or GeoPackage."
    raise BoundaryError(msg)


def _refuse_constant(text: str) -> float:
    raise ValueError(text)


def _geojson_shape(geometry: Any, number: int, name: str) -> BaseGeometry | None:
    if geometry is None:
        return None
    try:
        if geometry["type"] in {"Feature", "FeatureCollection"}:
            raise ValueError
        shape: BaseGeometry = shapely.from_geojson(json.dumps(geometry, allow_nan=False))
    except (ValueError, TypeError, KeyError, RecursionError, shapely.GEOSException):
        msg = f"{name}: the geometry of feature {number} cannot be read. Repair or remove that feature."
        raise BoundaryError(msg) from None
    return shape


def _geojson_epsg(document: dict[str, Any], name: str) -> int:
    """Return the EPSG code of the old ``crs`` member; WGS 84 where there is none (RFC 7946, 4)."""
    crs = document.get("crs")
    if crs is None:
        return 4326
    try:
        urn = str(crs["properties"]["name"])
    except (TypeError, KeyError):
        urn = "unnamed"
    if _CRS84.search(urn):
        return 4326
    if found := _EPSG.search(urn):
        return int(found[1])
    msg = f"{name} uses the coordinate reference system {urn[:80]!r}, which is unknown. Export it as WGS 84."
    raise BoundaryError(msg)


def _from_geopackage(path: Path, layer: str | None) -> Features:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            _restrain(database)
            table, column, srs = _geopackage_layer(database, layer, path.name)
            epsg = _geopackage_epsg(database, srs, path.name)
            return _geopackage_features(database, table, column, epsg, path.name)
    except sqlite3.Error as error:
        msg = f"{path.name} is not a readable GeoPackage ({error}). Export it again."
        raise BoundaryError(msg) from None


def _restrain(database: sqlite3.Connection) -> None:
    """Let a file that we did not write do nothing but give up its rows, within limits."""
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA query_only = ON")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST)
    steps = iter(range(_MOST_STEPS))
    database.set_progress_handler(lambda: next(steps, None) is None, _STEPS_AT_ONCE)


def _geopackage_layer(database: sqlite3.Connection, layer: str | None, name: str) -> tuple[str, str, int]:
    # Only true tables: a view or a virtual table would run what its author wrote.
    rows = database.execute(
        "SELECT g.table_name, g.column_name, g.srs_id FROM gpkg_geometry_columns g "
        "JOIN sqlite_master m ON m.name = g.table_name AND m.type = 'table' "
        "AND m.sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY g.table_name"
    ).fetchall()
    layers = {str(table): (str(table), str(column), int(srs)) for table, column, srs in rows}
    if layer is None and len(layers) == 1:
        return next(iter(layers.values()))
    if layer in layers:
        return layers[layer]
    held = ", ".join(layers) or "none"
    ask = f"has no layer {layer!r}" if layer else "must hold one layer, or you name one"
    msg = f"{name} {ask}. Its layers: {held}."
    raise BoundaryError(msg)


def _geopackage_epsg(database: sqlite3.Connection, srs: int, name: str) -> int:
    row = database.execute(
        "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = ?", (srs,)
    ).fetchone()
    if row is None or str(row[0]).upper() != "EPSG":
        msg = f"{name} does not say its coordinate reference system by an EPSG code. Export it as WGS 84."
        raise BoundaryError(msg)
    return int(row[1])


def _geopackage_features(
    database: sqlite3.Connection, table: str, column: str, epsg: int, name: str
) -> Features:
    quoted = '"' + table.replace('"', '""') + '"'
    cursor = database.execute(f"SELECT * FROM {quoted} LIMIT {MOST_FEATURES + 1}")  # noqa: S608 - quoted
    columns = [about[0] for about in cursor.description]
    rows = cursor.fetchall()
    _few_enough(len(rows), name)
    blobs = [row[columns.index(column)] for row in rows]
    properties = [
        {key: value for key, value in zip(columns, row, strict=True) if key != column} for row in rows
    ]
    return Features(properties, list(_geopackage_shapes(blobs, name)), epsg)


def _geopackage_shapes(blobs: list[Any], name: str) -> Iterator[BaseGeometry | None]:
    """Yield the geometries of GeoPackage blobs: a header, then WKB (OGC 12-128r18, 2.1.3)."""
    for number, blob in enumerate(blobs, start=1):
        if blob is None:
            yield None
            continue
        try:
            magic, _version, flags = struct.unpack_from("<2sBB", blob)
            if magic != b"GP":
                raise ValueError
            yield shapely.from_wkb(blob[8 + _ENVELOPE[flags >> 1 & 7] :])
        except (ValueError, TypeError, KeyError, struct.error, shapely.GEOSException):
            msg = f"{name}: the geometry of row {number} cannot be read. Repair or remove that row."
            raise BoundaryError(msg) from None


def _few_enough(count: int, name: str) -> None:
    if count > MOST_FEATURES:
        msg = f"{name} holds {count:,} features or more; boundaries may have {MOST_FEATURES:,}."
        raise LimitError(msg)
