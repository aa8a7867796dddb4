"""A clean table on its way into the store: an SQLite file of its own, which the store takes over.

Written by ADBC, five times as fast as row by row, and in the child process
that read the file. So the ADBC driver, which brings its own SQLite, never
writes to the store itself (see ``store.gate``).
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final, Self

from hotspot.errors import StoreError
from hotspot.service.child import DISK_FULL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa

TABLE: Final = "clean"
"""Name of the table in the file."""
_FEW_PARTS: Final = 2
_MIXED: Final = 3
"""Parts that together span the time so often are put in order, which takes a while."""
NO_TIME: Final = -(2**63)
"""What a missing moment is in whole microseconds: NumPy's not-a-time."""


def key(table: pd.DataFrame) -> pd.Series[str]:
    """Return what makes each incident the same one again: its own id, else its fingerprint.

    The two are told apart, so that no id can be mistaken for a fingerprint.
    """
    with_id = table["source_id"].notna()
    return ("id:" + table["source_id"]).where(with_id, "fp:" + table["fingerprint"])


class Staging:
    """A new file that a clean table is written to, part by part, as a context.

    In the end the rows lie roughly in the order of time, so that a stretch of
    time will lie together in the store.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened = ExitStack()
        self._mode: Any = "create"
        self._first: list[int] = []
        self._last: list[int] = []

    def __enter__(self) -> Self:
        import adbc_driver_sqlite.dbapi as adbc

        with ExitStack() as opened:
            connection = opened.enter_context(adbc.connect(str(self._path), autocommit=True))
            self._cursor = opened.enter_context(connection.cursor())
            # The file is thrown away if anything goes wrong: no journal, no waiting for the disk.
            self._do("PRAGMA journal_mode = OFF")
            self._do("PRAGMA synchronous = OFF")
            self._opened = opened.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        with self._opened:
            if kind is None and self._mixed():
                self._sort()

    def add(self, table: pd.DataFrame) -> None:
        """Write one part; no two rows of the whole have the same key."""
        import pyarrow as pa

        ordered = table.assign(key=key(table)).sort_values("occurred_from", kind="stable")
        columns = {str(name): _stored(ordered[name]) for name in ordered.columns}
        with _explained():
            self._cursor.adbc_ingest(TABLE, pa.table(columns), mode=self._mode)
        self._mode = "append"
        if len(ordered):
            moments = ordered["occurred_from"].to_numpy("datetime64[us]").astype("int64")
            self._first.append(int(moments[0]))
            self._last.append(int(moments[-1]))

    def _mixed(self) -> bool:
        """Whether each part covers more than its share of the time: most files come in the order of time."""
        if len(self._first) < _FEW_PARTS:
            return False
        spans = sum(last - first for first, last in zip(self._first, self._last, strict=True))
        return spans > _MIXED * (max(self._last) - min(self._first))

    def _sort(self) -> None:
        # What does not fit into memory is sorted in files beside this one.
        os.environ["SQLITE_TMPDIR"] = str(self._path.parent)
        self._do(f"CREATE TABLE ordered AS SELECT * FROM {TABLE} ORDER BY occurred_from, row")  # noqa: S608
        self._do(f"DROP TABLE {TABLE}")
        self._do(f"ALTER TABLE ordered RENAME TO {TABLE}")

    def _do(self, statement: str) -> None:
        self._cursor.execute(statement)
        self._cursor.fetchall()


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a clean table that is held as a whole; of rows with one key the last is kept."""
    with Staging(path) as staging:
        staging.add(table[~key(table).duplicated(keep="last")])


@contextmanager
def _explained() -> Iterator[None]:
    """Say that there is no room, where the driver speaks only of what it tried next."""
    from adbc_driver_manager import Error

    try:
        yield
    except Error as error:
        # SQLite ended the transaction itself, as it does when it cannot write.
        if "cannot rollback" in str(error):
            raise StoreError(DISK_FULL) from error
        raise


def _stored(column: pd.Series[Any]) -> pa.Array:
    import pandas as pd
    import pyarrow as pa

    if isinstance(column.dtype, pd.DatetimeTZDtype):
        moments = column.to_numpy("datetime64[us]").astype("int64")
        return pa.array(moments, mask=moments == NO_TIME)
    if column.dtype == bool:
        return pa.array(column.to_numpy().astype("int64"))
    return pa.array(column, from_pandas=True)
