"""The files of a layer that were made once when it was published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import Response, request

from hotspot.errors import NotFoundError
from hotspot.web.site import store

if TYPE_CHECKING:
    from hotspot.service.store import LayerRecord

DOWNLOADS: Final = (
    ("geojson", "GeoJSON", "for web maps and scripts"),
    ("gpkg", "GeoPackage", "for QGIS and ArcGIS"),
    ("csv", "CSV", "for spreadsheets, with a point for each feature"),
    ("parquet", "GeoParquet", "for GeoPandas and DuckDB, with the whole provenance inside"),
)
"""Suffix, name and use of each download, as pages list them."""

_FILES: Final = {"geojson": "features.geojson", "parquet": "layer.parquet"}


def offered(record: LayerRecord) -> list[tuple[str, str, str]]:
    """Return the downloads that a layer has."""
    return [download for download in DOWNLOADS if _file_name(download[0]) in record.files]


def attachment(record: LayerRecord, suffix: str) -> Response:
    """Return a layer as a file to keep."""
    known = [name for name, _, _ in offered(record)]
    if suffix not in known:
        msg = f"There is no download {suffix[:20]!r} of this layer. There are: {', '.join(known)}."
        raise NotFoundError(msg)
    response = stored(record, _file_name(suffix))
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(record.id)}.{suffix}"
    return response


def stored(record: LayerRecord, name: str) -> Response:
    """Return a file of a layer, as gzip where that is kept and the client takes it."""
    zipped = f"{name}.gz"
    takes = zipped in record.files and request.accept_encodings.quality("gzip") > 0
    file = store().layers.file(record.id, zipped if takes else name)
    response = Response(file.data, content_type=file.media_type)
    if file.gzipped:
        response.headers["Content-Encoding"] = "gzip"
    if file.etag:
        response.set_etag(file.etag, weak=True)
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


def _file_name(suffix: str) -> str:
    return _FILES.get(suffix, f"download.{suffix}")
