"""Ranked hotspots: what each holds, where it lies, and in which order they matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from hotspot.crs import DECIMALS, unproject
from hotspot.places.districts import CAP, DistrictIndex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hotspot.analysis.points import Points
    from hotspot.analysis.task import Task
    from hotspot.places.boundaries import BoundarySet
    from hotspot.places.study_area import StudyArea

_TOP: Final = 3
_MOST_AT_ONCE: Final = 1 << 22
"""Pairs of a place and a district that are counted at once."""
UNRECORDED: Final = "not recorded"


@dataclass(frozen=True, eq=False)
class Groups:
    """k places, each with the incidents in it; not yet in any order.

    Attributes
    ----------
    label
        Which place each of the n incidents is in, 0..k-1; -1 in none; shape (n,).
    shapes
        Polygon of each in metres, shape (k,).
    area_km2
        Area of each inside the study area, shape (k,).
    district
        Number of the district of most of its incidents, -1 for none, shape (k,).
    """

    label: NDArray[np.int64]
    shapes: NDArray[np.object_]
    area_km2: NDArray[np.float64]
    district: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.shapes)


@dataclass(frozen=True, eq=False)
class Ranking:
    """The ranked table, and the place at each rank as it was numbered before."""

    table: pd.DataFrame
    order: NDArray[np.int64]

    def ranks(self, place: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rank of each place, given by its number before; 0 for -1, none."""
        ranks = np.zeros(len(self.order) + 1, dtype=np.int64)
        ranks[self.order] = np.arange(1, len(self.order) + 1)
        return ranks[place]

    def table_with(self, columns: Mapping[str, NDArray[Any]]) -> pd.DataFrame:
        """Return the table with more columns, given in the order of the places before."""
        ranked = {name: values[self.order] for name, values in columns.items()}
        texts = {name: "str" for name, values in ranked.items() if values.dtype == object}
        return self.table.assign(**ranked).astype(texts)


def rank(groups: Groups, points: Points, *, area: StudyArea, districts: Districts) -> Ranking:
    """Places ranked by the weight of their incidents; of two with as much, the smaller one first.

    The table has the columns common to all methods: rank, incidents, harm, share, area_km2,
    density, pai, district, district_name, lon, lat, top_offences, last_incident. No
    places give an empty table.

    Parameters
    ----------
    groups
        The places.
    points
        The n incidents.
    area
        The study area, whose area the PAI compares with.
    districts
        Those that the places number theirs by.
    """
    k = len(groups)
    inside = groups.label >= 0
    label = groups.label[inside]
    number = np.bincount(label, minlength=k)
    lon, lat = _inner_points(groups.shapes, area.crs)
    harm = np.bincount(label, weights=points.weight[inside], minlength=k)
    order = np.lexsort((lat, lon, groups.area_km2, -number, -harm))
    share = number / max(len(points), 1)
    columns: dict[str, Any] = {
        "incidents": number,
        "harm": np.round(harm, 6),
        "share": np.round(share, 6),
        "area_km2": np.round(groups.area_km2, 6),
        "density": np.round(number / groups.area_km2, 3),
        "pai": np.round(share / (groups.area_km2 / area.area_km2), 3),
        "district": districts.codes[groups.district],
        "district_name": districts.names[groups.district],
        "lon": lon,
        "lat": lat,
        "top_offences": top_offences(label, points.offence[inside], points.offences, k),
        "last_incident": last_days(label, points.last[inside], k),
    }
    table = pd.DataFrame({name: values[order] for name, values in columns.items()})
    table.insert(0, "rank", np.arange(1, k + 1))
    texts = dict.fromkeys(("district", "district_name", "top_offences", "last_incident"), "str")
    return Ranking(table.astype(texts), order)


def rank_shapes(task: Task, label: NDArray[np.int64], shapes: NDArray[np.object_]) -> Ranking:
    """Return places of any outline ranked, each in the district of most of its incidents.

    Parameters
    ----------
    task
        Its incidents, study area and districts.
    label
        Which place each incident is in, -1 in none; shape (n_points,).
    shapes
        Polygon of each place in metres, inside the study area; shape (k,).
    """
    district = task.districts.commonest(label, task.district, len(shapes))
    groups = Groups(label, shapes, shapely.area(shapes) / 1e6, district)
    return rank(groups, task.points, area=task.area, districts=task.districts)


