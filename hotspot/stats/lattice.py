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
_BESIDE = {
    "square": ((1, 0), (-1, 1), (0, 1), (1, 1)),
    "hexagon": ((1, 0), (-1, 1), (0, 1)),
}
"""Columns and rows to half of the cells that touch one; of hexagons, seen from an even row."""
_SLACK = 1e-9
"""Centres exactly at the distance are neighbours, whatever the last bit says."""


class Run(NamedTuple):
    """A run of neighbouring columns in one row, relative to a cell of certain rows."""

    row: int
    first: int
    last: int
    parity: int = -1
    """Rows that the run holds for: even (0), odd (1), or every row (-1)."""


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
    _made: dict[float, LatticeNeighbours] = field(default_factory=dict, repr=False)

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
        if reach not in self._made:
            self._made[reach] = LatticeNeighbours(self, float(reach))
        return self._made[reach]

    def touching(self) -> tuple[Ints, Ints]:
        """Return the pairs of cells that touch, by an edge or corner, each pair once: two arrays of numbers.

        >>> Lattice.of([0, 1, 4], [0, 1, 1], "square").touching()
        (array([0]), array([1]))
        """
        # With room around, no neighbour of a cell is off the table.
        number = np.full((self.n_rows + 1, self.n_cols + 2), -1, dtype=np.int64)
        number[self.row, self.col + 1] = np.arange(len(self.col))
        ones, others = [], []
        for east, north in _BESIDE[self.shape]:
            stands_east = (self.row + self.first_is_odd) & north if self.shape == "hexagon" else 0
            other = number[self.row + north, self.col + 1 + east + stands_east]
            ones.append(np.flatnonzero(other >= 0))
            others.append(other[ones[-1]])
        return np.concatenate(ones), np.concatenate(others)


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
        from hotspot.kernels.lattice_sums import lattice_sums

        lattice = self.lattice
        found = np.empty(len(lattice.col))
        each = np.ascontiguousarray(values, dtype=np.float64)
        if each.shape != found.shape:
            msg = f"Expected a value for each of {len(found)} cells; got an array of shape {each.shape}."
            raise ValueError(msg)
        if len(found):
            places = lattice.col, lattice.row, lattice.n_rows, lattice.n_cols
            lattice_sums(each, *places, self._runs, int(lattice.first_is_odd), found)
        return found

    @cached_property
    def _runs(self) -> Ints:
        """The runs of neighbours of a cell, a row each: row, first, last, parity."""
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
                runs.append(_run(row, half))
        return np.array([run for run in runs if run.first <= run.last], dtype=np.int64).reshape(-1, 4)


def _run(row: int, half: float, *, shift: float = 0.0, parity: int = -1) -> Run:
    slack = _SLACK * (1 + half)
    first, last = math.ceil(-half - shift - slack), math.floor(half - shift + slack)
    return Run(row, first, last, parity)
