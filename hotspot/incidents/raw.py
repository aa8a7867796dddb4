"""Rows as they stand in a file, all text, before anything is believed of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hotspot.errors import InputError, LimitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_BYTES: Final = 8 * 1024**3
"""Largest size of a file's content once unpacked, in bytes."""
MAX_WHOLE: Final = 1024**3
"""The same of a workbook or GeoJSON, which can only be read as a whole."""
MAX_COLUMNS: Final = 500
MAX_CELLS: Final = 20_000_000
"""Most cells a worksheet may span, empty ones included: a spreadsheet reader holds them all in memory."""
MAX_VALUE: Final = 32_767
"""Longest value of a cell, in characters: as much as a spreadsheet holds."""
_SPACE: Final = ord(" ")
_BEYOND_ASCII: Final = 0x80
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


def trimmed(table: pa.RecordBatch | pa.Table) -> pd.DataFrame:
    """Columns of text without the space around them; what is empty is missing."""
    columns = [_without_space(column) for column in table.columns]
    frame: pd.DataFrame = pa.table(columns, names=table.column_names).to_pandas()
    return frame.astype("str")


def _without_space(text: pa.Array) -> pa.LargeStringArray:
    """Return texts without the space around them, their letters uncopied where there is none."""
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks()
    # A text column in pandas wants 64-bit offsets.
    text = text.cast(pa.large_string())
    if _any_space(text):
        text = pc.utf8_trim_whitespace(text)
    _, offsets, letters = text.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[text.offset :][: len(text) + 1]
    filled = ends[1:] > ends[:-1]
    if text.null_count:
        filled &= np.asarray(text.is_valid())
    known = np.packbits(filled, bitorder="little").tobytes()
    here = pa.py_buffer(np.ascontiguousarray(ends))
    return pa.LargeStringArray.from_buffers(len(text), here, letters, pa.py_buffer(known))


def _any_space(text: pa.LargeStringArray) -> bool:
    """Whether a value may begin or end with space: those beyond ASCII are many, and not told apart here."""
    _, offsets, letters = text.buffers()
    if letters is None or not len(text):
        return False
    ends = np.frombuffer(offsets, dtype=np.int64)[text.offset :][: len(text) + 1]
    filled = ends[1:] > ends[:-1]
    bytes_ = np.frombuffer(letters, dtype=np.uint8)
    return any(
        bool(((outer <= _SPACE) | (outer >= _BEYOND_ASCII)).any())
        for outer in (bytes_[ends[:-1][filled]], bytes_[ends[1:][filled] - 1])
    )


def without_overlong(raw: Raw) -> Raw:
    """Set rows aside that hold a value no table has: one of 50 MB would be looked at by every rule."""
    aside = []
    for name in raw.frame.columns:
        text = raw.frame[name]
        if _longest(text) <= MAX_VALUE:
            continue
        over = text.str.len().gt(MAX_VALUE).fillna(False).to_numpy(dtype=bool)
        if over.any():
            message = f"Column “{name}” holds more than {MAX_VALUE:,} characters here. Shorten it."
            aside.append(
                set_aside_rows(
                    raw.row[over], column=str(name), reason="too_long", message=message, text=text[over]
                )
            )
    if not aside:
        return raw
    joined = join_set_aside([raw.set_aside, *aside])
    kept = ~np.isin(raw.row, joined["row"])
    frame = raw.frame[kept].reset_index(drop=True)
    return replace(raw, frame=frame, row=raw.row[kept], set_aside=joined)


def _longest(text: pd.Series) -> int:
    """Bytes of the longest value: no fewer than its characters, and told from where values end."""
    longest = pc.max(pc.binary_length(pa.array(text, type=pa.large_string()))).as_py()
    return int(longest or 0)


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


class RowTally:
    """How many rows, and the numbers of the first of them; rows are added in order."""

    def __init__(self, *, most: int = 5) -> None:
        self.count = 0
        self.first: list[int] = []
        self._most = most

    def add(self, rows: Iterable[int]) -> None:
        """Add the row numbers of one part of a file."""
        numbers = rows if isinstance(rows, np.ndarray) else np.array([*rows], dtype=np.int64)
        self.count += len(numbers)
        self.first += [int(number) for number in numbers[: self._most - len(self.first)]]

    def words(self) -> str:
        """Return a short phrase."""
        if self.count == 1:
            return f"row {self.first[0]}"
        left = self.count - len(self.first)
        return f"rows {', '.join(map(str, self.first))}" + (f" and {left:,} more" if left else "")


def rows_in_words(rows: Iterable[int]) -> str:
    """Row numbers as a short phrase.

    >>> rows_in_words([2])
    'row 2'
    >>> rows_in_words(range(2, 12))
    'rows 2, 3, 4, 5, 6 and 5 more'
    """
    tally = RowTally()
    tally.add(rows)
    return tally.words()
