"""How much long work is done at once: reading files and making layers.

Each takes a thread of the server and a process of its own for seconds or
minutes. Were there no bound, a dozen uploads would leave no thread to show a page.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from hotspot.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE: Final = 4
"""Half of the server's threads: the others show pages meanwhile."""

_turns = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Hold one of the places for long work, or refuse at once: who waits holds a thread, too."""
    if not _turns.acquire(blocking=False):
        msg = f"{AT_ONCE} files or questions are being worked on already. Try again in a minute."
        raise BusyError(msg)
    try:
        yield
    finally:
        _turns.release()
