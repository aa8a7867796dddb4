"""How many pairs are how many days apart, for many shuffles of the days in one pass over the pairs.

The shuffled days of one incident lie side by side, so that a pair is fetched and
compared for all of them at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hotspot.kernels.compiled import compiled

LANES = 32
"""Shuffles that are looked at together: of short whole days one line of the processor's cache."""
_FULL = 65_535


@compiled(
    "void(i4[::1], i4[::1], i8[::1], i2[:, ::1], i2[::1], i8[:, :, ::1])",
    "void(i4[::1], i4[::1], i8[::1], f8[:, ::1], f8[::1], i8[:, :, ::1])",
)
def days_apart(first: Any, second: Any, starts: Any, days: Any, limits: Any, below: Any) -> None:
    """Add to ``below`` (bands, limits, lanes) the pairs of each band fewer days apart than each limit.

    The pairs of band b are those from ``starts[b]`` to ``starts[b + 1]``; of limits there is an even number.
    """
    for band in range(len(starts) - 1):
        # As many as a short number can count: thirty of those are added up in one step.
        for at in range(starts[band], starts[band + 1], _FULL):
            stop = min(at + _FULL, starts[band + 1])
            for k in range(0, len(limits), 2):
                # Two at a time: one fetch serves both.
                less, more = limits[k], limits[k + 1]
                in_less, in_more = np.zeros(LANES, np.uint16), np.zeros(LANES, np.uint16)
                for pair in range(at, stop):
                    i, j = first[pair], second[pair]
                    for lane in range(LANES):
                        apart = abs(days[i, lane] - days[j, lane])
                        in_less[lane] += np.uint16(apart < less)
                        in_more[lane] += np.uint16(apart < more)
                for lane in range(LANES):
                    below[band, k, lane] += in_less[lane]
                    below[band, k + 1, lane] += in_more[lane]
