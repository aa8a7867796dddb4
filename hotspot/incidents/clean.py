"""Raw rows -> a clean table: parse, check, set aside what cannot be used, with the reason."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hotspot.errors import InputError
from hotspot.incidents.fingerprints import hashed
from hotspot.incidents.offences import iccs
from hotspot.incidents.raw import Raw, join_set_aside
from hotspot.incidents.source import Source
from hotspot.incidents.table import conform
from hotspot.incidents.twins import Twins
from hotspot.incidents.victims import Ages, sexes
from hotspot.incidents.when import When
from hotspot.incidents.where import Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotspot.incidents.columns import Mapping
    from hotspot.incidents.twins import Settled


class Cleaning:
    """The rules of one file: found by looking at all its parts, then applied to each.

    A row whose mapped date or coordinates cannot be used is set aside; so is one
    without a date, or without an offence where the file has a column for it.
    Coordinates of exactly (0, 0) are taken as not known. Where two rows have the
    same id the later one stands.

    Parameters
    ----------
    columns
        Columns of the file.
    mapping
        Which column is which; it must give at least ``occurred_from``.
    timezone
        IANA zone of times without an offset of their own.
    date_order
        ``dmy``, ``mdy`` or ``ymd``; decided from the values if left out.
    now
        The present: incidents more than a day later are set aside.
    """

    def __init__(
        self,
        columns: Sequence[str],
        mapping: Mapping,
        *,
        timezone: str,
        date_order: str | None = None,
        now: dt.datetime,
    ) -> None:
        self._fields = _checked_fields(columns, mapping)
        self._mapping = mapping
        self._when = When(self._fields, timezone=timezone, date_order=date_order, now=now)
        self._where = Where(self._fields)
        self._ages = Ages()
        self._twins = Twins()

    @property
    def columns(self) -> set[str]:
        """Columns of the file that ``look`` needs."""
        return self._when.columns | self._where.columns

    def look(self, raw: Raw) -> None:
        """Look at one part of the file; every part must be looked at before any is cleaned."""
        source = Source(raw, self._fields)
        self._when.look(source)
        self._where.look(source)

    def decide(self) -> None:
        """Decide what the whole file tells; what cannot be decided raises ``InputError``."""
        self._when.decide()

    def part(self, raw: Raw) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the usable incidents of one part and its rows set aside; the parts come in order."""
        source = Source(raw, self._fields)
        moments, bad_times = self._when.moments(source)
        positions, bad_places = self._where.positions(source)
        what, bad_offences = _offences(source)
        aside = join_set_aside([*bad_times, *bad_places, *bad_offences])
        frame = pd.DataFrame({**moments, **positions, **what, **self._rest(source)})
        frame["row"] = raw.row
        if len(aside):
            frame = frame[~np.isin(raw.row, aside["row"])].reset_index(drop=True)
        usable = conform(frame)
        hashes = hashed(usable)
        self._twins.add(usable["row"].to_numpy(), hashes)
        usable["fingerprint"] = hashes.digests
        return usable, join_set_aside([raw.set_aside, aside])

    def settle(self) -> Settled:
        """Return which rows stand, once all parts were cleaned."""
        return self._twins.settle()

    @property
    def hint(self) -> str:
        """What is to be added to the message of rows outside the world."""
        return self._where.hint

    @property
    def formats(self) -> dict[str, str]:
        """Column -> how its dates are written, in words."""
        return self._when.formats

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed, once all parts were cleaned."""
        none = "No column of offences was found: all incidents count as one kind."
        offences = () if "offence" in self._fields else (none,)
        early = (*_mapping_notes(self._mapping), *self._when.notes, *self._where.notes)
        return (*early, *offences, *self._ages.notes)

    def _rest(self, source: Source) -> dict[str, pd.Series]:
        names = ("source_id", "case_number", "agency", "weapon", "outcome")
        columns = {name: source.text(name) for name in names}
        sex = sexes(source.text("victim_sex"))
        return {**columns, "victim_sex": sex, "victim_age": self._ages.read(source)}


def with_hint(aside: pd.DataFrame, hint: str) -> pd.DataFrame:
    """Return rows set aside, those outside the world with what their coordinates probably are."""
    outside = aside["reason"] == "out_of_range"
    if not outside.any():
        return aside
    return aside.assign(message=aside["message"].where(~outside, aside["message"] + " " + hint))


def _checked_fields(columns: Sequence[str], mapping: Mapping) -> dict[str, str]:
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


def _offences(source: Source) -> tuple[dict[str, pd.Series], list[pd.DataFrame]]:
    offence = source.text("offence")
    if not source.has("offence"):
        return {"offence": offence, "iccs": offence}, []
    missing = offence.isna().to_numpy(dtype=bool)
    column = source.fields["offence"]
    aside = source.put_by(missing, "offence", "no_offence", f"There is no offence in column “{column}”.")
    return {"offence": offence, "iccs": iccs(offence)}, [aside]