def _inner_points(shapes: NDArray[np.object_], crs: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude of the centroid, or of a point inside where that lies outside."""
    if not len(shapes):
        return np.empty(0), np.empty(0)
    middle = shapely.centroid(shapes)
    middle = np.where(shapely.contains(shapes, middle), middle, shapely.point_on_surface(shapes))
    lon, lat = unproject(shapely.get_x(middle), shapely.get_y(middle), crs)
    return np.round(lon, DECIMALS), np.round(lat, DECIMALS)


@dataclass(frozen=True, eq=False)
class Districts:
    """The districts of a study area by number; the last number, -1, is none."""

    codes: NDArray[np.object_]
    names: NDArray[np.object_]
    boundary_set: BoundarySet | None

    @classmethod
    def of(cls, boundary_set: BoundarySet | None, area: StudyArea) -> Districts:
        """Return the districts that the study area is made of; none over a hull."""
        none = np.array([""], dtype=object)
        if boundary_set is None or not area.codes:
            return cls(none, none, None)
        chosen = boundary_set.part(area.codes)
        return cls(
            np.array([*chosen.codes, ""], dtype=object), np.array([*chosen.names, ""], dtype=object), chosen
        )

    def locate(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64], *, cap: float = CAP
    ) -> NDArray[np.int64]:
        """Return the number of each point's district, the nearest within ``cap`` metres; -1 for none."""
        if self.boundary_set is None or not len(lon):
            return np.full(len(lon), -1, dtype=np.int64)
        return DistrictIndex.of(self.boundary_set).locate(lon, lat, cap=cap).index

    def commonest(
        self,
        label: NDArray[np.int64],
        district: NDArray[np.int64],
        k: int,
        *,
        weights: NDArray[np.float64] | None = None,
    ) -> NDArray[np.int64]:
        """Return the district of most points of each of k groups, the first of equals; -1 for none.

        A label of -1 is in no group, a district of -1 does not count.
        """
        width, commonest = len(self.codes), np.full(k, -1, dtype=np.int64)
        some = max(_MOST_AT_ONCE // width, 1)
        for first in range(0, k, some):
            groups = min(some, k - first)
            kept = (district >= 0) & (label >= first) & (label < first + groups)
            held = np.bincount(
                (label[kept] - first) * width + district[kept],
                weights=None if weights is None else weights[kept],
                minlength=groups * width,
            ).reshape(groups, width)
            commonest[first : first + groups] = np.where(held.any(axis=1), held.argmax(axis=1), -1)
        return commonest


def _commonest(
    label: NDArray[np.int64], value: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return groups, values and their numbers: by group, then the commonest value first, then the lower."""
    width = int(value.max(initial=0)) + 1
    pair, number = np.unique(label * width + value, return_counts=True)
    order = np.lexsort((pair, -number, pair // width))
    return pair[order] // width, pair[order] % width, number[order]


def top_offences(
    label: NDArray[np.int64], offence: NDArray[np.int64], names: tuple[str, ...], k: int
) -> NDArray[np.object_]:
    """Text such as ``Theft 12, Burglary 7`` for each of k groups: the three commonest offences."""
    found: list[list[str]] = [[] for _ in range(k)]
    for group, which, number in zip(*_commonest(label, offence), strict=True):
        if len(found[group]) < _TOP:
            found[group].append(f"{names[which] or UNRECORDED} {number:,}")
    texts = np.empty(k, dtype=object)
    texts[:] = [", ".join(parts) for parts in found]
    return texts


def top_offence(
    label: NDArray[np.int64], offence: NDArray[np.int64], names: tuple[str, ...], k: int
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Commonest offence of each of k groups, none of them empty, and its share of the group."""
    group, which, number = _commonest(label, offence)
    first = np.flatnonzero(np.diff(group, prepend=-1))
    texts = np.empty(k, dtype=object)
    texts[:] = [names[i] or UNRECORDED for i in which[first]]
    return texts, number[first] / np.bincount(label, minlength=k)


def last_days(label: NDArray[np.int64], last: NDArray[np.datetime64], k: int) -> NDArray[np.object_]:
    """Local day of the last incident of each of k groups, ISO 8601; empty text without a time."""
    return _days(np.fmax, label, last, k)


def first_days(label: NDArray[np.int64], first: NDArray[np.datetime64], k: int) -> NDArray[np.object_]:
    """Local day of the first incident of each of k groups, ISO 8601; empty text without a time."""
    return _days(np.fmin, label, first, k)


def _days(
    outermost: np.ufunc, label: NDArray[np.int64], times: NDArray[np.datetime64], k: int
) -> NDArray[np.object_]:
    # Of a day and none, the day.
    days = np.full(k, np.datetime64("NaT"), dtype="datetime64[D]")
    outermost.at(days, label, times.astype("datetime64[D]"))
    texts = np.empty(k, dtype=object)
    texts[:] = ["" if np.isnat(day) else str(day) for day in days]
    return texts
