"""The whole way in Python: a file in, a hotspot layer out, without a store or a server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.analysis.layer import Layer
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
    from hotspot.places import boundaries

    return boundaries.load(name)


def read_boundaries(
    path: str | Path, *, name: str, code_column: str | None = None, name_column: str | None = None
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
    """
    from hotspot.places import boundary_files

    return boundary_files.read_boundaries(
        Path(path), name=name, code_column=code_column, name_column=name_column
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
    incidents: Incidents,
    *,
    method: str = "gi_star",
    area: str | None = None,
    offences: Iterable[str] = (),
    start: date | str | None = None,
    end: date | str | None = None,
    hours: tuple[int, int] | None = None,
    weekdays: Iterable[str] = (),
    precision: str = "exact",
    title: str = "",
    force: bool = False,
    **parameters: Any,
) -> Layer:
    """Return the hotspot layer that answers one question on the incidents.

    Parameters
    ----------
    incidents
        From `read_incidents`.
    method
        ``gi_star`` or ``dbscan``; ``hotspot.METHODS`` lists them.
    area
        The study area: ``BZ``, some of its districts as ``BZ/BZ-BZ,BZ-CY``, or ``hull``. By
        default the whole boundary set of the incidents, or their hull if they have none.
    offences
        Offences as recorded; all of them if empty.
    start, end
        First and last local day, both included.
    hours
        From and to hour of the local day; ``(18, 6)`` is the night.
    weekdays
        Days of the week, ``mon`` to ``sun``.
    precision
        ``exact`` for incidents with coordinates, ``place`` for those at the middle of a town too.
    title
        What to call the layer; made from the question if empty.
    force
        Answer also when the data are too thin; the layer is marked.
    **parameters
        The method's own, such as ``cell_size=500``.
    """
    from hotspot.analysis.question import Question
    from hotspot.analysis.run import run

    default = incidents.boundary_set.name if incidents.boundary_set else "hull"
    question = Question.from_dict(
        {
            "dataset": "",
            "method": method,
            "parameters": parameters,
            "area": area or default,
            "offences": list(offences),
            "start": str(start) if start else None,
            "end": str(end) if end else None,
            "hours": list(hours) if hours else None,
            "weekdays": list(weekdays),
            "precision": precision,
            "title": title,
        }
    )
    return run(
        question,
        incidents.table,
        boundary_set=incidents.boundary_set,
        timezone=incidents.timezone,
        force=force,
    )


def save(layer: Layer, path: str | Path) -> Path:
    """Write a layer to a file and return its path; the suffix says the format.

    .geojson .gpkg .csv .parquet .kml .shp.zip .fgb, or .html for a map that needs no network.
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
