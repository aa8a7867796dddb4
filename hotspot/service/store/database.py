"""The store as one thing to open, ask and close."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from hotspot.service.store import place
from hotspot.service.store.boundary_sets import Boundaries
from hotspot.service.store.datasets import Datasets
from hotspot.service.store.engine import Engine
from hotspot.service.store.imports import Imports
from hotspot.service.store.incidents import Incidents
from hotspot.service.store.layers import Layers
from hotspot.service.store.site import Site
from hotspot.service.store.standing import Standing

if TYPE_CHECKING:
    from types import TracebackType

    from hotspot.service.settings import Settings


class Store:
    """Everything that lasts; safe to share between threads, not across a fork."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.settings = settings
        self.engine = engine
        self.datasets = Datasets(engine)
        self.imports = Imports(engine)
        self.incidents = Incidents(engine)
        self.layers = Layers(engine)
        self.boundaries = Boundaries(engine)
        self.site = Site(engine)
        self.standing = Standing(engine)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Return the store of these settings, made or brought up to date first.

        Raises
        ------
        StoreError
            When the file cannot be used: no room or right to write, a network
            file system, not a database, or made by a newer version.
        """
        engine = Engine.open(settings)
        place.sweep(settings.work_dir, now=time.time())
        return cls(settings, engine)

    def version(self) -> int:
        """Return a number that grows with every change a reader could see; cheap to ask."""
        return self.engine.version()

    @property
    def writes(self) -> int:
        """A number that changes with every change by this very process; read in no time."""
        return self.engine.gate.writes

    def close(self) -> None:
        """Let go of the file."""
        self.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
