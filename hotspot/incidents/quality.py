"""The data-quality report of one import: what came in, what was left out and why, what to mend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hotspot.incidents.raw import REASONS
from hotspot.incidents.table import COLUMNS, PRECISIONS

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.incidents.clean import Cleaned
    from hotspot.incidents.columns import Mapping
    from hotspot.incidents.raw import Raw

SHOWN_ROWS: Final = 20
SHOWN_PLACES: Final = 10
PILE_UP_INCIDENTS: Final = 20
PILE_UP_SHARE: Final = 0.005
PILE_UP_TIMES_MEAN: Final = 10
"""A pile-up is one pair of coordinates with at least 20 incidents, 0.5 % of all placed, and ten times
as many as the mean place: often a default that a clerk's screen offers."""

_OURS: Final = {"row", "iccs", "location_precision", "snapped", "district", "fingerprint"}


def report(
    raw: Raw,
    cleaned: Cleaned,
    table: pd.DataFrame,
    *,
    mapping: Mapping | None = None,
    notes: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return the report as plain data, for JSON.

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
    aside, twins = cleaned.set_aside, cleaned.duplicates
    return {
        "file": {
            "format": raw.format,
            "encoding": raw.encoding,
            "separator": raw.separator,
            "decimal": raw.decimal,
        },
        "rows": {
            "read": len(raw.row) + len(raw.set_aside),
            "accepted": len(table),
            "set_aside": len(aside),
            "duplicates": len(twins),
        },
        "set_aside": set_aside_by_reason(aside),
        "duplicates": {
            "count": len(twins),
            "rows": [[int(a), int(b)] for a, b in twins.head(SHOWN_ROWS).itertuples(index=False)],
        },
        "completeness": completeness(table, mapping),
        "pile_ups": pile_ups(table),
        "placed": placed(table),
        "period": period(table),
        "offences": offences(table),
        "columns": [{"field": f, "column": c, "how": how} for f, c, how in mapping.describe()]
        if mapping
        else [],
        "refused": [{"column": c, "why": why} for c, why in mapping.refused.items()] if mapping else [],
        "unused": list(mapping.unused) if mapping else [],
        "formats": dict(cleaned.formats),
        "notes": [*cleaned.notes, *notes],
    }


def set_aside_by_reason(aside: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows set aside: for each reason the number, the first row numbers and an example, most first."""
    counts = aside["reason"].value_counts(sort=True)
    found = []
    for reason in sorted(counts.index, key=lambda code: (-int(counts[code]), str(code))):
        rows = aside[aside["reason"] == reason]
        found.append(
            {
                "reason": str(reason),
                "title": REASONS.get(str(reason), str(reason)),
                "count": len(rows),
                "rows": [int(number) for number in rows["row"].head(SHOWN_ROWS)],
                "example": str(rows["message"].iloc[0]),
            }
        )
    return found


def completeness(table: pd.DataFrame, mapping: Mapping | None) -> list[dict[str, Any]]:
    """How many accepted incidents have a value in each column, in number and per cent."""
    fields = mapping.fields if mapping else {}
    total = max(len(table), 1)
    return [
        {
            "column": name,
            "source": fields.get(name) or (fields.get("point") if name in {"lon", "lat"} else None),
            "present": int(table[name].notna().sum()),
            "percent": round(100 * int(table[name].notna().sum()) / total, 1),
        }
        for name in COLUMNS
        if name not in _OURS
    ]


def pile_ups(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Coordinates that hold improbably many incidents, most first.

    >>> import pandas as pd
    >>> pile_ups(pd.DataFrame({"lon": [1.0], "lat": [2.0]}))
    []
    """
    known = table[["lon", "lat"]].dropna()
    if not len(known):
        return []
    counts = known.groupby(["lon", "lat"]).size().rename("incidents").reset_index()
    mean = len(known) / len(counts)
    enough = max(PILE_UP_INCIDENTS, PILE_UP_SHARE * len(known), PILE_UP_TIMES_MEAN * mean)
    many = counts[counts["incidents"] >= enough].sort_values(
        ["incidents", "lon", "lat"], ascending=[False, True, True]
    )
    return [
        {"lon": lon, "lat": lat, "incidents": int(n), "share": round(int(n) / len(known), 4)}
        for lon, lat, n in many.head(SHOWN_PLACES).itertuples(index=False)
    ]


def placed(table: pd.DataFrame) -> dict[str, Any]:
    """How incidents are placed, by precision, in number and per cent; and how many were snapped."""
    total = max(len(table), 1)
    counts = table["location_precision"].value_counts()
    found: dict[str, Any] = {
        name: {
            "count": int(counts.get(name, 0)),
            "percent": round(100 * int(counts.get(name, 0)) / total, 1),
        }
        for name in PRECISIONS
    }
    found["snapped"] = int(table["snapped"].sum())
    return found


def period(table: pd.DataFrame) -> dict[str, str | None]:
    """First and last moment of the accepted incidents, UTC; both None without incidents."""
    if not len(table):
        return {"from": None, "to": None}
    first, last = table["occurred_from"].min(), table["occurred_to"].max()
    return {"from": f"{first:%Y-%m-%dT%H:%M:%SZ}", "to": f"{last:%Y-%m-%dT%H:%M:%SZ}"}


def offences(table: pd.DataFrame) -> dict[str, Any]:
    """Offences by number, and those that the international classification has no code for here."""
    named = table[table["offence"].notna()]
    counts = named["offence"].value_counts().head(SHOWN_ROWS)
    unclassified = named[named["iccs"].isna()]["offence"].value_counts()
    return {
        "kinds": int(named["offence"].nunique()),
        "most": [{"offence": str(name), "count": int(count)} for name, count in counts.items()],
        "unclassified": {
            "count": int(unclassified.sum()),
            "offences": [str(name) for name in unclassified.head(SHOWN_ROWS).index],
        },
    }
