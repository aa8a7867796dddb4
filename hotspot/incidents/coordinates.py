"""Longitude and latitude as written -> degrees, or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_NUMBER: Final = r"^[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,4})?$"
_HEMISPHERE: Final = r"\s*°?\s*[NSEWnsew]$|\s*°$"
_PAIR: Final = r"^\(?\s*([^\s,;()]+)\s*[,; ]\s*([^\s,;()]+)\s*\)?$"
_LON_LIMIT: Final = 180.0
_LAT_LIMIT: Final = 90.0


@dataclass(frozen=True)
class Coordinates:
    """Where each row is, or why that cannot be said."""

    lon: NDArray[np.float64]
    """Degrees east; NaN where not known."""
    lat: NDArray[np.float64]
    bad: NDArray[np.bool_]
    """Rows with what is not a pair of numbers; a row without coordinates is none of them."""
    outside: NDArray[np.bool_]
    """Rows outside the world, none of them ``bad``."""
    zero: NDArray[np.bool_]
    """Rows at exactly (0, 0): what software writes for "not known". They come out as not known."""


def degrees(values: pd.Series, *, negative: str = "") -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Numbers of a column of degrees, and which of its values are not numbers.

    A degree sign and the letter of a hemisphere may follow; ``negative`` holds
    the letters that turn the sign. A comma is a decimal comma: no degree has
    thousands. A missing value is NaN and not wrong.

    >>> import pandas as pd
    >>> degrees(pd.Series(["17.5 N", "88,25"], dtype="str"))
    (array([17.5 , 88.25]), array([False, False]))
    """
    text = values.str.replace(",", ".", regex=False)
    minus = np.zeros(len(values), dtype=bool)
    lettered = text.str.contains(r"[°NSEWnsew]$", regex=True, na=False).to_numpy(dtype=bool)
    if lettered.any():
        minus = lettered & text.str.lower().str.endswith(
            tuple(negative.lower()) or ("\x00",), na=False
        ).to_numpy(bool)
        text = text.str.replace(_HEMISPHERE, "", regex=True)
    sound = text.str.match(_NUMBER, na=False).to_numpy(dtype=bool)
    numbers = np.full(len(values), np.nan)
    numbers[sound] = text[sound].astype("float64").to_numpy()
    sound = sound & np.isfinite(numbers)
    numbers[~sound] = np.nan
    return np.where(minus, -np.abs(numbers), numbers), values.notna().to_numpy(dtype=bool) & ~sound


def split_points(values: pd.Series) -> tuple[pd.Series, pd.Series, NDArray[np.bool_]]:
    """Latitude and longitude texts of "(lat, lon)", and which values are not such a pair."""
    pair = values.str.extract(_PAIR, expand=True)
    wrong = values.notna().to_numpy(dtype=bool) & pair[0].isna().to_numpy(dtype=bool)
    return pair[0].astype("str"), pair[1].astype("str"), wrong


def coordinates(lon: pd.Series, lat: pd.Series) -> Coordinates:
    """Coordinates of each row from its two texts.

    One without the other is as wrong as a text that is no number.
    """
    x, no_x = degrees(lon, negative="W")
    y, no_y = degrees(lat, negative="S")
    alone = lon.isna().to_numpy(dtype=bool) != lat.isna().to_numpy(dtype=bool)
    outside = (np.abs(x) > _LON_LIMIT) | (np.abs(y) > _LAT_LIMIT)
    zero = (x == 0) & (y == 0)
    bad = no_x | no_y | alone
    unknown = bad | outside | zero
    x, y = (np.where(unknown, np.nan, values) for values in (x, y))
    return Coordinates(x, y, bad, outside & ~bad, zero)


def hint(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> str:
    """Say what coordinates outside the world probably are: the remedy in words.

    >>> hint(np.array([17.5]), np.array([-188.2]))
    'Give longitude (-180 to 180) and latitude (-90 to 90) in degrees.'
    """
    known = np.isfinite(lon) & np.isfinite(lat)
    x, y = np.abs(lon[known]), np.abs(lat[known])
    if len(x) and np.median(np.maximum(x, y)) > 1000:
        return (
            "These look like metres or feet of a map projection: export longitude and latitude in "
            "degrees (WGS 84) instead."
        )
    if len(x) and np.mean((y > _LAT_LIMIT) & (y <= _LON_LIMIT) & (x <= _LAT_LIMIT)) > 0.5:
        return "Latitude and longitude look swapped: choose the columns the other way round."
    return "Give longitude (-180 to 180) and latitude (-90 to 90) in degrees."
