"""A layer as a file: GeoJSON, GeoPackage, CSV, GeoParquet and more; the same layer gives the same bytes.

Importing this module is cheap, so that the web process can ask for formats and
media types; pandas and GDAL are imported when a file is made.
"""

from __future__ import annotations

import csv
import io
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Any

from hotspot.analysis.methods import METHODS
from hotspot.errors import InputError
from hotspot.outputs.column_texts import column_texts, side_by_side
from hotspot.spreadsheets import formula_safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import geopandas
    import pandas as pd

    from hotspot.analysis.layer import Layer


@dataclass(frozen=True)
class Format:
    """One kind of file."""

    suffix: str
    title: str
    media_type: str


FORMATS = {
    each.suffix: each
    for each in (
        Format("geojson", "GeoJSON", "application/geo+json"),
        Format("gpkg", "GeoPackage", "application/geopackage+sqlite3"),
        Format("csv", "CSV (table with centre points)", "text/csv; charset=utf-8"),
        Format("parquet", "GeoParquet", "application/vnd.apache.parquet"),
        Format("kml", "KML", "application/vnd.google-earth.kml+xml"),
        Format("shp.zip", "Shapefile (zipped)", "application/zip"),
        Format("fgb", "FlatGeobuf", "application/flatgeobuf"),
    )
}
"""Every kind of file, by suffix."""

LAYER_NAME = "hotspots"
"""Name of the table or layer inside a file."""

_DATE = "2000-01-01T00:00:00.000Z"
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)
_DBF_NAMES = {
    "neighbour_incidents": "nbr_incid",
    "share_inside": "share_in",
    "p_adjusted": "p_adj",
    "district_name": "dist_name",
    "top_offence": "top_off",
    "top_offence_share": "top_off_sh",
    "last_incident": "last_incid",
}
_DBF_BYTES = 254
_DBF_LETTERS = 10
_GDAL = Lock()


def encode(layer: Layer, suffix: str) -> bytes:
    """Return the layer as the bytes of a file with this suffix, such as ``gpkg``.

    An unknown suffix is an ``InputError`` that names the known ones.
    """
    makers = {
        "geojson": _geojson,
        "gpkg": _geopackage,
        "csv": _csv,
        "parquet": lambda each: each.to_parquet(),
        "kml": _kml,
        "shp.zip": _shapefile,
        "fgb": _flatgeobuf,
    }
    maker = makers.get(suffix.lower().lstrip("."))
    if maker is None:
        raise InputError(_unknown(suffix))
    content: bytes = maker(layer)
    return content


def write(layer: Layer, path: str | Path) -> Path:
    """Write the layer to a file whose suffix says the format; return its path."""
    target = Path(path)
    content = encode(layer, suffix_of(target))
    target.write_bytes(content)
    return target


def suffix_of(path: str | Path) -> str:
    """Return the known suffix that a file's name ends with; another is an ``InputError``.

    >>> suffix_of("out/thefts.shp.zip")
    'shp.zip'
    """
    name = Path(path).name.lower()
    for suffix in FORMATS:
        if name.endswith(f".{suffix}"):
            return suffix
    raise InputError(_unknown(Path(path).suffix or Path(path).name))


def _unknown(suffix: str) -> str:
    return f"A layer cannot be written as {suffix!r}. Use one of: {', '.join(FORMATS)}."


def _geojson(layer: Layer) -> bytes:
    from hotspot.outputs.geojson import encode_layer

    return encode_layer(layer)


def _csv(layer: Layer) -> bytes:
    """Text columns formula-safe, the centre of each feature as lon and lat, UTF-8 with a mark for Excel."""
    import shapely

    from hotspot.crs import DECIMALS

    centres = shapely.centroid(layer.features.geometry.to_numpy())
    table = layer.features.drop(columns=layer.features.geometry.name).assign(
        lon=shapely.get_x(centres).round(DECIMALS), lat=shapely.get_y(centres).round(DECIMALS)
    )
    parts: list[Any] = []
    for name in table.columns:
        parts += [column_texts(table[name], _csv_word, missing=""), ","]
    rows = side_by_side(*parts[:-1], "\r\n")
    head = ",".join(_csv_word(name) for name in table.columns)
    return f"{head}\r\n{''.join(rows.to_pylist())}".encode("utf-8-sig")


