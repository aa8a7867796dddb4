"""A file made ready: read, cleaned, placed and reported on; nothing is stored here.

The same way serves the Python API, which calls ``prepare``, and the store's
intake, which calls it in a limited process (``prepare_staged``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot.errors import LimitError
from hotspot.service.progress import silent

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.incidents.columns import Mapping as Columns
    from hotspot.places.boundaries import BoundarySet
    from hotspot.service.progress import Progress

STAGES = ("Reading", "Cleaning", "Placing", "Reporting")


@dataclass(frozen=True)
class Prepared:
    """A clean, placed table and what was seen on the way."""

    table: pd.DataFrame
    report: dict[str, Any]
    rejects: bytes
    """Rows set aside as CSV, with the reasons."""
    mapping: Columns
    notes: tuple[str, ...]
    rows: int
    """Rows of the file, the header not counted."""
    set_aside: int
    repeated: int
    """Rows that repeat an earlier row of the same file."""


def prepare(
    path: Path,
    *,
    boundary_set: BoundarySet | None,
    timezone: str,
    mapping_override: Mapping[str, str] | None = None,
    remembered: Mapping[str, str] | None = None,
    date_order: str | None = None,
    now: datetime,
    max_rows: int | None = None,
    progress: Progress | None = None,
) -> Prepared:
    """Incidents of a file, cleaned and placed, with the data-quality report.

    Parameters
    ----------
    path
        CSV, Excel or GeoJSON, plain or gzip.
    boundary_set
        Where districts and place names are looked up; without one incidents get no district.
    timezone
        IANA zone of times that carry none.
    mapping_override
        Source column by field, where the guess is wrong; a column that is not there is an error.
    remembered
        The same from an earlier file; used as far as this file has the columns.
    date_order
        ``dmy``, ``mdy`` or ``ymd``, where the dates cannot tell.
    now
        The present: later dates are set aside.
    max_rows
        Most rows the file may hold.
    progress
        Called with stage, done and total.
    """
    from hotspot.incidents import clean, columns, quality, read, rejects
    from hotspot.places.geocode import geocode

    say = progress or silent
    say(STAGES[0], 0, len(STAGES))
    raw = read.read_raw(path)
    if max_rows is not None and len(raw.frame) > max_rows:
        msg = f"The file holds {len(raw.frame):,} rows; the most accepted is {max_rows:,}. Split it by date."
        raise LimitError(msg)
    chosen = dict(mapping_override or {})
    kept, forgotten = _still_there({**(remembered or {}), **chosen}, raw.frame)
    mapping = columns.guess(raw.frame).override({**kept, **chosen})
    say(STAGES[1], 1, len(STAGES))
    cleaned = clean.clean(raw, mapping, timezone=timezone, date_order=date_order, now=now)
    say(STAGES[2], 2, len(STAGES))
    placed = geocode(cleaned.table, boundary_set=boundary_set)
    say(STAGES[3], 3, len(STAGES))
    later = (*placed.notes, *forgotten, *_told_zone(timezone))
    report = quality.report(raw, cleaned, placed.table, mapping=mapping, notes=later)
    prepared = Prepared(
        table=placed.table,
        report=report,
        rejects=rejects.rejects_csv(raw, cleaned.set_aside, refused=mapping.refused),
        mapping=mapping,
        notes=(*cleaned.notes, *later),
        rows=report["rows"]["read"],
        set_aside=int(cleaned.set_aside["row"].nunique()),
        repeated=len(cleaned.duplicates),
    )
    say(STAGES[3], len(STAGES), len(STAGES))
    return prepared


def _told_zone(timezone: str) -> tuple[str, ...]:
    if timezone != "UTC":
        return ()
    return (
        "Times that carry no zone of their own are read as UTC. If they are local times, name their zone, "
        "such as America/Belize: hours and days of the week depend on it.",
    )


def prepare_staged(payload: dict[str, Any], *, progress: Progress) -> dict[str, Any]:
    """Prepare a file in the child process and stage its table; return what is left to know of it."""
    from hotspot.places import boundaries, boundary_files
    from hotspot.service import staging

    folder = Path(payload["folder"])
    boundary_set = None
    if payload["bundled"]:
        boundary_set = boundaries.load(payload["bundled"])
    elif payload["imported"]:
        boundary_set = boundary_files.from_geojson(Path(payload["imported"]).read_bytes())
    prepared = prepare(
        Path(payload["path"]),
        boundary_set=boundary_set,
        timezone=payload["timezone"],
        mapping_override=payload["columns"],
        remembered=payload["remembered"],
        date_order=payload["date_order"],
        now=datetime.fromisoformat(payload["now"]),
        max_rows=payload["max_rows"],
        progress=progress,
    )
    staging.write(prepared.table, folder / "staged.sqlite")
    (folder / "rejects.csv").write_bytes(prepared.rejects)
    return {
        "report": prepared.report,
        "rows": prepared.rows,
        "set_aside": prepared.set_aside,
        "repeated": prepared.repeated,
    }


def _still_there(
    remembered: Mapping[str, str], frame: pd.DataFrame
) -> tuple[dict[str, str], tuple[str, ...]]:
    from hotspot.incidents.columns import plain

    headers = {plain(str(header)) for header in frame.columns}
    kept = {field: column for field, column in remembered.items() if not column or plain(column) in headers}
    gone = [f"{column!r} for {field}" for field, column in remembered.items() if field not in kept]
    if not gone:
        return kept, ()
    note = (
        f"Remembered from an earlier file but not in this one: {', '.join(gone)}. "
        "These columns were guessed anew."
    )
    return kept, (note,)
