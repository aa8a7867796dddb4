"""The one SQLite file: how it is opened, read and written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from hotspot.service.settings import Settings


class Engine:
    """Connections to the store's file."""

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Return the engine of the store's file, its schema brought up to date."""
        raise NotImplementedError

    def version(self) -> int:
        """Return a number that grows with every change."""
        raise NotImplementedError

    def close(self) -> None:
        """Close every connection."""
        raise NotImplementedError
