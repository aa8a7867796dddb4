"""Raw rows -> a clean table: parse, check, set aside what cannot be used, with the reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from hotspot.errors import InputError
from hotspot.incidents import coordinates as co
from hotspot.incidents import times as tm
from hotspot.incidents.fingerprints import fingerprints
from hotspot.incidents.offences import iccs
from hotspot.incidents.raw import Raw, join_set_aside, rows_in_words, set_aside_rows
from hotspot.incidents.table import conform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.incidents.columns import Mapping

_DATES: Final = ("occurred_from", "occurred_to", "reported_at")
_MISSING: Final = ("NA", "N/A", "n/a", "#N/A", "NULL", "Null", "null", "None", "none", "-", "--", "?", "nil")
"""What people and programs write for "not known"."""
_SEX: Final = (
    ("female", r"^(?:f|female|woman|girl|w|femenino|femme|mujer|v)$"),
    ("male", r"^(?:m|male|man|boy|masculino|homme|hombre)$"),
)
_OLDEST: Final = 120
_AGE: Final = r"^(\d{1,3})(?:\.\d+)?(?:\s*(?:y|yrs?|years?)(?: old)?)?$"


@dataclass(frozen=True)
class Cleaned:
    """What could be used of a file, what could not and why, and what was assumed."""

    table: pd.DataFrame
    """A clean table (``table.COLUMNS``), in the order of the file."""
    set_aside: pd.DataFrame
    """Rows that cannot be used: row, column, reason (code), message, text."""
    duplicates: pd.DataFrame
    """Rows left out because another has their id: row, and in ``first_row`` the one that stands."""
    notes: tuple[str, ...]
    formats: dict[str, str]
    """Column -> how its dates are written, in words."""


@dataclass(frozen=True)
class _Source:
    """The mapped columns of a file."""

    raw: Raw
    fields: AnyMapping[str, str]

    def has(self, name: str) -> bool:
        return name in self.fields

    def text(self, name: str) -> pd.Series:
        """Values of a field; all missing if no column is mapped to it."""
        if name not in self.fields:
            return pd.Series(np.nan, index=self.raw.frame.index, dtype="str")
        values = self.raw.frame[self.fields[name]].astype("str")
        return values.mask(values.isin(_MISSING))

    def put_by(self, which: NDArray[np.bool_], name: str, reason: str, message: str) -> pd.DataFrame:
        """Rows set aside; ``{}`` in the message stands for the value."""
        column = self.fields.get(name, "")
        text = self.text(name)[which].fillna("")
        before, braces, after = message.partition("{}")
        words = before + text.str.slice(0, 80) + after if braces else message
        return set_aside_rows(self.raw.row[which], column=column, reason=reason, message=words, text=text)


def clean(
    raw: Raw, mapping: Mapping, *, timezone: str, date_order: str | None = None, now: dt.datetime
) -> Cleaned:
    """Incidents of a file, checked.

    A row whose mapped date or coordinates cannot be used is set aside; so is one
    without a date, or without an offence where the file has a column for it.
    Coordinates of exactly (0, 0) are taken as not known. Where two rows have the
    same id the later one stands.

    Parameters
    ----------
    raw
        Rows as they stand in the file.
    mapping
        Which column is which; it must give at least ``occurred_from``.
    timezone
        IANA zone of times without an offset of their own.
    date_order
        ``dmy``, ``mdy`` or ``ymd``; decided from the values if left out.
    now
        The present: incidents more than a day later are set aside.
    """
    source = _Source(raw, _checked_fields(raw, mapping))
    when, bad_times, time_notes, formats = _times(source, timezone, date_order, now)
    where, bad_places, place_notes = _places(source)
    what, bad_offences, offence_notes = _offences(source)
    who, person_notes = _rest(source)
    frame = pd.DataFrame({**when, **where, **what, **who})
    frame["row"] = raw.row
    aside = join_set_aside([*bad_times, *bad_places, *bad_offences])
    usable = conform(frame[~frame["row"].isin(aside["row"])].reset_index(drop=True))
    usable["fingerprint"] = fingerprints(usable)
    table, duplicates, twin_notes = _one_row_an_id(usable)
    notes = [*raw.notes, *_mapping_notes(mapping), *time_notes, *place_notes, *offence_notes]
    notes += [*person_notes, *twin_notes]
    return Cleaned(
        table=table,
        set_aside=join_set_aside([raw.set_aside, aside]),
        duplicates=duplicates,
        notes=tuple(notes),
        formats=formats,
    )


def _checked_fields(raw: Raw, mapping: Mapping) -> dict[str, str]:
    columns = [str(name) for name in raw.frame.columns]
    absent = sorted(set(mapping.fields.values()) - set(columns))
    if absent:
        msg = (
            f"The file has no column {', '.join(map(repr, absent))}, which this dataset's mapping names. "
            f"Its columns are: {', '.join(columns)}. Map the columns again."
        )
        raise InputError(msg)
    if "occurred_from" not in mapping.fields:
        msg = (
            "No column was found that says when the incidents happened. Map one to occurred_from; the "
            f"columns are: {', '.join(columns)}."
        )
        raise InputError(msg)
    return mapping.fields


def _mapping_notes(mapping: Mapping) -> tuple[str, ...]:
    notes = []
    if mapping.refused:
        columns = ", ".join(f"“{name}” ({why})" for name, why in mapping.refused.items())
        notes.append(f"Not taken, to protect persons: {columns}.")
    if mapping.how.get("occurred_from") == "reported":
        notes.append("No column says when incidents happened: the date they were reported stands in.")
    if not {"lon", "lat"} <= mapping.fields.keys() and "point" not in mapping.fields:
        notes.append("No columns of coordinates were found: incidents are placed by place or district name.")
    return tuple(notes)


def _times(
    source: _Source, timezone: str, date_order: str | None, now: dt.datetime
) -> tuple[dict[str, pd.Series], list[pd.DataFrame], tuple[str, ...], dict[str, str]]:
    tm.zone(timezone)
    texts = {name: _dated(source, name) for name in _DATES if source.has(name)}
    labels = {name: _label(source, name) for name in texts}
    dates = {labels[name]: tm.read_dates(text) for name, text in texts.items()}
    orders, notes = tm.decide_orders(dates, row=source.raw.row, date_order=date_order)
    read = {}
    for name, label in labels.items():
        read[name] = tm.spans(dates[label], order=orders[label], timezone=timezone, now=now, name=label)
        notes += read[name].notes
    aside = [
        part
        for name, times in read.items()
        for part in _bad_times(source, name, times, texts[name], timezone)
    ]
    columns = {"occurred_from": read["occurred_from"].start, "occurred_to": read["occurred_from"].end}
    if "occurred_to" in read:
        until = read["occurred_to"].end
        columns["occurred_to"] = until.where(until.notna(), columns["occurred_to"])
        backwards = (columns["occurred_to"] < columns["occurred_from"]).to_numpy(dtype=bool)
        aside.append(
            source.put_by(backwards, "occurred_to", "ends_before_start", "It ends (“{}”) before it starts.")
        )
    if "reported_at" in read:
        columns["reported_at"] = read["reported_at"].start
    formats = {labels[name]: times.format for name, times in read.items()}
    return columns, aside, notes, formats


def _label(source: _Source, name: str) -> str:
    """Name of the column; with the field too where one column is used for two."""
    column = source.fields[name]
    earlier = [source.fields[other] for other in _DATES[: _DATES.index(name)] if source.has(other)]
    return f"{column} ({name})" if column in earlier else column


def _dated(source: _Source, name: str) -> pd.Series:
    clock = f"{name}_time"
    return tm.with_clock(source.text(name), source.text(clock)) if source.has(clock) else source.text(name)


def _bad_times(
    source: _Source, name: str, times: tm.Times, texts: pd.Series, timezone: str
) -> list[pd.DataFrame]:
    """Rows whose date cannot be used; only the date it happened is needed."""
    column = source.fields[name]
    messages = {
        "bad_date": "“{}” is no date that can be read. Write dates like 2024-03-17 21:30.",
        "time_without_date": "“{}” is a time without a date. Give the day as well.",
        "time_gap": f"“{{}}” never happened in {timezone}: the clocks went forward over it.",
        "before_1900": "“{}” is before 1900. Check the year.",
        "in_future": "“{}” is in the future. Check the day, the month and the year.",
    }
    if name == "occurred_from":
        messages["no_date"] = f"There is no date in column “{column}”."
    parts = []
    for reason, message in messages.items():
        which = times.reason == reason
        if which.any():
            before, braces, after = message.partition("{}")
            text = texts[which].fillna("")
            words = before + text.str.slice(0, 80) + after if braces else message
            parts.append(
                set_aside_rows(source.raw.row[which], column=column, reason=reason, message=words, text=text)
            )
    return parts


def _places(source: _Source) -> tuple[dict[str, pd.Series], list[pd.DataFrame], tuple[str, ...]]:
    lon, lat, not_pairs = source.text("lon"), source.text("lat"), None
    field = "lon" if source.has("lon") else "lat"
    if source.has("point"):
        field = "point"
        lat, lon, not_pairs = co.split_points(source.text("point"))
    found = co.coordinates(lon, lat, decimal=source.raw.decimal)
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
    source: _Source, which: NDArray[np.bool_], field: str, lon: pd.Series, lat: pd.Series
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
    source: _Source, which: NDArray[np.bool_], field: str, lon: pd.Series, lat: pd.Series
) -> pd.DataFrame:
    pair = _pair(lon, lat, which)
    x, _ = co.degrees(lon[which], decimal=source.raw.decimal, negative="W")
    y, _ = co.degrees(lat[which], decimal=source.raw.decimal, negative="S")
    words = "This lies outside the world: " + pair + ". " + co.hint(x, y)
    names = (field,) if field == "point" else ("lon", "lat")
    column = ", ".join(source.fields[name] for name in names if source.has(name))
    return set_aside_rows(
        source.raw.row[which], column=column, reason="out_of_range", message=words, text=pair
    )


def _district(source: _Source) -> tuple[pd.Series, tuple[str, ...]]:
    """District as recorded; numbers that passed through a spreadsheet lose their ``.0``."""
    district = source.text("recorded_district")
    filled = district.dropna()
    if len(filled) and filled.str.match(r"^\d+\.0$").all():
        column = source.fields["recorded_district"]
        first = filled.iloc[0]
        note = f"District numbers in “{column}” are read without their “.0”: “{first}” is {first[:-2]}."
        return district.str.slice(0, -2), (note,)
    return district, ()


def _offences(source: _Source) -> tuple[dict[str, pd.Series], list[pd.DataFrame], tuple[str, ...]]:
    offence = source.text("offence")
    if not source.has("offence"):
        note = "No column of offences was found: all incidents count as one kind."
        return {"offence": offence, "iccs": offence}, [], (note,)
    missing = offence.isna().to_numpy(dtype=bool)
    column = source.fields["offence"]
    aside = source.put_by(missing, "offence", "no_offence", f"There is no offence in column “{column}”.")
    return {"offence": offence, "iccs": iccs(offence)}, [aside], ()


def _rest(source: _Source) -> tuple[dict[str, pd.Series], tuple[str, ...]]:
    age, notes = _ages(source)
    columns = {
        name: source.text(name) for name in ("source_id", "case_number", "agency", "weapon", "outcome")
    }
    return {**columns, "victim_sex": _sexes(source.text("victim_sex")), "victim_age": age}, notes


def _sexes(values: pd.Series) -> pd.Series:
    """``female``, ``male`` or ``other``; missing where unknown."""
    lower = values.str.lower()
    result = pd.Series("other", index=values.index, dtype="str")
    for word, pattern in _SEX:
        result = result.mask(lower.str.match(pattern, na=False), word)
    return result.mask(lower.isna() | lower.isin(["u", "unk", "unknown", "x", "not stated", "not recorded"]))


def _ages(source: _Source) -> tuple[pd.Series, tuple[str, ...]]:
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


def _one_row_an_id(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Keep one row an id: the last, or the first that says the same as the last."""
    twice = table[table["source_id"].notna() & table["source_id"].duplicated(keep=False)]
    stands = pd.Series(dtype="int64")
    if len(twice):
        latest = twice.groupby("source_id")["fingerprint"].transform("last")
        same = twice[twice["fingerprint"] == latest]
        stands = same.groupby("source_id")["row"].first()
    kept = twice["source_id"].map(stands).astype("int64")
    dropped = twice["row"] != kept
    rows = {"row": twice["row"][dropped], "first_row": kept[dropped]}
    duplicates = pd.DataFrame(rows).astype("int64").reset_index(drop=True)
    left = table[~table["row"].isin(duplicates["row"])].reset_index(drop=True)
    return left, duplicates, _twin_notes(left, duplicates)


def _twin_notes(table: pd.DataFrame, duplicates: pd.DataFrame) -> tuple[str, ...]:
    notes = []
    if len(duplicates):
        notes.append(
            f"Rows left out because another has their id: {len(duplicates):,} "
            f"({rows_in_words(duplicates['row'])}). Of each id the last row counts."
        )
    twins = int(table["fingerprint"].str.contains("#", regex=False).sum())
    if twins:
        notes.append(
            f"Rows without an id that look just like an earlier row: {twins:,}. They are kept, as different "
            "incidents can look alike; if they are copies, remove them from the file."
        )
    return tuple(notes)
