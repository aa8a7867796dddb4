"""Incidents of cylinders, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hotspot.stats.circles import Circles


def cylinders(
    laid: Circles, age: NDArray[np.int64], *, ages: int, longest: int, recent: bool, least: int
) -> list[tuple[int, int, int, int]]:
    """Circle, newest age, first older age and incidents of the cylinders with so many and more."""
    found = []
    for circle in range(len(laid)):
        inside = [int(age[member]) for member in laid.members(circle)]
        for length in range(1, longest + 1):
            for newest in range(1 if recent else ages - length + 1):
                held = sum(newest <= each < newest + length for each in inside)
                if held >= least:
                    found.append((circle, newest, newest + length, held))
    return found
