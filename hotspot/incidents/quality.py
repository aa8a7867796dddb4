"""The data-quality report of one import: what came in, what was left out and why, what to mend."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotspot.incidents.pile_ups import Piles
from hotspot.incidents.raw import REASONS, RowTally
from hotspot.incidents.table import COLUMNS, PRECISIONS

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.incidents.columns import Mapping
    from hotspot.incidents.raw import Raw
    from hotspot.incidents.raw_file import RawFile

SHOWN_ROWS: Final = 20
_OURS: Final = {"row", "iccs", "location_precision", "snapped", "district", "fingerprint"}


def about_file(file: Raw | RawFile, mapping: Mapping | None) -> dict[str, Any]:
    """How the file is written, and which of its columns is which."""
    return {
        "file": {
            "format": file.format,
            "encoding": file.encoding,
            "separator": file.separator,
            "decimal": file.decimal,
        },
        "columns": [{"field": f, "column": c, "how": how} for f, c, how in mapping.describe()]
        if mapping
        else [],
        "refused": [{"column": c, "why": why} for c, why in mapping.refused.items()] if mapping else [],
        "unused": list(mapping.unused) if mapping else [],
    }


def about_rows(read: int, tally: Tally, aside: SetAside, duplicates: pd.DataFrame) -> dict[str, Any]:
    """Return what became of the rows."""
    return {
        "rows": {
            "read": read,
            "accepted": tally.incidents,
            "set_aside": aside.count,
            "duplicates": len(duplicates),
        },
        "set_aside": aside.by_reason(),
        "duplicates": {
            "count": len(duplicates),
            "rows": [[int(a), int(b)] for a, b in duplicates.head(SHOWN_ROWS).itertuples(index=False)],
        },
    }


class SetAside:
    """The rows set aside so far, counted by reason; the first of each are kept to be shown."""

    def __init__(self) -> None:
        self.count = 0
        self._found: dict[str, _Reason] = {}

    def add(self, aside: pd.DataFrame) -> None:
        """Add the rows of one part; the parts come in order."""
        self.count += len(aside)
        for reason, rows in aside.groupby("reason", sort=False):
            known = self._found.setdefault(str(reason), _Reason(str(rows["message"].iloc[0])))
            known.rows.add(rows["row"].to_numpy())

    def with_hint(self, hint: str) -> None:
        """Add what can be said only at the end of rows outside the world."""
        if "out_of_range" in self._found:
            self._found["out_of_range"].example += f" {hint}"

    def by_reason(self) -> list[dict[str, Any]]:
        """For each reason the number, the first row numbers and an example, most first."""
        ordered = sorted(self._found.items(), key=lambda found: (-found[1].rows.count, found[0]))
        return [
            {
                "reason": reason,
                "title": REASONS.get(reason, reason),
                "count": found.rows.count,
                "rows": found.rows.first,
                "example": found.example,
            }
            for reason, found in ordered
        ]


@dataclass
class _Reason:
    example: str
    rows: RowTally = field(default_factory=lambda: RowTally(most=SHOWN_ROWS))


class Tally:
    """The accepted incidents so far, counted in the ways the report tells of."""

    def __init__(self) -> None:
        self.incidents = 0
        self._present = Counter[str]()
        self._precision = Counter[str]()
        self._snapped = 0
        self._offences = Counter[str]()
        self._unclassified = Counter[str]()
        self._first: pd.Timestamp | None = None
        self._last: pd.Timestamp | None = None
        self._piles = Piles()

    def add(self, table: pd.DataFrame) -> None:
        """Add the incidents of one part, after geocoding."""
        self.incidents += len(table)
        self._present.update({name: int(table[name].notna().sum()) for name in COLUMNS if name not in _OURS})
        self._precision.update(_counts(table["location_precision"]))
        self._snapped += int(table["snapped"].sum())
        self._offences.update(_counts(table["offence"]))
        self._unclassified.update(_counts(table["offence"][table["iccs"].isna()]))
        self._piles.add(table["lon"].to_numpy(dtype=np.float64), table["lat"].to_numpy(dtype=np.float64))
        if len(table):
            moments = (table["occurred_from"].min(), table["occurred_to"].max())
            self._first = min(filter(None, (self._first, moments[0])))
            self._last = max(filter(None, (self._last, moments[1])))

    def report(self, mapping: Mapping | None) -> dict[str, Any]:
        """Return what was counted, as plain data."""
        return {
            "completeness": self._completeness(mapping),
            "pile_ups": self._piles.found(),
            "placed": self._placed(),
            "period": {"from": _written(self._first), "to": _written(self._last)},
            "offences": {
                "kinds": len(self._offences),
                "most": [{"offence": name, "count": n} for name, n in _commonest(self._offences)],
                "unclassified": {
                    "count": self._unclassified.total(),
                    "offences": [name for name, _ in _commonest(self._unclassified)],
                },
            },
        }

    def _completeness(self, mapping: Mapping | None) -> list[dict[str, Any]]:
        """How many accepted incidents have a value in each column, in number and per cent."""
        fields = mapping.fields if mapping else {}
        return [
            {
                "column": name,
                "source": fields.get(name) or (fields.get("point") if name in {"lon", "lat"} else None),
                "present": present,
                "percent": self._percent(present),
            }
            for name, present in self._present.items()
        ]

    def _placed(self) -> dict[str, Any]:
        """How incidents are placed, by precision, in number and per cent; and how many were snapped."""
        counts = {name: self._precision[name] for name in PRECISIONS}
        found: dict[str, Any] = {
            name: {"count": count, "percent": self._percent(count)} for name, count in counts.items()
        }
        return {**found, "snapped": self._snapped}

    def _percent(self, count: int) -> float:
        return round(100 * count / max(self.incidents, 1), 1)


def _counts(values: pd.Series) -> dict[str, int]:
    """How many rows hold each text, in the order in which they first appear."""
    counts = values.value_counts(sort=False)
    return dict(zip(map(str, counts.index), map(int, counts), strict=True))


def _commonest(counts: Counter[str]) -> list[tuple[str, int]]:
    """Return the most frequent texts; of equally many, the one that came first."""
    return sorted(counts.items(), key=lambda counted: -counted[1])[:SHOWN_ROWS]


def _written(moment: pd.Timestamp | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
