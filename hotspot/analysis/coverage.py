"""The days that data cover: a window before the data begin would look like one without crime."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SELDOM: Final = 0.01
"""Chance of a gap below which it is taken for days without data rather than without incidents."""


@dataclass(frozen=True)
class Coverage:
    """First and last day with an incident, and the number of incidents with a time between them."""

    first: np.datetime64
    last: np.datetime64
    incidents: int

    @classmethod
    def of(cls, first: NDArray[np.datetime64], last: NDArray[np.datetime64]) -> Coverage | None:
        """Return the days covered by incidents of these first and last moments; None if none has a time."""
        timed = ~np.isnat(first)
        if not timed.any():
            return None
        return cls(
            first[timed].min().astype("datetime64[D]"),
            last[timed].max().astype("datetime64[D]"),
            int(timed.sum()),
        )

    @property
    def days(self) -> int:
        """Number of days covered."""
        return int((self.last - self.first).astype(int)) + 1

    @property
    def longest_gap(self) -> int:
        """Days without an incident that chance alone makes in less than one case in a hundred.

        >>> day = np.datetime64("2026-01-01")
        >>> Coverage(day, day + 364, 2245).longest_gap, Coverage(day, day + 329, 94).longest_gap
        (0, 16)
        """
        return math.floor(-math.log(_SELDOM) * self.days / self.incidents)

    def lacks_before(self, day: np.datetime64) -> bool:
        """Whether the data seem not to reach back to this day."""
        return int((self.first - day).astype(int)) > self.longest_gap

    def lacks_after(self, day: np.datetime64) -> bool:
        """Whether the data seem to end before this day."""
        return int((day - self.last).astype(int)) > self.longest_gap
