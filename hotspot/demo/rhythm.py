"""When the synthetic incidents happen: the rhythm of the year, the week and the day of each offence."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HOUR: Final[dict[str, tuple[float, ...]]] = {
    "night": (9, 8, 6, 4, 2, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 4, 6, 8, 10, 11, 11, 10),
    "evening": (5, 4, 3, 2, 1, 1, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 6, 9, 11, 11, 9, 8, 6),
    "working day": (2, 2, 2, 1, 1, 1, 3, 7, 10, 10, 9, 8, 7, 8, 8, 7, 6, 5, 5, 5, 4, 3, 3, 2),
    "shops": (2, 1, 1, 1, 1, 1, 2, 3, 5, 7, 8, 9, 9, 8, 8, 8, 9, 9, 8, 6, 5, 4, 3, 2),
}
"""Relative risk of each local hour of the day."""

WEEK: Final[dict[str, tuple[float, ...]]] = {
    "weekend": (7, 6, 7, 8, 13, 17, 12),
    "paydays": (9, 9, 9, 10, 14, 13, 7),
    "weekdays": (12, 12, 12, 12, 12, 9, 7),
}
"""Relative risk of each day of the week, Monday first."""

YEAR: Final = (10, 9, 10, 10, 10, 10, 11, 11, 9, 9, 10, 13)
"""Relative risk of each month: holidays in summer and December."""


def draw(weights: Floats, n: int, rng: np.random.Generator) -> Ints:
    """Return n numbers of places drawn with the weights, with replacement.

    Uniform numbers and a running sum only: their stream has stayed the same
    over the releases of numpy, so a seed keeps giving the same file.
    """
    edges = np.cumsum(weights)
    place: Ints = np.searchsorted(edges, rng.random(n) * edges[-1], side="right")
    return np.minimum(place, len(weights) - 1)


def moments(
    days: NDArray[np.datetime64], n: int, *, week: str, hour: str, trend: float, rng: np.random.Generator
) -> NDArray[np.datetime64]:
    """Return n local moments, to the minute, over the given days in order.

    Parameters
    ----------
    days
        The days of the period, ``datetime64[D]``.
    n
        How many moments.
    week, hour
        Names of the rhythm of the week and of the day.
    trend
        Growth of the risk from the first day to the last, as a share.
    rng
        Source of chance.
    """
    number = days.astype("int64")
    weekday = (number + 3) % 7  # day 0 is a Thursday
    month = days.astype("datetime64[M]").astype("int64") % 12
    growth = 1.0 + trend * np.linspace(0.0, 1.0, len(days))
    weights = np.array(WEEK[week])[weekday] * np.array(YEAR, dtype="float64")[month] * growth
    day = days[draw(weights, n, rng)]
    minute = draw(np.array(HOUR[hour], dtype="float64"), n, rng) * 60 + (rng.random(n) * 60).astype("int64")
    drawn: NDArray[np.datetime64] = day.astype("datetime64[m]") + minute.astype("timedelta64[m]")
    return drawn
