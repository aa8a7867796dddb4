"""Incidents placed: district, precision, and coordinates where only a name was given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hotspot.incidents.table import PRECISIONS, chosen
from hotspot.places.districts import CAP, DistrictIndex, DistrictNames
from hotspot.places.gazetteer import Gazetteer
from hotspot.places.placing import Tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.places.boundaries import BoundarySet

_EXACT, _PLACE, _DISTRICT, _NONE = range(len(PRECISIONS))


class Geocoder:
    """Gives incidents district, precision, whether they were snapped, and places' coordinates, part by part.

    Coordinates give the district by point-in-polygon (``DistrictIndex``) and
    the precision ``exact``. Without them, the place text is looked up within the
    recorded district if there is one: ``place``. With only a recorded district:
    ``district``, and no coordinates. Else ``none``.

    Without a boundary set only the precision of what has coordinates is known.

    Parameters
    ----------
    boundary_set
        The districts; their country's place names are used too.
    cap
        Metres within which a point outside every district gets the nearest.
    """

    def __init__(self, boundary_set: BoundarySet | None, *, cap: float = CAP) -> None:
        self._set = boundary_set
        self._cap = cap
        self._tally = Tally()
        self._gazetteer: Gazetteer | None = None

    def place(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a clean table (``incidents.table``) placed; the one given is not changed."""
        given = (table["lon"].notna() & table["lat"].notna()).to_numpy(dtype=bool)
        by_name = given & (table["location_precision"] == "place").to_numpy(dtype=bool)
        precision = np.where(by_name, _PLACE, np.where(given, _EXACT, _NONE))
        if self._set is None:
            self._tally.add_precision(precision)
            return table.assign(location_precision=_texts(PRECISIONS, precision, table.index))
        index, codes = DistrictIndex.of(self._set), self._set.codes
        lon, lat = (table[column].to_numpy(dtype=np.float64, copy=True) for column in ("lon", "lat"))
        located = index.locate(lon, lat, cap=self._cap)
        self._tally.given += int(given.sum())
        self._tally.swapped += _found_if_swapped(index, lon, lat, given & ~located.found, self._cap)
        recorded = self._recorded(table["recorded_district"])
        district = located.index.copy()
        self._place_named(table, ~given, recorded, (lon, lat, district, precision))
        only = (precision == _NONE) & (recorded >= 0)
        district[only] = recorded[only]
        precision[only] = _DISTRICT
        self._tally.add(located, given & ~by_name, recorded, precision)
        return table.assign(
            lon=lon,
            lat=lat,
            location_precision=_texts(PRECISIONS, precision, table.index),
            snapped=located.snapped,
            district=_texts(codes, district, table.index),
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say, once all parts were placed."""
        if self._set is None:
            return ("No boundaries were named, so no district is known and place names were not looked up.",)
        return tuple(self._tally.notes(self._set, cap=self._cap))

    @property
    def placed(self) -> dict[str, int]:
        """Rows so far by precision (exact, place, district, none), and what became of those with a set.

        Of these: snapped, outside, ambiguous, recorded (with a district on record that is known),
        disagree (computed another).
        """
        return self._tally.counts(located=self._set is not None)

    @property
    def swapped(self) -> int:
        """Rows that fall in the area only with longitude and latitude swapped; 0 unless they are most."""
        return self._tally.looks_swapped

    def _recorded(self, texts: pd.Series) -> NDArray[np.int64]:
        """Return the position of the district that each text names; -1 for none."""
        assert self._set is not None  # noqa: S101
        codes, different = pd.factorize(texts)
        number = {code: position for position, code in enumerate(self._set.codes)}
        named = DistrictNames(self._set).match(different.tolist())
        positions = [-1 if code is None else number[code] for code in named]
        return np.array([*positions, -1], dtype=np.int64)[codes]

    def _place_named(
        self,
        table: pd.DataFrame,
        missing: NDArray[np.bool_],
        recorded: NDArray[np.int64],
        into: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]],
    ) -> None:
        """Look the texts of rows without coordinates up, each different one once."""
        assert self._set is not None  # noqa: S101
        rows = np.flatnonzero(missing & table["place"].notna().to_numpy(dtype=bool))
        if not len(rows):
            return
        if self._gazetteer is None:
            self._gazetteer = Gazetteer.of(self._set)
        texts, different = pd.factorize(table["place"].iloc[rows])
        codes = np.array([*self._set.codes, None], dtype=object)
        pairs, which = np.unique(texts * len(codes) + recorded[rows] + 1, return_inverse=True)
        # Without a recorded district the position is -1, so the pair's remainder is 0.
        asked = pd.Series(different[pairs // len(codes)], dtype="str")
        answers = self._gazetteer.find(asked, pd.Series(codes[pairs % len(codes) - 1], dtype=object))
        used = np.bincount(which, minlength=len(pairs))
        self._tally.add_named(asked, answers, used)
        hit = answers["lon"].notna().to_numpy(dtype=bool)[which]
        rows, which = rows[hit], which[hit]
        number = {code: position for position, code in enumerate(self._set.codes)}
        found = np.array([number.get(code, -1) for code in answers["district"]], dtype=np.int64)
        lon, lat, district, precision = into
        lon[rows] = answers["lon"].to_numpy()[which]
        lat[rows] = answers["lat"].to_numpy()[which]
        district[rows] = found[which]
        precision[rows] = _PLACE


def _found_if_swapped(
    index: DistrictIndex,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    lost: NDArray[np.bool_],
    cap: float,
) -> int:
    """How many of the rows without a district have one with longitude and latitude swapped."""
    return int(index.locate(lat[lost], lon[lost], cap=cap).found.sum()) if lost.any() else 0


def _texts(names: Sequence[str], codes: NDArray[np.int64], index: pd.Index) -> pd.Series:
    return chosen(names, codes).set_axis(index)
