"""Imports: which file went into which dataset, and what became of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotspot.service.store.engine import Engine
    from hotspot.service.store.records import Import, StoredFile


class Imports:
    """The imports of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self, dataset: str | None = None) -> tuple[Import, ...]:
        """Return the imports, the latest first, of one dataset or of all."""
        raise NotImplementedError

    def get(self, import_id: int) -> Import:
        """Return one import."""
        raise NotImplementedError

    def rejects(self, import_id: int) -> StoredFile:
        """Return the rows set aside, as CSV with the reasons (``gzipped``)."""
        raise NotImplementedError
