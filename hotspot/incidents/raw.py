"""Rows as they stand in a file, all text, before anything is believed of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hotspot.errors import InputError, LimitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_BYTES: Final = 1024**3
"""Largest size of a file's content once unpacked, in bytes."""
MAX_COLUMNS: Final = 500
MAX_CELLS: Final = 20_000_000
"""Most cells a worksheet may span, empty ones included: a spreadsheet reader holds them all in memory."""
MAX_VALUE: Final = 32_767
"""Longest value of a cell, in characters: as much as a spreadsheet holds."""
MAX_TEXT: Final = 200
"""Longest piece of a faulty value that is repeated in a report, in characters."""

SET_ASIDE_COLUMNS: Final = ("row", "column", "reason", "message", "text")

REASONS: Final[dict[str, str]] = {
    "ragged": "too many or too few values in the row",
    "too_long": "a value longer than any cell of a table",
    "not_a_point": "its shape is not a single point",
    "no_date": "no date",
    "bad_date": "a date that cannot be read",
    "time_without_date": "a time without a date",
    "time_gap": "a time that the clocks jumped over",
    "before_1900": "a date before 1900",
    "in_future": "a date in the future",
    "ends_before_start": "ends before it starts",
    "bad_coordinate": "a coordinate that is not a number",
    "out_of_range": "coordinates outside the world",
    "no_offence": "no offence",
}
"""Why a row can be set aside: code and words."""


@dataclass(frozen=True)
class Raw:
    """What a file holds: text by row and column, and how it was read."""

    frame: pd.DataFrame
    """Every column text, trimmed, missing values NaN; index 0..n-1."""
    row: NDArray[np.int64]
    """Row number of each row as a spreadsheet shows it (header 1); the feature's number in GeoJSON."""
    format: str
    encoding: str = ""
    separator: str = ""
    decimal: str = "."
    set_aside: pd.DataFrame = field(default_factory=lambda: no_set_aside())
    notes: tuple[str, ...] = ()


def no_set_aside() -> pd.DataFrame:
    """Return the table of rows set aside, with no rows.

    >>> list(no_set_aside().columns)
    ['row', 'column', 'reason', 'message', 'text']
    """
    types = {"row": "int64"}
    return pd.DataFrame({name: pd.Series(dtype=types.get(name, "str")) for name in SET_ASIDE_COLUMNS})


def set_aside_rows(
    row: NDArray[np.int64], *, column: str, reason: str, message: str | pd.Series, text: pd.Series | str
) -> pd.DataFrame:
    """Rows that cannot be used, with the reason: one line for each of ``row``."""
    frame = pd.DataFrame({"row": np.asarray(row, dtype=np.int64)})
    frame["column"] = pd.Series(column, index=frame.index, dtype="str")
    frame["reason"] = pd.Series(reason, index=frame.index, dtype="str")
    frame["message"] = _as_text(message, frame.index)
    frame["text"] = _as_text(text, frame.index).str.slice(0, MAX_TEXT)
    return frame


def _as_text(value: str | pd.Series, index: pd.Index) -> pd.Series:
    if isinstance(value, str):
        return pd.Series(value, index=index, dtype="str")
    return pd.Series(value.to_numpy(), index=index, dtype="str")


def join_set_aside(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Rows set aside from all parts in order of row, each row once with its first reason."""
    some = [part for part in parts if len(part)]
    if not some:
        return no_set_aside()
    joined = pd.concat(some, ignore_index=True).drop_duplicates("row", keep="first")
    return joined.sort_values("row", kind="stable", ignore_index=True)


def trimmed(table: pa.Table) -> pd.DataFrame:
    """Columns of text without the space around them; what is empty is missing."""
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        text = pc.utf8_trim_whitespace(column)
        columns[name] = pc.if_else(pc.equal(text, ""), pa.scalar(None, text.type), text)
    # A text column in pandas wants 64-bit offsets: give them here, once.
    wide = {name: text.cast(pa.large_string()) for name, text in columns.items()}
    frame: pd.DataFrame = pa.table(wide).to_pandas()
    return frame.astype("str")


def without_blank_rows(frame: pd.DataFrame, row: NDArray[np.int64]) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return the rows that hold anything at all, and their row numbers."""
    blank = frame.isna().all(axis=1).to_numpy()
    if not blank.any():
        return frame, row
    return frame[~blank].reset_index(drop=True), row[~blank]


def named(header: Iterable[object]) -> tuple[list[str], tuple[str, ...]]:
    """Column names that are all there and all different, and notes on what was changed.

    >>> named(["id", "", "id"])
    (['id', 'column 2', 'id (2)'], ('Column 2 has no name: it is called “column 2”.', ...))
    """
    names: list[str] = []
    notes: list[str] = []
    for position, given in enumerate(header, start=1):
        text = " ".join(str(given if given is not None else "").replace("\ufeff", "").split())[:MAX_TEXT]
        name = text or f"column {position}"
        if not text:
            notes.append(f"Column {position} has no name: it is called “{name}”.")
        if name in names:
            name = _numbered(name, names)
            notes.append(
                f"Two columns are called “{text}” (columns {names.index(text) + 1 if text in names else 1} "
                f"and {position}): the second is called “{name}”. Check which of them is meant."
            )
        names.append(name)
    if len(names) > MAX_COLUMNS:
        msg = (
            f"A file may have at most {MAX_COLUMNS} columns; this has {len(names)}. Remove those not needed."
        )
        raise LimitError(msg)
    if not any(not name.startswith("column ") for name in names):
        msg = "The first row holds no column names. Put the names of the columns in the first row."
        raise InputError(msg)
    return names, tuple(notes)


def _numbered(name: str, taken: list[str]) -> str:
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"


def rows_in_words(rows: Iterable[int], *, most: int = 5) -> str:
    """Row numbers as a short phrase.

    >>> rows_in_words([2])
    'row 2'
    >>> rows_in_words(range(2, 12))
    'rows 2, 3, 4, 5, 6 and 5 more'
    """
    numbers = [int(number) for number in rows]
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    shown = ", ".join(str(number) for number in numbers[:most])
    more = f" and {len(numbers) - most:,} more" if len(numbers) > most else ""
    return f"rows {shown}{more}"
