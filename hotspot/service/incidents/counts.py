"""What was found out once of a question: who pages through its answer does not wait for it again."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")

_QUESTIONS: Final = 256
_PAGES: Final = 1_024


class Counts:
    """Of the last questions: how many incidents match, and at which of them pages ended.

    The key of a question holds the state of the store, so nothing here is ever wrong.
    """

    def __init__(self) -> None:
        self._numbers: OrderedDict[Hashable, Any] = OrderedDict()
        self._pages: OrderedDict[Hashable, list[tuple[int, int]]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, key: Hashable, count: Callable[[], T]) -> T:
        """Return what is kept under a key, counted first when there is nothing; the oldest go.

        >>> counts = Counts()
        >>> counts.of("thefts", lambda: 3), counts.of("thefts", lambda: 4)
        (3, 3)
        """
        with self._lock:
            known: T | None = self._numbers.get(key)
        if known is not None:
            return known
        number = count()
        with self._lock:
            self._numbers[key] = number
            _trim(self._numbers)
        return number

    def ended(self, key: Hashable, offset: int, last: int) -> None:
        """Remember that so many incidents were passed when the one of this number was."""
        with self._lock:
            pages = self._pages.setdefault(key, [])
            self._pages.move_to_end(key)
            place = bisect_right(pages, (offset, last))
            if not (place and pages[place - 1] == (offset, last)) and len(pages) < _PAGES:
                pages.insert(place, (offset, last))
            _trim(self._pages)

    def nearest(self, key: Hashable, offset: int) -> tuple[int, int]:
        """Return the last end of a page not beyond an offset: how many were passed, and the number there.

        >>> counts = Counts()
        >>> counts.ended("thefts", 1000, 1740)
        >>> counts.nearest("thefts", 1500), counts.nearest("thefts", 999)
        ((1000, 1740), (0, 0))
        """
        with self._lock:
            pages = self._pages.get(key, [])
            place = bisect_right(pages, (offset, 2**63))
            return pages[place - 1] if place else (0, 0)


def _trim(kept: OrderedDict[Hashable, Any]) -> None:
    while len(kept) > _QUESTIONS:
        kept.popitem(last=False)
