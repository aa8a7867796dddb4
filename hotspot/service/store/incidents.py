"""Incidents: the clean table of one dataset, read in bulk."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import sqlalchemy as sa

from hotspot.service.store import datasets, staging
from hotspot.service.store.schema import EPOCH, incident

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd
    import pyarrow as pa

    from hotspot.service.store.engine import Engine


class Incidents:
    """The incidents of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, dataset: str, start: datetime | None = None, end: datetime | None = None) -> pd.DataFrame:
        """Return the clean table, ordered by time.

        With bounds (aware moments), only what may have happened from ``start`` to
        ``end``, both included. The order does not depend on the order of imports.
        """
        return staging.as_clean_table(self._rows(dataset, start, end))

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
        rows = self._rows(dataset, None, None)
        digest = hashlib.sha256()
        for name in rows.column_names:
            if name != "row":
                _feed(digest, rows[name].combine_chunks())
        return digest.hexdigest()

    def _rows(self, name: str, start: datetime | None, end: datetime | None) -> pa.Table:
        with self._engine.reading() as connection:
            known = datasets.get(connection, name)
        where, bounds = "", []
        if end is not None:
            where += " AND occurred_from <= ?"
            bounds.append(_microseconds(end))
        if start is not None:
            where += " AND occurred_to >= ?"
            bounds.append(_microseconds(start))
        with self._engine.bulk() as path:
            return staging.read(
                path,
                known.id,
                busy_seconds=self._engine.busy_seconds,
                where=where,
                bounds=tuple(bounds),
            )


def _microseconds(moment: datetime) -> int:
    delta = moment - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def _feed(digest: hashlib._Hash, values: pa.Array) -> None:
    """Add a column: the lengths and characters of texts, the bytes of numbers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        digest.update(pc.binary_length(values).cast(pa.int64()).to_numpy().tobytes())
        digest.update("".join(values.to_pylist()).encode())
    else:
        digest.update(values.to_numpy().tobytes())