def _csv_word(text: Any) -> str:
    """Return a text as a cell of a CSV, harmless in a spreadsheet and quoted where it has to be."""
    line = io.StringIO()
    # Beside another cell, as an empty one is quoted where it is alone.
    csv.writer(line, lineterminator="\r\n").writerow([formula_safe(str(text)), ""])
    return line.getvalue().removesuffix(",\r\n")


def _geopackage(layer: Layer) -> bytes:
    about = {"IDENTIFIER": layer.title, "DESCRIPTION": layer.id}
    return _one_file(layer.features, "GPKG", "layer.gpkg", layer_options=about, use_arrow=True)


def _flatgeobuf(layer: Layer) -> bytes:
    return _one_file(layer.features, "FlatGeobuf", "layer.fgb", layer_options={"TITLE": layer.title})


def _kml(layer: Layer) -> bytes:
    from hotspot.outputs.style import noun_of

    noun = noun_of(METHODS[layer.method], layer.provenance.get("parameters", {}))
    noun = noun.removesuffix("s").capitalize()
    features = _texts(layer.features, _without_controls)
    features.insert(0, "Name", [f"{noun} {number}" for number in features["id"]])
    return _one_file(features, "KML", "layer.kml")


def _shapefile(layer: Layer) -> bytes:
    features = _texts(layer.features, _short).rename(columns=short_names(layer.features.columns))
    with _written(features, "ESRI Shapefile", f"{LAYER_NAME}.shp", encoding="UTF-8") as folder:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(folder.iterdir()):
                archive.writestr(
                    zipfile.ZipInfo(part.name, _ZIP_DATE), part.read_bytes(), zipfile.ZIP_DEFLATED
                )
    return packed.getvalue()


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Return a name of at most ten letters for each that is longer, as a Shapefile needs; no two alike.

    >>> short_names(["density", "p_conditional", "p_conditions"])
    {'p_conditional': 'p_conditio', 'p_conditions': 'p_condit_2'}
    """
    listed = list(names)
    taken = {name for name in listed if len(name) <= _DBF_LETTERS}
    found = {}
    for name in (name for name in listed if len(name) > _DBF_LETTERS):
        short = _DBF_NAMES.get(name, name[:_DBF_LETTERS])
        tries = 2
        while short in taken:
            short = f"{name[: _DBF_LETTERS - 2]}_{tries}"
            tries += 1
        taken.add(short)
        found[name] = short
    return found


def _one_file(features: geopandas.GeoDataFrame, driver: str, name: str, **options: Any) -> bytes:
    with _written(features, driver, name, **options) as folder:
        return (folder / name).read_bytes()


@contextmanager
def _written(features: geopandas.GeoDataFrame, driver: str, name: str, **options: Any) -> Iterator[Path]:
    """Give the folder into which GDAL has written, without the time of day in it."""
    import pyogrio

    with TemporaryDirectory(prefix="hotspot-") as folder, _GDAL:
        before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _DATE})
        try:
            pyogrio.write_dataframe(
                features,
                str(Path(folder) / name),
                driver=driver,
                layer=LAYER_NAME,
                geometry_type="MultiPolygon",
                promote_to_multi=True,
                **options,
            )
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
        yield Path(folder)


def _texts(table: Any, change: Any) -> Any:
    """Return the table with its text columns changed value by value; a missing value stays missing."""
    return table.assign(
        **{
            name: _changed(table[name], change)
            for name in table.columns
            if table[name].dtype == object or table[name].dtype == "str"
        }
    )


def _changed(column: pd.Series[Any], change: Any) -> pd.Series[Any]:
    import pandas as pd

    codes, different = pd.factorize(column)
    changed = pd.Series([change(str(value)) for value in different], dtype="str")
    return changed.reindex(codes).set_axis(column.index)


def _without_controls(text: str) -> str:
    # XML 1.0 has no way to write these.
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")


def _short(text: str) -> str:
    return text.encode()[:_DBF_BYTES].decode(errors="ignore")
