"""Sums over the neighbourhoods of grid cells, without a matrix of weights.

On a lattice the neighbours of a cell within a distance are a run of columns in
each of a few rows, and the sum of a run is the difference of two running
totals. Places of the lattice that are no cell of the study area hold nothing
and count as nothing. Whole numbers stay exact, so that a run repeats to the bit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

TOUCHING = {"square": math.sqrt(2), "hexagon": 1.0}
"""Distance between the centres of cells that touch, in cell sizes: the default reach."""
_SLACK = 1e-9
"""Centres exactly at the distance are neighbours, whatever the last bit says."""


class Run(NamedTuple):
    """A run of neighbouring columns in one row, relative to a cell of certain rows."""

    row: int
    first: int
    last: int
    parity: int | None
    """Rows that the run holds for: even (0), odd (1), or every row (None)."""


@dataclass(frozen=True, eq=False)
class Lattice:
    """The n cells of a study area on their lattice."""

    shape: str
    col: Ints = field(repr=False)
    """Column of each cell, 0 for the westernmost; shape (n,)."""
    row: Ints = field(repr=False)
    """Row of each cell, 0 for the southernmost; shape (n,)."""
    n_rows: int
    n_cols: int
    first_is_odd: bool = False
    """Whether row 0 is an odd row: those of hexagons stand half a width further east."""

    @classmethod
    def of(cls, col: ArrayLike, row: ArrayLike, shape: str) -> Lattice:
        """Return the lattice of cells named by column and row, ``square`` or ``hexagon``.

        >>> Lattice.of([4, 5, 4], [-1, -1, 0], "square").within(1).sums([1, 2, 4])
        array([7., 3., 5.])
        """
        if shape not in TOUCHING:
            msg = f"A cell is one of {', '.join(TOUCHING)}; got {shape!r}."
            raise ParameterError("cell_shape", msg)
        cols, rows = np.asarray(col, dtype=np.int64), np.asarray(row, dtype=np.int64)
        if not len(cols):
            return cls(shape, cols, rows, 0, 0)
        west, south = int(cols.min()), int(rows.min())
        cols, rows = cols - west, rows - south
        return cls(shape, cols, rows, int(rows.max()) + 1, int(cols.max()) + 1, bool(south & 1))

    def within(self, reach: float | None = None) -> LatticeNeighbours:
        """Return the neighbours of each cell: centres at most ``reach`` cell sizes apart, and itself.

        Left out, the ring of touching cells: eight around a square, six around a hexagon.
        """
        if reach is None:
            reach = TOUCHING[self.shape]
        if not reach >= 0:
            msg = f"A neighbour distance is a number of metres, 0 or more; got {reach} cells."
            raise ParameterError("neighbour_distance", msg)
        return LatticeNeighbours(self, float(reach))


@dataclass(frozen=True, eq=False)
class LatticeNeighbours:
    """Neighbours by the distance between the centres of cells."""

    lattice: Lattice
    reach: float
    """In cell sizes."""

    @cached_property
    def number(self) -> Floats:
        """Number of neighbours of each cell, itself included; shape (n,)."""
        return self.sums(np.ones(len(self.lattice.col)))

    def sums(self, values: ArrayLike) -> Floats:
        """Sum of the values in each neighbourhood, shape (n,); exact for whole numbers below 2**53."""
        lattice = self.lattice
        n_rows, n_cols = lattice.n_rows, lattice.n_cols
        if not n_rows:
            return np.empty(0)
        # Running totals of each row, continued flat beyond both ends as far as a run can stick out.
        margin = min(math.ceil(self.reach) + 1, n_cols)
        totals = np.zeros((n_rows, 1 + n_cols + 2 * margin))
        inner = totals[:, margin + 1 : margin + 1 + n_cols]
        inner[lattice.row, lattice.col] = values
        np.cumsum(inner, axis=1, out=inner)
        totals[:, margin + 1 + n_cols :] = inner[:, -1:]
        result = np.zeros((n_rows, n_cols))
        for run in self._runs:
            focal, source = self._rows(run)
            end = margin + 1 + min(run.last, margin)
            start = margin + max(run.first, -margin)
            result[focal] += totals[source, end : end + n_cols]
            result[focal] -= totals[source, start : start + n_cols]
        return result[lattice.row, lattice.col]

    @cached_property
    def _runs(self) -> list[Run]:
        squared = self.reach**2 * (1 + _SLACK)
        height = 0.75 if self.lattice.shape == "hexagon" else 1.0
        rows = min(int(math.sqrt(squared / height)), self.lattice.n_rows - 1)
        runs = []
        for row in range(-rows, rows + 1):
            half = math.sqrt(max(squared - height * row**2, 0.0))
            if self.lattice.shape == "hexagon" and row % 2:
                # Seen from an even row, the columns of an odd row lie half a width to the east.
                runs += [_run(row, half, shift=0.5, parity=0), _run(row, half, shift=-0.5, parity=1)]
            else:
                runs.append(_run(row, half, shift=0.0, parity=None))
        return [run for run in runs if run.first <= run.last]

    def _rows(self, run: Run) -> tuple[slice, slice]:
        """Return the rows that a run holds for, and the rows that it lies in."""
        start, stop, step = max(0, -run.row), self.lattice.n_rows - max(0, run.row), 1
        if run.parity is not None:
            start += (start + self.lattice.first_is_odd + run.parity) % 2
            step = 2
        stop = max(stop, start)
        return slice(start, stop, step), slice(start + run.row, stop + run.row, step)


def _run(row: int, half: float, *, shift: float, parity: int | None) -> Run:
    slack = _SLACK * (1 + half)
    first, last = math.ceil(-half - shift - slack), math.floor(half - shift + slack)
    return Run(row, first, last, parity)
