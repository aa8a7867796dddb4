"""Imports: which file went into which dataset, and what became of its rows."""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from hotspot.errors import ConflictError, NotFoundError
from hotspot.service.progress import silent
from hotspot.service.store import datasets
from hotspot.service.store.engine import CACHE_KB
from hotspot.service.store.merge import merge
from hotspot.service.store.records import Dataset, Import, StoredFile
from hotspot.service.store.schema import dataset, imports, incident

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from hotspot.service.progress import Progress
    from hotspot.service.store.engine import Engine


_CACHE_KB = 512 * 1024


@dataclass(frozen=True, kw_only=True)
class StagedFile:
    """A file that was read and checked, and waits to be taken over."""

    dataset: str
    filename: str
    sha256: str
    timezone: str
    area: str
    date_order: str | None
    columns: dict[str, str]
    title: str | None = None
    path: Path
    """SQLite file with the clean table."""
    rows: int
    set_aside: int
    repeated: int
    """Rows that repeat another row of the same file."""
    report: dict[str, Any] = field(default_factory=dict)
    rejects: bytes = b""

    @property
    def reading(self) -> dict[str, Any]:
        """How the file was read; the same file read in another way is another import."""
        return {
            "timezone": self.timezone,
            "area": self.area,
            "date_order": self.date_order,
            "columns": self.columns,
        }


