"""Datasets: streams of incidents, each with its time zone and its boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hotspot.service.store.engine import Engine
    from hotspot.service.store.records import Dataset


class Datasets:
    """The datasets of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self) -> tuple[Dataset, ...]:
        """Return every dataset by name, with its number of incidents and their period."""
        raise NotImplementedError

    def get(self, name: str) -> Dataset:
        """Return one dataset; ``NotFoundError`` lists the known ones."""
        raise NotImplementedError

    def ensure(self, name: str, **known: Any) -> Dataset:
        """Return the dataset, made first when it is not there."""
        raise NotImplementedError
