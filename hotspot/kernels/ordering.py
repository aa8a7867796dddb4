"""The order of whole numbers: a radix sort, whose time grows with their number alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from hotspot.kernels.compiled import compiled

_BITS = 11
_DIGITS = 1 << _BITS


@compiled()
def _pass(now: Any, order: Any, then: Any, moved: Any, shift: Any) -> None:
    """Deal the keys out by one of their digits."""
    mask = np.uint64(_DIGITS - 1)
    place = np.zeros(_DIGITS + 1, dtype=np.int64)
    for i in range(len(now)):
        place[np.int64((now[i] >> shift) & mask) + 1] += 1
    for k in range(_DIGITS):
        place[k + 1] += place[k]
    for i in range(len(now)):
        digit = np.int64((now[i] >> shift) & mask)
        then[place[digit]] = now[i]
        moved[place[digit]] = order[i]
        place[digit] += 1


@compiled("i4[::1](u8[::1])")
def order_of(keys: Any) -> Any:
    """Return the positions of keys in ascending order; of equal ones the first comes first."""
    n = len(keys)
    order, moved = np.arange(n, dtype=np.int32), np.empty(n, dtype=np.int32)
    top = keys.max() if n else np.uint64(0)
    if top == 0:
        return order
    now, then = keys.copy(), np.empty_like(keys)
    shift = 0
    while shift < 64 and top >> np.uint64(shift):
        _pass(now, order, then, moved, np.uint64(shift))
        now, then = then, now
        order, moved = moved, order
        shift += _BITS
    return order
