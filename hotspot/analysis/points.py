"""The incidents a point method may use: located well enough, inside the study area, in a stable order."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hotspot.analysis.harm import weights
from hotspot.analysis.selection import local_span
from hotspot.crs import project
from hotspot.incidents.table import PRECISIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hotspot.analysis.harm import Harm
    from hotspot.analysis.selection import Sieve, Span
    from hotspot.places.study_area import StudyArea

Placed = dict[str, float]
"""Incidents of one precision: ``incidents`` and their ``share`` of all."""


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
            found.update(np.ascontiguousarray(column, dtype=column.dtype.newbyteorder("<")).data)
        return found.hexdigest()


def leave_unlocated(sieve: Sieve, table: pd.DataFrame, *, precision: str = "exact") -> dict[str, Placed]:
    """Take out the rows that are not placed well enough for a point method; tell how all were placed.

    With ``place`` those at the middle point of a named town stay too.
    """
    codes, names = pd.factorize(table["location_precision"])
    of = {str(name): number for number, name in enumerate(names)}
    # A code that no row has, for a precision that none has; -1 is a row without any.
    exact, by_place, district = (of.get(name, -2) for name in ("exact", "place", "district"))
    held = np.bincount(codes[sieve.keep] + 1, minlength=len(names) + 1)[1:]
    total = max(int(np.count_nonzero(sieve.keep)), 1)
    here = np.isfinite(table["lon"].to_numpy()) & np.isfinite(table["lat"].to_numpy())
    places = (codes == by_place) & here
    sieve.leave(codes == district, "district_only")
    if precision == "exact":
        sieve.leave(places, "place_only")
    sieve.leave(~(places | ((codes == exact) & here)), "not_located")
    counts = {name: int(held[of[name]]) if name in of else 0 for name in PRECISIONS}
    return {name: {"incidents": n, "share": round(n / total, 4)} for name, n in counts.items()}


def leave_outside(sieve: Sieve, table: pd.DataFrame, area: StudyArea) -> None:
    """Take out the rows whose point lies outside the study area; one on its edge is inside."""
    rows = sieve.rows
    within = area.holds(table["lon"].to_numpy()[rows], table["lat"].to_numpy()[rows])
    lost = rows[~within]
    if not len(lost):
        return
    outside = np.zeros(len(table), dtype=bool)
    outside[lost] = True
    off_shore = np.zeros(len(table), dtype=bool)
    mine = table["district"].iloc[lost].isin(area.codes).to_numpy(dtype=bool)
    off_shore[lost] = table["snapped"].to_numpy(dtype=bool)[lost] & mine
    sieve.leave(off_shore, "outside_near_shore")
    sieve.leave(outside, "outside_area")


def points_of(
    table: pd.DataFrame,
    area: StudyArea,
    *,
    timezone: str,
    harm: Harm = (),
    rows: NDArray[np.int64] | None = None,
    span: Span | None = None,
) -> Points:
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
    rows
        Positions of the rows to take; all without.
    span
        Of all rows, where it is known already; see `local_span`.
    """
    chosen = slice(None) if rows is None else rows
    first, last = (times[chosen] for times in span or local_span(table, timezone))
    lon, lat = (table[name].to_numpy(dtype=np.float64)[chosen] for name in ("lon", "lat"))
    offence, offences = _offences(table["offence"], chosen)
    weight = weights(table[["offence", "iccs"]].iloc[chosen], harm) if harm else np.ones(len(lon))
    # Whole numbers sort faster than times, which are compared with a thought for NaT.
    keys = [lon, lat, first.view(np.int64), last.view(np.int64), offence]
    order = sorted_by([*keys, weight] if harm else keys)
    lon, lat = lon[order], lat[order]
    x, y = project(lon, lat, area.crs)
    return Points(lon, lat, x, y, first[order], last[order], offence[order], offences, weight[order])


def sorted_by(keys: Sequence[NDArray[Any]]) -> NDArray[np.int64]:
    """Return the order that sorts by the first key, of equals by the second, and so on.

    Each key is only looked at where those before it are equal, which spares most of the work
    of `np.lexsort`; rows that are equal in all come in any order.

    >>> sorted_by([np.array([2.0, 1.0, 2.0]), np.array([5, 9, 4])]).tolist()
    [1, 2, 0]
    """
    order = np.argsort(keys[0])
    same = _as_before(keys[0][order])
    place: NDArray[np.int64] | None = None
    for key in keys[1:]:
        tied = same.copy()
        tied[:-1] |= same[1:]
        # What has no equal is where it belongs.
        rows = np.flatnonzero(tied)
        if not len(rows):
            break
        place, same = rows if place is None else place[rows], same[rows]
        mine = order[place]
        values = key[mine]
        by_value = np.argsort(values)
        rank = np.empty(len(rows), dtype=np.int64)
        rank[by_value] = np.cumsum(~_as_before(values[by_value]))
        within = np.argsort(np.cumsum(~same) * (len(rows) + 1) + rank)
        order[place] = mine[within]
        same &= _as_before(rank[within])
    return order


def _as_before(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each value equals the one before it; the first does not."""
    same = np.zeros(len(values), dtype=bool)
    np.equal(values[1:], values[:-1], out=same[1:])
    return same


def _offences(column: pd.Series, chosen: Any) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return the number of each chosen row's offence among those that they have, and these, sorted."""
    codes, names = pd.factorize(column)
    held = np.bincount(codes[chosen] + 1, minlength=len(names) + 1)
    texts = ["", *map(str, names)]
    present = sorted({texts[i] for i in np.flatnonzero(held)})
    number = {text: i for i, text in enumerate(present)}
    place = np.array([number.get(text, -1) for text in texts], dtype=np.int64)
    return place[codes[chosen] + 1], tuple(present)
