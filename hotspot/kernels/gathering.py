"""Many incidents in a small square taken for one in their middle that weighs as much."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hotspot.kernels.compiled import compiled

Floats = NDArray[np.float64]


@compiled(inline="always")
def _inside(position: float, number: int) -> int:
    """Whole part of a position, of one on the far side that of the last."""
    return min(max(int(position), 0), number - 1)


@compiled()
def _squares(
    x: Floats, y: Floats, west: float, south: float, side: float, n_rows: int, n_cols: int
) -> NDArray[np.int64]:
    square = np.empty(len(x), dtype=np.int64)
    for i in range(len(x)):
        row, col = _inside((y[i] - south) / side, n_rows), _inside((x[i] - west) / side, n_cols)
        square[i] = row * n_cols + col
    return square


@compiled()
def _crowded(square: NDArray[np.int64], number: int, most: int) -> tuple[NDArray[np.int64], int]:
    """Give squares that hold more than so many a number, the others -1; and say how many there are."""
    block = np.zeros(number, dtype=np.int64)
    for i in range(len(square)):
        block[square[i]] += 1
    found = 0
    for k in range(number):
        if block[k] > most:
            block[k] = found
            found += 1
        else:
            block[k] = -1
    return block, found


@compiled("f8[:,::1](f8[::1], f8[::1], f8[::1], f8, f8, f8, i8, i8, i8)")
def gather_dense(
    x: Floats,
    y: Floats,
    weight: Floats,
    west: float,
    south: float,
    side: float,
    n_rows: int,
    n_cols: int,
    bins: int,
) -> Floats:
    """x, y and weight of what is left, shape (3, m).

    A square of that side that holds more incidents than its ``bins`` x ``bins`` smaller squares
    is cut into these, of which each becomes one incident; those in other squares stay as they are.
    """
    each = bins * bins
    square = _squares(x, y, west, south, side, n_rows, n_cols)
    block, crowded = _crowded(square, n_rows * n_cols, each)
    sums = np.zeros((crowded * each, 3))
    result = np.empty((3, len(x)))
    m = 0
    for i in range(len(x)):
        k = square[i]
        if block[k] < 0:
            result[0, m], result[1, m], result[2, m] = x[i], y[i], weight[i]
            m += 1
            continue
        east, north = (x[i] - west) / side - k % n_cols, (y[i] - south) / side - k // n_cols
        held = sums[block[k] * each + _inside(north * bins, bins) * bins + _inside(east * bins, bins)]
        held[0] += weight[i] * east
        held[1] += weight[i] * north
        held[2] += weight[i]
    for k in range(n_rows * n_cols):
        # Of a square that stays as it is there is nothing to go through.
        for b in range(block[k] * each, block[k] * each + each * (block[k] >= 0)):
            if sums[b, 2] != 0.0:
                result[0, m] = west + (k % n_cols + sums[b, 0] / sums[b, 2]) * side
                result[1, m] = south + (k // n_cols + sums[b, 1] / sums[b, 2]) * side
                result[2, m] = sums[b, 2]
                m += 1
    return np.ascontiguousarray(result[:, :m])
