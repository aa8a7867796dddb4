"""Tasks on the store that a limited process of its own does: one side starts them, the other opens the store.

Importing this module is cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspot.service.child import run_in_child
from hotspot.service.store import Store

if TYPE_CHECKING:
    from hotspot.service.progress import Progress


def run_on_store(
    store: Store, task: str, payload: dict[str, Any], *, progress: Progress | None = None
) -> dict[str, Any]:
    """Return the result of a task of ``child_main`` on a store; errors are those of ``run_in_child``."""
    settings = store.settings
    return run_in_child(
        task,
        {"settings": settings.to_dict(), **payload},
        memory_mb=settings.parse_memory_mb,
        seconds=settings.parse_seconds,
        progress=progress,
    )


def opened(payload: dict[str, Any]) -> Store:
    """Return the store of a task, in the child; to be closed after use."""
    from hotspot.service.settings import read_settings

    return Store.open(read_settings(**payload["settings"]))
