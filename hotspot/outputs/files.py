"""A layer as a file: GeoJSON, GeoPackage, CSV, GeoParquet and more; the same layer gives the same bytes.

Importing this module is cheap; pandas and GDAL are imported when a file is made.
"""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hotspot.outputs.column_texts import column_texts, side_by_side
from hotspot.outputs.formats import suffix_of, unknown
from hotspot.outputs.gdal import LAYER_NAME, one_file, texts_changed, written
from hotspot.spreadsheets import formula_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hotspot.analysis.layer import Layer
    from hotspot.places.boundaries import BoundarySet

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


def encode(layer: Layer, suffix: str) -> bytes:
    """Return the layer as the bytes of a file with this suffix, such as ``gpkg``.

    An unknown suffix is an ``InputError`` that names the known ones.
    """
    maker = _MAKERS.get(suffix.lower().lstrip("."))
    if maker is None:
        raise unknown(suffix)
    return maker(layer)


def write(layer: Layer, path: str | Path) -> Path:
    """Write the layer to a file whose suffix says the format; return its path."""
    target = Path(path)
    content = encode(layer, suffix_of(target))
    target.write_bytes(content)
    return target


def districts_geopackage(boundary_set: BoundarySet) -> bytes:
    """Return the districts of a set as the bytes of a GeoPackage, drawn in QGIS as below our maps."""
    from hotspot.outputs.geopackage import geopackage
    from hotspot.outputs.qgis_symbols import districts_qml

    return geopackage(
        boundary_set.districts,
        title=f"Districts of {boundary_set.title}",
        about=boundary_set.source,
        style=districts_qml(),
        layer="districts",
    )


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


def _parquet(layer: Layer) -> bytes:
    return layer.to_parquet()


def _geopackage(layer: Layer) -> bytes:
    from hotspot.outputs.geopackage import geopackage

    return geopackage(layer.features, title=layer.title, about=layer.id, style=_qml(layer).decode())


def _flatgeobuf(layer: Layer) -> bytes:
    return one_file(layer.features, "FlatGeobuf", "layer.fgb", layer_options={"TITLE": layer.title})


def _kml(layer: Layer) -> bytes:
    from hotspot.outputs.kml import kml

    return kml(layer)


def _qml(layer: Layer, *, names: dict[str, str] | None = None) -> bytes:
    from hotspot.outputs.qgis_style import QgisStyle, qml

    return qml(QgisStyle.of(layer, names=names)).encode()


def _shapefile(layer: Layer) -> bytes:
    """Return a zip of the parts; QGIS finds the style that is beside them, once they are unpacked."""
    names = short_names(layer.features.columns)
    features = texts_changed(layer.features, _short).rename(columns=names)
    with written(features, "ESRI Shapefile", f"{LAYER_NAME}.shp", encoding="UTF-8") as folder:
        parts = {part.name: part.read_bytes() for part in folder.iterdir()}
    parts[f"{LAYER_NAME}.qml"] = _qml(layer, names=names)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(parts.items()):
            archive.writestr(zipfile.ZipInfo(name, _ZIP_DATE), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


_MAKERS: Final[dict[str, Callable[[Layer], bytes]]] = {
    "geojson": _geojson,
    "gpkg": _geopackage,
    "csv": _csv,
    "kml": _kml,
    "shp.zip": _shapefile,
    "fgb": _flatgeobuf,
    "parquet": _parquet,
    "qml": _qml,
}
"""What makes each file of `hotspot.outputs.formats.FILES`."""


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


def _short(text: str) -> str:
    return text.encode()[:_DBF_BYTES].decode(errors="ignore")
