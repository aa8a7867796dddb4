"""Which points coincide: one look into a table of those seen before."""

from __future__ import annotations

from typing import Any

import numpy as np

from hotspot.kernels.compiled import compiled

_MIX = np.uint64(0x9E3779B97F4A7C15)


@compiled("Tuple((i8[::1], i8[::1]))(f8[::1], f8[::1])")
def number_places(x: Any, y: Any) -> Any:
    """Return the place of each point, numbered as they come, and the first point of each place.

    Coordinates are finite and hold no -0.0.
    """
    n = len(x)
    size = 16
    while size < 2 * n:
        size *= 2
    last, shift = np.uint64(size - 1), np.uint64(29)
    a, b = x.view(np.uint64), y.view(np.uint64)
    table = np.full(size, -1, dtype=np.int32)
    number, first = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    places = 0
    for i in range(n):
        mixed = (a[i] * _MIX ^ b[i]) * _MIX
        at = (mixed ^ mixed >> shift) * _MIX >> shift & last
        while table[at] >= 0 and (a[first[table[at]]] != a[i] or b[first[table[at]]] != b[i]):
            at = at + np.uint64(1) & last
        if table[at] < 0:
            table[at] = places
            first[places] = i
            places += 1
        number[i] = table[at]
    return number, first[:places].copy()
