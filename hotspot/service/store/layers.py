"""Layers: immutable answers and the files made from them once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotspot.service.store.engine import Engine
    from hotspot.service.store.records import LayerRecord, StoredFile


class Layers:
    """The layers of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self, *, withdrawn: bool = False) -> tuple[LayerRecord, ...]:
        """Return the published layers, the latest first; with ``withdrawn``, also those taken back."""
        raise NotImplementedError

    def get(self, layer_id: str) -> LayerRecord:
        """Return one published layer; ``NotFoundError`` for an unknown or withdrawn one."""
        raise NotImplementedError

    def file(self, layer_id: str, name: str) -> StoredFile:
        """Return one file of a published layer, such as ``features.geojson`` or ``map.html``."""
        raise NotImplementedError

    def save(self, record: LayerRecord, files: Mapping[str, StoredFile]) -> LayerRecord:
        """Put a layer and all its files in place at once; saving the same layer again changes nothing."""
        raise NotImplementedError

    def withdraw(self, layer_id: str) -> None:
        """Hide a layer and its files from readers."""
        raise NotImplementedError

    def restore(self, layer_id: str) -> None:
        """Show a withdrawn layer again."""
        raise NotImplementedError
