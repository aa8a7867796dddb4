"""Files of the whole site, such as the map of all layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotspot.service.store.engine import Engine
    from hotspot.service.store.records import StoredFile


class Site:
    """The files of one site, by name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def file(self, name: str) -> StoredFile:
        """Return one file, such as ``index.html``; ``NotFoundError`` before anything was published."""
        raise NotImplementedError

    def save(self, name: str, file: StoredFile) -> None:
        """Put one file in place of the one before."""
        raise NotImplementedError
