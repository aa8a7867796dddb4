"""What was made last, kept up to so many bytes: the one used longest ago goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_OF_AN_ENTRY: Final = 400
"""Bytes that key and bookkeeping take: many small things are not held for nothing."""


class Kept(Generic[T]):
    """Things by key, up to so many bytes; the last one is held whatever it takes.

    Parameters
    ----------
    weigh
        Returns the bytes that a thing takes.

    >>> kept = Kept(len, keep_bytes=1000)
    >>> for key in "abc":
    ...     text = kept.made(key, lambda: 100 * key)
    >>> len(kept), kept.get("a"), kept.held
    (2, None, 1000)
    """

    def __init__(self, weigh: Callable[[T], int], *, keep_bytes: int) -> None:
        self.held = 0
        self._weigh = weigh
        self._keep_bytes = keep_bytes
        self._things: OrderedDict[str, tuple[T, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: str) -> T | None:
        """Return what is held by that key, if anything."""
        # Without the lock, which all answers would queue at: what goes meanwhile is made again.
        found = self._things.get(key)
        if found is None:
            return None
        with suppress(KeyError):
            self._things.move_to_end(key)
        return found[0]

    def made(self, key: str, make: Callable[[], T]) -> T:
        """Return what is held by that key, or make it and hold it."""
        found = self.get(key)
        # Two who ask at once both make it: nobody waits while holding the lock.
        return self.put(key, make()) if found is None else found

    def weighed(self) -> None:
        """Weigh again what may have grown, and let go of what is too much by now."""
        with self._lock:
            for key, (thing, _) in self._things.items():
                self._things[key] = (thing, self._weigh(thing) + _OF_AN_ENTRY)
            self.held = sum(weight for _, weight in self._things.values())
            self._trim()

    def put(self, key: str, thing: T) -> T:
        """Hold a thing and return it."""
        weight = self._weigh(thing) + _OF_AN_ENTRY
        with self._lock:
            self.held += weight - self._things.pop(key, (thing, 0))[1]
            self._things[key] = (thing, weight)
            self._trim()
        return thing

    def _trim(self) -> None:
        while self.held > self._keep_bytes and len(self._things) > 1:
            self.held -= self._things.popitem(last=False)[1][1]
