"""Dates as people write them, taken apart: one pattern a way of writing, over all values at once.

Nothing is guessed value by value: a day and a month that could change places
stay ``first`` and ``second`` until the whole column has been seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hotspot.incidents.time_shapes import shaped

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNREAD: Final = 0
ISO: Final = 1
NUMERIC: Final = 2
"""Day and month in either order, then the year."""
NAMED: Final = 3
"""The month written as a word."""
COMPACT: Final = 4
SERIAL: Final = 5
"""Days since 1899-12-30, as Excel counts."""
EPOCH: Final = 6
"""Seconds or milliseconds since 1970, UTC."""
CLOCK: Final = 7
"""A time of day and nothing else."""

STYLE_WORDS: Final = {
    ISO: "year-month-day",
    NUMERIC: "day/month/year",
    NAMED: "day, month as a word, year",
    COMPACT: "yearmonthday",
    SERIAL: "Excel day number",
    EPOCH: "seconds or milliseconds since 1970",
}

_TIME: Final = (
    r"(?:(?:T|t|, ?| +|-)(?P<H>\d{1,2})(?:[:.hH]?(?P<M>\d{2}))?(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r" ?(?P<ap>[AaPp])?(?:\.?[Mm]\.?)? ?(?:hrs?|h)?"
    r" ?(?P<z>[Zz]|UTC|GMT|[+-]\d{1,2}:?\d{2}|[+-]\d{2})?)?$"
)
_WEEKDAY: Final = r"^(?:(?:[Mm]on|[Tt]ue|[Ww]ed|[Tt]hu|[Ff]ri|[Ss]at|[Ss]un)[a-z]*\.?,? )?"
_WORD: Final = r"(?P<word>\p{L}{3,10})"

_PATTERNS: Final[tuple[tuple[int, str], ...]] = (
    (ISO, r"^(?P<y>\d{4})[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2}))?" + _TIME),
    (NUMERIC, _WEEKDAY + r"(?P<a>\d{1,2}) ?[-/.] ?(?P<b>\d{1,2}) ?[-/.] ?(?P<y>\d{4}|\d{2})" + _TIME),
    (ISO, r"^(?P<m>\d{1,2})[-/](?P<y>\d{4})$"),
    (
        NAMED,
        _WEEKDAY
        + r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[- /.]*(?:(?:de|of) )?"
        + _WORD
        + r"[- /.,]*(?:de )?(?P<y>\d{4}|\d{2})"
        + _TIME,
    ),
    (NAMED, _WEEKDAY + _WORD + r"\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4})" + _TIME),
    (NAMED, r"^" + _WORD + r"\.?[- ,/]*(?P<y>\d{4})$"),
    (
        COMPACT,
        r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})"
        r"(?:[Tt ]?(?P<H>\d{2}):?(?P<M>\d{2})(?::?(?P<S>\d{2}))?(?P<z>[Zz])?)?$",
    ),
    (SERIAL, r"^(?P<days>\d{5}(?:\.\d+)?)$"),
    (EPOCH, r"^(?P<count>\d{13}|\d{9,10})(?:\.0+)?$"),
    (CLOCK, r"^(?P<H>\d{1,2})[:.hH](?P<M>\d{2})(?::\d{2})?(?:\.\d+)? ?(?:[AaPp]\.?[Mm]\.?)?$"),
)

_MONTHS: Final = (
    "jan january enero ene janvier januari",
    "feb february febrero fevrier février februari",
    "mar march marzo mars maart mrt",
    "apr april abril abr avril",
    "may mayo mai mei",
    "jun june junio juin juni",
    "jul july julio juillet juli",
    "aug august agosto ago aout août augustus",
    "sep sept september septiembre set septembre",
    "oct october octubre octobre okt oktober",
    "nov november noviembre novembre",
    "dec december diciembre dic decembre décembre",
)
_MONTH_OF: Final = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}


@dataclass(frozen=True)
class Pieces:
    """Parts of each date, one array a part; what is absent is -1."""

    style: NDArray[np.int8]
    year: NDArray[np.int64]
    month: NDArray[np.int64]
    day: NDArray[np.int64]
    first: NDArray[np.int64]
    """First number of a numeric date: a day or a month."""
    second: NDArray[np.int64]
    short_year: NDArray[np.bool_]
    micros: NDArray[np.int64]
    """Microseconds since midnight; -1 without a time, -2 for a time that does not exist."""
    offset: NDArray[np.float64]
    """Minutes ahead of UTC; NaN where none is written."""


def take_apart(values: pd.Series) -> Pieces:
    """Pieces of every text of ``values``, which holds no missing value.

    >>> pieces = take_apart(pd.Series(["7/19/2017 13:45", "2018-07"]))
    >>> pieces.first.tolist(), pieces.second.tolist(), pieces.month.tolist()
    ([7, -1], [19, -1], [-1, 7])
    """
    text = _as_arrow(values)
    parts = {
        name: np.full(len(values), -1, dtype=np.int64)
        for name in ("year", "month", "day", "first", "second", "micros")
    }
    style = np.zeros(len(values), dtype=np.int8)
    short = np.zeros(len(values), dtype=bool)
    offset = np.full(len(values), np.nan)
    for plain in shaped(text):
        style[plain.where] = ISO if plain.iso else NUMERIC
        parts["year"][plain.where] = plain.year
        parts["month" if plain.iso else "first"][plain.where] = plain.month
        parts["day" if plain.iso else "second"][plain.where] = plain.day
        parts["micros"][plain.where] = plain.micros
    left = np.flatnonzero(style == UNREAD)
    for kind, pattern in _likeliest_first(values):
        if not len(left):
            break
        found = pc.extract_regex(text.take(pa.array(left)), pattern)
        matched = np.asarray(found.is_valid())
        if not matched.any():
            continue
        where, left = left[matched], left[~matched]
        groups = found.drop_null() if found.null_count else found
        fields = {found.type.field(i).name: groups.field(i) for i in range(found.type.num_fields)}
        style[where] = kind
        if kind in (SERIAL, EPOCH):
            _place_counted(fields, kind, where, parts, offset)
            continue
        _place_date(fields, where, parts, short)
        parts["micros"][where] = _micros(fields, len(where))
        offset[where] = _offset(fields.get("z"), len(where))
    return Pieces(style=style, short_year=short, offset=offset, **parts)


def _as_arrow(values: pd.Series) -> pa.StringArray:
    """Texts as one piece of Arrow memory."""
    chunks = pa.chunked_array(pa.array(values.astype("str"), type=pa.large_string()))
    return chunks.combine_chunks().cast(pa.string())


def _likeliest_first(values: pd.Series) -> tuple[tuple[int, str], ...]:
    """Return the patterns, day/month/year before year-month-day where the first value is written so."""
    iso, numeric, *others = _PATTERNS
    numeric_first = len(values) > 0 and re.match(r"\d{1,2}[-/.]", str(values.iloc[0])) is not None
    # No text matches both: the order only spares a search that finds nothing.
    return (numeric, iso, *others) if numeric_first else _PATTERNS


def _place_date(
    fields: dict[str, pa.Array],
    where: NDArray[np.int64],
    parts: dict[str, NDArray[np.int64]],
    short: NDArray[np.bool_],
) -> None:
    for group, part in (("y", "year"), ("m", "month"), ("d", "day"), ("a", "first"), ("b", "second")):
        if group in fields:
            parts[part][where] = _number(fields[group])
    if "y" in fields:
        short[where] = np.asarray(pc.utf8_length(fields["y"])) == 2
    if "word" in fields:
        words = pd.Series(fields["word"].to_pandas()).str.lower()
        parts["month"][where] = words.map(_MONTH_OF).fillna(0).to_numpy(dtype=np.int64)


def _place_counted(
    fields: dict[str, pa.Array],
    kind: int,
    where: NDArray[np.int64],
    parts: dict[str, NDArray[np.int64]],
    offset: NDArray[np.float64],
) -> None:
    """Days of Excel's calendar, or an epoch, as date and time of day."""
    if kind == SERIAL:
        days = np.asarray(pc.cast(fields["days"], pa.float64()))
        seconds = np.round((days - 25_569) * 86_400).astype(np.int64)
        whole = days == np.floor(days)
    else:
        count = np.asarray(pc.cast(fields["count"], pa.int64()))
        seconds = np.where(count >= 10**12, count // 1000, count)
        whole = np.zeros(len(count), dtype=bool)
        offset[where] = 0.0
    day = seconds // 86_400
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    parts["year"][where] = month.astype("datetime64[Y]").astype(np.int64) + 1970
    parts["month"][where] = month.astype(np.int64) % 12 + 1
    parts["day"][where] = (date - month).astype(np.int64) + 1
    parts["micros"][where] = np.where(whole, -1, (seconds - day * 86_400) * 1_000_000)


def _number(group: pa.Array) -> NDArray[np.int64]:
    """Whole numbers of a group of digits; -1 where the group is empty."""
    digits = pc.if_else(pc.equal(group, ""), "-1", group)
    return np.asarray(pc.cast(digits, pa.int64()))


def _micros(fields: dict[str, pa.Array], length: int) -> NDArray[np.int64]:
    if "H" not in fields:
        return np.full(length, -1, dtype=np.int64)
    none = np.full(length, -1, dtype=np.int64)
    hour = _number(fields["H"])
    minute, second = (_number(fields[name]) if name in fields else none for name in "MS")
    half = fields["ap"].to_pandas().str.lower().to_numpy() if "ap" in fields else np.full(length, "")
    twelve = half != ""
    # An hour alone is a time only where am or pm is said.
    wrong = (hour >= 0) & (((minute < 0) & ~twelve) | (hour > 23) | (minute > 59) | (second > 59))
    wrong |= twelve & ((hour < 1) | (hour > 12))
    hour = np.where(twelve, hour % 12 + 12 * (half == "p"), hour)
    micros = ((hour * 60 + np.maximum(minute, 0)) * 60 + np.maximum(second, 0)) * 1_000_000
    if "f" in fields:
        micros += _number(pc.utf8_rpad(fields["f"], 9, "0")) // 1000
    return np.where(_number(fields["H"]) < 0, -1, np.where(wrong, -2, micros))


def _offset(group: pa.Array | None, length: int) -> NDArray[np.float64]:
    """Minutes ahead of UTC; NaN where nothing is written."""
    minutes = np.full(length, np.nan)
    if group is None:
        return minutes
    texts = pd.Series(group.to_pandas(), dtype="str")
    codes, uniques = pd.factorize(texts)
    known = np.array([_offset_minutes(str(text)) for text in uniques], dtype=np.float64)
    return known[codes] if len(known) else minutes


def _offset_minutes(text: str) -> float:
    """Minutes of one offset; infinite for one that no place has.

    >>> _offset_minutes("-06:00"), _offset_minutes("Z"), _offset_minutes("")
    (-360.0, 0.0, nan)
    """
    if not text:
        return float("nan")
    if text[0] not in "+-":
        return 0.0
    digits = text[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    if hours > 14 or minutes > 59:
        return float("inf")
    return (hours * 60 + minutes) * (-1.0 if text[0] == "-" else 1.0)
