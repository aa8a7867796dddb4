"""A table of the plane that says which shape a point is in, but for the cells that an outline passes.

In a cell that no outline passes, all points are in the same shapes: one look into the
table answers for them. The rest are tested exactly, each against the few shapes whose
outlines pass its cell. What is rounded only decides which cells count as passed, and
always for the safe side, so the answers are those of the exact test.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from hotspot.places.sides import sides

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Shapes = NDArray[np.object_]

MOST_CELLS: Final = 1 << 22
"""Cells of the table, 4 bytes each."""
MOST_PASSED: Final = 1 << 21
"""About how often outlines may pass a cell, if they have not more vertices than that."""

_NONE: Final = -1
_LOW: Final = (1 << 32) - 1
"""The lower half of a number that holds a shape above it and a cell below, or the other way round."""
_PASSED_SHARE: Final = 0.01
"""Share of the cells that outlines should pass: finer tables cost more than the tests they spare."""
_AROUND: Final = 2
"""Rows and columns of cells around the shapes, of which the outermost stand for all that is farther away."""
_SLACK: Final = 1e-6
"""Cells by which an outline is taken to be wider; rounding moves it by less than a millionth of that."""
_BLOCK: Final = 1 << 19
"""Cells that are followed or filled at once, so that little memory is taken."""


@dataclass(frozen=True, eq=False)
class Lattice:
    """Square cells over the extent of some shapes; column and row count from the outermost."""

    west: float
    south: float
    scale: float
    """Cells a degree."""
    columns: int
    rows: int

    @classmethod
    def over(cls, shapes: Shapes) -> Lattice | None:
        """Return cells as fine as pays for these outlines; None where the shapes have no extent."""
        west, south, east, north = (float(bound) for bound in shapely.total_bounds(shapes))
        width, height = east - west, north - south
        if not 0 < width * height < math.inf:
            return None
        length, vertices = float(shapely.length(shapes).sum()), int(shapely.get_num_coordinates(shapes).sum())
        # A line at any angle passes 4/pi cells a cell of its length, and each piece of it one more.
        passed = 4 / math.pi * length
        scale = min(
            passed / (_PASSED_SHARE * width * height),
            math.sqrt(MOST_CELLS / max(width * height, float(shapely.area(shapes).sum()))),
            max(MOST_PASSED - vertices, vertices) / passed,
            MOST_CELLS / 16 / max(width, height),
            # Cells so small that coordinates cannot tell them apart would have no ends.
            1 / (64 * np.spacing(max(map(abs, (west, south, east, north))))),
        )
        columns, rows = (math.ceil(extent * scale) + 2 * _AROUND for extent in (width, height))
        return cls(west - _AROUND / scale, south - _AROUND / scale, scale, columns, rows)

    def across(self, x: Floats) -> Floats:
        """Return the distance in cells from the western end, as whole and broken columns."""
        return (x - self.west) * self.scale

    def up(self, y: Floats) -> Floats:
        """Return the distance in cells from the southern end, as whole and broken rows."""
        return (y - self.south) * self.scale

    def cells(self, x: Floats, y: Floats) -> NDArray[np.int32]:
        """Return the number of the cell each point is in; missing ones are far outside."""
        with np.errstate(over="ignore"):
            u, v = self.across(x), self.up(y)
        # Of a number and NaN, fmax takes the number.
        np.fmin(np.fmax(u, 0.0, out=u), self.columns - 1.0, out=u)
        np.fmin(np.fmax(v, 0.0, out=v), self.rows - 1.0, out=v)
        cell = v.astype(np.int32)
        cell *= np.int32(self.columns)
        cell += u.astype(np.int32)
        return cell


@dataclass(frozen=True, eq=False)
class Raster:
    """Which of k shapes is the first that holds a point."""

    lattice: Lattice
    table: NDArray[np.int32]
    """Of each cell the shape that holds all of it, -1 for none, or -2 - i for the passed cell i."""
    base: NDArray[np.int32]
    """Of each passed cell, the first shape that holds all of it, -1 for none."""
    start: NDArray[np.int32]
    """Where the candidates of each passed cell begin, and where the last ones end."""
    candidates: NDArray[np.int32]
    """The shapes to try in each passed cell, the first ones first."""
    shapes: Shapes

    def first(self, x: Floats, y: Floats) -> Ints:
        """Return the first shape that each point is in or on the edge of, -1 for none."""
        index = self.table[self.lattice.cells(x, y)].astype(np.int64)
        rows = np.flatnonzero(index < _NONE)
        if rows.size:
            index[rows] = self._tried(_NONE - 1 - index[rows], x[rows], y[rows])
        return index

    def _tried(self, passed: Ints, x: Floats, y: Floats) -> Ints:
        found = self.base[passed].astype(np.int64)
        at, end = self.start[passed], self.start[passed + 1]
        rows = np.flatnonzero(at < end)
        while rows.size:
            candidate = self.candidates[at[rows]]
            hit = shapely.intersects_xy(self.shapes[candidate], x[rows], y[rows])
            found[rows[hit]] = candidate[hit]
            at[rows] += 1
            rows = rows[~hit & (at[rows] < end[rows])]
        return found


def raster(shapes: Shapes) -> Raster | None:
    """Return the table of these polygons; None where they have no extent.

    They may overlap, and have parts and holes. To be quick they should be prepared.
    """
    lattice = Lattice.over(shapes)
    if lattice is None:
        return None
    cell, shape, odd = _passed(shapes, lattice)
    base = _filled(cell, shape, odd, lattice)
    pair = np.sort((cell << 32) | shape)
    cell, shape = pair >> 32, (pair & _LOW).astype(np.int32)
    new = np.flatnonzero(np.diff(cell, prepend=-1))
    passed = cell[new]
    below = base[passed]
    # Where an overlapping shape holds the whole cell, those after it need not be tried.
    number = np.repeat(np.arange(len(new)), np.diff(np.append(new, len(cell))))
    tried = (below[number] == _NONE) | (shape < below[number])
    start = np.append(0, np.cumsum(np.bincount(number[tried], minlength=len(new))))
    base[passed] = np.arange(_NONE - 1, _NONE - 1 - len(new), -1, dtype=np.int32)
    return Raster(lattice, base, below, start.astype(np.int32), shape[tried], shapes)


def _segments(shapes: Shapes, lattice: Lattice) -> tuple[Ints, Floats]:
    """Return whose each straight piece of an outline is, and its u0, v0, u1, v1 in cells, v0 <= v1."""
    owner, ends = sides(shapes)
    u, v = lattice.across(ends[:, :, 0]), lattice.up(ends[:, :, 1])
    pieces = np.stack([u[:, 0], v[:, 0], u[:, 1], v[:, 1]])
    falls = pieces[3] < pieces[1]
    pieces[:, falls] = pieces[np.ix_([2, 3, 0, 1], falls)]
    return owner, pieces


def _passed(shapes: Shapes, lattice: Lattice) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Return the cells that each outline passes, in order of shape and cell, each pair once.

    The last array says whether the outline crosses the middle of the cell's row there an odd
    number of times: whoever goes along the row changes sides there.
    """
    owner, pieces = _segments(shapes, lattice)
    keys = [
        _followed(owner[block], pieces[:, block], columns=lattice.columns)
        for block in _blocks(pieces[3] - pieces[1] + 2)
    ]
    key = np.concatenate(keys)
    key.sort()
    new = np.flatnonzero(np.diff(key >> 1, prepend=-1))
    odd = np.add.reduceat(key & 1, new) % 2 == 1
    pair = key[new] >> 1
    return pair & _LOW, pair >> 32, odd


