from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hotspot.kernels.days_apart import LANES, days_apart
from tests.kernels import plain_days_apart as plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIMITS = [0, 3, 7, 30]


def counted(
    first: NDArray[np.int32], second: NDArray[np.int32], starts: list[int], days: NDArray[np.generic]
) -> NDArray[np.int64]:
    below = np.zeros((len(starts) - 1, len(LIMITS), LANES), dtype=np.int64)
    days_apart(first, second, np.array(starts), days, np.array(LIMITS, dtype=days.dtype), below)
    return below


@pytest.mark.parametrize("kind", [np.int16, np.float64])
@pytest.mark.parametrize("seed", range(3))
def test_every_shuffle_has_the_counts_of_plain_loops(kind: type, seed: int) -> None:
    rng = np.random.default_rng(seed)
    days = (rng.integers(0, 400, (60, LANES)) / (2 if kind is np.float64 else 1)).astype(kind)
    first, second = (rng.integers(0, 60, 300).astype(np.int32) for _ in range(2))
    below = counted(first, second, [0, 40, 40, 300], days)
    pairs = list(zip(first.tolist(), second.tolist(), strict=True))
    band = [0] * 40 + [2] * 260
    for lane in range(LANES):
        each = plain.days_apart(pairs, band, days[:, lane].astype(float), LIMITS, 3)
        assert below[:, :, lane].tolist() == each.tolist()


def test_more_pairs_than_a_short_number_counts_are_counted() -> None:
    days = np.zeros((2, LANES), dtype=np.int16)
    days[1, 5] = 32_766
    n = 200_001
    below = counted(np.zeros(n, np.int32), np.ones(n, np.int32), [0, n], days)
    assert (np.delete(below[0, 1:], 5, axis=1) == n).all()
    assert (below[0, 0] == 0).all()
    assert (below[0, :, 5] == 0).all()


def test_no_pairs_are_none() -> None:
    none = np.empty(0, np.int32)
    assert counted(none, none, [0, 0, 0], np.zeros((0, LANES), np.int16)).sum() == 0
