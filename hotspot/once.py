"""What takes long to find of incidents, a grid or districts, kept for who asks again of the same."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")

MOST: Final = 12
"""Things kept of one object: the last that were found."""
_found: WeakKeyDictionary[Any, dict[Hashable, Any]] = WeakKeyDictionary()
_keeping = Lock()
_NOTHING: Any = object()


def once(of: object, key: Hashable, find: Callable[[], T]) -> T:
    """Return what ``find`` gives, or gave before for the very same object and an equal key.

    Parameters
    ----------
    of
        Incidents, a grid or a boundary set; what was found goes when it does.
    key
        What else it depends on: parameters, and a word for what it is.
    find
        Makes it, of that object and the key alone; what it makes does not refer to the object.
    """
    known: T = _found.get(of, {}).get(key, _NOTHING)
    if known is not _NOTHING:
        return known
    made = find()
    with _keeping:
        kept = _found.setdefault(of, {})
        kept[key] = made
        for oldest in list(kept)[:-MOST]:
            del kept[oldest]
    return made
