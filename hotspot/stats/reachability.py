"""The walk that visits the nearest next: what HDBSCAN and OPTICS both look at.

From a location, the next is always the one that is nearest to any visited so
far, where nearest takes account of how many incidents lie around. With the
density of both ends it makes Prim's minimum spanning tree of mutual
reachability (Campello, Moulavi and Sander 2013, doi:10.1007/978-3-642-37456-2_14);
with the density of the visited end, the ordering of OPTICS (Ankerst, Breunig,
Kriegel and Sander 1999, doi:10.1145/304182.304187).

A walk has to go step by step: this is the one loop over locations here. Time
grows with their square, memory with their number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

_UNSEEN: Final = float(np.finfo(np.float64).max)
_SMALL: Final = 64


@dataclass(frozen=True, eq=False)
class Walk:
    """The order in which m locations are visited."""

    order: Ints = field(repr=False)
    """Locations in the order of the visit, shape (m,)."""
    reach: Floats = field(repr=False)
    """How far each location was when visited, mm; infinite for the first, and behind a gap; shape (m,)."""
    before: Ints = field(repr=False)
    """The visited location each was nearest to; -1 for the first, and behind a gap; shape (m,)."""


def walk(points: Floats, core: Floats, *, mutual: bool, limit: float = np.inf) -> Walk:
    """Return the walk over locations, from the first; of two as near, the earlier comes first.

    Parameters
    ----------
    points
        x and y in whole millimetres, shape (m, 2).
    core
        Radius of each that holds enough incidents, mm; infinite is too thin to go on from.
    mutual
        Whether the density of both ends counts (HDBSCAN), or that of the visited one (OPTICS).
    limit
        Widest step, mm.
    """
    m = len(points)
    order = np.empty(m, dtype=np.int64)
    reach = np.full(m, np.inf)
    before = np.full(m, -1, dtype=np.int64)
    left = _Left(points, np.rint(np.square(core)))
    widest = limit**2
    for step in range(m):
        at, here = left.nearest()
        order[step] = here
        if left.reach[at] < _UNSEEN:
            reach[here], before[here] = left.reach[at], left.before[at]
        left.visit(at, here, widest, mutual=mutual)
    return Walk(order, np.sqrt(reach), before)


class _Left:
    """The locations not visited yet; squares of distances, for their roots take as long as all the rest."""

    def __init__(self, points: Floats, core: Floats) -> None:
        m = len(points)
        self.number = np.arange(m)
        self.x, self.y = points[:, 0].copy(), points[:, 1].copy()
        self.core = core
        self.reach = np.full(m, _UNSEEN)
        self.before = np.full(m, -1, dtype=np.int64)
        self.visited = 0
        self._room()

    def _room(self) -> None:
        self._one, self._two = np.empty_like(self.x), np.empty_like(self.x)

    def nearest(self) -> tuple[int, int]:
        """Position and number of the nearest."""
        at = int(self.reach.argmin())
        return at, int(self.number[at])

    def visit(self, at: int, here: int, widest: float, *, mutual: bool) -> None:
        """Leave out the location at this position, and see what it brings nearer."""
        x, y, core = self.x[at], self.y[at], self.core[at]
        # No distance from there is ever less than infinite, nor is it ever the nearest.
        self.x[at] = self.reach[at] = np.inf
        self.visited += 1
        if core <= widest:
            apart, other = self._one, self._two
            np.subtract(self.x, x, out=apart)
            np.multiply(apart, apart, out=apart)
            np.subtract(self.y, y, out=other)
            np.multiply(other, other, out=other)
            np.add(apart, other, out=apart)
            nearer = apart <= widest
            np.maximum(apart, core, out=apart)
            if mutual:
                np.maximum(apart, self.core, out=apart)
            nearer &= apart < self.reach
            self.reach[nearer] = apart[nearer]
            self.before[nearer] = here
        if self.visited > len(self.x) // 2 and len(self.x) > _SMALL:
            self._forget()

    def _forget(self) -> None:
        """Leave the visited behind: they would be looked at in vain at each step."""
        kept = self.reach < np.inf
        self.number, self.x, self.y = self.number[kept], self.x[kept], self.y[kept]
        self.core, self.reach, self.before = self.core[kept], self.reach[kept], self.before[kept]
        self.visited = 0
        self._room()
