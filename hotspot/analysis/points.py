"""The incidents a point method may use: located well enough, inside the study area, in a stable order."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from hotspot.analysis.harm import weights
from hotspot.analysis.selection import Sieve, local_span
from hotspot.crs import project
from hotspot.incidents.table import PRECISIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.analysis.harm import Harm
    from hotspot.places.study_area import StudyArea


@dataclass(frozen=True, eq=False)
class Points:
    """n incidents, sorted so that the order of the rows that came in leaves no trace.

    Attributes
    ----------
    lon, lat
        Degrees, shape (n,).
    x, y
        Metres in the study area's CRS, shape (n,).
    first, last
        First and last moment it can have happened, wall-clock time; NaT if unknown.
    offence
        Position in ``offences``, shape (n,).
    offences
        Offences as recorded, in alphabetical order; empty text where none is.
    weight
        Harm of each, 1 where the question gives none; shape (n,).
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    first: NDArray[np.datetime64]
    last: NDArray[np.datetime64]
    offence: NDArray[np.int64]
    offences: tuple[str, ...]
    weight: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.lon)

    @property
    def weighted(self) -> bool:
        """Whether harm is asked for: some incident weighs other than 1."""
        return bool((self.weight != 1).any())

    def take(self, chosen: NDArray[np.bool_]) -> Points:
        """Return the chosen incidents, in the same order."""
        return Points(
            self.lon[chosen],
            self.lat[chosen],
            self.x[chosen],
            self.y[chosen],
            self.first[chosen],
            self.last[chosen],
            self.offence[chosen],
            self.offences,
            self.weight[chosen],
        )

    def digest(self) -> str:
        """Return the SHA-256 of the incidents; equal for the same incidents in any order."""
        numbers = (self.lon, self.lat, self.first.astype(np.int64), self.last.astype(np.int64), self.offence)
        found = hashlib.sha256(json.dumps(self.offences).encode())
        for column in numbers:
            found.update(np.ascontiguousarray(column).astype(column.dtype.newbyteorder("<")).tobytes())
        return found.hexdigest()


def located(table: pd.DataFrame, *, precision: str = "exact") -> tuple[pd.DataFrame, dict[str, int]]:
    """Rows placed well enough for a point method, and the number left out by reason.

    With ``place`` those at the middle point of a named town are taken too.
    """
    sieve = Sieve(np.ones(len(table), dtype=bool))
    known = table["location_precision"]
    here = np.isfinite(table["lon"].to_numpy()) & np.isfinite(table["lat"].to_numpy())
    by_place = (known == "place").to_numpy(dtype=bool, na_value=False)
    usable = ((known == "exact").to_numpy(dtype=bool, na_value=False) | by_place) & here
    sieve.leave((known == "district").to_numpy(dtype=bool, na_value=False), "district_only")
    if precision == "exact":
        sieve.leave(by_place & here, "place_only")
    sieve.leave(~usable, "not_located")
    return (table[sieve.keep] if sieve.left_out else table), sieve.left_out


def placed(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Incidents by how well they are placed: number and share of all, for each precision."""
    counts = table["location_precision"].value_counts()
    total = max(len(table), 1)
    return {
        name: {"incidents": int(counts.get(name, 0)), "share": round(int(counts.get(name, 0)) / total, 4)}
        for name in PRECISIONS
    }


def inside(table: pd.DataFrame, area: StudyArea) -> tuple[pd.DataFrame, dict[str, int]]:
    """Rows whose point is in the study area or on its edge, and the number left out by reason."""
    shapely.prepare(area.geometry)
    within = shapely.intersects_xy(area.geometry, table["lon"].to_numpy(), table["lat"].to_numpy())
    if within.all():
        return table, {}
    sieve = Sieve(np.ones(len(table), dtype=bool))
    mine = table["district"].isin(area.codes).to_numpy(dtype=bool)
    sieve.leave(~within & table["snapped"].to_numpy(dtype=bool) & mine, "outside_near_shore")
    sieve.leave(~within, "outside_area")
    return table[sieve.keep], sieve.left_out


def points_of(table: pd.DataFrame, area: StudyArea, *, timezone: str, harm: Harm = ()) -> Points:
    """Incidents of located rows in metres, in an order that depends on nothing but what they say.

    Parameters
    ----------
    table
        Rows with coordinates.
    area
        Its ``crs`` measures.
    timezone
        IANA zone of the wall clock.
    harm
        Weights by offence; every incident weighs 1 without.
    """
    first, last = local_span(table, timezone)
    codes, names = pd.factorize(table["offence"].fillna(""), sort=True)
    offence = codes.astype(np.int64)
    lon, lat = table["lon"].to_numpy(dtype=np.float64), table["lat"].to_numpy(dtype=np.float64)
    # Whole numbers sort faster than times, which are compared with a thought for NaT.
    order = np.lexsort((offence, last.astype(np.int64), first.astype(np.int64), lat, lon))
    lon, lat = lon[order], lat[order]
    x, y = project(lon, lat, area.crs)
    offences = tuple(str(name) for name in names)
    weight = weights(table, harm)[order]
    return Points(lon, lat, x, y, first[order], last[order], offence[order], offences, weight)
