"""Polygons as a tile draws them: on its grid, as commands (MVT 2.1, 4.3).

Corners go to the nearest corner of the grid, those in the middle of a straight
line are left out. So a tile far out holds few corners, and neighbours that
share a border share it still.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from hotspot.ogc.varints import places, zigzag

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOVE_ONE, _LINE, _CLOSE = 9, 2, 15
_POLYGON_TYPE = 3


@dataclass(frozen=True, eq=False)
class Commands:
    """The geometries of a tile's features.

    Attributes
    ----------
    of
        Position among the shapes given of each feature that has something left to draw.
    numbers
        Commands and their parameters, feature by feature.
    counts
        How many of these each feature has.
    """

    of: NDArray[np.int64]
    numbers: NDArray[np.uint32]
    counts: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Rings:
    """Rings of whole corners, none of them repeated at the end."""

    corners: NDArray[np.int32]
    ring: NDArray[np.int64]
    """The ring of each corner, ascending."""
    part: NDArray[np.int64]
    """The polygon of each ring there was; the first of each is the outer one."""
    shape: NDArray[np.int64]
    """The shape given of each polygon."""


def commands(shapes: NDArray[np.object_]) -> Commands:
    """Return what draws these polygons, given in units of the tile's grid.

    What has no area on the grid is not drawn. Outer rings run clockwise on the
    screen, inner ones the other way round (MVT 2.1, 4.3.4.4).
    """
    rings = _rings(_valid(shapes))
    starts, counts, area = _measured(rings.corners, rings.ring)
    kept, outer = _drawn(rings, starts, area)
    counts, shape = counts[kept], rings.shape[rings.part[rings.ring[starts[kept]]]]
    backward = (area[kept] > 0) != outer[kept]
    corners = rings.corners[_in_order(starts[kept], counts, backward)]
    of, first = np.unique(shape, return_index=True)
    numbers = _numbers(corners, counts, first)
    ends = np.append(first[1:], len(counts))
    lengths = np.concatenate([[0], np.cumsum(2 * counts + 3)])
    return Commands(of, numbers, lengths[ends] - lengths[first])


def _valid(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the shapes on the grid; those that rounding would fold over itself are cut again."""
    rounded = np.asarray(shapely.transform(shapes, np.rint))
    folded = ~shapely.is_valid(rounded)
    if folded.any():
        rounded[folded] = shapely.set_precision(shapes[folded], 1.0)
    return rounded


def _rings(shapes: NDArray[np.object_]) -> _Rings:
    parts, shape = shapely.get_parts(shapes, return_index=True)
    areas = shapely.get_type_id(parts) == _POLYGON_TYPE
    lines, part = shapely.get_rings(parts[areas], return_index=True)
    points, ring = shapely.get_coordinates(lines, return_index=True)
    corners = points.astype(np.int32)
    last = np.append(ring[1:] != ring[:-1], True)[: len(ring)]
    return _Rings(*_straightened(corners[~last], ring[~last]), part, shape[areas])


def _straightened(
    corners: NDArray[np.int32], ring: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the corners without repeated ones and without those on a straight line; thin rings vanish."""
    while True:
        before, after = _neighbours(ring)
        moved = (corners != corners[before]).any(axis=1)
        if not moved.all():
            corners, ring = corners[moved], ring[moved]
            continue
        come, go = corners - corners[before], corners[after] - corners
        turns = come[:, 0] * go[:, 1] != come[:, 1] * go[:, 0]
        if turns.all():
            return corners, ring
        corners, ring = corners[turns], ring[turns]


def _neighbours(ring: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    starts, counts = _runs(ring)
    before, after = np.arange(len(ring)) - 1, np.arange(len(ring)) + 1
    before[starts] = starts + counts - 1
    after[starts + counts - 1] = starts
    return before, after


def _runs(ring: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    starts = np.flatnonzero(np.append(True, ring[1:] != ring[:-1])[: len(ring)])
    return starts, np.diff(np.append(starts, len(ring)))


def _measured(
    corners: NDArray[np.int32], ring: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Where each ring begins, how many corners it has, and twice its area: positive if it runs clockwise."""
    starts, counts = _runs(ring)
    if not len(ring):
        return starts, counts, np.zeros(0, dtype=np.int64)
    _, after = _neighbours(ring)
    x, y = corners.astype(np.int64).T
    return starts, counts, np.add.reduceat(x * y[after] - x[after] * y, starts)


def _drawn(
    rings: _Rings, starts: NDArray[np.int64], area: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rings are drawn, and which are outer ones; a hole goes with its outer ring."""
    number = rings.ring[starts]
    part = rings.part[number]
    outer = np.append(True, rings.part[1:] != rings.part[:-1])[number]
    whole = np.zeros(len(rings.shape), dtype=bool)
    whole[part[outer & (area != 0)]] = True
    return (area != 0) & whole[part], outer


def _in_order(
    starts: NDArray[np.int64], counts: NDArray[np.int64], backward: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the places of the corners ring by ring, of some rings from last to first."""
    step = np.repeat(np.where(backward, -1, 1), counts)
    within = places(np.zeros_like(starts), counts)
    begin = np.repeat(np.where(backward, starts + counts - 1, starts), counts)
    return begin + step * within


def _numbers(
    corners: NDArray[np.int32], counts: NDArray[np.int64], first: NDArray[np.int64]
) -> NDArray[np.uint32]:
    """Return the commands of all rings; ``first`` are the rings that begin a feature."""
    begins = np.cumsum(counts) - counts
    steps = np.diff(corners, axis=0, prepend=corners[:1])
    # The pen of each feature begins in the corner of the tile.
    steps[begins[first]] = corners[begins[first]]
    length = 2 * counts + 3
    head = np.cumsum(length) - length
    numbers = np.empty(int(length.sum()), dtype=np.uint32)
    numbers[head] = _MOVE_ONE
    numbers[head + 3] = (counts - 1) << 3 | _LINE
    numbers[head + length - 1] = _CLOSE
    within = places(np.zeros_like(counts), counts)
    across = np.repeat(head + 1, counts) + 2 * within + (within > 0)
    numbers[across], numbers[across + 1] = zigzag(steps).T
    return numbers
