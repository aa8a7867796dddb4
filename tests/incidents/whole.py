"""A file that is held as a whole, cleaned and reported on as the product does it part by part."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hotspot.incidents import quality
from hotspot.incidents.clean import Cleaning, with_hint

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.incidents.columns import Mapping
    from hotspot.incidents.raw import Raw


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
    """Incidents of a file that is held as a whole, checked; the parameters are those of ``Cleaning``."""
    columns = [str(name) for name in raw.frame.columns]
    cleaning = Cleaning(columns, mapping, timezone=timezone, date_order=date_order, now=now)
    cleaning.look(raw)
    cleaning.decide()
    usable, aside = cleaning.part(raw)
    settled = cleaning.settle()
    return Cleaned(
        table=settled.apply(usable),
        set_aside=with_hint(aside, cleaning.hint),
        duplicates=settled.duplicates,
        notes=(*raw.notes, *cleaning.notes, *settled.notes),
        formats=cleaning.formats,
    )


def report(
    raw: Raw,
    cleaned: Cleaned,
    table: pd.DataFrame,
    *,
    mapping: Mapping | None = None,
    notes: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return the report of a file that is held as a whole, as plain data, for JSON.

    Parameters
    ----------
    raw
        Rows as read.
    cleaned
        What cleaning made of them.
    table
        The accepted incidents, after geocoding if that was done.
    mapping
        Which column was which.
    notes
        What later steps have to say, added after the notes of cleaning.
    """
    tally = quality.Tally()
    tally.add(table)
    aside = quality.SetAside()
    aside.add(cleaned.set_aside)
    return {
        **quality.about_file(raw, mapping),
        **quality.about_rows(len(raw.row) + len(raw.set_aside), tally, aside, cleaned.duplicates),
        **tally.report(mapping),
        "formats": dict(cleaned.formats),
        "notes": [*cleaned.notes, *notes],
    }
