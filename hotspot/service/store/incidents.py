"""Incidents: the clean table of one dataset, read in bulk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from hotspot.service.store.engine import Engine


class Incidents:
    """The incidents of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, dataset: str, start: datetime | None = None, end: datetime | None = None) -> pd.DataFrame:
        """Return the clean table, ordered by time; with bounds, what may have happened from start to end."""
        raise NotImplementedError

    def count(self, dataset: str) -> int:
        """Return how many incidents the dataset holds."""
        raise NotImplementedError

    def offences(self, dataset: str) -> dict[str, int]:
        """Return the offences as recorded with their number of incidents, the most frequent first."""
        raise NotImplementedError

    def data_hash(self, dataset: str) -> str:
        """Return the SHA-256 of the dataset's content, the same whatever the order of imports."""
        raise NotImplementedError
