"""Which of two sets of hotspots are the same places, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from hotspot.stats.change import poisson_z
from hotspot.stats.neighbours import linked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]
    Ints = NDArray[np.int64]

OVERLAP: Final = 0.30
"""Share of the smaller of two hotspots that must lie in the other for them to be the same place."""
GROWN: Final = 1.5
"""Area later over area earlier from which on a hotspot has grown."""
STATES: Final = {
    "kept": "kept: one hotspot in the same place",
    "grew": f"grew: one hotspot in the same place, of {GROWN:g} times the area or more",
    "split": "split: one hotspot has become several",
    "merged": "merged: several hotspots have become one",
    "gone": "gone: no hotspot is there any more",
    "new": "new: no hotspot was there",
}
"""What can become of a hotspot: the word, and what it means."""


@dataclass(frozen=True, eq=False)
class Ranked:
    """The k ranked hotspots of a layer, best first."""

    shapes: Shapes
    incidents: Ints
    district: tuple[str, ...]

    @property
    def km2(self) -> NDArray[np.float64]:
        """Area of each."""
        return np.asarray(shapely.area(self.shapes) / 1e6)


def match(earlier: Shapes, later: Shapes) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Return the pairs that are the same place: positions earlier and later, and the overlap of each.

    Parameters
    ----------
    earlier, later
        Polygons in metres, shapes (k,) and (m,).
    """
    none = np.empty(0, dtype=np.int64)
    if not len(earlier) or not len(later):
        return none, none, np.empty(0)
    old, new = shapely.STRtree(later).query(earlier, predicate="intersects")
    smaller = np.minimum(shapely.area(earlier)[old], shapely.area(later)[new])
    overlap = shapely.area(shapely.intersection(earlier[old], later[new])) / smaller
    same = overlap >= OVERLAP
    old, new, overlap = old[same], new[same], overlap[same]
    order = np.lexsort((new, old))
    return old[order], new[order], np.minimum(overlap[order], 1.0)


def states(old: Ints, new: Ints, growth: NDArray[np.float64]) -> list[str]:
    """Return the state of each pair that is the same place.

    One whose later hotspot took in several is merged, also where the earlier one has
    other parts elsewhere.

    >>> states(np.array([0, 1, 2, 3, 3]), np.array([0, 0, 1, 2, 3]), np.array([3.0, 2.0, 1.6, 0.4, 0.5]))
    ['merged', 'merged', 'grew', 'split', 'split']
    """
    several = np.bincount(new)[new] > 1 if len(new) else np.zeros(0, dtype=bool)
    parts = np.bincount(old)[old] > 1 if len(old) else np.zeros(0, dtype=bool)
    return [
        str(state)
        for state in np.select([several, parts, growth >= GROWN], ["merged", "split", "grew"], "kept")
    ]


def change(old: Ints, new: Ints, before: Ints, now: Ints, exposure: float) -> NDArray[np.float64]:
    """Return the Poisson z of each pair: of all that split and merged together, as one.

    Parameters
    ----------
    old, new
        The pairs, from `match`.
    before, now
        Incidents of each earlier and of each later hotspot.
    exposure
        Length of the later window over that of the earlier.

    Examples
    --------
    Two hotspots that became one are judged by what they held together:

    >>> change(np.array([0, 1]), np.array([0, 0]), np.array([60, 40]), np.array([100]), 1.0)
    array([0., 0.])
    """
    k, n = len(before), len(before) + len(now)
    family = linked(n, old, new + k)
    was = np.bincount(family[:k], weights=before, minlength=n)
    found = np.bincount(family[k:], weights=now, minlength=n)
    return np.asarray(poisson_z(found, was, exposure=exposure)[family[old]])
