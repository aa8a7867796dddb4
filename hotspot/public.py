"""The whole way in Python: a file in, a hotspot layer out, without a store or a server."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.analysis.layer import Layer
    from hotspot.analysis.question import Question
    from hotspot.analysis.reports import Report
    from hotspot.places.boundaries import BoundarySet


@dataclass(frozen=True)
class Incidents:
    """Incidents read from a file: a clean table and what was seen on the way.

    Attributes
    ----------
    table
        One row an incident, with the columns of ``hotspot.incidents.table``.
    report
        The data-quality report: accepted, set aside by reason, completeness, pile-ups.
    rejects
        The rows set aside, as CSV with the reason beside each; empty if none.
    boundary_set
        The districts the incidents were placed in, or None.
    timezone
        IANA name of the zone in which times without one were read.
    notes
        What was decided or noticed, in sentences.
    """

    table: pd.DataFrame
    report: dict[str, Any]
    rejects: bytes
    boundary_set: BoundarySet | None
    timezone: str
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.table)


def boundary_sets() -> tuple[str, ...]:
    """Names of the bundled boundary sets, such as ``BZ``."""
    from hotspot.places import boundaries

    return boundaries.bundled()


def load_boundaries(name: str) -> BoundarySet:
    """Return a bundled boundary set by name; an unknown name is a ``NotFoundError``."""
    from hotspot.errors import NotFoundError
    from hotspot.places import boundaries

    try:
        return boundaries.load(name)
    except NotFoundError as error:
        msg = f"{error} Your own are read from their file: hotspot.read_boundaries(file, name=...)."
        raise NotFoundError(msg) from None


def read_boundaries(
    path: str | Path,
    *,
    name: str,
    code_column: str | None = None,
    name_column: str | None = None,
    population_column: str | None = None,
    population_year: int | None = None,
) -> BoundarySet:
    """Return the boundary set in a GeoJSON or GeoPackage file, checked and repaired.

    Parameters
    ----------
    path
        The file.
    name
        What to call the set, such as ``beats``.
    code_column, name_column
        The properties that hold each district's code and name; guessed if left out.
    population_column, population_year
        The property that holds the people of each district, and the year they are of.
    """
    from hotspot.places import boundary_files

    return boundary_files.read_boundaries(
        Path(path),
        name=name,
        code_column=code_column,
        name_column=name_column,
        population_column=population_column,
        population_year=population_year,
    )


def read_incidents(
    path: str | Path,
    *,
    area: str | BoundarySet | None = None,
    timezone: str | None = None,
    columns: Mapping[str, str] | None = None,
    date_order: str | None = None,
) -> Incidents:
    """Return the incidents of a CSV, Excel or GeoJSON file (plain or gzip), cleaned and geocoded.

    Parameters
    ----------
    path
        The file.
    area
        Where the incidents are: the name of a bundled boundary set such as ``BZ``, or a set
        from `read_boundaries`. Without one, incidents get no district.
    timezone
        IANA zone of times that carry none; that of the boundary set, or else UTC.
    columns
        Source column by field, such as ``{"offence": "Crime type"}``, where the guess is wrong.
    date_order
        ``dmy``, ``mdy`` or ``ymd`` where the dates themselves cannot tell.
    """
    from hotspot.service.prepare import prepare

    boundary_set = load_boundaries(area) if isinstance(area, str) else area
    zone = timezone or (boundary_set.timezone if boundary_set else "") or "UTC"
    prepared = prepare(
        Path(path),
        boundary_set=boundary_set,
        timezone=zone,
        mapping_override=columns,
        date_order=date_order,
        now=datetime.now(UTC),
    )
    return Incidents(
        prepared.table, prepared.report, prepared.rejects, boundary_set, zone, tuple(prepared.notes)
    )


def find_hotspots(
    incidents: Incidents, *, method: str = "gi_star", force: bool = False, checks: bool = True, **asked: Any
) -> Layer:
    """Return the hotspot layer that answers one question on the incidents.

    Parameters
    ----------
    incidents
        From `read_incidents`.
    method
        ``gi_star``, ``dbscan``, ``kde`` ...; ``hotspot.METHODS`` lists them.
    force
        Answer also when the data are too thin; the layer is marked.
    checks
        Whether to measure the layer on later incidents, make it again in other ways, and tell hours
        and concentration. Without it is there in about half of the time, to try parameters; it says so.
    **asked
        What else a `Question` has: ``area`` (``BZ``, some of its districts as ``BZ/BZ-BZ,BZ-CY``, or
        ``hull``, or a set from `read_boundaries`; by default that of the incidents, or their hull if
        they have none),
        ``offences``, ``start`` and ``end`` (local days, both included), ``hours`` (``(18, 6)`` is the
        night), ``weekdays``, ``precision``, ``harm`` (weights by offence) and ``title``; any other name
        is a parameter of the method, such as ``cell_size=500``.
    """
    from hotspot.analysis.run import run

    return run(
        _question(incidents, method, asked),
        incidents.table,
        boundary_set=incidents.boundary_set,
        timezone=incidents.timezone,
        force=force,
        checks=checks,
    )


def report(incidents: Incidents, name: str, *, force: bool = False, **asked: Any) -> Report:
    """Return a report on the incidents: sentences and tables, such as which method to use.

    Parameters
    ----------
    incidents
        From `read_incidents`.
    name
        ``compare``, ``profile`` ...; ``hotspot.REPORTS`` lists them.
    force
        Answer also when the data are too thin.
    **asked
        As for `find_hotspots`; any other name is a parameter of the report.
    """
    from hotspot.analysis.reports import report as answered

    return answered(
        _question(incidents, name, asked),
        incidents.table,
        boundary_set=incidents.boundary_set,
        timezone=incidents.timezone,
        force=force,
    )


def _question(incidents: Incidents, method: str, asked: Mapping[str, Any]) -> Question:
    from hotspot.analysis.question import Question

    known = {field.name for field in dataclasses.fields(Question)} - {"dataset", "method", "parameters"}
    default = incidents.boundary_set.name if incidents.boundary_set else "hull"
    parts = {name: value for name, value in asked.items() if name in known}
    # As read_incidents takes it: the whole of that set.
    area = getattr(parts.get("area"), "name", parts.get("area"))
    return Question.from_dict(
        {
            **parts,
            "area": area or default,
            "method": method,
            "parameters": {name: value for name, value in asked.items() if name not in known},
        }
    )


def save(layer: Layer, path: str | Path) -> Path:
    """Write a layer to a file and return its path; the suffix says the format.

    .geojson .gpkg .csv .kml .shp.zip .fgb .parquet .qml, or .html for a map that needs no network.
    """
    from hotspot.outputs import files, maps

    path = Path(path)
    if path.suffix.lower() == ".html":
        maps.save(layer, path)
    else:
        files.write(layer, path)
    return path


def show(layer: Layer) -> Any:
    """Return a map of the layer to display in a notebook; it needs no network."""
    from hotspot.outputs import maps

    return maps.notebook_view(layer)
