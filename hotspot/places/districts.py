"""Which district a point is in: exactly, or the nearest one at a coarse shore."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from hotspot.crs import project, project_shapes, utm_zone
from hotspot.once import once
from hotspot.places.locator import CHUNK, Locator
from hotspot.places.names import normalise, without_kind
from hotspot.places.sides import sides

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from hotspot.places.boundaries import BoundarySet

CAP: Final = 3_000.0
"""Metres from a shore within which a point outside every district is given the nearest."""

_NO_DISTRICT: Final = -1
_METRES_A_DEGREE: Final = 110_000.0
_NOBODY: Final = np.empty(0, dtype=np.int64)
_NO_METRES: Final = np.empty(0)


@dataclass(frozen=True, eq=False)
class Located:
    """Where points are; all arrays in the order of the points.

    The columns beside ``index`` are made when they are first asked for.
    """

    index: NDArray[np.int64]
    """Position of the district in its boundary set; -1 for none."""
    codes: NDArray[np.object_]
    """Code at each position; ``None`` at the last, -1."""
    near: NDArray[np.int64]
    """The points that lie outside every district and were given the nearest, in order."""
    metres: NDArray[np.float64]
    """How far each of these is from its district."""

    @cached_property
    def district(self) -> NDArray[np.object_]:
        """Code, or ``None`` where no district is near enough or the point is missing."""
        return self.codes[self.index]

    @cached_property
    def snapped(self) -> NDArray[np.bool_]:
        """Whether the point lies outside every district and was given the nearest."""
        snapped = np.zeros(len(self.index), dtype=bool)
        snapped[self.near] = True
        return snapped

    @cached_property
    def distance(self) -> NDArray[np.float64]:
        """Metres to the district: 0 inside, NaN where there is none."""
        distance = np.where(self.found, 0.0, np.nan)
        distance[self.near] = self.metres
        return distance

    @cached_property
    def found(self) -> NDArray[np.bool_]:
        """Whether each point has a district."""
        return np.asarray(self.index != _NO_DISTRICT)


class DistrictIndex:
    """The districts of a boundary set, ready to be asked about many points.

    >>> from hotspot.places.boundaries import load
    >>> located = DistrictIndex.of(load("GY")).locate([-58.155, 0], [6.804, 0])
    >>> located.district.tolist()
    ['GY-DE', None]
    """

    def __init__(self, boundary_set: BoundarySet) -> None:
        self._codes = np.array([*boundary_set.codes, None], dtype=object)
        self._shapes = boundary_set.geometry
        self._bounds = boundary_set.bounds
        west, south, east, north = self._bounds
        self._crs = utm_zone((west + east) / 2, (south + north) / 2)
        self._locator = Locator(self._shapes)

    @classmethod
    def of(cls, boundary_set: BoundarySet) -> DistrictIndex:
        """Return the index of a boundary set, made once for it and kept with it."""
        return once(boundary_set, "district index", lambda: cls(boundary_set))

    def locate(self, lon: ArrayLike, lat: ArrayLike, *, cap: float = CAP) -> Located:
        """Return the district of each point.

        A point on a border belongs to the lower code. One outside every
        district gets the nearest within ``cap`` metres, measured in the UTM
        zone of the middle of the set. A missing or infinite coordinate has no
        district.
        """
        x = np.asarray(lon, dtype=np.float64)
        y = np.asarray(lat, dtype=np.float64)
        index = self._locator.first(x, y)
        near, metres = [_NOBODY], [_NO_METRES]
        outside = np.flatnonzero(index == _NO_DISTRICT) if cap > 0 else _NOBODY
        for begin in range(0, len(outside), CHUNK):
            rows = outside[begin : begin + CHUNK]
            rows = rows[self._within_reach(x[rows], y[rows], cap)]
            district, distance = self._nearest(x[rows], y[rows], cap)
            index[rows] = district
            snapped = district != _NO_DISTRICT
            near.append(rows[snapped])
            metres.append(distance[snapped])
        return Located(index, self._codes, np.concatenate(near), np.concatenate(metres))

    def _within_reach(self, x: NDArray[np.float64], y: NDArray[np.float64], cap: float) -> NDArray[np.bool_]:
        west, south, east, north = self._bounds
        high = max(abs(south), abs(north))
        up = cap / _METRES_A_DEGREE
        across = up / max(np.cos(np.radians(min(high + up, 89.0))), 0.01)
        # A comparison with NaN is false: missing points drop out here.
        wide = (x >= west - across) & (x <= east + across)
        return np.asarray(wide & (y >= south - up) & (y <= north + up))

    def _nearest(
        self, x: NDArray[np.float64], y: NDArray[np.float64], cap: float
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        tree, owner = self._shores
        points = shapely.points(*project(x, y, self._crs))
        (point, segment), metres = tree.query_nearest(points, max_distance=cap, return_distance=True)
        index = np.full(x.shape, len(self._shapes), dtype=np.int64)
        distance = np.full(x.shape, np.nan)
        np.minimum.at(index, point, owner[segment])
        distance[point] = metres
        return np.where(index == len(self._shapes), _NO_DISTRICT, index), distance

    @cached_property
    def _shores(self) -> tuple[shapely.STRtree, NDArray[np.int64]]:
        """A tree of the straight pieces of all outlines in metres, and whose each piece is."""
        # Distances to pieces are found by the tree; to a whole outline, each
        # point would be held against all of its vertices.
        owner, ends = sides(project_shapes(self._shapes, self._crs))
        return shapely.STRtree(np.asarray(shapely.linestrings(ends))), owner


class DistrictNames:
    """The ways people write the districts of a boundary set.

    >>> from hotspot.places.boundaries import load
    >>> DistrictNames(load("BZ")).match(["Belize District", "cayo", "BZ-SC", "TOL", "Petén"])
    ['BZ-BZ', 'BZ-CY', 'BZ-SC', 'BZ-TOL', None]
    """

    def __init__(self, boundary_set: BoundarySet) -> None:
        codes = boundary_set.codes
        exact = [(_plain(code), code) for code in codes]
        tails = [(_plain(code.rpartition("-")[2]), code) for code in codes]
        names = [(_plain(name), code) for name, code in zip(boundary_set.names, codes, strict=True)]
        bare = [(without_kind(name), code) for name, code in names]
        self._codes: dict[str, str] = {}
        for spellings in (exact, names, bare, tails):
            for spelling, code in _unique(spellings).items():
                self._codes.setdefault(spelling, code)

    def match(self, texts: Iterable[object]) -> list[str | None]:
        """Return the code each text names; ``None`` for one that names none, or more than one."""
        known: dict[str, str | None] = {}
        found: list[str | None] = []
        for text in texts:
            if isinstance(text, str) and text not in known:
                known[text] = self.one(text)
            found.append(known[text] if isinstance(text, str) else None)
        return found

    def one(self, text: str) -> str | None:
        """Return the code that one text names, if any."""
        spelling = _plain(text)
        return self._codes.get(spelling) or self._codes.get(without_kind(spelling))


def _plain(text: str) -> str:
    """Return a normalised spelling; numbers as 8, whether written 008 or 8.0."""
    number = text.strip()
    head, point, tail = number.partition(".")
    if head.isdecimal() and (not point or not tail.strip("0")):
        return str(int(head[:18])) if len(head) <= 18 else head
    return normalise(text)


def _unique(spellings: list[tuple[str, str]]) -> dict[str, str]:
    """Return the spellings that name one district only."""
    found: dict[str, set[str]] = {}
    for spelling, code in spellings:
        found.setdefault(spelling, set()).add(code)
    return {spelling: codes.pop() for spelling, codes in found.items() if spelling and len(codes) == 1}
