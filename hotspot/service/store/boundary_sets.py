"""Boundary sets: the bundled ones and those that somebody imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet
    from hotspot.service.store.engine import Engine
    from hotspot.service.store.records import BoundaryRecord, StoredFile


class Boundaries:
    """The boundary sets that can be asked for by name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self) -> tuple[BoundaryRecord, ...]:
        """Return what is known of every set, bundled ones first, by name."""
        raise NotImplementedError

    def has(self, name: str) -> bool:
        """Return whether there is such a set."""
        raise NotImplementedError

    def load(self, name: str) -> BoundarySet:
        """Return the set; ``NotFoundError`` lists the known ones."""
        raise NotImplementedError

    def file(self, name: str) -> StoredFile:
        """Return the districts of a set as GeoJSON bytes, without pandas."""
        raise NotImplementedError

    def save(self, boundary_set: BoundarySet) -> BoundaryRecord:
        """Keep an imported set; a bundled name is refused, an imported one is replaced."""
        raise NotImplementedError

    def delete(self, name: str) -> None:
        """Forget an imported set that no dataset uses."""
        raise NotImplementedError
