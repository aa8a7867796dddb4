"""What HDBSCAN and OPTICS both look at: the ways from place to place, where dense places are near.

How far two locations are apart takes account of how many incidents lie around: with the
density of both ends, the shortest ways that join all are a minimum spanning tree of mutual
reachability (Campello, Moulavi and Sander 2013, doi:10.1007/978-3-642-37456-2_14);
with the density of the visited end, always going on to the nearest is the ordering of
OPTICS (Ankerst, Breunig, Kriegel and Sander 1999, doi:10.1145/304182.304187).

Memory grows with the number of locations, and time hardly faster.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Walk:
    """The order in which m locations are visited."""

    order: Ints = field(repr=False)
    """Locations in the order of the visit, shape (m,)."""
    reach: Floats = field(repr=False)
    """How far each location was when visited, mm; infinite for the first, and behind a gap; shape (m,)."""
    before: Ints = field(repr=False)
    """The visited location each was nearest to; -1 for the first, and behind a gap; shape (m,)."""


def walk(points: Floats, core: Floats, *, limit: float = np.inf) -> Walk:
    """Return the walk over locations, from the first; of two as near, the earlier comes first.

    Parameters
    ----------
    points
        x and y in whole millimetres, shape (m, 2).
    core
        Radius of each that holds enough incidents, mm; infinite is too thin to go on from.
    limit
        Widest step, mm.
    """
    from hotspot.kernels import nearest_next

    order, reach, before = nearest_next.walk(*_along(points, core), limit**2)
    return Walk(order, np.sqrt(reach), before)


def spanning_tree(points: Floats, core: Floats) -> tuple[Ints, Floats]:
    """Return the two locations of each edge of a minimum spanning tree, shape (m - 1, 2), and its length, mm.

    Parameters
    ----------
    points
        x and y in whole millimetres, shape (m, 2).
    core
        Radius of each that holds enough incidents, mm: no edge from it is shorter.
    """
    from hotspot.kernels import spanning

    ends, square = spanning.spanning_tree(*_along(points, core))
    return ends, np.sqrt(square)


def _along(points: Floats, core: Floats) -> tuple[Floats, Floats, Ints, Floats, Floats]:
    """Coordinates along a curve, their numbers and squares of their radii, and the boxes of a tree."""
    from hotspot.kernels.tree import boxes, curve

    x, y = (np.ascontiguousarray(values, dtype=np.float64) for values in points.T)
    order = curve(x, y).astype(np.int64)
    x, y = x[order], y[order]
    # Squares of whole millimetres are whole, and tell ties exactly.
    return x, y, order, np.rint(np.square(core))[order], boxes(x, y)
