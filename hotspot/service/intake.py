"""A file into the store: read in a limited process, taken over in one transaction.

Importing this module is cheap: tables are handled by the child process and by
SQLite itself, never here.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot.errors import InputError, NotFoundError, ParameterError
from hotspot.service.child import ChildError, run_in_child, work_folder
from hotspot.service.progress import silent
from hotspot.service.store.datasets import checked_name, checked_timezone
from hotspot.service.store.imports import StagedFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from subprocess import Popen

    from hotspot.service.progress import Progress
    from hotspot.service.store import Import, Store

TASK = "prepare"
_BYTES_A_SECOND = 2 * 1024**2
_PACKED = 8
"""How much smaller a packed file may be."""
DATE_ORDERS = ("dmy", "mdy", "ymd")


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """What became of a file."""

    import_id: int
    dataset: str
    already: bool
    """Whether the file had been imported before, so that nothing changed."""
    rows: int
    accepted: int
    updated: int
    duplicate: int
    set_aside: int
    report: dict[str, Any]


def import_file(
    store: Store,
    path: Path,
    *,
    dataset: str,
    title: str | None = None,
    filename: str | None = None,
    area: str | None = None,
    timezone: str | None = None,
    columns: Mapping[str, str] | None = None,
    date_order: str | None = None,
    progress: Progress | None = None,
    now: datetime | None = None,
    reader: Popen[bytes] | None = None,
) -> ImportResult:
    """Bring a file into a dataset; everything of it, or, when anything fails, nothing.

    The same file twice changes nothing. A file read in another way than before
    (columns, date order, zone, boundaries) replaces what came of the first reading.

    Parameters
    ----------
    store
        Where to.
    path
        CSV, Excel or GeoJSON, plain or gzip.
    dataset
        Its name; made when it is not there.
    title
        What to call the dataset on pages.
    filename
        What the file was called, if ``path`` is not its own name.
    area
        Boundary set that places the incidents; remembered. Without one ever given, none.
    timezone
        IANA zone of times without one; remembered. At first that of the boundary set, else UTC.
    columns
        Source column by field, where the guess is wrong; remembered.
    date_order
        ``dmy``, ``mdy`` or ``ymd``; remembered.
    progress
        Called with stage, done and total.
    now
        The present, for tests.
    reader
        A process that waits to read it (``child.started``); left out, one is started.
    """
    moment = now or datetime.now(UTC)
    name = shown_name(filename or path.name)
    sha256 = _sha256(path)
    before = _before(store, checked_name(dataset), sha256)
    wanted = _wanted(store, before, area=area, timezone=timezone, columns=columns, date_order=date_order)
    known = store.imports.find(dataset, sha256, wanted.reading)
    if known is not None:
        return _result(known, already=True)
    with work_folder(store.settings) as folder:
        asked = _asked(store, path, folder, wanted, columns=columns, now=moment)
        answer = _prepare(store, asked, progress=progress, reader=reader)
        staged = StagedFile(
            dataset=dataset,
            filename=name,
            sha256=sha256,
            title=title,
            path=folder / "staged.sqlite",
            rejects=(folder / "rejects.csv").read_bytes(),
            report=answer["report"],
            rows=answer["rows"],
            set_aside=answer["set_aside"],
            repeated=answer["repeated"],
            **wanted.reading,
        )
        entry, already = store.imports.add(staged, now=moment, progress=progress or silent)
    return _result(entry, already=already)


def shown_name(filename: str) -> str:
    r"""Return the last part of a file name, fit to be shown and kept.

    >>> shown_name("../../etc/july\n2018.csv")
    'july2018.csv'
    """
    last = re.split(r"[/\\]", filename)[-1]
    kept = "".join(sign for sign in last if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return kept.strip()[-120:] or "file"


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """How the file is to be read, all choices made."""

    timezone: str
    area: str
    date_order: str | None
    columns: dict[str, str]

    @property
    def reading(self) -> dict[str, Any]:
        return asdict(self)


def _before(store: Store, dataset: str, sha256: str) -> _Wanted:
    """Return how this very file was read before; else what is remembered of the dataset's files."""
    reading = store.imports.reading(dataset, sha256)
    if reading is not None:
        return _Wanted(**reading)
    try:
        known = store.datasets.get(dataset)
    except NotFoundError:
        return _Wanted(timezone="", area="", date_order=None, columns={})
    return _Wanted(
        timezone=known.timezone, area=known.area, date_order=known.date_order, columns=known.columns
    )


def _wanted(
    store: Store,
    before: _Wanted,
    *,
    area: str | None,
    timezone: str | None,
    columns: Mapping[str, str] | None,
    date_order: str | None,
) -> _Wanted:
    if date_order is not None and date_order not in DATE_ORDERS:
        msg = f"The date order is one of {', '.join(DATE_ORDERS)}; got {date_order!r}."
        raise ParameterError("date_order", msg)
    place = store.boundaries.canonical(area) if area else before.area
    zone = timezone or before.timezone
    if not zone:
        zone = store.boundaries.timezone(place) if place else "UTC"
    return _Wanted(
        timezone=checked_timezone(zone),
        area=place,
        date_order=date_order or before.date_order,
        columns={**before.columns, **(columns or {})},
    )


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        msg = (
            f"The file {shown_name(path.name)!r} cannot be read: {error.strerror}. Check its name and rights."
        )
        raise InputError(msg) from None


def _asked(
    store: Store,
    path: Path,
    folder: Path,
    wanted: _Wanted,
    *,
    columns: Mapping[str, str] | None,
    now: datetime,
) -> dict[str, Any]:
    bundled, imported = _boundaries(store, wanted.area, folder)
    return {
        "path": str(path.resolve()),
        "folder": str(folder),
        "bundled": bundled,
        "imported": imported,
        "timezone": wanted.timezone,
        "columns": dict(columns or {}),
        "remembered": wanted.columns,
        "date_order": wanted.date_order,
        "now": now.isoformat(),
        "max_rows": store.settings.max_rows,
    }


def _prepare(
    store: Store, asked: dict[str, Any], *, progress: Progress | None, reader: Popen[bytes] | None
) -> dict[str, Any]:
    seconds = store.settings.parse_seconds + _extra_seconds(Path(asked["path"]))
    limits = {"memory_mb": store.settings.parse_memory_mb, "seconds": seconds}
    try:
        return run_in_child(TASK, asked, **limits, progress=progress, waiting=reader)
    except ChildError as error:
        msg = (
            "The file could not be read, for a reason this program does not know. "
            "Save it as CSV (UTF-8) and try again; please report the fault with the file's first rows."
        )
        raise InputError(msg) from error


def _extra_seconds(path: Path) -> int:
    """Return the processor time that a large file has beyond the limit: some ten times what it takes."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return path.stat().st_size * (_PACKED if packed else 1) // _BYTES_A_SECOND


def _boundaries(store: Store, area: str, folder: Path) -> tuple[str, str]:
    """Return the name of a bundled set, or a file that holds the imported one."""
    if not area:
        return "", ""
    if store.boundaries.is_bundled(area):
        return area, ""
    file = folder / "boundaries.geojson"
    file.write_bytes(store.boundaries.file(area).data)
    return "", str(file)


def _result(entry: Import, *, already: bool) -> ImportResult:
    return ImportResult(
        import_id=entry.id,
        dataset=entry.dataset,
        already=already,
        rows=entry.rows,
        accepted=entry.accepted,
        updated=entry.updated,
        duplicate=entry.duplicate,
        set_aside=entry.set_aside,
        report=entry.report,
    )
