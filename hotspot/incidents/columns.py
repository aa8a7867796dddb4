"""Which of the source's columns is which: guessed, shown, correctable, remembered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pandas as pd

from hotspot.errors import InputError
from hotspot.incidents import time_formats as tf
from hotspot.incidents.headers import HEADERS
from hotspot.incidents.personal import points_at_a_person

FIELDS: Final[dict[str, str]] = {
    "source_id": "the agency's own number of the incident",
    "occurred_from": "date and time it happened, or the earliest it can have",
    "occurred_from_time": "time of day beside that date",
    "occurred_to": "latest date and time it can have happened",
    "occurred_to_time": "time of day beside that date",
    "reported_at": "date and time it was reported",
    "offence": "offence as recorded",
    "lon": "longitude in degrees",
    "lat": "latitude in degrees",
    "point": "latitude and longitude in one column",
    "place": "place or address",
    "recorded_district": "district as recorded",
    "case_number": "case number, which several incidents may share",
    "agency": "who recorded it",
    "victim_sex": "sex of the victim",
    "victim_age": "age of the victim in years",
    "weapon": "weapon as recorded",
    "outcome": "outcome as recorded",
}
"""What a column can be mapped to."""

_PATTERNS: Final = {name: tuple(re.compile(p) for p in ps) for name, ps in HEADERS.items()}
_NOT_OCCURRED: Final = re.compile(
    r"updat|modif|enter|creat|birth|dob|arrest|court|clos|upload|export|extract|expir|report|rptd|edit|last"
)
_DATE_WORD: Final = re.compile(r"\b(date|datetime|timestamp|month|fecha|datum)\b")
_SAMPLE: Final = 400
_UNIQUE: Final = 0.98
_REPEATS: Final = 3
_MOST: Final = 0.5
_CLOCK: Final = (
    r"^(?:(?:1899-12-3[01]|1900-01-0[01])[ T])?"
    r"\d{1,2}[:.hH]?\d{2}(?::\d{2})?(?:\.\d+)? ?(?:[AaPp]\.?[Mm]\.?)?$"
)
_POINT: Final = r"^\(?\s*[+-]?\d{1,3}(?:\.\d+)?\s*[,; ]\s*[+-]?\d{1,3}(?:\.\d+)?\s*\)?$"


@dataclass(frozen=True)
class Mapping:
    """Which column of the source each field is taken from."""

    fields: dict[str, str]
    """Field of an incident -> column of the source."""
    refused: dict[str, str] = field(default_factory=dict)
    """Column -> why it is not taken: it seems to point at a person."""
    unused: tuple[str, ...] = ()
    how: dict[str, str] = field(default_factory=dict)
    """Field -> how it came to its column: ``name``, ``values``, ``chosen`` or ``reported``."""

    def override(self, choices: AnyMapping[str, str | None]) -> Mapping:
        """Return the mapping with columns chosen by the user; an empty choice leaves a field out.

        An unknown field or column is refused, naming those that exist. A column
        that seemed to point at a person is taken if it is named here.
        """
        fields, how = dict(self.fields), dict(self.how)
        for name, column in choices.items():
            if name not in FIELDS:
                msg = f"There is no field {name!r} to map a column to. Fields are: {', '.join(FIELDS)}."
                raise InputError(msg)
            fields.pop(name, None)
            how.pop(name, None)
            if column:
                fields[name] = _known(column, self.columns)
                how[name] = "chosen"
        _yield_to_chosen(fields, how)
        taken = set(fields.values())
        refused = {column: why for column, why in self.refused.items() if column not in taken}
        unused = tuple(c for c in self.columns if c not in taken and c not in refused)
        return replace(self, fields=fields, refused=refused, unused=unused, how=how)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the source that this mapping knows of."""
        return tuple(dict.fromkeys((*self.fields.values(), *self.refused, *self.unused)))

    def describe(self) -> list[tuple[str, str | None, str]]:
        """Return each field with its column, or None, and how it was found."""
        words = {
            "name": "by its name",
            "values": "by its values",
            "chosen": "chosen",
            "reported": "the date it was reported stands in for the date it happened",
        }
        return [(name, self.fields.get(name), words.get(self.how.get(name, ""), "")) for name in FIELDS]


def _yield_to_chosen(fields: dict[str, str], how: dict[str, str]) -> None:
    """Drop guesses that a choice contradicts: the same column twice, or coordinates in two ways."""
    chosen = {name for name in fields if how.get(name) == "chosen"}
    columns = {fields[name] for name in chosen}
    rivals = ({"lon", "lat"} if "point" in chosen else set()) | (
        {"point"} if {"lon", "lat"} & chosen else set()
    )
    for name in list(fields):
        if name not in chosen and (fields[name] in columns or name in rivals):
            del fields[name]
            how.pop(name, None)


def _known(column: str, columns: tuple[str, ...]) -> str:
    """Return the column of that name, in its own spelling."""
    if column in columns:
        return column
    alike = [name for name in columns if plain(name) == plain(column)]
    if len(alike) == 1:
        return alike[0]
    msg = f"There is no column {column!r} in the file. Its columns are: {', '.join(columns)}."
    raise InputError(msg)


def plain(header: str) -> str:
    """Return a column's name in plain words.

    >>> plain("Crime_ID"), plain("occurredFrom"), plain("Año / Género")
    ('crime id', 'occurred from', 'ano genero')
    """
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    ascii_only = unicodedata.normalize("NFKD", split).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", ascii_only.lower()).split())


