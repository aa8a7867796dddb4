"""CSV and its relatives -> raw rows: separators, decimal commas, headers, ragged rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from hotspot.errors import InputError
from hotspot.incidents.content import BLOCK
from hotspot.incidents.csv_rows import Ragged, Rows, Shape, read_rows
from hotspot.incidents.raw import (
    MAX_TEXT,
    Raw,
    named,
    no_set_aside,
    set_aside_rows,
    trimmed,
    without_blank_rows,
    without_overlong,
)
from hotspot.incidents.raw_file import RawFile

if TYPE_CHECKING:
    from hotspot.incidents.encodings import Text

_SEPARATORS: Final = (",", ";", "\t", "|")
_SAMPLE_LINES: Final = 200
_SAMPLE_CHARACTERS: Final = 1_000_000
_DECIMAL_COMMA: Final = re.compile(r"^[+-]?\d{1,3},\d{1,}$")
_DECIMAL_POINT: Final = re.compile(r"^[+-]?\d{1,3}\.\d{1,}$")


def open_delimited(text: Text, beginning: str, *, block: int = BLOCK) -> RawFile:
    """Return a CSV text, ready to give its rows; those with too many or too few values are set aside.

    Parameters
    ----------
    text
        The text.
    beginning
        Its first million characters or more, or all of it.
    block
        Bytes to be read at one time; the rows are the same whatever it is.
    """
    beginning, told, start = _separator_told(beginning)
    separator, header, above, sample = _layout(beginning, told)
    names, notes = named(header)
    if text.encoding in {"cp1252", "latin-1"}:
        notes = (*notes, "Text was read as Windows-1252 (Western European): check that accents look right.")
    shape = Shape(separator, len(names), above, start)
    table = _Table(text, shape, tuple(names), block)
    return RawFile(
        names=tuple(names),
        format="csv",
        read=table.parts,
        encoding=text.encoding,
        separator=separator,
        decimal=_decimal(sample),
        notes=notes,
        size=text.size,
    )


@dataclass(frozen=True)
class _Table:
    """The rows of one CSV text."""

    text: Text
    shape: Shape
    names: tuple[str, ...]
    block: int

    def parts(self, only: Collection[str] | None) -> Iterator[Raw]:
        if only is not None:
            yield from self._some_columns(sorted(self.names.index(name) for name in set(only)))
            return
        kept, refused, last = 0, None, None
        for rows in read_rows(self.text, self.shape, block=self.block):
            part = self._part(rows)
            kept += len(part.row)
            refused = refused or next(iter(rows.ragged), None)
            last = rows if len(rows.number) or last is None else Rows(last.table, last.number, rows.ragged)
            yield part
        self._refuse_open_quote(last)
        if not kept:
            self._refuse_without_rows(refused)

    def _some_columns(self, positions: list[int]) -> Iterator[Raw]:
        for rows in read_rows(self.text, self.shape, block=self.block, columns=positions):
            frame = trimmed(rows.table)
            frame.columns = pd.Index([self.names[position] for position in positions])
            yield Raw(frame, rows.number, "csv")

    def _part(self, rows: Rows) -> Raw:
        frame = trimmed(rows.table)
        frame.columns = pd.Index(self.names)
        frame, row = without_blank_rows(frame, rows.number)
        aside = _ragged_rows(rows.ragged, self.shape)
        return without_overlong(Raw(frame, row, "csv", set_aside=aside))

    def _refuse_open_quote(self, last: Rows | None) -> None:
        """Refuse a file whose rest is swallowed by a quotation mark that is never closed."""
        if last is None or self.text.quotes % 2 == 0:
            return
        row = last.table.slice(max(last.table.num_rows - 1, 0))
        values = [ragged.text for ragged in last.ragged[-1:] if ragged.text.count('"') % 2]
        values += [str(value) for column in row.columns for value in column]
        open_since = next((value.strip() for value in values if "\n" in value.strip()), None)
        if open_since is not None:
            msg = (
                f"A quotation mark is opened and never closed near “{open_since.splitlines()[0][:60]}”: all "
                "that follows reads as one value. Close or remove the quotation mark in that row."
            )
            raise InputError(msg)

    def _refuse_without_rows(self, refused: Ragged | None) -> None:
        if refused is not None:
            msg = (
                f"No row fits the header, which has {len(self.names)} columns: row "
                f"{refused.number - self.shape.above}, for instance, has {refused.width} values. "
                "Check the first row, or save the table again as CSV or Excel."
            )
            raise InputError(msg)
        columns = ", ".join(self.names[:6])
        msg = f"The file has a header ({columns}) and no rows below it. Export it again with its rows."
        raise InputError(msg)


def _separator_told(text: str) -> tuple[str, str, int]:
    """Excel may say ``sep=;`` on a first line of its own, which is not a row."""
    told = re.match(r"sep=([,;|\t])(?:\r\n?|\n)", text[:16], re.IGNORECASE)
    return (text[told.end() :], told[1], told.end()) if told else (text, "", 0)


def _layout(text: str, told: str) -> tuple[str, list[str], int, list[list[str]]]:
    """Separator, header, rows above the header, and the sample's rows."""
    best: tuple[float, int] = (-1.0, 0)
    found: tuple[str, list[str], int, list[list[str]]] | None = None
    for order, separator in enumerate((told,) if told else _SEPARATORS):
        rows = _sample(text, separator)
        widths = Counter(len(row) for row in rows if any(row))
        if not widths:
            continue
        width, agreeing = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        # A title above the header fills one value; a header of one column has nothing above it.
        skip = next((i for i, row in enumerate(rows) if sum(map(bool, row)) > 1), -1) if width > 1 else -1
        skip = _first_filled(rows) if skip < 0 else skip
        # A separator is right when it cuts the header and most rows into as many values.
        score = (agreeing / sum(widths.values())) ** 2 * min(width - 1, 3)
        if (score, -order) > best:
            best, found = (score, -order), (separator, rows[skip], skip, rows)
    if found is None:
        msg = "The file holds no row that can be read. Export it again as CSV or Excel."
        raise InputError(msg)
    return found


def _first_filled(rows: list[list[str]]) -> int:
    return next(i for i, row in enumerate(rows) if any(row))


def _sample(text: str, separator: str) -> list[list[str]]:
    part = io.StringIO(text[:_SAMPLE_CHARACTERS], newline="")
    try:
        return list(islice(csv.reader(part, delimiter=separator), _SAMPLE_LINES))
    except csv.Error:
        return [line.split(separator) for line in text[:_SAMPLE_CHARACTERS].splitlines()[:_SAMPLE_LINES]]


def _decimal(sample: list[list[str]]) -> str:
    values = [value.strip() for row in sample[1:] for value in row]
    commas = sum(1 for value in values if _DECIMAL_COMMA.match(value))
    points = sum(1 for value in values if _DECIMAL_POINT.match(value))
    return "," if commas > points else "."


def _ragged_rows(ragged: list[Ragged], shape: Shape) -> pd.DataFrame:
    if not ragged:
        return no_set_aside()
    number: np.ndarray[Any, np.dtype[np.int64]] = np.array([row.number for row in ragged], dtype=np.int64)
    found = pd.Series([row.width for row in ragged]).astype("str")
    message = (
        "This row has "
        + found
        + f" values where the header (row {shape.above + 1}) has {shape.width}: a separator stands inside a "
        + "value, or the line is broken."
    )
    text = pd.Series([row.text[:MAX_TEXT] for row in ragged], dtype="str")
    return set_aside_rows(number, column="", reason="ragged", message=message, text=text)