class Imports:
    """The imports of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self, dataset: str | None = None) -> tuple[Import, ...]:
        """Return the imports, the latest first, of one dataset or of all."""
        asked = _asked.order_by(imports.c.id.desc())
        with self._engine.reading() as connection:
            if dataset is not None:
                asked = asked.where(imports.c.dataset_id == datasets.get(connection, dataset).id)
            return tuple(_record(row) for row in connection.execute(asked))

    def get(self, import_id: int) -> Import:
        """Return one import."""
        with self._engine.reading() as connection:
            return get(connection, import_id)

    def rejects(self, import_id: int) -> StoredFile:
        """Return the rows that were set aside, with the reasons, as CSV; only a head when all were used."""
        asked = sa.select(imports.c.rejects).where(imports.c.id == _number(import_id))
        with self._engine.reading() as connection:
            data = connection.execute(asked).scalar()
        if data is None:
            raise _unknown(import_id)
        return StoredFile(zlib.decompress(data), "text/csv; charset=utf-8")

    def reading(self, dataset: str, sha256: str) -> dict[str, Any] | None:
        """Return how this very file was read when it went into the dataset, if it did."""
        with self._engine.reading() as connection:
            known = _of_file(connection, dataset, sha256)
            return None if known is None else dict(known.reading)

    def find(self, dataset: str, sha256: str, reading: dict[str, Any]) -> Import | None:
        """Return the import of this very file, read in this way, if the dataset has it."""
        with self._engine.reading() as connection:
            return _same(connection, dataset, sha256, reading)

    def add(self, staged: StagedFile, *, now: datetime, progress: Progress = silent) -> tuple[Import, bool]:
        """Take a prepared file over: its import and all its incidents, or nothing.

        Returns the import, and whether it was there already. The same file read in
        another way replaces the earlier reading.
        """
        with self._engine.writing(attach=staged.path) as connection:
            known = _same(connection, staged.dataset, staged.sha256, staged.reading)
            if known is not None:
                return known, True
            earlier = _of_file(connection, staged.dataset, staged.sha256)
            _refuse_mixing(connection, staged, earlier)
            owner = datasets.put(
                connection,
                staged.dataset,
                now=now,
                title=staged.title,
                timezone=staged.timezone,
                area=staged.area,
                date_order=staged.date_order,
                columns=staged.columns,
            )
            new = _insert(connection, owner, staged, now)
            if earlier is not None:
                _replace(connection, earlier.id, new)
            with _room(connection):
                merged = merge(connection, dataset_id=owner.id, import_id=new, progress=progress)
            counts = {
                "accepted": merged.accepted,
                "updated": merged.updated,
                "duplicate": merged.unchanged + staged.repeated,
            }
            values = {**counts, "report": {**staged.report, "stored": counts}}
            connection.execute(sa.update(imports).where(imports.c.id == new).values(values))
            return get(connection, new), False


_NAMES = tuple(column.name for column in imports.columns)
_asked = sa.select(
    *(imports.c[name] for name in _NAMES if name not in {"rejects", "dataset_id", "reading"}),
    dataset.c.name.label("dataset"),
).join(dataset)


def get(connection: sa.Connection, import_id: int) -> Import:
    """Return one import within a transaction."""
    row = connection.execute(_asked.where(imports.c.id == _number(import_id))).first()
    if row is None:
        raise _unknown(import_id)
    return _record(row)


def _number(import_id: int) -> int:
    """Return the number of an import, or refuse what no column of the store could hold."""
    if not 0 < import_id < 2**63:
        raise _unknown(import_id)
    return import_id


def _record(row: sa.Row[*tuple[Any, ...]]) -> Import:
    return Import(**row._mapping)


def _unknown(import_id: int) -> NotFoundError:
    return NotFoundError(f"There is no import {import_id}. The command 'hotspot datasets' lists them.")


def _of_file(connection: sa.Connection, name: str, sha256: str) -> sa.Row[*tuple[Any, ...]] | None:
    """Return the reading in force of a file: the one that no later one replaced."""
    asked = (
        sa.select(imports.c.id, imports.c.reading)
        .join(dataset)
        .where(dataset.c.name == name, imports.c.sha256 == sha256, imports.c.replaced_by.is_(None))
    )
    return connection.execute(asked).first()


def _same(connection: sa.Connection, name: str, sha256: str, reading: dict[str, Any]) -> Import | None:
    known = _of_file(connection, name, sha256)
    if known is None or known.reading != reading:
        return None
    return get(connection, known.id)


def _refuse_mixing(
    connection: sa.Connection, staged: StagedFile, earlier: sa.Row[*tuple[Any, ...]] | None
) -> None:
    """Refuse a second time zone or boundary set beside incidents that were read with another."""
    known = connection.execute(sa.select(dataset).where(dataset.c.name == staged.dataset)).first()
    if known is None:
        return
    others = sa.select(imports.c.id).where(
        imports.c.dataset_id == known.id, imports.c.replaced_by.is_(None), imports.c.accepted > 0
    )
    if earlier is not None:
        others = others.where(imports.c.id != earlier.id)
    if connection.execute(others.limit(1)).first() is None:
        return
    for noun, old, new in (
        ("the time zone", known.timezone, staged.timezone),
        ("the boundaries", known.area, staged.area),
    ):
        if old != new:
            msg = (
                f"The dataset {staged.dataset!r} holds incidents read with {noun} {old or 'none'!r}; this "
                f"file would be read with {new or 'none'!r}. Leave the option away, or import into another "
                "dataset."
            )
            raise ConflictError(msg)


def _insert(connection: sa.Connection, owner: Dataset, staged: StagedFile, now: datetime) -> int:
    values = {
        "dataset_id": owner.id,
        "filename": staged.filename,
        "sha256": staged.sha256,
        "reading": staged.reading,
        "rows": staged.rows,
        "accepted": 0,
        "updated": 0,
        "duplicate": 0,
        "set_aside": staged.set_aside,
        "report": {},
        "rejects": zlib.compress(staged.rejects, 6),
        "imported_at": now,
    }
    new = connection.execute(sa.insert(imports).values(values)).inserted_primary_key
    assert new is not None  # noqa: S101
    return int(new[0])


@contextmanager
def _room(connection: sa.Connection) -> Iterator[None]:
    """Give SQLite memory for the indices of many incidents: most rows touch other pages of them."""
    connection.exec_driver_sql(f"PRAGMA main.cache_size = -{_CACHE_KB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA main.cache_size = -{CACHE_KB}")


def _replace(connection: sa.Connection, earlier: int, new: int) -> None:
    connection.execute(sa.delete(incident).where(incident.c.import_id == earlier))
    connection.execute(sa.update(imports).where(imports.c.id == earlier).values(replaced_by=new))
