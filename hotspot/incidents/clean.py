"""Raw rows -> a clean table: parse, check, set aside what cannot be used, with the reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from hotspot.errors import InputError
from hotspot.incidents import victims, when, where
from hotspot.incidents.fingerprints import fingerprints
from hotspot.incidents.offences import iccs
from hotspot.incidents.raw import Raw, join_set_aside, rows_in_words
from hotspot.incidents.source import Source
from hotspot.incidents.table import conform

if TYPE_CHECKING:
    from hotspot.incidents.columns import Mapping


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
    source = Source(raw, _checked_fields(raw, mapping))
    moments, bad_times, time_notes, formats = when.moments(source, timezone, date_order, now)
    positions, bad_places, place_notes = where.positions(source)
    what, bad_offences, offence_notes = _offences(source)
    who, person_notes = _rest(source)
    frame = pd.DataFrame({**moments, **positions, **what, **who})
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


def _offences(source: Source) -> tuple[dict[str, pd.Series], list[pd.DataFrame], tuple[str, ...]]:
    offence = source.text("offence")
    if not source.has("offence"):
        note = "No column of offences was found: all incidents count as one kind."
        return {"offence": offence, "iccs": offence}, [], (note,)
    missing = offence.isna().to_numpy(dtype=bool)
    column = source.fields["offence"]
    aside = source.put_by(missing, "offence", "no_offence", f"There is no offence in column “{column}”.")
    return {"offence": offence, "iccs": iccs(offence)}, [aside], ()


def _rest(source: Source) -> tuple[dict[str, pd.Series], tuple[str, ...]]:
    age, notes = victims.ages(source)
    columns = {
        name: source.text(name) for name in ("source_id", "case_number", "agency", "weapon", "outcome")
    }
    return {**columns, "victim_sex": victims.sexes(source.text("victim_sex")), "victim_age": age}, notes


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
