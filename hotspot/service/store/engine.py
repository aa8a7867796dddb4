"""The one SQLite file: how it is opened, read, written and kept whole."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from hotspot.errors import ConflictError, HotspotError, StoreError
from hotspot.service.store import place
from hotspot.service.store.gate import Closer, Gate
from hotspot.service.store.schema import APPLICATION_ID, HEAD, counter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine.interfaces import DBAPIConnection

    from hotspot.service.settings import Settings


CACHE_KB = 64 * 1024
"""Memory for pages of the store, of one connection."""
_LOG_BYTES = 64 * 1024**2
_VERSION = str(sa.select(counter.c.value))


class StaleError(Exception):
    """The store has changed since the version that a change was made for."""


class Engine:
    """Connections to the store's file; writers wait for each other, readers for nobody."""

    def __init__(self, path: Path, *, busy_seconds: float = 30.0) -> None:
        self.path = path
        self.busy_seconds = busy_seconds
        self.gate = Gate.of(path)
        self._engine = sa.create_engine(
            f"sqlite:///{path}",
            connect_args={"timeout": busy_seconds, "isolation_level": None, "check_same_thread": False},
            pool_size=8,
            max_overflow=-1,
        )
        sa.event.listen(self._engine, "connect", _prepare)
        sa.event.listen(self._engine, "begin", _begin)
        self._closer = Closer(self._engine.dispose)
        self.gate.add(self._closer)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Return the engine of the store's file, its schema brought up to date.

        Raises
        ------
        StoreError
            When the folder cannot be written or lies on a network file system,
            or the file is no store, or one of a newer version.
        """
        place.make_folder(settings.data_dir)
        engine = cls(settings.database, busy_seconds=settings.busy_seconds)
        try:
            engine._bring_up_to_date()
        except BaseException:
            engine.close()
            raise
        return engine

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Look at one unchanging state of the store."""
        with (
            self.gate.shared(),
            _explained(self.path),
            self._engine.connect() as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def writing(self, *, attach: Path | None = None, version: int | None = None) -> Iterator[sa.Connection]:
        """Change the store: everything in this block happens, or nothing.

        ``attach`` makes the tables of another SQLite file readable as ``staged``;
        with ``version`` nothing happens, but ``StaleError``, once the store has another one.
        """
        with self.gate.shared(), _explained(self.path), self._engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)  # noqa: S101
            if attach is not None:
                raw.execute("ATTACH DATABASE ? AS staged", (str(attach),))
            try:
                with connection.execution_options(hotspot_write=True).begin():
                    if version is not None and _version(connection) != version:
                        raise StaleError
                    yield connection
                    connection.execute(sa.update(counter).values(value=counter.c.value + 1))
            finally:
                self.gate.wrote()
                if attach is not None:
                    raw.execute("DETACH DATABASE staged")

    @contextmanager
    def bulk(self) -> Iterator[Path]:
        """Hold the file alone in this process, for the driver that brings its own SQLite."""
        with self.gate.alone(), _explained(self.path, "adbc_driver_manager"):
            yield self.path

    def version(self) -> int:
        """Return a number that grows with every change."""
        with self.gate.shared(), _explained(self.path):
            held = self._engine.raw_connection()
            try:
                # Asked before every answer: one statement by itself needs no transaction, nor SQLAlchemy.
                raw = held.driver_connection
                assert isinstance(raw, sqlite3.Connection)  # noqa: S101
                return int(raw.execute(_VERSION).fetchone()[0])
            finally:
                held.close()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _bring_up_to_date(self) -> None:
        with self.gate.shared(), _explained(self.path), self._engine.connect() as connection:
            if _revision(connection, self.path) == HEAD:
                return
        with self.gate.shared(), _explained(self.path), self._engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)  # noqa: S101
            _switch_to_wal(raw, patience=self.busy_seconds)
            with connection.execution_options(hotspot_write=True).begin():
                # Somebody else may have done it while this process waited.
                if _revision(connection, self.path) != HEAD:
                    from hotspot.service.store.migrations import upgrade

                    upgrade(connection)
                    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def _version(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(counter.c.value)).scalar_one())


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    # The log of a large import would stay as large as it once was.
    cursor.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("hotspot_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _switch_to_wal(raw: sqlite3.Connection, *, patience: float) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            mode = raw.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            break
        except sqlite3.OperationalError as error:
            # SQLite does not wait here: of several who switch a new file at once all but one are refused.
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.02)
    if mode != "wal":
        msg = "The store needs a local disk on which SQLite can keep a write-ahead log; this one cannot."
        raise StoreError(msg)


def _revision(connection: sa.Connection, path: Path) -> str | None:
    """Return the schema's revision, ``None`` for an empty file; refuse what is not ours."""
    from hotspot.service.store.migrations import REVISIONS

    tables = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
    if not tables:
        return None
    owner = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if owner != APPLICATION_ID or "alembic_version" not in tables:
        msg = f"{path} is a database of another program. Choose another folder with HOTSPOT_DATA_DIR."
        raise StoreError(msg)
    revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if revision not in REVISIONS:
        msg = (
            f"{path} was written by a newer Hotspot (its schema is {revision!r}, this one knows up to "
            f"{HEAD!r}). Install that version or a newer one, or restore a backup made before the update."
        )
        raise StoreError(msg)
    return str(revision)


@contextmanager
def _explained(path: Path, driver: str = "sqlite3") -> Iterator[None]:
    """Turn what SQLite says, through whichever driver, into what the user can do."""
    try:
        yield
    except HotspotError:
        raise
    except Exception as error:
        if not isinstance(error, DBAPIError) and not type(error).__module__.startswith(driver):
            raise
        reason = str(error.orig if isinstance(error, DBAPIError) else error)
        raise _explanation(path, reason, error) from error


def _explanation(path: Path, reason: str, error: Exception) -> Exception:
    if "locked" in reason or "busy" in reason:
        return ConflictError(
            "Somebody else has been writing to the store all the time. Try again in a minute."
        )
    for sign, remedy in _REMEDIES.items():
        if sign in reason:
            return StoreError(f"The store {path} {remedy}")
    return error


_REMEDIES = {
    "disk is full": "has no room left: the disk is full. Nothing was changed; make room and try again.",
    "disk I/O error": "cannot be written (disk error). Nothing was changed; check the disk and its room.",
    "readonly": "may not be written by this user. Change the rights of the folder or HOTSPOT_DATA_DIR.",
    "unable to open": "cannot be opened. Check that the folder exists and that this user may write in it.",
    "not a database": "is not a SQLite database. Choose another folder with HOTSPOT_DATA_DIR.",
    "malformed": "is damaged. Restore the last backup.",
}
