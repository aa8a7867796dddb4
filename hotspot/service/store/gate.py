"""Who may hold the store's file open in this process: many, or one bulk reader.

Two builds of SQLite live in one process: Python's own and that of the ADBC
driver. POSIX locks belong to the process, so when one build closes the file,
the locks of the other are silently dropped, and a second writer gets in
(https://www.sqlite.org/howtocorrupt.html, section 2.2). Hence the two never
hold the same file open at one time: ordinary connections share the gate, a
bulk read closes the idle ones and takes it alone.
"""

from __future__ import annotations

import itertools
import threading
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_gates: dict[str, Gate] = {}
_gates_lock = threading.Lock()


class Gate:
    """A lock on one file within this process, shared or alone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._alone = False
        self._mine = threading.local()
        self._closers: weakref.WeakSet[Closer] = weakref.WeakSet()
        self._written = itertools.count(1)
        self.writes = 0
        """Changes with every change of the file by this process; those of others do not count."""

    @classmethod
    def of(cls, path: Path) -> Gate:
        """Return the gate of a file: the same one for every store opened on it."""
        with _gates_lock:
            return _gates.setdefault(str(path.resolve()), cls())

    def add(self, closer: Closer) -> None:
        """Remember what closes idle connections before somebody goes in alone."""
        self._closers.add(closer)

    def wrote(self) -> None:
        """Remember that this process has changed the file."""
        self.writes = next(self._written)

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Hold the file open beside others."""
        depth = getattr(self._mine, "depth", 0)
        with self._changed:
            # A thread that is inside already must not wait for one that waits for it.
            self._changed.wait_for(lambda: depth > 0 or not self._alone)
            self._inside += 1
        self._mine.depth = depth + 1
        try:
            yield
        finally:
            self._mine.depth = depth
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the file open while nobody else in this process does."""
        if getattr(self._mine, "depth", 0):
            msg = "A bulk read was asked for inside a transaction: end the transaction first."
            raise RuntimeError(msg)
        with self._changed:
            self._changed.wait_for(lambda: not self._alone and not self._inside)
            self._alone = True
        try:
            for closer in list(self._closers):
                closer.close_idle()
            yield
        finally:
            with self._changed:
                self._alone = False
                self._changed.notify_all()


class Closer:
    """Something that holds idle connections."""

    def __init__(self, close_idle: Callable[[], None]) -> None:
        self.close_idle = close_idle
