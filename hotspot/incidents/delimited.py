"""CSV and its relatives -> raw rows: encodings, separators, decimal commas, ragged rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import islice
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from hotspot.errors import InputError
from hotspot.incidents.raw import (
    MAX_TEXT,
    Raw,
    named,
    no_set_aside,
    set_aside_rows,
    trimmed,
    without_blank_rows,
)

_SEPARATORS: Final = (",", ";", "\t", "|")
_SAMPLE_LINES: Final = 200
_SAMPLE_CHARACTERS: Final = 1_000_000
_DECIMAL_COMMA: Final = re.compile(r"^[+-]?\d{1,3},\d{1,}$")
_DECIMAL_POINT: Final = re.compile(r"^[+-]?\d{1,3}\.\d{1,}$")
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\f\x0b\x1a\x1b\x1c\x1d\x1e\x1f")) + b"\x7f"


def decoded(data: bytes) -> tuple[str, str]:
    """Text of a file, and the encoding that was found.

    A byte order mark decides; then UTF-16 is known by its zero bytes, UTF-8 by
    being valid, and what is left is read as Windows-1252.

    >>> decoded("Río".encode("cp1252"))
    ('Río', 'cp1252')
    """
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        msg = (
            f"The file says that its text is {encoding}, but it is not from byte {error.start + 1:,} on. "
            "Save it again as “CSV UTF-8”."
        )
        raise InputError(msg) from None
    if "\x00" in text[:_SAMPLE_CHARACTERS] or "\x00" in text:
        raise InputError(_NOT_TEXT)
    return text.removeprefix("\ufeff"), encoding.removesuffix("-sig")


_NOT_TEXT: Final = (
    "This file is not text: it looks like a program's own binary format, or it is damaged. "
    "Save the table as CSV or Excel and import that."
)


def _encoding(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:4096]
    if b"\x00" in head:
        return _utf_16_without_mark(head)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        odd = len(data) - len(data.translate(None, _CONTROLS))
        if odd > 0.01 * len(data):
            raise InputError(_NOT_TEXT) from None
        # Five bytes mean nothing in Windows-1252; in Latin-1 every byte means something.
        return "latin-1" if any(byte in data for byte in b"\x81\x8d\x8f\x90\x9d") else "cp1252"
    return "utf-8"


def _utf_16_without_mark(head: bytes) -> str:
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = max(len(head) // 2, 1)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    raise InputError(_NOT_TEXT)


def read_delimited(text: str, *, encoding: str) -> Raw:
    """Rows of a CSV text; those with too many or too few values are set aside."""
    text, told = _separator_told(text)
    separator, header, skip, sample = _layout(text, told)
    names, notes = named(header)
    rows, ragged = _parsed(text, separator=separator, names=names, skip=skip)
    _refuse_open_quote(text, rows, ragged)
    frame = trimmed(rows)
    frame.columns = pd.Index(names)
    # The parser counts the rows it refused too: what is left of the numbers belongs to the others.
    every = np.arange(skip + 2, skip + 2 + len(frame) + len(ragged), dtype=np.int64)
    refused = np.array([number for number, _, _ in ragged], dtype=np.int64) + skip
    frame, row = without_blank_rows(frame, np.setdiff1d(every, refused, assume_unique=True))
    _refuse_without_rows(frame, ragged, names)
    if encoding in {"cp1252", "latin-1"}:
        notes = (*notes, "Text was read as Windows-1252 (Western European): check that accents look right.")
    return Raw(
        frame=frame,
        row=row,
        format="csv",
        encoding=encoding,
        separator=separator,
        decimal=_decimal(sample),
        set_aside=_ragged_rows(ragged, refused, len(names), skip),
        notes=notes,
    )


def _separator_told(text: str) -> tuple[str, str]:
    """Excel may say ``sep=;`` on a first line of its own, which is not a row."""
    told = re.match(r"sep=([,;|\t])(?:\r\n?|\n)", text[:16], re.IGNORECASE)
    return (text[told.end() :], told[1]) if told else (text, "")


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


def _parsed(
    text: str, *, separator: str, names: list[str], skip: int
) -> tuple[pa.Table, list[tuple[int, int, str]]]:
    ragged: list[tuple[int, int, str]] = []

    def put_by(bad: Any) -> str:
        ragged.append((bad.number, bad.actual_columns, bad.text))
        return "skip"

    data = text.encode("utf-8", errors="replace")
    keys = [str(position) for position in range(len(names))]
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(data),
            read_options=pa.csv.ReadOptions(
                use_threads=False,
                # One block: a quoted line break never straddles two.
                block_size=min(len(data) + 1, 2**31 - 1),
                column_names=keys,
            ),
            parse_options=pa.csv.ParseOptions(
                delimiter=separator,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=put_by,
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(keys, pa.large_string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowException:
        msg = "The rows of this CSV file cannot be told apart. Save the table again as CSV or Excel."
        raise InputError(msg) from None
    return _below_header(table, ragged, skip)


def _below_header(
    table: pa.Table, ragged: list[tuple[int, int, str]], skip: int
) -> tuple[pa.Table, list[tuple[int, int, str]]]:
    """Leave out the header and what stands above it; numbers count from the header as 1."""
    above = [number for number, _, _ in ragged if number <= skip + 1]
    below = [(number - skip, width, text) for number, width, text in ragged if number > skip + 1]
    return table.slice(skip + 1 - len(above)), below


def _refuse_open_quote(text: str, rows: pa.Table, ragged: list[tuple[int, int, str]]) -> None:
    """Refuse a file whose rest is swallowed by a quotation mark that is never closed."""
    if text.count('"') % 2 == 0:
        return
    last = [str(column[-1]) for column in rows.columns] if rows.num_rows else []
    values = [value for _, _, value in ragged[-1:] if value.count('"') % 2] + last
    open_since = next((value.strip() for value in values if "\n" in value.strip()), None)
    if open_since is not None:
        msg = (
            f"A quotation mark is opened and never closed near “{open_since.splitlines()[0][:60]}”: all that "
            "follows reads as one value. Close or remove the quotation mark in that row."
        )
        raise InputError(msg)


def _refuse_without_rows(frame: pd.DataFrame, ragged: list[tuple[int, int, str]], names: list[str]) -> None:
    if len(frame):
        return
    if ragged:
        number, width, _ = ragged[0]
        msg = (
            f"No row fits the header, which has {len(names)} columns: row {number}, for instance, has "
            f"{width} values. Check the first row, or save the table again as CSV or Excel."
        )
        raise InputError(msg)
    columns = ", ".join(names[:6])
    msg = f"The file has a header ({columns}) and no rows below it. Export it again with its rows."
    raise InputError(msg)


def _ragged_rows(
    ragged: list[tuple[int, int, str]], row: np.ndarray[Any, np.dtype[np.int64]], width: int, skip: int
) -> pd.DataFrame:
    if not ragged:
        return no_set_aside()
    found = pd.Series([count for _, count, _ in ragged]).astype("str")
    message = (
        "This row has "
        + found
        + f" values where the header (row {skip + 1}) has {width}: a separator stands inside a value, "
        + "or the line is broken."
    )
    text = pd.Series([value[:MAX_TEXT] for _, _, value in ragged], dtype="str")
    return set_aside_rows(row, column="", reason="ragged", message=message, text=text)
