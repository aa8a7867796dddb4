"""A method's result dressed as a layer: features in degrees, summary, provenance, id."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

import hotspot
from hotspot.analysis import text
from hotspot.analysis.layer import Layer, layer_id
from hotspot.analysis.methods import METHODS
from hotspot.analysis.shapes import published
from hotspot.crs import WGS84
from hotspot.stats.thinness import TOO_THIN, thinness

if TYPE_CHECKING:
    import geopandas
    from numpy.typing import NDArray

    from hotspot.analysis.decisions import DecisionLog
    from hotspot.analysis.points import Points
    from hotspot.analysis.question import Question
    from hotspot.analysis.tables import Table
    from hotspot.analysis.task import Result
    from hotspot.places.boundaries import BoundarySet
    from hotspot.places.study_area import StudyArea

_SOFTWARE: Final = ("geopandas", "numpy", "pandas", "pyproj", "scikit-learn", "scipy", "shapely")
_TYPES: Final = {"integer": "int64", "number": "float64", "string": "str"}


@dataclass(frozen=True, eq=False)
class Rows:
    """What became of the rows: how many were read, and left out for which reason."""

    read: int
    left_out: dict[str, int]
    placed: dict[str, dict[str, float]]


@dataclass(frozen=True, eq=False)
class Dress:
    """Everything a layer is put together from."""

    question: Question
    timezone: str
    area: StudyArea
    districts: BoundarySet | None
    points: Points
    rows: Rows
    log: DecisionLog
    result: Result
    forced: bool
    tables: tuple[Table, ...] = ()
    before: Points | None = None
    checked: bool = True

    def dressed(self) -> Layer:
        """Return the layer."""
        title = text.title_of(self.question, self.area, self.districts)
        digest = self._digest()
        summary = self._summary()
        return Layer(
            id=layer_id(title, self.question.canonical(), digest, hotspot.__version__),
            title=title,
            method=self.question.method,
            features=self._features(),
            hotspots=self.result.hotspots,
            summary=summary,
            provenance=self._provenance(digest, summary),
            tables=self.tables,
        )

    def _features(self) -> geopandas.GeoDataFrame:
        import geopandas

        n = len(self.result.geometry)
        columns = {"id": np.arange(1, n + 1), **self.result.columns}
        fields = METHODS[self.question.method].fields
        features = geopandas.GeoDataFrame(
            {field.name: columns[field.name] for field in fields},
            geometry=published(self.result.geometry, self.area.crs),
            crs=WGS84,
        )
        return features.astype({field.name: _TYPES[field.type] for field in fields})

    def _digest(self) -> str:
        """Return the digest of all that the answer depends on but the question."""
        found = hashlib.sha256(self.points.digest().encode())
        if self.before is not None:
            found.update(self.before.digest().encode())
        if not self.checked:
            found.update(b"unchecked")
        rows = [self.rows.read, self.rows.left_out, self.rows.placed, self.timezone, self.area.label]
        found.update(json.dumps(rows, sort_keys=True).encode())
        found.update(shapely.to_wkb(self.area.geometry, byte_order=1))
        if self.districts is not None:
            found.update(repr((self.districts.codes, self.districts.names)).encode())
            for shape in shapely.to_wkb(self.districts.geometry, byte_order=1):
                found.update(shape)
        return found.hexdigest()

    def _summary(self) -> dict[str, Any]:
        table, n = self.result.hotspots, len(self.points)
        held, area = int(table["incidents"].sum()), float(table["area_km2"].sum())
        summary = {
            "incidents": n,
            "read": self.rows.read,
            "left_out": self.rows.left_out,
            "placed": self.rows.placed,
            "first": self._day(self.points.first, newest=False),
            "last": self._day(self.points.last, newest=True),
            "area": self.area.label,
            "area_name": text.area_name(self.area, self.districts),
            "area_km2": round(self.area.area_km2, 3),
            "features": len(self.result.geometry),
            "hotspots": len(table),
            "incidents_in_hotspots": held,
            "share_in_hotspots": round(held / n, 6),
            "area_share": round(area / self.area.area_km2, 9),
            **self.result.numbers,
            "accuracy": self.result.accuracy,
            "beats_prior": self.result.accuracy["beats_prior"],
            "thinness": self._thinness(),
            "forced": self.forced,
            "warnings": self.log.warnings,
        }
        summary["sentences"] = text.sentences(summary, self.question)
        return summary

    def _day(self, times: NDArray[np.datetime64], *, newest: bool) -> str | None:
        known = times[~np.isnat(times)]
        if not len(known):
            return None
        return str((known.max() if newest else known.min()).astype("datetime64[D]"))

    def _thinness(self) -> dict[str, Any]:
        n, cells = len(self.points), len(self.result.cells or ())
        level = thinness(n, cells, self.area.kind)
        needed = TOO_THIN[self.area.kind]
        return {
            "class": level,
            "incidents": n,
            "needed": needed,
            "forced": self.forced,
            "why": text.why_thin(
                n, cells, level, needed=needed, noun=self.result.numbers.get("noun", "cell")
            ),
        }

    def _provenance(self, digest: str, summary: dict[str, Any]) -> dict[str, Any]:
        districts = self.districts
        return {
            "question": self.question.to_dict(),
            "parameters": self.result.used,
            "decisions": self.log.decisions,
            "warnings": self.log.warnings,
            "data": {
                "sha256": digest,
                "rows_read": self.rows.read,
                "rows_used": len(self.points),
                "left_out": self.rows.left_out,
                "placed": {name: part["incidents"] for name, part in self.rows.placed.items()},
                "placed_share": {name: part["share"] for name, part in self.rows.placed.items()},
            },
            "study_area": {
                "label": self.area.label,
                "kind": self.area.kind,
                "codes": list(self.area.codes),
                "area_km2": round(self.area.area_km2, 3),
                "source": districts.source if districts else "",
                "licence": districts.licence if districts else "",
            },
            "crs": self.area.crs,
            "timezone": self.timezone,
            "seed": self.result.used.get("seed"),
            "accuracy": self.result.accuracy,
            "thinness": summary["thinness"],
            "forced": self.forced,
            "checked": self.checked,
            "software": {"hotspot": hotspot.__version__, **_software()},
        }


@cache
def _software() -> dict[str, str]:
    """Return the versions that an answer depends on, read from the disk once."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in _SOFTWARE}}
