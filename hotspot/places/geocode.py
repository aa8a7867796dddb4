"""Incidents placed: district, precision, and coordinates where only a name was given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from hotspot.incidents.table import PRECISIONS
from hotspot.places.districts import CAP, DistrictIndex, DistrictNames, Located
from hotspot.places.gazetteer import Gazetteer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.places.boundaries import BoundarySet

_MOST: Final = 0.5
_PAIRS_SHOWN: Final = 3
_TEXT_SHOWN: Final = 60
_AS_WRITTEN: Final = 100.0


@dataclass(frozen=True)
class Geocoded:
    """A clean table with its rows placed, and how that went."""

    table: pd.DataFrame
    notes: tuple[str, ...]
    placed: dict[str, int]
    """Rows by precision (exact, place, district, none) and of these: snapped, outside, ambiguous,
    recorded (with a district on record that is known), disagree (computed another)."""
    swapped: bool = False
    """Whether longitude and latitude look swapped."""


def geocode(table: pd.DataFrame, *, boundary_set: BoundarySet | None, cap: float = CAP) -> Geocoded:
    """Return the table with ``district``, ``snapped``, ``location_precision``, and places' coordinates.

    Coordinates give the district by point-in-polygon (``DistrictIndex``) and
    the precision ``exact``. Without them, the place text is looked up within the
    recorded district if there is one: ``place``. With only a recorded district:
    ``district``, and no coordinates. Else ``none``.

    Without a boundary set only the precision of what has coordinates is known.

    Parameters
    ----------
    table
        A clean table (``incidents.table``); it is not changed.
    boundary_set
        The districts; their country's place names are used too.
    cap
        Metres within which a point outside every district gets the nearest.
    """
    given = (table["lon"].notna() & table["lat"].notna()).to_numpy(dtype=bool)
    by_name = given & (table["location_precision"] == "place").to_numpy(dtype=bool)
    precision = np.where(by_name, "place", np.where(given, "exact", "none")).astype(object)
    if boundary_set is None:
        placed = table.assign(location_precision=pd.array(precision, dtype="str"))
        note = "No boundaries were named, so no district is known and place names were not looked up."
        return Geocoded(placed, (note,), _counts(precision))
    index = DistrictIndex.of(boundary_set)
    lon, lat = (table[column].to_numpy(dtype=np.float64, copy=True) for column in ("lon", "lat"))
    located = index.locate(lon, lat, cap=cap)
    recorded = np.array(DistrictNames(boundary_set).match(table["recorded_district"].tolist()), dtype=object)
    district = located.district.copy()
    names = _named(table, recorded, ~given, boundary_set)
    for target, column in ((lon, "lon"), (lat, "lat"), (district, "district")):
        target[names.rows] = names.found[column].to_numpy()
    precision[names.rows] = "place"
    only = (precision == "none") & (recorded != None)  # noqa: E711 - elementwise
    district[only] = recorded[only]
    precision[only] = "district"
    done = table.assign(
        lon=lon,
        lat=lat,
        location_precision=pd.array(precision, dtype="str"),
        snapped=located.snapped,
        district=pd.array(district, dtype="str"),
    )
    swap = _looks_swapped(index, table, located, given, cap)
    tally = _Tally(boundary_set, cap, located, given & ~by_name, recorded, names.ambiguous)
    notes = (*_swap_note(swap, boundary_set), *tally.notes(), *names.notes())
    return Geocoded(done, notes, tally.counts(precision), bool(swap))


@dataclass(frozen=True)
class _Named:
    """Rows placed by their place text."""

    rows: NDArray[np.int64]
    found: pd.DataFrame
    texts: pd.Series
    ambiguous: int

    def notes(self) -> Iterator[str]:
        """Say which texts were taken for a name that is spelt otherwise."""
        alike = (self.found["score"] < _AS_WRITTEN).to_numpy(dtype=bool)
        if not alike.any():
            return
        pairs = Counter(zip(self.texts[alike], self.found["place"][alike], strict=True))
        shown = ", ".join(
            f"{text[:_TEXT_SHOWN]!r} as {place} ({n:,})" for (text, place), n in _commonest(pairs)
        )
        yield f"{_rows(int(alike.sum()))} placed by a name spelt nearly so: {shown}."


def _named(
    table: pd.DataFrame, recorded: NDArray[np.object_], missing: NDArray[np.bool_], boundary_set: BoundarySet
) -> _Named:
    rows = np.flatnonzero(missing & table["place"].notna().to_numpy(dtype=bool))
    texts = table["place"].iloc[rows]
    codes = pd.Series(recorded[rows], index=texts.index, dtype=object)
    answers = Gazetteer.of(boundary_set).find(texts, codes)
    hit = answers["lon"].notna().to_numpy(dtype=bool)
    return _Named(rows[hit], answers[hit], texts[hit], int(answers["ambiguous"].sum()))


def _looks_swapped(
    index: DistrictIndex, table: pd.DataFrame, located: Located, given: NDArray[np.bool_], cap: float
) -> int:
    """Rows that fall in the area only with longitude and latitude swapped; 0 unless they are most."""
    rows = int(given.sum())
    if not rows or located.found.sum() > _MOST * rows:
        return 0
    other = index.locate(table["lat"], table["lon"], cap=cap)
    only_swapped = int((other.found & ~located.found).sum())
    return only_swapped if only_swapped > _MOST * rows else 0


def _swap_note(rows: int, boundary_set: BoundarySet) -> Iterator[str]:
    if rows:
        yield (
            f"Longitude and latitude look swapped: {_rows(rows)} would fall in "
            f"{boundary_set.title} only if they were. Nothing was changed; "
            "map the two columns the other way round and import again."
        )


@dataclass(frozen=True)
class _Tally:
    """What there is to say about the placing."""

    boundary_set: BoundarySet
    cap: float
    located: Located
    exact: NDArray[np.bool_]
    recorded: NDArray[np.object_]
    ambiguous: int

    @property
    def outside(self) -> int:
        return int((self.exact & ~self.located.found).sum())

    @property
    def compared(self) -> NDArray[np.bool_]:
        """Rows with both a computed and a recorded district."""
        known = np.array([code is not None for code in self.recorded], dtype=bool)
        return np.asarray(self.exact & self.located.found & known)

    @property
    def disagree(self) -> NDArray[np.bool_]:
        return np.asarray(self.compared & (self.recorded != self.located.district))

    def counts(self, precision: NDArray[np.object_]) -> dict[str, int]:
        return {
            **_counts(precision),
            "snapped": int(self.located.snapped.sum()),
            "outside": self.outside,
            "ambiguous": self.ambiguous,
            "recorded": int(self.compared.sum()),
            "disagree": int(self.disagree.sum()),
        }

    def notes(self) -> Iterator[str]:
        title = self.boundary_set.title
        if snapped := int(self.located.snapped.sum()):
            yield (
                f"{_rows(snapped)} lay outside every district of {title} and were given the nearest "
                f"within {self.cap:,.0f} m (the farthest {np.nanmax(self.located.distance):,.0f} m)."
            )
        if self.outside:
            yield (
                f"{_rows(self.outside)} lay farther than {self.cap:,.0f} m from {title} and got no district."
            )
        if self.ambiguous:
            yield (
                f"{_rows(self.ambiguous)} named a place of which there are several in {title}, "
                "with no district to tell which, and got no coordinates."
            )
        if (compared := int(self.compared.sum())) and self.disagree.any():
            wrong = int(self.disagree.sum())
            yield (
                f"The recorded district differs from the computed one in {wrong:,} of {_rows(compared)} "
                f"({wrong / compared:.1%}); the computed one is used. Most often: {self._pairs()}."
            )

    def _pairs(self) -> str:
        rows = self.disagree
        pairs = Counter(zip(self.recorded[rows], self.located.district[rows], strict=True))
        return ", ".join(f"{was} recorded, {now} computed ({n:,})" for (was, now), n in _commonest(pairs))


def _counts(precision: NDArray[np.object_]) -> dict[str, int]:
    return {name: int((precision == name).sum()) for name in PRECISIONS}


def _commonest(pairs: Counter[tuple[str, str]]) -> list[tuple[tuple[str, str], int]]:
    return sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:_PAIRS_SHOWN]


def _rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"