def guess(frame: pd.DataFrame | AnyMapping[str, pd.Series], *, repeated: Collection[str] = ()) -> Mapping:
    """Which column is which, by names first and values where names say nothing.

    Parameters
    ----------
    frame
        Values of each column, as text.
    repeated
        Columns that are no ids, as values not seen here repeat others.

    >>> guess(pd.DataFrame({"Date": ["2024-03-01"], "Crime type": ["Burglary"]}, dtype="str")).fields
    {'occurred_from': 'Date', 'offence': 'Crime type'}
    """
    headers = {str(name): plain(str(name)) for name in frame}
    refused = {
        name: f"looks like {what}"
        for name, header in headers.items()
        if (what := points_at_a_person(header, frame[name]))
    }
    free = {name: header for name, header in headers.items() if name not in refused}
    found: dict[str, str] = {}
    for wanted in HEADERS:
        barred = repeated if wanted == "source_id" else ()
        column = _by_name(wanted, frame, {n: h for n, h in free.items() if n not in barred}, found)
        if column is not None:
            found[wanted] = column
    how = dict.fromkeys(found, "name")
    for wanted, column in _by_values(frame, free, found).items():
        found[wanted] = column
        how[wanted] = "values"
    if "occurred_from" not in found and "reported_at" in found:
        found["occurred_from"] = found.pop("reported_at")
        how["occurred_from"] = "reported"
    fields = {name: found[name] for name in FIELDS if name in found}
    unused = tuple(name for name in free if name not in fields.values())
    return Mapping(fields, refused, unused, {name: how[name] for name in fields})


def _by_name(
    wanted: str,
    frame: pd.DataFrame | AnyMapping[str, pd.Series],
    headers: dict[str, str],
    found: dict[str, str],
) -> str | None:
    if wanted == "point" and {"lon", "lat"} <= found.keys():
        return None
    check = _CHECKS.get(wanted)
    for pattern in _PATTERNS[wanted]:
        for name, header in headers.items():
            if name in found.values() or not pattern.fullmatch(header):
                continue
            if check is None or check(frame[name], header):
                return name
    return None


def _by_values(
    frame: pd.DataFrame | AnyMapping[str, pd.Series], headers: dict[str, str], found: dict[str, str]
) -> dict[str, str]:
    """Fields that no name gave, where the values of exactly one column fit."""
    extra: dict[str, str] = {}
    free = {name: header for name, header in headers.items() if name not in found.values()}
    if "occurred_from" not in found:
        dated = [n for n, h in free.items() if not _NOT_OCCURRED.search(h) and _clear_dates(frame[n])]
        if len(dated) == 1:
            extra["occurred_from"] = dated[0]
    if not {"lon", "lat"} <= found.keys() and "point" not in found:
        points = [name for name in free if _points(frame[name], "")]
        if len(points) == 1:
            extra["point"] = points[0]
    return extra


def _some(values: pd.Series) -> pd.Series:
    """Return a sample from the whole length of a column."""
    filled = values.dropna()
    return filled.iloc[:: max(1, len(filled) // _SAMPLE)].head(_SAMPLE)


def _share(values: pd.Series, pattern: str) -> float:
    sample = _some(values).tolist()
    found = re.compile(pattern, re.ASCII)
    # Some hundred texts: the pattern is found in them before pandas has looked at the first.
    return sum(found.match(text) is not None for text in sample) / max(len(sample), 1)


def _dates(values: pd.Series, header: str) -> bool:
    """Believe a column that is called a date; any other must mostly hold dates.

    A bad date in a column called so is then set aside with a reason, rather
    than the column overlooked.
    """
    named = _DATE_WORD.search(header) is not None
    sample = _some(values)
    if not len(sample):
        return named
    style = tf.take_apart(sample).style
    if named:
        return "time" not in header or float(np.mean(style == tf.CLOCK)) <= _MOST
    return float(np.mean((style != tf.UNREAD) & (style != tf.CLOCK))) > _MOST


def _clear_dates(values: pd.Series) -> bool:
    sample = _some(values)
    if not len(sample):
        return False
    style = tf.take_apart(sample).style
    return float(np.mean(np.isin(style, (tf.ISO, tf.NUMERIC, tf.NAMED)))) > 0.9


def _clock(values: pd.Series, _header: str) -> bool:
    return _share(values, _CLOCK) > _MOST


def _points(values: pd.Series, _header: str) -> bool:
    return _share(values, _POINT) > _MOST


def _degrees(limit: float) -> Callable[[pd.Series, str], bool]:
    def check(values: pd.Series, header: str) -> bool:
        if len(header) > 1:
            return True
        numbers = pd.to_numeric(_some(values).str.replace(",", "."), errors="coerce")
        return bool((numbers.abs() <= limit).mean() > _MOST) if len(numbers) else False

    return check


def _distinct(values: pd.Series, _header: str) -> bool:
    """Say whether a column differs in (nearly) every row, as an id does."""
    filled = values.dropna()
    return len(filled) > 0 and are_ids(len(filled), repeats=len(filled) - filled.nunique())


def are_ids(filled: int, *, repeats: int) -> bool:
    """Whether so many values, of which some repeat others, can be ids."""
    return repeats <= max(_REPEATS, (1 - _UNIQUE) * filled)


def _not_points(values: pd.Series, _header: str) -> bool:
    return not _points(values, "")


_CHECKS: Final[dict[str, Callable[[pd.Series, str], bool]]] = {
    "occurred_from": _dates,
    "occurred_to": _dates,
    "reported_at": _dates,
    "occurred_from_time": _clock,
    "occurred_to_time": _clock,
    "point": _points,
    "place": _not_points,
    "lon": _degrees(180),
    "lat": _degrees(90),
    "source_id": _distinct,
}
