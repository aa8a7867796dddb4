"""Whole numbers as Protocol Buffers write them: seven bits a byte, the lowest first, a column at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Unsigned: TypeAlias = NDArray[np.unsignedinteger[Any]]


def zigzag(values: ArrayLike) -> Unsigned:
    """Signed numbers as unsigned ones of as many bits, near to 0 the smallest: 0, -1, 1, -2, 2 are 0 to 4.

    >>> zigzag([0, -1, 1, -2, 2]).tolist()
    [0, 1, 2, 3, 4]
    """
    numbers = np.asarray(values)
    if numbers.dtype == np.int32:
        return ((numbers << 1) ^ (numbers >> 31)).view(np.uint32)
    numbers = numbers.astype(np.int64)
    return ((numbers << 1) ^ (numbers >> 63)).view(np.uint64)


def sizes(values: ArrayLike) -> NDArray[np.int64]:
    """How many bytes each number takes, 1 to 10.

    >>> sizes([0, 127, 128, 300]).tolist()
    [1, 1, 2, 2]
    """
    rest: NDArray[Any] = _unsigned(values) >> 7
    found = np.ones(len(rest), dtype=np.int64)
    while rest.any():
        found += rest > 0
        rest = rest >> 7
    return found


def varints(values: ArrayLike) -> NDArray[np.uint8]:
    """Bytes of all numbers, one after the other.

    >>> varints([1, 300]).tolist()
    [1, 172, 2]
    """
    rest: NDArray[Any] = _unsigned(values)
    length = sizes(rest)
    place = np.cumsum(length) - length
    written = np.empty(int(length.sum()), dtype=np.uint8)
    while len(rest):
        more = rest > 127
        written[place] = (rest & 127) | np.where(more, 128, 0).astype(rest.dtype)
        rest, place = rest[more] >> 7, place[more] + 1
    return written


def places(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each place of runs that begin at ``starts`` and are ``counts`` long, run by run.

    >>> places(np.array([10, 20]), np.array([2, 3])).tolist()
    [10, 11, 20, 21, 22]
    """
    ahead = np.cumsum(counts) - counts
    return np.repeat(starts - ahead, counts) + np.arange(int(counts.sum()), dtype=np.int64)


def _unsigned(values: ArrayLike) -> Unsigned:
    numbers = np.asarray(values)
    return numbers if numbers.dtype == np.uint32 else numbers.astype(np.uint64)
