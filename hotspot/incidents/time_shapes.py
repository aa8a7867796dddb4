"""Dates written digit for digit in one of the commonest shapes, read from their bytes.

A pattern is searched for letter by letter; where every digit has its place the
numbers can be added up from columns of bytes instead, for all values at once
and several times as fast. What has none of these shapes is left to the patterns
of ``time_formats``, which give the same answer for these too, only later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_DAY: Final = 10
"""Letters of ``2024-03-17`` and of ``17/03/2024``."""
_LENGTHS: Final = (_DAY, _DAY + len(" 21:30"), _DAY + len(" 21:30:00"))
_BETWEEN_DAY: Final = np.frombuffer(b"-/.", dtype=np.uint8)
_BEFORE_TIME: Final = np.frombuffer(b" Tt", dtype=np.uint8)
_COLON: Final = ord(":")


@dataclass(frozen=True)
class Shaped:
    """Values of one shape: which they are, and the numbers in them."""

    where: NDArray[np.int64]
    iso: bool
    """Whether the year comes first; else ``month`` and ``day`` are the first and the second number."""
    year: NDArray[np.int64]
    month: NDArray[np.int64]
    day: NDArray[np.int64]
    micros: NDArray[np.int64]
    """Microseconds since midnight; -1 without a time, -2 for a time that does not exist."""


def shaped(text: pa.StringArray) -> list[Shaped]:
    """Values in the shapes ``2024-03-17`` and ``17/03/2024``, with or without ``21:30`` or ``21:30:00``.

    No value of ``text`` is missing.

    >>> import pyarrow as pa
    >>> [found] = shaped(pa.array(["17/03/2024 21:30", "soon"]))
    >>> found.where.tolist(), found.iso, found.year.tolist(), found.micros.tolist()
    ([0], False, [2024], [77400000000])
    """
    _, offsets, data = text.buffers()
    if data is None or not len(text):
        return []
    ends = np.frombuffer(offsets, dtype=np.int32)[text.offset :][: len(text) + 1]
    letters = np.frombuffer(data, dtype=np.uint8)
    lengths = np.diff(ends)
    parts = []
    for length in _LENGTHS:
        where = np.flatnonzero(lengths == length)
        if len(where):
            rows = letters[ends[where][:, None] + np.arange(length)]
            parts += [found for iso in (True, False) if len((found := _read(rows, where, iso=iso)).where)]
    return parts


def _read(rows: NDArray[np.uint8], where: NDArray[np.int64], *, iso: bool) -> Shaped:
    """Numbers of the rows that are written so; one row of letters a value."""
    first, second = (4, 7) if iso else (2, 5)
    fits = np.isin(rows[:, first], _BETWEEN_DAY) & np.isin(rows[:, second], _BETWEEN_DAY)
    between = [first, second]
    if rows.shape[1] > _DAY:
        fits &= np.isin(rows[:, _DAY], _BEFORE_TIME)
        colons = list(range(_DAY + 3, rows.shape[1], 3))
        fits &= (rows[:, colons] == _COLON).all(axis=1)
        between += [_DAY, *colons]
    # Below "0" the byte wraps round to more than 9.
    written = np.delete(rows, between, axis=1) - np.uint8(ord("0"))
    fits &= (written <= 9).all(axis=1)
    digits = written[fits].astype(np.int64)
    ways = ((0, 4), (4, 6), (6, 8)) if iso else ((4, 8), (0, 2), (2, 4))
    year, month, day = (_number(digits, start, stop) for start, stop in ways)
    return Shaped(where=where[fits], iso=iso, year=year, month=month, day=day, micros=_micros(digits))


def _number(digits: NDArray[np.int64], start: int, stop: int) -> NDArray[np.int64]:
    return digits[:, start:stop] @ 10 ** np.arange(stop - start - 1, -1, -1)


def _micros(digits: NDArray[np.int64]) -> NDArray[np.int64]:
    if digits.shape[1] == 8:
        return np.full(len(digits), -1, dtype=np.int64)
    hour, minute = _number(digits, 8, 10), _number(digits, 10, 12)
    second = _number(digits, 12, 14) if digits.shape[1] > 12 else np.zeros(len(digits), dtype=np.int64)
    wrong = (hour > 23) | (minute > 59) | (second > 59)
    return np.where(wrong, -2, ((hour * 60 + minute) * 60 + second) * 1_000_000)
