"""Sex and age of victims, put in the same words and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from hotspot.incidents.raw import RowTally
from hotspot.incidents.table import chosen

if TYPE_CHECKING:
    from hotspot.incidents.source import Source

_SEX: Final = (
    ("female", r"^(?:f|female|woman|girl|w|femenino|femme|mujer|v)$"),
    ("male", r"^(?:m|male|man|boy|masculino|homme|hombre)$"),
)
_UNKNOWN: Final = ("u", "unk", "unknown", "x", "not stated", "not recorded")
_OLDEST: Final = 120
_AGE: Final = r"^(\d{1,3})(?:\.\d+)?(?:\s*(?:y|yrs?|years?)(?: old)?)?$"


def sexes(values: pd.Series) -> pd.Series:
    """``female``, ``male`` or ``other``; missing where unknown."""
    codes, different = pd.factorize(values)
    lower = pd.Series(different, dtype="str").str.lower()
    number = np.full(len(lower), len(_SEX))
    for position, (_, pattern) in reversed([*enumerate(_SEX)]):
        number[lower.str.match(pattern, na=False).to_numpy(dtype=bool)] = position
    number[lower.isin(_UNKNOWN).to_numpy(dtype=bool)] = -1
    words = [*(word for word, _ in _SEX), "other"]
    return chosen(words, np.append(number, -1)[codes])


class Ages:
    """Ages in years, read part by part; what is none is left out and told."""

    def __init__(self) -> None:
        self._odd = RowTally()

    def read(self, source: Source) -> pd.Series:
        """Ages of one part; missing where unknown."""
        codes, different = pd.factorize(source.text("victim_age"))
        years = pd.Series(different, dtype="str").str.extract(_AGE, expand=False).astype("float64").to_numpy()
        sound = years <= _OLDEST
        odd = np.append(~sound, False)[codes]
        self._odd.add(source.raw.row[odd])
        return pd.Series(np.append(np.where(sound, years, np.nan), np.nan)[codes])

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, once all parts were read."""
        if not self._odd.count:
            return ()
        words = self._odd.words()
        return (f"Ages that are no number of years from 0 to {_OLDEST} were left out ({words}).",)
