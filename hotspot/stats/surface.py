"""The mean kernel density over each of many cells, whatever they are in bandwidths.

The density at the middle of a cell overlooks what lies between the middles:
with cells as wide as the bandwidth the mean foretells later incidents much
better. It is taken over samples, a few to a bandwidth, on one lattice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot.errors import ParameterError
from hotspot.places.tiling import Squares, Tiling, tiling
from hotspot.stats.kde import Nodes, density, density_at_nodes, fewer, held

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

EDGES: Final = ("renormalise", "none")
"""The first is the default."""
PER_BANDWIDTH: Final = 6
"""Samples in a bandwidth: a mean is then at most 1 % above the true one, at the peak of one incident."""
MOST_NODES: Final = 6_000_000
"""In the rectangle around the cells."""
LEAST_INSIDE: Final = 0.1
"""Of a kernel: an incident of which less lies inside the study area is raised no further."""
MOST_SUMS: Final = 500_000_000
"""Incidents times nodes in reach up to which every incident is spread by itself: in half a second or less."""
_ROWS: Final = 256


@dataclass(frozen=True, eq=False)
class Samples:
    """Nodes at which the density of n cells is sampled, each standing for a part of its cell."""

    nodes: Nodes
    cell: Ints = field(repr=False)
    """The cell that each node is in, -1 for none; shape (n_rows, n_cols)."""
    area_km2: Floats = field(repr=False)
    """Area of each cell inside the study area, shape (n,)."""
    x: Floats = field(repr=False)
    y: Floats = field(repr=False)
    """Middle of each cell, where those are sampled that hold no node; metres, shape (n,)."""

    @property
    def spacing(self) -> float:
        """Metres between samples."""
        return max(self.nodes.east, self.nodes.north)

    @cached_property
    def number(self) -> Floats:
        """Samples in each cell, shape (n,)."""
        return self._held(None).astype(np.float64)

    @cached_property
    def lone(self) -> Ints:
        """Cells without a node."""
        return np.flatnonzero(self.number == 0)

    @cached_property
    def share_km2(self) -> Floats:
        """Area that each node stands for, 0 outside all cells; shape (n_rows, n_cols)."""
        each = np.append(self.area_km2 / np.maximum(self.number, 1), 0.0)
        return np.asarray(each[self.cell])

    def means(self, values: Floats) -> Floats:
        """Return the mean of each cell, shape (n,), of values at the nodes; 0 without a node."""
        return np.asarray(self._held(values.ravel()) / np.maximum(self.number, 1))

    def _held(self, values: Floats | None) -> NDArray[Any]:
        """Return the sum of the values of each cell's nodes, or how many these are."""
        # The first is what lies in no cell.
        return np.bincount(self.cell.ravel() + 1, values, len(self.area_km2) + 1)[1:]


@dataclass(frozen=True, eq=False)
class Spread:
    """Incidents as they are spread: raised at the edge, and gathered where there are very many."""

    x: Floats = field(repr=False)
    y: Floats = field(repr=False)
    weight: Floats = field(repr=False)
    bandwidth: float
    kernel: str

    def at(self, nodes: Nodes) -> Floats:
        """Return the density at nodes, weight per km2; shape (n_rows, n_cols)."""
        return density_at_nodes(
            self.x, self.y, nodes, bandwidth=self.bandwidth, kernel=self.kernel, weights=self.weight
        )

    def means(self, samples: Samples) -> Floats:
        """Return the mean density of each cell, weight per km2; shape (n,)."""
        return self.over(samples, self.at(samples.nodes))

    def over(self, samples: Samples, at_nodes: Floats) -> Floats:
        """Return the mean density of each cell, given that at the nodes; shape (n,)."""
        found = samples.means(at_nodes)
        lone = samples.lone
        if len(lone):
            found[lone] = density(
                self.x,
                self.y,
                samples.x[lone],
                samples.y[lone],
                bandwidth=self.bandwidth,
                kernel=self.kernel,
                weights=self.weight,
            )
        return found


def grid_samples(
    x: ArrayLike, y: ArrayLike, area_km2: ArrayLike, *, size: float, shape: str, bandwidth: float
) -> Samples:
    """Return samples of the cells of a grid: one in the middle, or a regular few.

    Parameters
    ----------
    x, y
        Middle of each cell, metres, shape (n,).
    area_km2
        Area of each inside the study area, shape (n,).
    size, shape
        Side of a ``square``, or width of a ``hexagon`` between its upright sides, m.
    bandwidth
        Metres.

    Examples
    --------
    >>> found = grid_samples([50], [50], [0.01], size=100, shape="square", bandwidth=300)
    >>> found.nodes.x, found.cell
    (array([25., 75.]), array([[0, 0],
           [0, 0]]))
    """
    middle_x, middle_y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    area = np.asarray(area_km2, dtype=np.float64)
    if not len(middle_x):
        nodes = Nodes(0.0, 0.0, size, size, 0, 0)
        return Samples(nodes, np.empty((0, 0), dtype=np.int64), area, middle_x, middle_y)
    high = 2 / math.sqrt(3) * size if shape == "hexagon" else size
    west, south = float(middle_x.min() - size / 2), float(middle_y.min() - high / 2)
    wide, tall = float(middle_x.max() - west + size / 2), float(middle_y.max() - south + high / 2)
    most = math.isqrt(int(MOST_NODES * size**2 / (wide * tall)))
    side = max(min(math.ceil(PER_BANDWIDTH * size / bandwidth), most), 1)
    east = north = size / side
    if shape == "hexagon":
        # Four to a width and three to a row lie in all hexagons alike, and none on a side.
        side = math.ceil(side / 4)
        east, north = size / (4 * side), math.sqrt(3) / 2 * size / (3 * side)
    n_rows, n_cols = math.ceil(tall / north - 1e-6), math.ceil(wide / east - 1e-6)
    nodes = Nodes(west + east / 2, south + north / 2, east, north, n_rows, n_cols)
    half = 0.0 if shape == "hexagon" else size / 2
    cells = tiling(shape, size, (float(middle_x[0]) - half, float(middle_y[0]) - half))
    return Samples(nodes, _numbers(cells, middle_x, middle_y, nodes), area, middle_x, middle_y)


