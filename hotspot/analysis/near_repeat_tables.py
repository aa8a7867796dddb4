"""The tables of near repeats: pairs by distance and days apart, and the part that each incident has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotspot.analysis.methods.method import Field
from hotspot.analysis.tables import Chart, Table
from hotspot.stats.knox import LEVEL
from hotspot.stats.near_repeats import SAME_PLACE
from hotspot.words import metres, percent

if TYPE_CHECKING:
    from hotspot.stats.knox import Knox
    from hotspot.stats.near_repeats import Roles

_PAIRS: Final = (
    Field("band", "string", "Apart", doc="Distance and days between two incidents, in words."),
    Field("from_m", "number", "From", "m", "Least distance, itself in the band."),
    Field("to_m", "number", "To", "m", "Distance from which on the next band begins."),
    Field("from_days", "integer", "From", "days", "Fewest days apart."),
    Field("to_days", "integer", "To", "days", "Most days apart."),
    Field("observed", "integer", "Observed", "pairs", "Pairs of incidents."),
    Field("expected", "number", "Expected", "pairs", "Mean of the pairs when the days are shuffled."),
    Field("ratio", "number", "Ratio", "times", "Observed over expected; empty where none are expected."),
    Field("p", "number", "p", doc="How often shuffled days make as many pairs."),
    Field(
        "flagged", "string", "Pattern", doc="Yes where p is at most 0.05 and the ratio at least 1.2; else no."
    ),
)
_ROLES: Final = (
    Field(
        "role",
        "string",
        "Role",
        doc="Repeat: followed another one at the same place; near repeat: nearby; originator: another one "
        "followed it. The first that holds.",
    ),
    Field("incidents", "integer", "Incidents", "incidents", "Those with this role."),
    Field("share", "number", "Share", "share", "Part of the incidents known to the day, 0 to 1."),
)
_WORDS: Final = ("originator", "repeat", "near repeat", "none")


def of_pairs(table: Knox) -> Table:
    """Return the table of pairs, a row for each band of distance and of days."""
    near, late = (part.ravel() for part in np.indices(table.observed.shape))
    low, high = table.distances[near], table.distances[near + 1]
    first, last = table.days[late], table.days[late + 1] - 1
    ratio, p, flagged = table.ratio.ravel(), table.p.ravel(), table.flagged.ravel()
    rows = [f"{_distance(a, b)}, {_days(c, d)}" for a, b, c, d in zip(low, high, first, last, strict=True)]
    return Table.of(
        "near_repeat",
        "Pairs of incidents by distance and days apart",
        _PAIRS,
        {
            "band": rows,
            "from_m": low,
            "to_m": high,
            "from_days": first,
            "to_days": last,
            "observed": table.observed.ravel(),
            "expected": np.round(table.expected.ravel(), 3),
            "ratio": np.round(ratio, 3),
            "p": p,
            "flagged": np.where(flagged, "yes", "no"),
        },
        note=_note(rows, table),
        chart=Chart("bars", "band", ("ratio",), "Pairs over what chance makes"),
    )


def _note(rows: list[str], table: Knox) -> str:
    flagged, ratio, p = table.flagged.ravel(), table.ratio.ravel(), table.p.ravel()
    if not flagged.any():
        return (
            "In no band are there clearly more pairs than chance makes: these incidents do not show that one "
            "draws others nearby."
        )
    most = int(np.where(flagged, np.nan_to_num(ratio, nan=np.inf), -1).argmax())
    where = rows[most][0].upper() + rows[most][1:]
    many = "pairs though chance makes none"
    if np.isfinite(ratio[most]):
        many = f"{ratio[most]:.1f} times as many pairs as chance makes"
    number = int(flagged.sum())
    others = f"{number} of {len(rows)} bands {'is a pattern' if number == 1 else 'are patterns'}"
    alone = f"by chance alone up to {LEVEL * len(rows):.2g} would be"
    return f"{where} apart: {many} (p {p[most]:.3g}). {others}; {alone}."


def _distance(low: float, high: float) -> str:
    if high <= SAME_PLACE:
        return "same place"
    return f"up to {metres(high)}" if low <= SAME_PLACE else f"{low:g} to {metres(high)}"


def _days(first: float, last: float) -> str:
    return f"{first:g} to {last:g} days" if last > first else f"{first:g} days"


def of_roles(part: Roles) -> Table:
    """Return how many incidents began, followed, or did neither."""
    names = part.names
    number = np.array([int((names == word).sum()) for word in _WORDS])
    total = max(len(names), 1)
    began = int(part.originator.sum())
    return Table.of(
        "roles",
        "Part of the incidents in the patterns",
        _ROLES,
        {"role": list(_WORDS), "incidents": number, "share": np.round(number / total, 4)},
        note=f"{percent(part.share)} of the incidents are part of a pattern; {began:,} had another follow.",
        chart=Chart("bars", "role", ("incidents",)),
    )
