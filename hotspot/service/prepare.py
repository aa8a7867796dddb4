"""A file made ready: read, cleaned, placed and reported on, part by part; nothing is stored here.

The same way serves the Python API, which calls ``prepare``, and the store's
intake, which calls it in a limited process (``prepare_staged``).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot.service.passes import FileRows, Reading
from hotspot.service.progress import silent

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.incidents.clean import Cleaning
    from hotspot.incidents.columns import Mapping as Columns
    from hotspot.incidents.quality import SetAside
    from hotspot.incidents.rejects import Rejects
    from hotspot.incidents.twins import Settled
    from hotspot.service.progress import Progress
    from hotspot.service.spill import Spill


@dataclass(frozen=True)
class Seen:
    """What was seen of a file on the way."""

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


@dataclass(frozen=True)
class Prepared(Seen):
    """A clean, placed table and what was seen on the way."""

    table: pd.DataFrame


def prepare(path: Path, *, progress: Progress | None = None, **reading: Any) -> Prepared:
    """Incidents of a file, cleaned and placed, with the data-quality report.

    Parameters
    ----------
    path
        CSV, Excel or GeoJSON, plain or gzip.
    progress
        Called with stage, done and total.
    **reading
        The fields of ``Reading``: at least ``boundary_set``, ``timezone`` and ``now``.
    """
    import pandas as pd

    parts: list[pd.DataFrame] = []
    with tempfile.TemporaryDirectory() as folder:
        seen = prepare_parts(
            path, Reading(**reading), take=parts.append, folder=Path(folder), progress=progress
        )
    table = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
    return Prepared(**vars(seen), table=table)


def prepare_parts(
    path: Path,
    reading: Reading,
    *,
    take: Callable[[pd.DataFrame], None],
    folder: Path,
    progress: Progress | None = None,
) -> Seen:
    """Hand the incidents of a file over part by part, and return what was seen on the way.

    Three passes, each with one part in memory: the first looks at what must be
    known of the whole file before a row can be read (the order of day and
    month), the second reads and cleans, the third, once it is known which rows
    repeat others, places what stands.

    Parameters
    ----------
    path
        CSV, Excel or GeoJSON, plain or gzip.
    reading
        How it is to be read.
    take
        Called with each part of the clean, placed table, in order.
    folder
        For what is set down on the way.
    progress
        Called with stage, done and total.
    """
    from hotspot.incidents import quality, read
    from hotspot.places.geocode import Geocoder

    rows = FileRows(read.open_raw(path, block=reading.block), reading, progress or silent)
    chosen = dict(reading.mapping_override or {})
    kept, forgotten = _still_there({**(reading.remembered or {}), **chosen}, rows.file.names)
    read_rows = _cleaned(rows, reading, {**kept, **chosen}, folder)
    cleaning, mapping, settled = read_rows.cleaning, read_rows.mapping, read_rows.settled
    tally, geocoder = quality.Tally(), Geocoder(reading.boundary_set)
    for usable in rows.told(read_rows.spill.take()):
        placed = geocoder.place(settled.apply(usable))
        tally.add(placed)
        take(placed)
    aside, faulty = read_rows.aside, read_rows.faulty
    aside.with_hint(cleaning.hint)
    notes = (*rows.file.notes, *cleaning.notes, *settled.notes, *geocoder.notes, *forgotten)
    notes = (*notes, *_told_zone(reading.timezone), *faulty.notes)
    report = {
        **quality.about_file(rows.file, mapping),
        **quality.about_rows(rows.count, tally, aside, settled.duplicates),
        **tally.report(mapping),
        "formats": cleaning.formats,
        "notes": [*notes],
    }
    return Seen(
        report=report,
        rejects=faulty.csv(hint=cleaning.hint, refused=mapping.refused),
        mapping=mapping,
        notes=notes,
        rows=rows.count,
        set_aside=aside.count,
        repeated=len(settled.dropped),
    )


@dataclass(frozen=True)
class _Cleaned:
    """The rows of a file, cleaned and set down, and what was found on the way."""

    mapping: Columns
    cleaning: Cleaning
    settled: Settled
    spill: Spill
    aside: SetAside
    faulty: Rejects


def _cleaned(rows: FileRows, reading: Reading, choices: Mapping[str, str], folder: Path) -> _Cleaned:
    """Read and clean every row; once more if what looked like ids repeat further down."""
    from hotspot.incidents import clean, columns, quality, rejects
    from hotspot.service.spill import Spill

    samples = rows.samples()
    repeated: list[str] = []
    while True:
        mapping = columns.guess(samples.columns, repeated=repeated).override(choices)
        cleaning = clean.Cleaning(
            rows.file.names,
            mapping,
            timezone=reading.timezone,
            date_order=reading.date_order,
            now=reading.now,
        )
        rows.look(cleaning)
        spill, aside, faulty = Spill(folder), quality.SetAside(), rejects.Rejects()
        for raw in rows.all():
            usable, bad = cleaning.part(raw)
            aside.add(bad)
            faulty.add(raw, bad)
            spill.put(usable)
        settled = cleaning.settle()
        guessed = mapping.how.get("source_id") == "name"
        if rows.all_judged or not guessed or not settled.ids_repeat:
            return _Cleaned(mapping, cleaning, settled, spill, aside, faulty)
        # Numbers that start anew every year are no ids: rows would be lost.
        repeated.append(mapping.fields["source_id"])


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
    from hotspot.service.staging import Staging

    folder = Path(payload["folder"])
    boundary_set = None
    if payload["bundled"]:
        boundary_set = boundaries.load(payload["bundled"])
    elif payload["imported"]:
        boundary_set = boundary_files.from_geojson(Path(payload["imported"]).read_bytes())
    reading = Reading(
        boundary_set=boundary_set,
        timezone=payload["timezone"],
        mapping_override=payload["columns"],
        remembered=payload["remembered"],
        date_order=payload["date_order"],
        now=datetime.fromisoformat(payload["now"]),
        max_rows=payload["max_rows"],
    )
    with Staging(folder / "staged.sqlite") as staging:
        path = Path(payload["path"])
        seen = prepare_parts(path, reading, take=staging.add, folder=folder, progress=progress)
    (folder / "rejects.csv").write_bytes(seen.rejects)
    return {
        "report": seen.report,
        "rows": seen.rows,
        "set_aside": seen.set_aside,
        "repeated": seen.repeated,
    }


def _still_there(
    remembered: Mapping[str, str], names: tuple[str, ...]
) -> tuple[dict[str, str], tuple[str, ...]]:
    from hotspot.incidents.columns import plain

    headers = {plain(name) for name in names}
    kept = {field: column for field, column in remembered.items() if not column or plain(column) in headers}
    gone = [f"{column!r} for {field}" for field, column in remembered.items() if field not in kept]
    if not gone:
        return kept, ()
    note = (
        f"Remembered from an earlier file but not in this one: {', '.join(gone)}. "
        "These columns were guessed anew."
    )
    return kept, (note,)
