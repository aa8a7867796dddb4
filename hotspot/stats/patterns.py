"""The patterns of emerging hotspots: what a place that was hot or cold in some steps is called.

The eight patterns and their words are those of ArcGIS's emerging hot spot analysis.
Its definitions overlap and leave gaps; here each place has exactly one pattern.
What a place is in the last step comes first: one that is hot then has a hot pattern, one
that is cold a cold one, and one that is neither was hot, was cold, or has none. Within a
side the first rule that holds counts:

- new: hot in the last step and never before, whatever else it was before;
- intensifying, diminishing, persistent: hot in nine tenths of the steps and in the
  last, with a trend up, down, or neither;
- consecutive: hot in one unbroken run to the last step, never before it;
- oscillating: hot in the last step, and cold before;
- sporadic: hot in the last step, never cold; by the definition of 2.8 also a place that was hot
  before, is not in the last step, and was never cold;
- historical: hot in nine tenths of the steps, but not in the last.

Cold patterns are the same with hot and cold, and up and down, exchanged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

NAMES: Final = (
    "new",
    "consecutive",
    "intensifying",
    "persistent",
    "diminishing",
    "sporadic",
    "oscillating",
    "historical",
)
NONE: Final = "none"
DEFINITIONS: Final = ("current", "2.8")
PATTERNS: Final = (
    *(f"{name} hot" for name in NAMES),
    *(f"{name} cold" for name in NAMES),
    NONE,
)
"""The 17 patterns in words."""
_NEW, _CONSECUTIVE, _INTENSIFYING, _PERSISTENT, _DIMINISHING, _SPORADIC, _OSCILLATING, _HISTORICAL = range(
    1, 9
)
_OFTEN: Final = (9, 10)
"""Nine tenths of the steps, in whole numbers: 9 of 10 is enough, to the bit."""


def patterns(state: ArrayLike, trend: ArrayLike, *, definition: str = "current") -> NDArray[np.int8]:
    """Return the pattern of each place, shape (n,): 1..8 hot, -1..-8 cold, in the order of `NAMES`; 0 none.

    Parameters
    ----------
    state
        Shape (n_steps, n), in order of time: 1 hot, -1 cold, 0 neither.
    trend
        Shape (n,): 1 where the place's scores go significantly up, -1 down, 0 neither.
    definition
        ``current``, or ``2.8`` as in ArcGIS Pro 2.8 and before: sporadic need not be hot in the last step.

    Examples
    --------
    >>> state = [[0, 1, 1], [0, 1, 0], [0, 0, 0], [1, 1, 0]]
    >>> [words(code) for code in patterns(state, [0, 0, 0])]
    ['new hot', 'sporadic hot', 'none']
    >>> [words(code) for code in patterns(state, [0, 0, 0], definition="2.8")]
    ['new hot', 'sporadic hot', 'sporadic hot']
    """
    if definition not in DEFINITIONS:
        msg = f"A definition is one of {', '.join(DEFINITIONS)}; got {definition!r}."
        raise ParameterError("definition", msg)
    was = np.asarray(state, dtype=np.int8)
    way = np.asarray(trend, dtype=np.int8)
    if not len(was):
        return np.zeros(len(way), dtype=np.int8)
    last = was[-1]
    hot = np.where(last == 1, _now_hot(was, way), _no_longer_hot(was, definition))
    cold = np.where(last == -1, _now_hot(-was, -way), _no_longer_hot(-was, definition))
    found = np.where(last == 1, hot, np.where(last == -1, -cold, hot - cold))
    return found.astype(np.int8)


def words(code: int) -> str:
    """Return a pattern in words.

    >>> words(3), words(-8), words(0)
    ('intensifying hot', 'historical cold', 'none')
    """
    if not code:
        return NONE
    return f"{NAMES[abs(code) - 1]} {'hot' if code > 0 else 'cold'}"


def _often(hot: NDArray[np.bool_]) -> NDArray[np.bool_]:
    part, whole = _OFTEN
    often: NDArray[np.bool_] = whole * hot.sum(axis=0) >= part * len(hot)
    return often


def _now_hot(was: NDArray[np.int8], way: NDArray[np.int8]) -> NDArray[np.int64]:
    """Pattern of places that are hot in the last step; of the others it means nothing."""
    hot = was == 1
    number = hot.sum(axis=0)
    run = np.logical_and.accumulate(hot[::-1], axis=0).sum(axis=0)
    rules = [
        (number == 1, _NEW),
        (_often(hot) & (way == 1), _INTENSIFYING),
        (_often(hot) & (way == -1), _DIMINISHING),
        (_often(hot), _PERSISTENT),
        (run == number, _CONSECUTIVE),
        ((was == -1).any(axis=0), _OSCILLATING),
    ]
    return np.select([rule for rule, _ in rules], [code for _, code in rules], default=_SPORADIC)


def _no_longer_hot(was: NDArray[np.int8], definition: str) -> NDArray[np.int64]:
    """Pattern, or 0, of places that are neither in the last step; of the others it means nothing."""
    hot = was == 1
    sporadic = hot.any(axis=0) & ~(was == -1).any(axis=0) & (definition == "2.8")
    return np.select([_often(hot), sporadic], [_HISTORICAL, _SPORADIC], default=0)
