"""The study area: where incidents could have been, without which no hotspot means anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import shapely

from hotspot.crs import project, project_shapes, unproject_shapes, utm_zone
from hotspot.errors import BoundaryError, NotFoundError, ThinDataError
from hotspot.once import once
from hotspot.places.locator import Locator
from hotspot.places.names import natural
from hotspot.words import quoted

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from shapely.geometry.base import BaseGeometry

    from hotspot.places.boundaries import BoundarySet

HULL: Final = "hull"
_SHARE_OF_EXTENT: Final = 0.02
_LEAST_MARGIN: Final = 500.0
_WIDEST: Final = 12.0


@dataclass(frozen=True)
class StudyArea:
    """One shape in longitude and latitude, and how it was come by."""

    geometry: BaseGeometry
    label: str
    """``BZ``, ``BZ/BZ-BZ,BZ-CY`` or ``hull``."""
    kind: Literal["districts", "hull"]
    codes: tuple[str, ...]
    """The districts it is made of; none for a hull."""
    crs: str
    """The UTM zone of its middle, for measuring."""
    area_km2: float

    def holds(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether each point is in the area or on its edge; not if a coordinate is missing."""
        return np.asarray(self._locator.first(lon, lat) == 0)

    @cached_property
    def _locator(self) -> Locator:
        return Locator(_alone(self.geometry))

    def in_metres(self) -> BaseGeometry:
        """Return the shape in metres, in ``crs``."""
        shape: BaseGeometry = project_shapes(_alone(self.geometry), self.crs)[0]
        return shape


def parse_area(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the name of a boundary set and the codes of its districts; no codes mean all of it.

    >>> parse_area("BZ"), parse_area("BZ/BZ-CY, BZ-BZ"), parse_area("hull")
    (('BZ', ()), ('BZ', ('BZ-CY', 'BZ-BZ')), ('hull', ()))
    """
    name, slash, rest = text.strip().partition("/")
    codes = tuple(code.strip() for code in rest.split(",") if code.strip())
    if not name.strip() or (slash and not codes):
        msg = (
            f"{quoted(text)} is no study area. Write a boundary set (BZ), districts of it (BZ/BZ-BZ,BZ-CY) "
            "or hull."
        )
        raise BoundaryError(msg)
    return name.strip(), codes


def study_area(boundary_set: BoundarySet, codes: Iterable[str] = ()) -> StudyArea:
    """Return the whole of a boundary set, or some of its districts joined.

    Codes are taken in either case and any order; one that is not known is a
    ``NotFoundError`` that lists the known.

    >>> from hotspot.places.boundaries import load
    >>> study_area(load("BZ"), ["bz-cy", "BZ-BZ"]).label
    'BZ/BZ-BZ,BZ-CY'
    """
    chosen = tuple(_known(boundary_set, codes))
    return once(boundary_set, ("study area", chosen), lambda: _joined(boundary_set, chosen))


def hull_of(lon: ArrayLike, lat: ArrayLike) -> StudyArea:
    """Return the convex hull of the points, widened by 2 % of its longer side and at least 500 m.

    It is marked as a hull: where incidents could have been is only guessed
    from where they were, so findings over it deserve less trust. Points
    without coordinates do not count.
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if not x.size:
        raise ThinDataError(
            "No incident has coordinates, so there is no hull around them.",
            remedies=("Map the columns of longitude and latitude, or name a boundary set as the area.",),
        )
    if np.ptp(x) > _WIDEST or np.ptp(y) > _WIDEST:
        msg = (
            f"The incidents reach from {x.min():.3f} to {x.max():.3f} degrees east and from {y.min():.3f} to "
            f"{y.max():.3f} degrees north: too wide for a hull (at most {_WIDEST:g} degrees). "
            "Correct the stray coordinates, or name a boundary set as the area."
        )
        raise BoundaryError(msg)
    crs = utm_zone(float(x.min() + x.max()) / 2, float(y.min() + y.max()) / 2)
    east, north = project(x, y, crs)
    margin = max(_LEAST_MARGIN, _SHARE_OF_EXTENT * float(max(np.ptp(east), np.ptp(north))))
    around = shapely.MultiPoint(np.column_stack([east, north])).convex_hull.buffer(margin)
    return _measured(unproject_shapes(_alone(around), crs)[0], HULL, "hull", ())


def _known(boundary_set: BoundarySet, codes: Iterable[str]) -> list[str]:
    written = {code.casefold(): code for code in boundary_set.codes}
    chosen = {}
    for code in codes:
        if code.strip().casefold() not in written:
            known = ", ".join(boundary_set.codes)
            msg = f"{boundary_set.name} has no district {quoted(code)}. It has: {known}."
            raise NotFoundError(msg)
        chosen[written[code.strip().casefold()]] = True
    return sorted(chosen, key=natural)


def _joined(boundary_set: BoundarySet, chosen: tuple[str, ...]) -> StudyArea:
    every = len(chosen) == len(boundary_set) or not chosen
    used = boundary_set.codes if every else chosen
    place = {code: i for i, code in enumerate(boundary_set.codes)}
    shape = shapely.union_all(boundary_set.geometry[[place[code] for code in used]])
    label = boundary_set.name if every else f"{boundary_set.name}/{','.join(used)}"
    return _measured(shape, label, "districts", tuple(used))


def _measured(
    shape: BaseGeometry, label: str, kind: Literal["districts", "hull"], codes: tuple[str, ...]
) -> StudyArea:
    west, south, east, north = shape.bounds
    crs = utm_zone((west + east) / 2, (south + north) / 2)
    area = float(shapely.area(project_shapes(_alone(shape), crs))[0]) / 1e6
    return StudyArea(shape, label, kind, codes, crs, round(area, 6))


def _alone(shape: BaseGeometry) -> NDArray[np.object_]:
    return np.array([shape], dtype=object)
