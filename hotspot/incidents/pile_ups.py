"""Coordinates that hold improbably many incidents: often a default that a clerk's screen offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHOWN_PLACES: Final = 10
LEAST_INCIDENTS: Final = 20
LEAST_SHARE: Final = 0.005
LEAST_TIMES_MEAN: Final = 10
"""A pile-up is one pair of coordinates with at least 20 incidents, 0.5 % of all placed, and ten times
as many as the mean place."""
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_TURN: Final = np.uint64(29)


class Piles:
    """The coordinates so far, eight bytes each: a number for the pair, and the likely pile-ups as they are.

    Whatever holds 0.5 % of all incidents holds as much of one part at least, so
    that only so few pairs need be remembered.

    >>> piles = Piles()
    >>> piles.add(np.array([1.0]), np.array([2.0]))
    >>> piles.found()
    []
    """

    def __init__(self) -> None:
        self._numbers: list[NDArray[np.uint64]] = []
        self._likely: dict[int, tuple[float, float]] = {}

    def add(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> None:
        """Add the coordinates of one part; missing ones do not count."""
        known = np.isfinite(lon) & np.isfinite(lat)
        # Minus zero is zero.
        x, y = lon[known] + 0.0, lat[known] + 0.0
        numbers = _numbered(x, y)
        self._numbers.append(numbers)
        pairs, first, counts = np.unique(numbers, return_index=True, return_counts=True)
        for at in np.flatnonzero(counts >= LEAST_SHARE * len(numbers)):
            self._likely[int(pairs[at])] = (float(x[first[at]]), float(y[first[at]]))

    def found(self) -> list[dict[str, Any]]:
        """Return the pile-ups, most incidents first."""
        numbers = np.concatenate([np.zeros(0, dtype=np.uint64), *self._numbers])
        if not len(numbers):
            return []
        numbers.sort()
        places = 1 + int(np.count_nonzero(numbers[1:] != numbers[:-1]))
        enough = max(LEAST_INCIDENTS, LEAST_SHARE * len(numbers), LEAST_TIMES_MEAN * len(numbers) / places)
        likely = np.array(list(self._likely), dtype=np.uint64)
        ends = (np.searchsorted(numbers, likely, side=side) for side in ("left", "right"))
        counts = np.subtract(*reversed([*ends]))
        many = sorted(
            (-int(count), *place)
            for count, place in zip(counts, self._likely.values(), strict=True)
            if count >= enough
        )
        return [
            {"lon": lon, "lat": lat, "incidents": -n, "share": round(-n / len(numbers), 4)}
            for n, lon, lat in many[:SHOWN_PLACES]
        ]


def _numbered(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return one number for each pair of coordinates, the same for the same pair."""
    number = x.view(np.uint64) * _SPREAD
    number ^= number >> _TURN
    number += y.view(np.uint64)
    number *= _SPREAD
    number ^= number >> _TURN
    return number
