"""Rows that were set aside, as a CSV to mend and import again."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from hotspot.incidents.clean import with_hint
from hotspot.incidents.raw import Raw
from hotspot.spreadsheets import FORMULA_STARTS, NUMBER, formula_safe

_ADDED: Final = ("row", "column", "reason", "message")


MOST: Final = 200_000
"""Rows that are kept to be mended; where more are at fault, one fault will mostly explain them all."""


class Rejects:
    """The rows set aside so far with their original values, up to a number of them."""

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._aside: list[pd.DataFrame] = []
        self._rows: list[Raw] = []
        self.kept = 0
        self.left_out = 0

    def add(self, raw: Raw, set_aside: pd.DataFrame) -> None:
        """Add the rows of one part; the parts come in order."""
        some = set_aside.head(self._most - self.kept)
        self.kept += len(some)
        self.left_out += len(set_aside) - len(some)
        which = np.isin(raw.row, some["row"])
        self._aside.append(some)
        self._rows.append(replace(raw, frame=raw.frame[which], row=raw.row[which]))

    def csv(self, *, hint: str, refused: Collection[str] = ()) -> bytes:
        """Return them as ``rejects_csv`` does, with what can be said only at the end of rows outside."""
        frame = pd.concat([raw.frame for raw in self._rows], ignore_index=True)
        row = np.concatenate([raw.row for raw in self._rows])
        aside = with_hint(pd.concat(self._aside, ignore_index=True), hint)
        return rejects_csv(Raw(frame, row, "csv"), aside, refused=refused)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out of the file of rejects."""
        if not self.left_out:
            return ()
        return (
            f"The file of rows set aside holds the first {self.kept:,} of "
            f"{self.kept + self.left_out:,}: mend what they have in common and import the file again.",
        )


def rejects_csv(raw: Raw, set_aside: pd.DataFrame, *, refused: Collection[str] = ()) -> bytes:
    """Rows set aside with their original values, and where and why: CSV in UTF-8 with a byte order mark.

    A value that a spreadsheet would run as a formula gets an apostrophe before
    it. Columns that point at a person (``refused``) are left out.
    """
    names = [name for name in raw.frame.columns if name not in set(refused)]
    order = pd.Series(np.arange(len(raw.row)), index=raw.row)
    position = order.reindex(set_aside["row"]).fillna(-1).to_numpy(dtype=np.int64)
    values = raw.frame[names].reindex(position).reset_index(drop=True)
    # A row that fits no header stands as one line of text in the first column; where columns are
    # refused it cannot be told which part of it names a person.
    if names and not refused:
        first = values[names[0]].where(pd.Series(position >= 0), set_aside["text"].reset_index(drop=True))
        values = values.assign(**{names[0]: first})
    reasons = set_aside[list(_ADDED)].reset_index(drop=True).astype("str")
    reasons.columns = pd.Index([_free(name, names) for name in _ADDED])
    return _csv(pd.concat([reasons, values], axis=1))


def _free(name: str, taken: list[str]) -> str:
    return name if name not in taken else f"{name} (set aside)"


def _csv(frame: pd.DataFrame) -> bytes:
    safe = pd.DataFrame({name: literal(frame[name].astype("str")) for name in frame})
    safe.columns = pd.Index([formula_safe(str(name)) for name in safe.columns])
    buffer = io.StringIO(newline="")
    safe.to_csv(buffer, index=False, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", errors="replace")


def literal(values: pd.Series) -> pd.Series:
    """Texts that no spreadsheet runs as a formula; numbers stay as they are.

    >>> literal(pd.Series(["=1+1", "-88.2", "@x", "plain"], dtype="str")).tolist()
    ["'=1+1", '-88.2', "'@x", 'plain']
    """
    risky = values.str.startswith(FORMULA_STARTS, na=False)
    if not risky.any():
        return values
    risky &= ~values.str.fullmatch(NUMBER.pattern, na=False)
    return values.where(~risky, "'" + values)
