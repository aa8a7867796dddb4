"""What was found of incidents or of a grid, kept as long as they are, for who asks again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")

_found: WeakKeyDictionary[Any, dict[Hashable, Any]] = WeakKeyDictionary()


def once(of: object, key: Hashable, find: Callable[[], T]) -> T:
    """Return what ``find`` gives, or gave before for the very same object and an equal key.

    Parameters
    ----------
    of
        Incidents or a grid; what was found goes when they do.
    key
        What else it depends on: parameters, and a word for what it is.
    find
        Makes it, of that object and the key alone.
    """
    kept = _found.setdefault(of, {})
    if key not in kept:
        kept[key] = find()
    made: T = kept[key]
    return made
