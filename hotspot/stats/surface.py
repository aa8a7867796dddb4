"""The mean kernel density over each of many cells, whatever they are in bandwidths.

The density at the middle of a cell overlooks what lies between the middles:
with cells as wide as the bandwidth the mean foretells later incidents much
better. It is taken over samples, a few to a bandwidth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.errors import ParameterError
from hotspot.stats.kde import density

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

EDGES: Final = ("renormalise", "none")
"""The first is the default."""
PER_BANDWIDTH: Final = 4
"""Samples in a bandwidth."""
MOST_SAMPLES: Final = 1_000_000
LEAST_INSIDE: Final = 0.1
"""Of a kernel: an incident of which less lies inside the study area is raised no further."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Places at which the density of n cells is sampled, each standing for a part of its cell."""

    x: Floats = field(repr=False)
    y: Floats = field(repr=False)
    """Metres, shape (n_samples,)."""
    cell: Ints = field(repr=False)
    """The cell of each sample, shape (n_samples,)."""
    area_km2: Floats = field(repr=False)
    """Area of each cell inside the study area, shape (n,)."""
    spacing: float
    """Metres between samples."""

    @property
    def number(self) -> Floats:
        """Samples in each cell, shape (n,)."""
        return np.bincount(self.cell, minlength=len(self.area_km2)).astype(np.float64)

    @property
    def share_km2(self) -> Floats:
        """Area that each sample stands for, shape (n_samples,)."""
        return np.asarray((self.area_km2 / np.maximum(self.number, 1))[self.cell])


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
    >>> grid_samples([50], [50], [0.01], size=100, shape="square", bandwidth=200).x
    array([25., 75., 25., 75.])
    """
    middle_x, middle_y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    most = math.isqrt(MOST_SAMPLES // max(len(middle_x), 1))
    side = max(min(math.ceil(PER_BANDWIDTH * size / bandwidth), most), 1)
    east, north = _offsets(side, shape)
    return Samples(
        (middle_x[:, None] + east * size).ravel(),
        (middle_y[:, None] + north * size).ravel(),
        np.repeat(np.arange(len(middle_x)), len(east)),
        np.asarray(area_km2, dtype=np.float64),
        size / side,
    )


def _offsets(side: int, shape: str) -> tuple[Floats, Floats]:
    step = (np.arange(side) + 0.5) / side - 0.5
    if shape != "hexagon":
        north, east = (each.ravel() for each in np.meshgrid(step, step, indexing="ij"))
        return east, north
    # A hexagon stands on a corner, and is higher than wide by 2 / sqrt(3).
    rows = max(round(side * 2 / math.sqrt(3)), 1)
    upright = ((np.arange(rows) + 0.5) / rows - 0.5) * 2 / math.sqrt(3)
    north, east = (each.ravel() for each in np.meshgrid(upright, step, indexing="ij"))
    inside = np.abs(east) / 2 + np.abs(north) * math.sqrt(3) / 2 <= 0.5
    return east[inside], north[inside]


def cell_density(
    x: ArrayLike,
    y: ArrayLike,
    samples: Samples,
    *,
    bandwidth: float,
    kernel: str = "quartic",
    edge: str = "renormalise",
    weights: ArrayLike | None = None,
) -> Floats:
    """Return the mean density of each cell, incidents (or their weight) per km2; shape (n_cells,).

    A bandwidth finer than two spacings of the samples, as in cells that are very
    wide, is taken for two spacings.

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
    weight = np.ones(len(np.asarray(x))) if weights is None else np.asarray(weights, dtype=np.float64)
    weight = raised(x, y, samples, weight, bandwidth=wide, kernel=kernel, edge=edge)
    at = density(x, y, samples.x, samples.y, bandwidth=wide, kernel=kernel, weights=weight)
    total = np.bincount(samples.cell, weights=at, minlength=len(samples.area_km2))
    return np.asarray(total / np.maximum(samples.number, 1))


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

    With ``none`` as they are. Parameters as for ``cell_density``.
    """
    if edge not in EDGES:
        msg = f"edge must be one of {', '.join(EDGES)}; got {edge!r}."
        raise ParameterError("edge", msg)
    if edge == "none" or not len(weights) or not len(samples.x):
        return weights
    # Seen from the incident: the kernels of the samples, each of the area it stands for.
    inside = density(
        samples.x, samples.y, x, y, bandwidth=bandwidth, kernel=kernel, weights=samples.share_km2
    )
    return np.asarray(weights / np.maximum(inside, LEAST_INSIDE))
