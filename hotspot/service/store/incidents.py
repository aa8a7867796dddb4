"""Incidents: the clean table of one dataset, read in bulk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from hotspot.service.store import bulk, datasets
from hotspot.service.store.schema import EPOCH, incident

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import pandas as pd
    import pyarrow as pa

    from hotspot.service.store.engine import Engine


@dataclass(frozen=True, eq=False)
class Window:
    """Incidents of a stretch of time, and how many of the dataset are not among them."""

    table: pd.DataFrame
    untimed: int
    """Those without a time."""
    elsewhere: int
    """Those at other times."""


class Incidents:
    """The incidents of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(
        self,
        dataset: str,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        columns: Iterable[str] = bulk.COLUMNS,
        ordered: bool = True,
    ) -> pd.DataFrame:
        """Return the clean table, ordered by time, whatever the order of imports was.

        Parameters
        ----------
        dataset
            Its name.
        start, end
            Aware moments: only what may have happened between them, both included.
        columns
            Only these columns; fewer are read faster.
        ordered
            Whether the order matters; in any order they are read faster.
        """
        return bulk.as_clean_table(self._rows(dataset, start, end, columns, ordered=ordered))

    def window(
        self, dataset: str, start: datetime | None, end: datetime | None, *, columns: Iterable[str]
    ) -> Window:
        """Return what may have happened in a stretch of time, in any order, and how many others there are.

        Parameters
        ----------
        dataset, start, end, columns
            As for `read`.
        """
        with self._engine.reading() as connection:
            number = datasets.number(connection, dataset)
        with self._engine.bulk() as path:
            rows, untimed, total = bulk.window(
                path,
                number,
                columns=columns,
                busy_seconds=self._engine.busy_seconds,
                start=None if start is None else _microseconds(start),
                end=None if end is None else _microseconds(end),
            )
        return Window(bulk.as_clean_table(rows), untimed, total - untimed - rows.num_rows)

    def count(self, dataset: str) -> int:
        """Return how many incidents the dataset holds."""
        with self._engine.reading() as connection:
            return datasets.get(connection, dataset).incidents

    def offences(self, dataset: str) -> dict[str, int]:
        """Return the offences as recorded with their number of incidents, the most frequent first."""
        number = sa.func.count().label("number")
        with self._engine.reading() as connection:
            known = datasets.get(connection, dataset)
            asked = (
                sa.select(incident.c.offence, number)
                .where(incident.c.dataset_id == known.id, incident.c.offence.is_not(None))
                .group_by(incident.c.offence)
                .order_by(number.desc(), incident.c.offence)
            )
            return {row.offence: row.number for row in connection.execute(asked)}

    def data_hash(self, dataset: str) -> str:
        """Return the SHA-256 of the dataset's incidents, the same whatever the order of imports."""
        rows = self._rows(dataset, None, None, [name for name in bulk.COLUMNS if name != "row"])
        digest = hashlib.sha256()
        for name in rows.column_names:
            _feed(digest, rows[name].combine_chunks())
        return digest.hexdigest()

    def _rows(
        self,
        name: str,
        start: datetime | None,
        end: datetime | None,
        columns: Iterable[str],
        *,
        ordered: bool = True,
    ) -> pa.Table:
        with self._engine.reading() as connection:
            number = datasets.number(connection, name)
        with self._engine.bulk() as path:
            return bulk.read(
                path,
                number,
                columns=columns,
                busy_seconds=self._engine.busy_seconds,
                start=None if start is None else _microseconds(start),
                end=None if end is None else _microseconds(end),
                ordered=ordered,
            )


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def _feed(digest: hashlib._Hash, values: pa.Array) -> None:
    """Add a column: the lengths and characters of texts, the bytes of numbers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        digest.update(pc.binary_length(values).cast(pa.int64()).to_numpy().tobytes())
        digest.update("".join(values.to_pylist()).encode())
    else:
        digest.update(values.to_numpy().tobytes())
