"""Every kind of file that a layer, or a set of districts, can be taken away in: the one list of them.

Importing this module is cheap, so that the web process can ask for media types.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from hotspot.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Made = Literal["published", "asked", "sent"]
WORTH_ZIPPING: Final = 1400
"""Bytes; what is smaller fits into one packet of the network anyway."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """One kind of file."""

    suffix: str
    title: str
    use: str
    """What it is good for, in a few words."""
    media_type: str
    made: Made = "asked"
    """When the service makes it: once when the layer is ``published``, once when somebody first
    ``asked`` for it, or whenever it is ``sent``, as the service's own address is inside."""
    stored: str = ""
    """Name among the files of a layer, where it is not ``download.<suffix>``."""

    @property
    def name(self) -> str:
        """Name among the files that the store keeps."""
        return self.stored or f"download.{self.suffix}"


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        each.suffix: each
        for each in (
            Format(
                suffix="geojson",
                title="GeoJSON",
                use="for web maps and scripts",
                media_type="application/geo+json",
                made="published",
                stored="features.geojson",
            ),
            Format(
                suffix="gpkg",
                title="GeoPackage",
                use="for QGIS, which finds the colours inside, and ArcGIS Pro",
                media_type="application/geopackage+sqlite3",
                made="published",
            ),
            Format(
                suffix="csv",
                title="CSV",
                use="for spreadsheets, with a point for each feature",
                media_type="text/csv; charset=utf-8",
                made="published",
            ),
            Format(
                suffix="kml",
                title="KML",
                use="for Google Earth, in colours",
                media_type="application/vnd.google-earth.kml+xml",
            ),
            Format(
                suffix="shp.zip",
                title="Shapefile",
                use="for older programs: zipped, names of at most ten letters",
                media_type="application/zip",
            ),
            Format(
                suffix="fgb",
                title="FlatGeobuf",
                use="for large layers on the web: read in parts",
                media_type="application/flatgeobuf",
            ),
            Format(
                suffix="parquet",
                title="GeoParquet",
                use="for GeoPandas and DuckDB, with the whole provenance inside",
                media_type="application/vnd.apache.parquet",
                made="published",
                stored="layer.parquet",
            ),
            Format(
                suffix="qlr",
                title="QGIS layer definition",
                use="drag it into QGIS: the layer as this service has it, in colours",
                media_type="application/x-qgis-layer-definition",
                made="sent",
            ),
            Format(
                suffix="qml",
                title="QGIS style",
                use="the colours alone, for a file of the layer that has none",
                media_type="application/x-qgis-layer-settings",
                made="published",
            ),
        )
    }
)
"""Every kind of file of a layer, by suffix."""

FILES: Final = tuple(suffix for suffix, each in FORMATS.items() if each.made != "sent")
"""Suffixes of what is made from a layer alone, wherever it is served."""

OF_DISTRICTS: Final = ("geojson", "gpkg")
"""Suffixes of the files of a set of districts."""


def suffix_of(path: str | Path, *, known: Iterable[str] = FILES) -> str:
    """Return the known suffix that a file's name ends with; another is an ``InputError``.

    >>> suffix_of("out/thefts.shp.zip")
    'shp.zip'
    """
    name = Path(path).name.lower()
    for suffix in known:
        if name.endswith(f".{suffix}"):
            return suffix
    raise unknown(Path(path).suffix or Path(path).name, known=known)


def unknown(suffix: str, *, known: Iterable[str] = FILES) -> InputError:
    """Return the error that names the suffixes there are."""
    return InputError(f"A layer cannot be written as {suffix[:40]!r}. Use one of: {', '.join(known)}.")
