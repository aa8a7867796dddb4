"""Pairs of points near one another, by bands of distance.

The points come in rows as high as the reach, and by x in each row: whatever is
near a point follows it in its own row, or lies in a run of the next one.
"""

from __future__ import annotations

import math
from typing import Any

from hotspot.kernels.compiled import compiled


@compiled(inline="always")
def _band_of(dx: float, dy: float, straight: bool, edges: Any) -> int:
    """Band of a pair so far apart along x and y; -1 before the first, and their number beyond the last."""
    apart = math.hypot(dx, dy) if straight else abs(dx) + abs(dy)
    band = -1
    while band < len(edges) - 1 and apart >= edges[band + 1]:
        band += 1
    return band


@compiled("void(f8[::1], f8[::1], i8[::1], i8[::1], f8[::1], b1, i8[::1], b1, i4[::1], i4[::1])")
def near_pairs(
    x: Any,
    y: Any,
    row: Any,
    starts: Any,
    edges: Any,
    straight: bool,
    position: Any,
    filled: bool,
    first: Any,
    second: Any,
) -> None:
    """Add to each band's ``position`` its number of pairs; if ``filled``, write each pair at its position.

    ``row`` is the number of each row that holds points, rising; ``starts`` where
    its points begin, and the end of the last.
    """
    reach, n_bands = edges[-1], len(edges) - 1
    for r in range(len(row)):
        above = r + 1 < len(row) and row[r + 1] == row[r] + 1
        begin = starts[r + 1]
        end = starts[r + 2] if above else begin
        for i in range(starts[r], starts[r + 1]):
            while begin < end and x[i] - x[begin] > reach:
                begin += 1
            for side in range(2):
                j = begin if side else i + 1
                stop = end if side else starts[r + 1]
                while j < stop and x[j] - x[i] <= reach:
                    band = _band_of(x[j] - x[i], y[j] - y[i], straight, edges)
                    if 0 <= band < n_bands:
                        if filled:
                            first[position[band]], second[position[band]] = i, j
                        position[band] += 1
                    j += 1