def _followed(owner: Ints, pieces: Floats, *, columns: int) -> Ints:
    """Return one number for each cell that a piece passes.

    From the highest bit down: whose it is, the cell, and whether the middle of the row is crossed there.
    """
    first = np.floor(pieces[1] - _SLACK).astype(np.int64)
    of, step = _counted(np.floor(pieces[3] + _SLACK).astype(np.int64) - first + 1)
    row = first[of] + step
    u0, v0, u1, v1 = pieces[:, of]
    rise = np.where(v1 > v0, v1 - v0, 1.0)

    def at(level: Floats, flat: Floats) -> Floats:
        """Where the piece is at that height; if it has none, its end."""
        return np.where(v1 > v0, u0 + (u1 - u0) * ((np.clip(level, v0, v1) - v0) / rise), flat)

    low = row.astype(np.float64)
    enters, leaves, middle = at(low - _SLACK, u0), at(low + (1 + _SLACK), u1), at(low + 0.5, u0)
    west = np.floor(np.minimum(enters, leaves) - _SLACK).astype(np.int64)
    east = np.floor(np.maximum(enters, leaves) + _SLACK).astype(np.int64)
    crosses = (v0 <= low + 0.5) & (low + 0.5 < v1)
    turn = np.where(crosses, np.clip(np.floor(middle).astype(np.int64), west, east), -1)
    mine = owner[of]
    of, step = _counted(east - west + 1)
    column = west[of] + step
    return np.asarray(mine[of] << 33 | (row[of] * columns + column) << 1 | (turn[of] == column))


def _filled(cell: Ints, shape: Ints, odd: NDArray[np.bool_], lattice: Lattice) -> NDArray[np.int32]:
    """Return the first shape that holds each cell whole, -1 for none."""
    table = np.full(lattice.rows * lattice.columns, _NONE, dtype=np.int32)
    # Going along each row, one is inside a shape after an odd number of crossings.
    inside = np.logical_xor.accumulate(odd)[:-1] & (np.diff(cell) > 1)
    run = np.flatnonzero(inside)[::-1]
    start, length, owner = cell[run] + 1, cell[run + 1] - cell[run] - 1, shape[run].astype(np.int32)
    # The first shapes come last and overwrite the others.
    for block in _blocks(length):
        of, step = _counted(length[block])
        table[start[block][of] + step] = owner[block][of]
    return table


def _blocks(size: NDArray[np.float64] | Ints) -> list[slice]:
    """Return consecutive parts that are together not much larger than a block."""
    ends = np.flatnonzero(np.diff(np.cumsum(size) // _BLOCK)) + 1
    return [slice(a, b) for a, b in pairwise([0, *ends.tolist(), len(size)])]


def _counted(number: Ints) -> tuple[Ints, Ints]:
    """Return 0, 1, 2, ... as often as each number says, and how often it was said before."""
    of = np.repeat(np.arange(len(number)), number)
    return of, np.arange(len(of)) - np.repeat(np.cumsum(number) - number, number)
