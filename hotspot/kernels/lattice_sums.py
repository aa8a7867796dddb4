"""Sums over runs of columns in the rows around each cell of a lattice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspot.kernels.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_ANY = -1


@compiled()
def running_totals(
    values: Floats, col: Ints, row: Ints, n_rows: int, n_cols: int, margin: int
) -> NDArray[np.float64]:
    """Totals of each row up to each column, continued flat for ``margin`` columns beyond both ends."""
    totals = np.zeros((n_rows, 1 + n_cols + 2 * margin))
    for i in range(len(values)):
        totals[row[i], margin + 1 + col[i]] = values[i]
    for r in range(n_rows):
        line = totals[r]
        for c in range(margin + 1, len(line)):
            line[c] += line[c - 1]
    return totals


@compiled()
def holds(run: Ints, row: int, n_rows: int, odd: int) -> bool:
    """Whether a run is one of the cells in a row, and lies in a row that there is."""
    return bool(0 <= row + run[0] < n_rows and (run[3] == _ANY or (row + odd) % 2 == run[3]))


@compiled(
    "void(Array(f8, 1, 'C', True), Array(i8, 1, 'C', True), Array(i8, 1, 'C', True), i8, i8, i8[:, ::1], i8,"
    "f8[::1])"
)
def lattice_sums(
    values: Floats, col: Ints, row: Ints, n_rows: int, n_cols: int, runs: Ints, odd: int, sums: Floats
) -> None:
    """Write the sum of the values in each cell's neighbourhood, by running totals of each row.

    Parameters
    ----------
    values
        Of each cell, shape (n,).
    col, row
        Where each is, from 0; shape (n,).
    n_rows, n_cols
        Extent of the lattice.
    runs
        Row, first and last column of each run, relative to a cell, and the parity of the
        rows of those cells, -1 for all; shape (n_runs, 4).
    odd
        1 where row 0 counts as odd.
    sums
        Shape (n,).
    """
    margin = 0
    for run in runs:
        margin = max(margin, min(max(-run[1], run[2]), n_cols))
    totals = running_totals(values, col, row, n_rows, n_cols, margin)
    around = np.zeros((n_rows, n_cols))
    for r in range(n_rows):
        here = around[r]
        for run in runs:
            if holds(run, r, n_rows, odd):
                end, start = margin + 1 + min(run[2], margin), margin + max(run[1], -margin)
                upto = totals[r + run[0], end : end + n_cols]
                before = totals[r + run[0], start : start + n_cols]
                for c in range(n_cols):
                    here[c] = here[c] + upto[c] - before[c]
    for i in range(len(sums)):
        sums[i] = around[row[i], col[i]]
