"""The hotspot layer: features, ranked hotspots, summary and provenance; it never changes."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from hotspot.analysis.methods import METHODS
from hotspot.analysis.tables import Table, named
from hotspot.crs import WGS84
from hotspot.errors import InputError

if TYPE_CHECKING:
    import geopandas
    import pandas as pd
    import pyarrow as pa

LONGEST_SLUG: Final = 40
_KEY: Final = b"hotspot"
_ARROW: Final = {"integer": "int64", "number": "float64", "string": "string"}


@dataclass(frozen=True, eq=False)
class Layer:
    """The answer to one question.

    Attributes
    ----------
    id
        Readable and unique: the title's words and a digest of question, data and version.
    title
        What people call it.
    method
        ``gi_star`` or ``dbscan``.
    features
        Polygons in EPSG:4326 with 6 decimals; ``id`` from 1, then the method's fields.
    hotspots
        The ranked table, best first.
    summary
        Plain values for pages: counts, shares, sentences.
    provenance
        Plain values: question, parameters used, decisions, data, CRS, versions, warnings, accuracy.
    tables
        What else was found: concentration, hours of the week, curves behind automatic choices.
    """

    id: str
    title: str
    method: str
    features: geopandas.GeoDataFrame
    hotspots: pd.DataFrame
    summary: dict[str, Any]
    provenance: dict[str, Any]
    tables: tuple[Table, ...] = ()

    def __len__(self) -> int:
        return len(self.features)

    def __repr__(self) -> str:
        return f"<Layer {self.id}: {len(self)} features, {len(self.hotspots)} hotspots>"

    @property
    def fields(self) -> list[dict[str, str]]:
        """The features' properties: name, type, title, unit and meaning."""
        return METHODS[self.method].fields_as_dicts()

    def table(self, name: str) -> Table:
        """Return the table of that name, or say which there are."""
        return named(self.tables, name, of="layer")

    @property
    def bbox(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north in degrees; None without features."""
        if not len(self.features):
            return None
        west, south, east, north = self.features.total_bounds
        return float(west), float(south), float(east), float(north)

    @property
    def hotspot_records(self) -> list[dict[str, Any]]:
        """The ranked table as plain values, best first; a missing number is None."""
        table = self.hotspots.astype(object)
        records = table.where(self.hotspots.notna(), None).to_dict("records")
        return [{str(name): value for name, value in record.items()} for record in records]

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the layer's own bytes: equal for equal layers."""
        return hashlib.sha256(self.to_parquet()).hexdigest()

    def to_parquet(self) -> bytes:
        """Return the whole layer as GeoParquet; the same layer gives the same bytes."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        sink = pa.BufferOutputStream()
        pq.write_table(self._arrow(), sink, compression="zstd")
        data: bytes = sink.getvalue().to_pybytes()
        return data

    def _arrow(self) -> pa.Table:
        import pyarrow as pa
        import shapely

        columns = {
            field.name: pa.array(self.features[field.name], type=_ARROW[field.type], from_pandas=True)
            for field in METHODS[self.method].fields
        }
        shapes = self.features.geometry.to_numpy()
        columns["geometry"] = pa.array(shapely.to_wkb(shapes, byte_order=1), type=pa.binary())
        about = {
            "id": self.id,
            "title": self.title,
            "method": self.method,
            "summary": self.summary,
            "provenance": self.provenance,
            "tables": [table.to_dict() for table in self.tables],
            "hotspots": {"columns": list(self.hotspots.columns), "rows": self.hotspot_records},
        }
        return pa.table(columns).replace_schema_metadata({"geo": _json(self._geo()), _KEY: _json(about)})

    def _geo(self) -> dict[str, Any]:
        """Metadata of GeoParquet 1.1; without a CRS it is longitude and latitude on WGS 84."""
        column: dict[str, Any] = {
            "encoding": "WKB",
            "geometry_types": sorted(self._geometry_types()),
            "orientation": "counterclockwise",
            "edges": "planar",
        }
        if self.bbox:
            column["bbox"] = list(self.bbox)
        return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}

    def _geometry_types(self) -> set[str]:
        import numpy as np
        import shapely

        shapes = self.features.geometry.to_numpy()
        _, first = np.unique(shapely.get_type_id(shapes), return_index=True)
        return {shape.geom_type for shape in shapes[first]}

    @classmethod
    def from_parquet(cls, data: bytes) -> Layer:
        """Return the layer that `to_parquet` wrote; other bytes are an ``InputError``."""
        import geopandas
        import pandas as pd
        import pyarrow as pa
        import pyarrow.parquet as pq
        import shapely

        try:
            table = pq.read_table(pa.BufferReader(data))
            about = json.loads((table.schema.metadata or {})[_KEY])
        except (pa.ArrowException, KeyError, ValueError):
            msg = "These bytes are not a hotspot layer in GeoParquet. Export the layer again."
            raise InputError(msg) from None
        shapes = shapely.from_wkb(table["geometry"].to_numpy())
        frame = table.drop_columns(["geometry"]).to_pandas()
        columns, rows = about.pop("hotspots").values()
        tables = tuple(Table.from_dict(values) for values in about.pop("tables"))
        hotspots = pd.DataFrame(rows, columns=columns)
        types = {"integer": "int64", "number": "float64", "string": "str"}
        ranked = {field.name: types[field.type] for field in METHODS[about["method"]].hotspot_fields}
        features = geopandas.GeoDataFrame(frame, geometry=shapes, crs=WGS84)
        return cls(features=features, hotspots=hotspots.astype(ranked), tables=tables, **about)


def layer_id(title: str, *parts: str) -> str:
    """Return a layer's id: the title's words, and ten digits of the digest of the parts.

    >>> layer_id("Burglary, Belize District (Gi*)", "question", "data", "0.1.0")
    'burglary-belize-district-gi-...'
    """
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:10]
    return f"{slug(title)}-{digest}"


def slug(text: str) -> str:
    """Lower-case words joined by hyphens, at most 40 characters, safe in an address.

    >>> slug("Café break-ins & thefts")
    'cafe-break-ins-thefts'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(words) > LONGEST_SLUG:
        head, _, _ = words[: LONGEST_SLUG + 1].rpartition("-")
        words = head or words[:LONGEST_SLUG]
    return words or "layer"


def _json(value: Any) -> bytes:
    return json.dumps(
        value, sort_keys=False, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode()
