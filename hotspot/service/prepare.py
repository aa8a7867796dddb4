"""A file made ready: read, cleaned, placed and reported on, part by part; nothing is stored here.

The same way serves the Python API, which calls ``prepare``, and the store's
intake, which calls it in a limited process (``prepare_staged``).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hotspot.errors import LimitError
from hotspot.service.progress import silent

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.incidents.clean import Cleaning
    from hotspot.incidents.columns import Mapping as Columns
    from hotspot.incidents.raw import Raw
    from hotspot.incidents.raw_file import RawFile
    from hotspot.places.boundaries import BoundarySet
    from hotspot.service.progress import Progress

STAGES: Final = ("Looking through rows", "Reading rows", "Placing rows")
GUESSED_ROWS: Final = 100_000
"""Rows at the beginning of a file by which its columns are told apart."""
BLOCK: Final = 24 << 20
"""Bytes of a CSV text that are held at one time, some 150,000 rows; what comes of them takes more."""


@dataclass(frozen=True)
class Reading:
    """How a file is to be read."""

    boundary_set: BoundarySet | None
    """Where districts and place names are looked up; without one incidents get no district."""
    timezone: str
    """IANA zone of times that carry none."""
    now: datetime
    """The present: later dates are set aside."""
    mapping_override: Mapping[str, str] | None = None
    """Source column by field, where the guess is wrong; a column that is not there is an error."""
    remembered: Mapping[str, str] | None = None
    """The same from an earlier file; used as far as this file has the columns."""
    date_order: str | None = None
    """``dmy``, ``mdy`` or ``ymd``, where the dates cannot tell."""
    max_rows: int | None = None
    """Most rows the file may hold."""
    block: int = BLOCK
    guessed_rows: int = GUESSED_ROWS


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
    from hotspot.incidents import clean, columns, quality, read, rejects
    from hotspot.places.geocode import Geocoder
    from hotspot.service.spill import Spill

    rows = _Rows(read.open_raw(path, block=reading.block), reading, progress or silent)
    chosen = dict(reading.mapping_override or {})
    kept, forgotten = _still_there({**(reading.remembered or {}), **chosen}, rows.file.names)
    mapping = columns.guess(rows.first()).override({**kept, **chosen})
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
    tally, geocoder = quality.Tally(), Geocoder(reading.boundary_set)
    for usable in rows.told(spill.take()):
        placed = geocoder.place(settled.apply(usable))
        tally.add(placed)
        take(placed)
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


class _Rows:
    """The rows of a file, part by part, as often as needed, with how far each pass is told."""

    def __init__(self, file: RawFile, reading: Reading, say: Progress) -> None:
        self.file = file
        self.count = 0
        """Rows read, and rows that fit no header."""
        self._reading = reading
        self._say = say
        self._whole = True
        self._held: list[Raw] = []
        self._total = 0

    def first(self) -> pd.DataFrame:
        """Return the first rows; a file that is no longer is kept, and not read again."""
        import pandas as pd

        self._say(STAGES[0], 0, 0)
        some = 0
        for part in self.file.parts():
            if some >= self._reading.guessed_rows:
                self._whole = False
                break
            self._held.append(part)
            some += len(part.row)
        frames = [part.frame for part in self._held]
        frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
        if not self._whole:
            self._held.clear()
        return frame.head(self._reading.guessed_rows)

    def look(self, cleaning: Cleaning) -> None:
        """Have the whole file looked at."""
        done = 0
        parts = self._held if self._whole else self.file.parts(cleaning.columns)
        for number, part in enumerate(parts, start=1):
            cleaning.look(part)
            done += len(part.row)
            about = done * self.file.size // (number * self._reading.block)
            self._say(STAGES[0], done, max(done, about))
        cleaning.decide()
        self._say(STAGES[0], done, done)
        self._total = done

    def all(self) -> Iterator[Raw]:
        """Yield every row."""
        kept = 0
        most = self._reading.max_rows
        for part in self._held if self._whole else self.file.parts():
            kept += len(part.row)
            self.count += len(part.row) + len(part.set_aside)
            if most is None or kept <= most:
                yield part
                self._say(STAGES[1], min(self.count, self._total), self._total)
        if most is not None and kept > most:
            msg = f"The file holds {kept:,} rows; the most accepted is {most:,}. Split it by date."
            raise LimitError(msg)
        self._held.clear()

    def told(self, parts: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        """Yield the parts of the table, telling how far they are."""
        done = 0
        for part in parts:
            yield part
            done += len(part)
            self._say(STAGES[2], done, max(done, self._total))
        self._say(STAGES[2], done, done)


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
