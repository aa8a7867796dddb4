"""Incidents in every cylinder of a space-time scan, and those cylinders that hold enough of them.

Circles around one centre hold each other: each adds its own ring of incidents
to the times already counted.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hotspot.kernels.compiled import compiled


@compiled()
def _enough(younger: Any, length: int, need: Any) -> int:
    """How many windows of a length, one for each need, hold enough."""
    enough = 0
    # Without a branch or a look-up, so that the processor compares many at a time.
    for newest in range(len(need)):
        enough += younger[newest + length] - younger[newest] >= need[newest]
    return enough


@compiled()
def _enough_recent(younger: Any, need: Any) -> int:
    """How many of the windows that end with the last step hold enough."""
    enough = 0
    for i in range(len(need)):
        enough += younger[i + 1] >= need[i]
    return enough


@compiled()
def _written(circle: int, younger: Any, length: int, need: Any, found: Any, n: int) -> int:
    """Write the windows of a length that hold enough from place ``n`` on; return the next place."""
    for newest in range(len(need)):
        held = younger[newest + length] - younger[newest]
        if held >= need[newest]:
            if n < found.shape[1]:
                found[0, n], found[1, n], found[2, n], found[3, n] = circle, newest, newest + length, held
            n += 1
    return n


@compiled(
    "i8(i4[::1], i8[::1], i8[::1], i2[::1], i8, i8, b1, i4[:, ::1], i8[::1], i8[:, ::1])",
    "i8(i4[::1], i8[::1], i8[::1], i4[::1], i8, i8, b1, i4[:, ::1], i8[::1], i8[:, ::1])",
)
def cylinders(
    member: Any, begin: Any, size: Any, age: Any, ages: int, longest: int, recent: bool, need: Any,
    row: Any, found: Any,
) -> int:  # fmt: skip
    """Write circle, newest age, first older age and incidents of cylinders with enough; return their number.

    The incidents of circle c are the ``size[c]`` ones of ``member`` from ``begin[c]`` on; of circles that
    begin alike each is larger than the one before. ``age`` is the steps back from the last one. What is
    enough stands in row ``row[c]`` of ``need``: for windows of one step, the newest first, then of two,
    ...; for ``recent`` ones only the newest of each length. Where ``found`` has no room, only the number
    is right.
    """
    n = 0
    looked = longest if recent else ages
    by_age, younger = np.zeros(ages, np.int32), np.zeros(ages + 1, np.int32)
    for c in range(len(size)):
        counted = size[c - 1] if c and begin[c] == begin[c - 1] else 0
        if not counted:
            by_age[:] = 0
        for k in range(begin[c] + counted, begin[c] + size[c]):
            by_age[age[member[k]]] += 1
        for a in range(looked):
            younger[a + 1] = younger[a] + by_age[a]
        if recent and not _enough_recent(younger, need[row[c]]):
            continue
        at = 0
        for length in range(1, longest + 1):
            windows = need[row[c], at : at + (1 if recent else ages - length + 1)]
            at += len(windows)
            if recent or _enough(younger, length, windows):
                n = _written(c, younger, length, windows, found, n)
    return n
