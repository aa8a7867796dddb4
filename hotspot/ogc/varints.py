"""Whole numbers as Protocol Buffers write them: seven bits a byte, the lowest first, a column at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def zigzag(values: ArrayLike) -> NDArray[np.uint64]:
    """Signed numbers as unsigned ones, near to 0 the smallest: 0, -1, 1, -2, 2 are 0 to 4.

    >>> zigzag([0, -1, 1, -2, 2]).tolist()
    [0, 1, 2, 3, 4]
    """
    numbers = np.asarray(values, dtype=np.int64)
    return ((numbers << 1) ^ (numbers >> 63)).astype(np.uint64)


def sizes(values: ArrayLike) -> NDArray[np.int64]:
    """How many bytes each number takes, 1 to 10.

    >>> sizes([0, 127, 128, 300]).tolist()
    [1, 1, 2, 2]
    """
    rest = np.asarray(values, dtype=np.uint64) >> np.uint64(7)
    found = np.ones(len(rest), dtype=np.int64)
    while rest.any():
        found += rest > 0
        rest = rest >> np.uint64(7)
    return found


def varints(values: ArrayLike) -> NDArray[np.uint8]:
    """Bytes of all numbers, one after the other.

    >>> varints([1, 300]).tolist()
    [1, 172, 2]
    """
    rest = np.asarray(values, dtype=np.uint64)
    length = sizes(rest)
    place = np.cumsum(length) - length
    written = np.empty(int(length.sum()), dtype=np.uint8)
    while len(rest):
        more = rest > np.uint64(127)
        written[place] = (rest & np.uint64(127)) | (more.astype(np.uint64) << np.uint64(7))
        rest, place = rest[more] >> np.uint64(7), place[more] + 1
    return written


def places(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each place of runs that begin at ``starts`` and are ``counts`` long, run by run.

    >>> places(np.array([10, 20]), np.array([2, 3])).tolist()
    [10, 11, 20, 21, 22]
    """
    ahead = np.cumsum(counts) - counts
    return np.repeat(starts - ahead, counts) + np.arange(int(counts.sum()), dtype=np.int64)
