"""Sex and age of victims, put in the same words and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from hotspot.incidents.raw import rows_in_words

if TYPE_CHECKING:
    from hotspot.incidents.source import Source

_SEX: Final = (
    ("female", r"^(?:f|female|woman|girl|w|femenino|femme|mujer|v)$"),
    ("male", r"^(?:m|male|man|boy|masculino|homme|hombre)$"),
)
_OLDEST: Final = 120
_AGE: Final = r"^(\d{1,3})(?:\.\d+)?(?:\s*(?:y|yrs?|years?)(?: old)?)?$"


def sexes(values: pd.Series) -> pd.Series:
    """``female``, ``male`` or ``other``; missing where unknown."""
    lower = values.str.lower()
    result = pd.Series("other", index=values.index, dtype="str")
    for word, pattern in _SEX:
        result = result.mask(lower.str.match(pattern, na=False), word)
    return result.mask(lower.isna() | lower.isin(["u", "unk", "unknown", "x", "not stated", "not recorded"]))


def ages(source: Source) -> tuple[pd.Series, tuple[str, ...]]:
    """Ages in years, and a note on those that are none."""
    text = source.text("victim_age")
    codes, different = pd.factorize(text)
    years = pd.Series(different, dtype="str").str.extract(_AGE, expand=False).astype("float64")
    age = pd.Series(np.append(years.to_numpy(), np.nan)[codes], index=text.index)
    odd = text.notna() & ~(age <= _OLDEST)
    age = age.mask(odd)
    if not odd.any():
        return age, ()
    rows = rows_in_words(source.raw.row[odd.to_numpy(dtype=bool)])
    return age, (f"Ages that are no number of years from 0 to {_OLDEST} were left out ({rows}).",)
