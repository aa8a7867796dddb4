"""Where the incidents of a file happened as recorded, and the rows whose coordinates cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from hotspot.incidents import coordinates as co
from hotspot.incidents.raw import RowTally, no_set_aside, set_aside_rows
from hotspot.incidents.table import PRECISIONS, chosen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hotspot.incidents.source import Source

_WITH_ZERO: Final = r"^\d+\.0$"


class Where:
    """The columns of place of one file: looked at in all parts, then read part by part."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields
        self._zero = RowTally()
        self._outside: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []
        self._whole_number = ""
        self._other_district = False
        self.columns = {fields[name] for name in ("recorded_district",) if name in fields}
        """Columns of the file that must be looked at."""

    def look(self, source: Source) -> None:
        """Look at one part of the file."""
        if self._other_district or not source.has("recorded_district"):
            return
        filled = source.text("recorded_district").dropna()
        self._whole_number = self._whole_number or (str(filled.iloc[0]) if len(filled) else "")
        self._other_district = not filled.drop_duplicates().str.match(_WITH_ZERO).all()

    def positions(self, source: Source) -> tuple[dict[str, pd.Series], list[pd.DataFrame]]:
        """Coordinates, place and district of one part as recorded, and its rows set aside."""
        lon, lat, not_pairs = source.text("lon"), source.text("lat"), None
        field = "lon" if source.has("lon") else "lat"
        if source.has("point"):
            field = "point"
            lat, lon, not_pairs = co.split_points(source.text("point"))
        found = co.coordinates(lon, lat)
        bad = found.bad if not_pairs is None else not_pairs | found.bad
        outside = found.outside & ~bad
        aside = [_bad_coordinates(source, bad, field, lon, lat)]
        if outside.any():
            aside.append(self._put_by_outside(source, outside, field, lon, lat))
        self._zero.add(source.raw.row[found.zero])
        columns = {
            "lon": pd.Series(found.lon),
            "lat": pd.Series(found.lat),
            "location_precision": chosen(PRECISIONS, np.where(np.isfinite(found.lon), 0, 3)),
            "place": source.text("place"),
            "recorded_district": self._district(source),
        }
        return columns, aside

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed, once all parts were read."""
        notes = []
        if self._zero.count:
            notes.append(f"Coordinates 0, 0 were taken as not known ({self._zero.words()}).")
        if self._numbered:
            column, first = self._fields["recorded_district"], self._whole_number
            notes.append(
                f"District numbers in “{column}” are read without their “.0”: “{first}” is {first[:-2]}."
            )
        return tuple(notes)

    @property
    def hint(self) -> str:
        """What the coordinates outside the world probably are, once all parts were read."""
        nothing = np.zeros(0)
        return co.hint(
            *(np.concatenate([nothing, *(pair[axis] for pair in self._outside)]) for axis in (0, 1))
        )

    @property
    def _numbered(self) -> bool:
        """Whether districts are numbers that passed through a spreadsheet."""
        return self._whole_number != "" and not self._other_district

    def _district(self, source: Source) -> pd.Series:
        district = source.text("recorded_district")
        return district.str.slice(0, -2) if self._numbered else district

    def _put_by_outside(
        self, source: Source, which: NDArray[np.bool_], field: str, lon: pd.Series, lat: pd.Series
    ) -> pd.DataFrame:
        """Set rows aside; what the hint says of them can be told only when all are known."""
        x, _ = co.degrees(lon[which], negative="W")
        y, _ = co.degrees(lat[which], negative="S")
        self._outside.append((x, y))
        pair = _pair(lon, lat, which)
        names = (field,) if field == "point" else ("lon", "lat")
        column = ", ".join(source.fields[name] for name in names if source.has(name))
        return set_aside_rows(
            source.raw.row[which],
            column=column,
            reason="out_of_range",
            message="This lies outside the world: " + pair + ".",
            text=pair,
        )


def _pair(lon: pd.Series, lat: pd.Series, which: NDArray[np.bool_]) -> pd.Series:
    return "longitude “" + lon[which].fillna("") + "”, latitude “" + lat[which].fillna("") + "”"


def _bad_coordinates(
    source: Source, which: NDArray[np.bool_], field: str, lon: pd.Series, lat: pd.Series
) -> pd.DataFrame:
    if not which.any():
        return no_set_aside()
    if field == "point":
        message = "“{}” is no pair of latitude and longitude such as 17.498, -88.186."
        return source.put_by(which, field, "bad_coordinate", message)
    pair = _pair(lon, lat, which)
    words = "These are not two numbers in degrees: " + pair + ". Correct them, or leave both empty."
    column = ", ".join(source.fields[name] for name in ("lon", "lat") if source.has(name))
    return set_aside_rows(
        source.raw.row[which], column=column, reason="bad_coordinate", message=words, text=pair
    )
