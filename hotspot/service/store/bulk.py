"""A dataset's incidents out of the store in bulk, by ADBC and Arrow: three times as fast as row by row."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from hotspot.service.staging import NO_TIME
from hotspot.service.store.schema import incident

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa
    from adbc_driver_sqlite.dbapi import Cursor

_OURS: Final = frozenset({"id", "dataset_id", "import_id", "key"})
COLUMNS: Final = tuple(column.name for column in incident.columns if column.name not in _OURS)
"""Columns of a clean table, in order."""
_TIMES: Final = frozenset({"occurred_from", "occurred_to", "reported_at"})
_BATCH: Final = "65536"
"""Rows that the driver hands over at a time; by its default of 1,024 reading takes a tenth longer."""


def read(
    path: Path,
    dataset_id: int,
    *,
    columns: Iterable[str] = COLUMNS,
    busy_seconds: float,
    start: int | None = None,
    end: int | None = None,
    ordered: bool = True,
) -> pa.Table:
    """Rows of a dataset as stored, in the order of time and key.

    Parameters
    ----------
    path
        The store's file.
    dataset_id
        Whose incidents.
    columns
        Which columns.
    busy_seconds
        How long to wait for a writer.
    start, end
        Microseconds since 1970 UTC between which an incident may have happened.
    ordered
        Whether the order matters; in any order a third of the time is spared.
    """
    with _cursor(path, busy_seconds) as cursor:
        return _rows(cursor, dataset_id, columns, start=start, end=end, ordered=ordered)


def window(
    path: Path,
    dataset_id: int,
    *,
    columns: Iterable[str],
    busy_seconds: float,
    start: int | None,
    end: int | None,
) -> tuple[pa.Table, int, int]:
    """Rows of a stretch of time in any order, how many have no time, and how many there are in all.

    Parameters are those of `read`; all three are of one moment.
    """
    with _cursor(path, busy_seconds) as cursor:
        rows = _rows(cursor, dataset_id, columns, start=start, end=end, ordered=False)
        untimed = _count(cursor, dataset_id, " AND occurred_from IS NULL")
        return rows, untimed, _count(cursor, dataset_id)


@contextmanager
def _cursor(path: Path, busy_seconds: float) -> Iterator[Cursor]:
    import adbc_driver_sqlite.dbapi as adbc

    with adbc.connect(path.resolve().as_uri() + "?mode=rw") as connection, connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")
        cursor.fetchall()
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": _BATCH})
        yield cursor


def _rows(
    cursor: Cursor,
    dataset_id: int,
    columns: Iterable[str],
    *,
    start: int | None,
    end: int | None,
    ordered: bool,
) -> pa.Table:
    where, values = _within(dataset_id, start, end)
    selected = ", ".join(_never_null(name) for name in columns)
    order = " ORDER BY occurred_from, key" if ordered else ""
    statement = f"SELECT {selected} FROM incident WHERE {where}{order}"  # noqa: S608
    cursor.execute(statement, parameters=tuple(values))
    return cursor.fetch_arrow_table()


def _within(dataset_id: int, start: int | None, end: int | None) -> tuple[str, list[int]]:
    """Return the condition on incidents that may have happened between two moments, and its values."""
    begun, values = "dataset_id = ?", [dataset_id]
    if end is not None:
        begun, values = f"{begun} AND occurred_from <= ?", [*values, end]
    if start is None:
        return begun, values
    # Begun since the start, or before and not ended by then: each is found by an index of its own.
    lasted = "dataset_id = ? AND occurred_to >= ? AND occurred_to > occurred_from AND occurred_from < ?"
    earliest = start if end is None else min(start, end + 1)
    return (
        f"({begun} AND occurred_from >= ?) OR ({lasted})",
        [*values, start, dataset_id, start, earliest],
    )


def _count(cursor: Cursor, dataset_id: int, more: str = "") -> int:
    cursor.execute(f"SELECT count(*) FROM incident WHERE dataset_id = ?{more}", parameters=(dataset_id,))  # noqa: S608
    return int(cursor.fetch_arrow_table()[0][0].as_py())


def _never_null(name: str) -> str:
    """Return the expression of a column, with a value of its type in place of NULL.

    The driver takes a column's type from its first rows, and fails on a later
    row when those were all missing.
    """
    if name in _TIMES:
        return f"ifnull({name}, {NO_TIME}) AS {name}"
    kind = incident.c[name].type.python_type
    if kind is float:
        return f"ifnull({name}, 9e999) AS {name}"
    return f"ifnull({name}, '') AS {name}" if kind is str else name


def as_clean_table(rows: pa.Table) -> pd.DataFrame:
    """Return stored rows as a clean table, of those columns that were read."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    from hotspot.incidents import table

    if not rows.num_rows:
        nothing: pd.DataFrame = table.empty()[rows.column_names]
        return nothing
    columns: dict[str, object] = {}
    for name in rows.column_names:
        column = table.COLUMNS[name]
        values = rows[name].combine_chunks()
        if column.dtype == table.TIME:
            moments = values.to_numpy().view("datetime64[us]")
            columns[name] = pd.Series(moments).dt.tz_localize("UTC")
        elif column.dtype == "str":
            known = pc.if_else(pc.equal(values, ""), pa.scalar(None, values.type), values)
            columns[name] = pd.Series(pd.array(known, dtype="str"))
        elif column.dtype == "float64":
            numbers = values.to_numpy()
            columns[name] = np.where(np.isinf(numbers), np.nan, numbers)
        else:
            columns[name] = values.to_numpy().astype(column.dtype)
    return pd.DataFrame(columns)