def _numbers(cells: Tiling, x: Floats, y: Floats, nodes: Nodes) -> Ints:
    """Return the number of the cell that each node is in, -1 for none."""
    col, row = (each.astype(np.int64) for each in cells.locate(x, y))
    first_col, first_row = int(col.min()) - 1, int(row.min()) - 1
    table = np.full((int(row.max()) - first_row + 2, int(col.max()) - first_col + 2), -1, dtype=np.int64)
    table[row - first_row, col - first_col] = np.arange(len(x))
    result = np.empty((nodes.n_rows, nodes.n_cols), dtype=np.int64)
    for rows, across, up in located(cells, nodes):
        across = np.clip(across - first_col, 0, table.shape[1] - 1)
        up = np.clip(up - first_row, 0, len(table) - 1)
        # Of squares a row of nodes is as the next: copied whole, not looked up one by one.
        squares = isinstance(cells, Squares)
        result[rows] = table[:, across[0]][up[:, 0]] if squares else table[up, across]
    return result


def located(cells: Tiling, nodes: Nodes) -> list[tuple[slice, Ints, Ints]]:
    """Return column and row of the cell that each node is in, for some rows of nodes at a time."""
    if isinstance(cells, Squares):
        col, _ = cells.locate(nodes.x, np.zeros(nodes.n_cols))
        _, row = cells.locate(np.zeros(nodes.n_rows), nodes.y)
        return [(slice(None), col.astype(np.int64)[None, :], row.astype(np.int64)[:, None])]
    return [_some(cells, nodes, slice(start, start + _ROWS)) for start in range(0, nodes.n_rows, _ROWS)]


def _some(cells: Tiling, nodes: Nodes, rows: slice) -> tuple[slice, Ints, Ints]:
    x, y = np.meshgrid(nodes.x, nodes.y[rows])
    col, row = cells.locate(x.ravel(), y.ravel())
    return rows, col.astype(np.int64).reshape(x.shape), row.astype(np.int64).reshape(x.shape)


def spread(
    x: ArrayLike,
    y: ArrayLike,
    samples: Samples,
    *,
    bandwidth: float,
    kernel: str = "quartic",
    edge: str = "renormalise",
    weights: ArrayLike | None = None,
) -> Spread:
    """Return incidents as they are to be spread over the cells.

    A bandwidth finer than two spacings of the samples, as in cells that are very
    wide, is taken for two spacings. Very many incidents are made `hotspot.stats.kde.fewer`.

    Parameters
    ----------
    x, y
        Incidents, metres.
    samples
        Of the cells.
    bandwidth, kernel
        As for `hotspot.stats.kde.kernel_value`.
    edge
        ``renormalise`` gives what the kernel of an incident would put outside the
        study area to the part inside: each incident counts one, and the mean
        densities times the areas add up to the incidents; one with less than a tenth
        inside is raised tenfold only. Diggle 1985, Jones 1993.
        ``none`` lets it go, and the edge looks quiet.
    weights
        Harm of each incident; 1 each if left out.
    """
    wide = max(bandwidth, 2 * samples.spacing)
    east, north = (np.ascontiguousarray(each, dtype=np.float64) for each in (x, y))
    weight = np.ones(len(east)) if weights is None else np.ascontiguousarray(weights, dtype=np.float64)
    if samples.nodes.sums(len(east), bandwidth=wide, kernel=kernel) > MOST_SUMS:
        east, north, weight = fewer(east, north, weight, bandwidth=wide, kernel=kernel)
    weight = raised(east, north, samples, weight, bandwidth=wide, kernel=kernel, edge=edge)
    return Spread(east, north, weight, wide, kernel)


def raised(
    x: ArrayLike,
    y: ArrayLike,
    samples: Samples,
    weights: Floats,
    *,
    bandwidth: float,
    kernel: str = "quartic",
    edge: str = "renormalise",
) -> Floats:
    """Return the weights of incidents over the part of their kernels inside the study area.

    With ``none`` as they are. Parameters as for ``spread``.
    """
    if edge not in EDGES:
        msg = f"edge must be one of {', '.join(EDGES)}; got {edge!r}."
        raise ParameterError("edge", msg)
    if edge == "none" or not len(weights) or not len(samples.area_km2):
        return weights
    inside = held(samples.share_km2, samples.nodes, x, y, bandwidth=bandwidth, kernel=kernel)
    lone = samples.lone
    if len(lone):
        inside += density(
            samples.x[lone],
            samples.y[lone],
            x,
            y,
            bandwidth=bandwidth,
            kernel=kernel,
            weights=samples.area_km2[lone],
        )
    return np.asarray(weights / np.maximum(inside, LEAST_INSIDE))
