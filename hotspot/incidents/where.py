"""Where the incidents of a file happened as recorded, and the rows whose coordinates cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hotspot.incidents import coordinates as co
from hotspot.incidents.raw import rows_in_words, set_aside_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.incidents.source import Source


def positions(source: Source) -> tuple[dict[str, pd.Series], list[pd.DataFrame], tuple[str, ...]]:
    """Coordinates, place and district as recorded, rows set aside, and notes."""
    lon, lat, not_pairs = source.text("lon"), source.text("lat"), None
    field = "lon" if source.has("lon") else "lat"
    if source.has("point"):
        field = "point"
        lat, lon, not_pairs = co.split_points(source.text("point"))
    found = co.coordinates(lon, lat)
    reason = found.reason if not_pairs is None else np.where(not_pairs, "bad_coordinate", found.reason)
    aside = [
        _bad_coordinates(source, reason == "bad_coordinate", field, lon, lat),
        _outside(source, reason == "out_of_range", field, lon, lat),
    ]
    placed = np.isfinite(found.lon)
    district, notes = _district(source)
    if found.zero.any():
        rows = rows_in_words(source.raw.row[found.zero])
        notes = (f"Coordinates 0, 0 were taken as not known ({rows}).", *notes)
    columns = {
        "lon": pd.Series(found.lon),
        "lat": pd.Series(found.lat),
        "location_precision": pd.Series(np.where(placed, "exact", "none"), dtype="str"),
        "place": source.text("place"),
        "recorded_district": district,
    }
    return columns, aside, notes


def _pair(lon: pd.Series, lat: pd.Series, which: NDArray[np.bool_]) -> pd.Series:
    return "longitude “" + lon[which].fillna("") + "”, latitude “" + lat[which].fillna("") + "”"


def _bad_coordinates(
    source: Source, which: NDArray[np.bool_], field: str, lon: pd.Series, lat: pd.Series
) -> pd.DataFrame:
    if field == "point":
        message = "“{}” is no pair of latitude and longitude such as 17.498, -88.186."
        return source.put_by(which, field, "bad_coordinate", message)
    pair = _pair(lon, lat, which)
    words = "These are not two numbers in degrees: " + pair + ". Correct them, or leave both empty."
    column = ", ".join(source.fields[name] for name in ("lon", "lat") if source.has(name))
    return set_aside_rows(
        source.raw.row[which], column=column, reason="bad_coordinate", message=words, text=pair
    )


def _outside(
    source: Source, which: NDArray[np.bool_], field: str, lon: pd.Series, lat: pd.Series
) -> pd.DataFrame:
    pair = _pair(lon, lat, which)
    x, _ = co.degrees(lon[which], negative="W")
    y, _ = co.degrees(lat[which], negative="S")
    words = "This lies outside the world: " + pair + ". " + co.hint(x, y)
    names = (field,) if field == "point" else ("lon", "lat")
    column = ", ".join(source.fields[name] for name in names if source.has(name))
    return set_aside_rows(
        source.raw.row[which], column=column, reason="out_of_range", message=words, text=pair
    )


def _district(source: Source) -> tuple[pd.Series, tuple[str, ...]]:
    """District as recorded; numbers that passed through a spreadsheet lose their ``.0``."""
    district = source.text("recorded_district")
    filled = district.dropna()
    if len(filled) and filled.str.match(r"^\d+\.0$").all():
        column = source.fields["recorded_district"]
        first = filled.iloc[0]
        note = f"District numbers in “{column}” are read without their “.0”: “{first}” is {first[:-2]}."
        return district.str.slice(0, -2), (note,)
    return district, ()
