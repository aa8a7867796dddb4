"""The faults of real exports, put into clean synthetic rows: about one row in twenty.

Each kind is one that intake has to cope with: it sets the row aside with a
reason, places it by its name, or says what it found.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

SHARES: Final[dict[str, float]] = {
    "impossible date": 0.006,
    "words instead of a date": 0.004,
    "time without a date": 0.002,
    "swapped coordinates": 0.008,
    "zero coordinates": 0.008,
    "words in a coordinate": 0.004,
    "place name only": 0.008,
    "misspelt place": 0.005,
    "ends before it starts": 0.003,
    "repeated id": 0.002,
}
"""Share of the rows that gets each fault; together one row in twenty."""

_IMPOSSIBLE: Final = ("31/02/2026 21:40", "00/00/0000", "29/02/2026 08:15", "31/11/2025 12:00")
_WORDS: Final = ("unknown", "sometime in June", "not recorded")
_COORDINATE_WORDS: Final = ("N17.4995", "see sketch", "17,5 approx", "behind the market")


def spoil(table: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Return the table of texts with faults of every kind, each in rows of its own.

    Parameters
    ----------
    table
        Clean rows, every column text; its coordinates are present where a
        fault needs them.
    rng
        Source of chance; the rows are picked by uniform numbers.
    """
    table = table.copy()
    located = np.flatnonzero(table["Latitude"].to_numpy() != "")
    located = located[np.argsort(rng.random(len(located)), kind="stable")]
    sizes = [round(share * len(table)) for share in SHARES.values()]
    ends = np.cumsum(sizes)
    rows = {name: located[end - size : end] for name, size, end in zip(SHARES, sizes, ends, strict=True)}

    def put(kind: str, column: str, words: tuple[str, ...]) -> None:
        table.loc[rows[kind], column] = [words[i % len(words)] for i in range(len(rows[kind]))]

    put("impossible date", "Occurred from", _IMPOSSIBLE)
    put("words instead of a date", "Occurred from", _WORDS)
    put("time without a date", "Occurred from", ("12:30", "23:05"))
    put("zero coordinates", "Latitude", ("0",))
    put("zero coordinates", "Longitude", ("0",))
    put("words in a coordinate", "Latitude", _COORDINATE_WORDS)
    for kind in ("place name only", "misspelt place"):
        put(kind, "Latitude", ("",))
        put(kind, "Longitude", ("",))
    swapped = rows["swapped coordinates"]
    table.loc[swapped, ["Latitude", "Longitude"]] = table.loc[swapped, ["Longitude", "Latitude"]].to_numpy()
    misspelt = rows["misspelt place"]
    table.loc[misspelt, "Place"] = table.loc[misspelt, "Place"].map(misspell)
    return _repeat(_turn(table, rows["ends before it starts"]), rows["repeated id"])


def misspell(place: str) -> str:
    """Return the name with its fourth letter doubled and its last left out.

    >>> misspell("Ladyville")
    'Ladyyvill'
    """
    return place[:4] + place[3:-1]


def _turn(table: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Write an end one day before the start; the start's own text stays."""
    start = pd.to_datetime(table.loc[rows, "Occurred from"], format="%d/%m/%Y %H:%M")
    table.loc[rows, "Occurred to"] = (start - pd.Timedelta(days=1)).dt.strftime("%d/%m/%Y %H:%M")
    return table


def _repeat(table: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Append a later version of some rows under the same id, with another outcome."""
    again = table.loc[rows].assign(Outcome="Case closed")
    return pd.concat([table, again], ignore_index=True)
