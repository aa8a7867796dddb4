"""Rows of a file that are the same incident, or say the same: told from hashes once all rows are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hotspot.incidents.columns import are_ids
from hotspot.incidents.raw import RowTally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspot.incidents.fingerprints import Hashes


class Twins:
    """The rows of a file so far, some 24 bytes each.

    What makes a row the same one again is its id, or without one all that it
    says: 96 bits of its hash, so that different ones never meet by chance.
    """

    def __init__(self) -> None:
        self._with_id = _Column()
        self._without = _Column()

    def add(self, row: NDArray[np.int64], hashes: Hashes) -> None:
        """Add the rows of one part, in the order of the file."""
        named = hashes.named
        says = hashes.says[0]
        self._with_id.add(row[named], hashes.ids[0][named], hashes.ids[1][named], says[named])
        self._without.add(row[~named], says[~named], hashes.says[1][~named], says[:0])

    def settle(self) -> Settled:
        """Return which rows stand and which are left out, once all parts were added."""
        dropped, stands = _one_row_an_id(self._with_id.repeated())
        again, nth = _numbered(self._without.repeated())
        return Settled(dropped, stands, again, nth, self._with_id.count)


@dataclass(frozen=True)
class Settled:
    """What becomes of rows that are the same, by row number in order."""

    dropped: NDArray[np.int64]
    """Rows left out because another has their id ..."""
    stands: NDArray[np.int64]
    """... and which one that is."""
    again: NDArray[np.int64]
    """Rows without an id that say the same as an earlier one ..."""
    nth: NDArray[np.int64]
    """... and of how many they are the last: 2 for the first repetition."""
    named: int
    """Rows with an id, those left out among them."""

    @property
    def ids_repeat(self) -> bool:
        """Whether more rows have the id of another than ids would."""
        return not are_ids(self.named, repeats=len(self.dropped))

    @property
    def duplicates(self) -> pd.DataFrame:
        """Rows left out: row, and in ``first_row`` the one that stands."""
        return pd.DataFrame({"row": self.dropped, "first_row": self.stands})

    def apply(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows that stand, repeated ones with their number behind the fingerprint."""
        row = table["row"].to_numpy()
        again = np.isin(row, self.again, kind="sort") if len(self.again) else np.zeros(len(row), dtype=bool)
        if again.any():
            nth = self.nth[np.searchsorted(self.again, row[again])]
            text = table["fingerprint"].to_numpy(dtype=object, copy=True)
            text[again] = text[again] + "#" + nth.astype(str).astype(object)
            table = table.assign(fingerprint=pd.array(text, dtype="str"))
        if not len(self.dropped):
            return table
        return table[~np.isin(row, self.dropped, kind="sort")].reset_index(drop=True)

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say of such rows."""
        notes = []
        if len(self.dropped):
            rows = RowTally()
            rows.add(self.dropped)
            notes.append(
                f"Rows left out because another has their id: {rows.count:,} "
                f"({rows.words()}). Of each id the last row counts."
            )
        if len(self.again):
            notes.append(
                f"Rows without an id that look just like an earlier row: {len(self.again):,}. They are kept, "
                "as different incidents can look alike; if they are copies, remove them from the file."
            )
        return tuple(notes)


class _Column:
    """Hashes of rows, as narrow as they can be, in the order of the file."""

    def __init__(self) -> None:
        self.count = 0
        self._parts: list[tuple[NDArray[np.uint64], ...]] = []

    def add(
        self,
        row: NDArray[np.int64],
        key: NDArray[np.uint64],
        more: NDArray[np.uint64],
        says: NDArray[np.uint64],
    ) -> None:
        self.count += len(row)
        # A copy, or each small column would hold on to the whole it was taken from.
        self._parts.append((row.astype(np.uint32), key.copy(), more.astype(np.uint32), says.copy()))

    def repeated(self) -> pd.DataFrame:
        """Return the rows whose key is not theirs alone: ``row``, ``group`` and ``says``, in order."""
        if not self._parts:
            return pd.DataFrame({"row": [], "group": [], "says": []}, dtype="int64")
        key = np.concatenate([part[1] for part in self._parts])
        key.sort()
        twice = np.unique(key[1:][key[1:] == key[:-1]])
        del key
        some: list[list[NDArray[np.uint64]]] = [[], [], [], []]
        for part in self._parts:
            which = np.isin(part[1], twice, kind="sort") if len(twice) else np.zeros(len(part[0]), dtype=bool)
            for column, values in zip(some, part, strict=True):
                column.append(values[which] if len(values) else values)
        row, key, more, says = (np.concatenate(column) for column in some)
        frame = pd.DataFrame({"row": row.astype(np.int64), "key": key, "more": more})
        frame["says"] = says if len(says) else 0
        frame["group"] = frame.groupby(["key", "more"], sort=False).ngroup()
        alone = ~frame["group"].duplicated(keep=False)
        return frame.loc[~alone, ["row", "group", "says"]]


def _one_row_an_id(rows: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of each id keep the last row, or the first that says the same as the last."""
    latest = rows.groupby("group")["says"].transform("last")
    first = rows[rows["says"] == latest].groupby("group")["row"].first()
    stands = rows["group"].map(first).astype("int64")
    dropped = rows["row"] != stands
    row, first_row = (np.asarray(values[dropped], dtype=np.int64) for values in (rows["row"], stands))
    return row, first_row


def _numbered(rows: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    nth = np.asarray(rows.groupby("group").cumcount(), dtype=np.int64) + 1
    row: NDArray[np.int64] = rows["row"].to_numpy(dtype=np.int64)
    return row[nth > 1], nth[nth > 1]
