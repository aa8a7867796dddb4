"""Excel and OpenDocument workbooks -> raw rows.

Sizes are checked in the packed file before a reader opens it: a small workbook
can unpack to gigabytes, and a single cell at XFD1048576 makes a reader ask for
memory for seventeen thousand million cells. A caller that serves strangers
still runs this in a child process with limits.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

import numpy as np
import pandas as pd

from hotspot.errors import InputError, LimitError
from hotspot.incidents.raw import MAX_CELLS, Raw, named, rows_in_words, without_blank_rows

_MAX_UNPACKED: Final = 300 * 1024**2
"""Most bytes a workbook may unpack to."""
_MAX_PARTS: Final = 5_000
_SPARSE_CELLS: Final = 1_000_000
_SPARSE_TIMES: Final = 20
"""A worksheet that spans over a million cells and twenty times those written out has a stray value."""
_CHUNK: Final = 4 << 20
_CELL_COLUMN: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,4})[0-9]""")
_CELL_ROW: Final = re.compile(rb"""\sr\s*=\s*["'][A-Za-z]{1,4}([0-9]{1,10})["']""")
_REPEATED: Final = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["'](\d+)["']""")
_REMEDY: Final = "Save the table alone as CSV and import that."


def read_workbook(data: bytes, *, sheet: str | None) -> Raw:
    """Rows of one worksheet as text.

    Dates come out as ``2024-03-01`` or ``2024-03-01 21:30:00``, whole numbers
    without a decimal point. Row numbers are those that the spreadsheet shows.
    """
    import python_calamine

    kind = _checked(data) if data.startswith(b"PK") else "xls"
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            names = list(book.sheet_names)
            if sheet is not None and sheet not in names:
                msg = f"There is no worksheet {sheet!r}. The workbook has: {', '.join(names)}."
                raise InputError(msg)
            return _first_table(book, [sheet] if sheet is not None else names, kind=kind)
    except python_calamine.PasswordError:
        msg = "The workbook is protected by a password. Save a copy without it and import that."
        raise InputError(msg) from None
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        msg = f"The workbook is damaged or not one that can be read. {_REMEDY}"
        raise InputError(msg) from error


def _checked(data: bytes) -> str:
    """Return the kind of a packed workbook; refuse one that would unpack to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            kind = _kind({part.filename for part in parts})
            if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
                raise LimitError(_unpacks_to_too_much())
            for part in parts:
                _check_part(package, part)
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        LookupError,
        EOFError,
        RuntimeError,
        ValueError,
        OSError,
    ):
        msg = f"The workbook is damaged: it cannot be unpacked. {_REMEDY}"
        raise InputError(msg) from None
    return kind


def _kind(names: set[str]) -> str:
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    msg = (
        "This is a zip archive and not a workbook. Unpack it and import the CSV, Excel or GeoJSON file "
        "inside (a shapefile is not accepted: export its points as GeoJSON)."
    )
    raise InputError(msg)


def _check_part(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Read one part as it unpacks: its true size, and the area that its cells span."""
    size, rows, columns, cells, repeated = 0, 0, 0, 0, 1
    worksheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
    # Markup that is not whole can keep the reader busy for ever: have it checked first.
    parser = expat.ParserCreate() if part.filename.endswith((".xml", ".rels")) else None
    for piece, fresh in _pieces(package, part):
        size += len(fresh)
        if parser is not None:
            parser.Parse(fresh, False)
        if size > _MAX_UNPACKED:
            raise LimitError(_unpacks_to_too_much())
        if worksheet:
            rows, columns, cells = _extent(piece, rows, columns, cells)
        elif part.filename == "content.xml":
            repeated = max(repeated, _most_repeated(piece))
    if parser is not None:
        parser.Parse(b"", True)
    sparse = max(_SPARSE_CELLS, _SPARSE_TIMES * cells)
    if rows * columns > min(MAX_CELLS, sparse) or repeated > _SPARSE_CELLS:
        msg = (
            f"The worksheet spans {max(rows * columns, repeated):,} cells, far more than hold anything. "
            f"A stray value far below or right of the table does this: delete "
            f"the rows and columns beyond the table, or save it as CSV."
        )
        raise LimitError(msg)


def _pieces(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[bytes, bytes]]:
    """Pieces of a part, each with the tail of the one before and without."""
    tail = b""
    with package.open(part) as stream:
        while piece := stream.read(_CHUNK):
            yield tail + piece, piece
            tail = piece[-64:]


def _extent(piece: bytes, rows: int, columns: int, cells: int) -> tuple[int, int, int]:
    """Farthest row and column so far, and the number of cells that are written out."""
    numbers = _CELL_ROW.findall(piece)
    letters = set(_CELL_COLUMN.findall(piece))
    farthest = max([rows, *map(int, set(numbers))])
    return farthest, max([columns, *map(_column_number, letters)]), cells + len(numbers)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _most_repeated(piece: bytes) -> int:
    """Most cells that one repeated cell or row with a value stands for in an OpenDocument sheet."""
    most = 1
    for row in piece.split(b"<table:table-row")[1:]:
        if b"value-type" not in row:
            continue
        product = 1
        for count in _REPEATED.findall(row.split(b"value-type")[0]):
            product *= int(count[:12])
        most = max(most, product)
    return most


def _unpacks_to_too_much() -> str:
    return (
        f"The workbook unpacks to more than {_MAX_UNPACKED // 1024**2} MB, far more than a table "
        f"of incidents needs. {_REMEDY}"
    )


def _first_table(book: Any, sheets: list[str], *, kind: str) -> Raw:
    """Rows of the first worksheet that holds a header and a row below it."""
    for name in sheets:
        raw = _table(book.get_sheet_by_name(name), kind=kind)
        if raw is not None:
            others = [other for other in book.sheet_names if other != name]
            said = f"Read worksheet “{name}”; not read: {', '.join(others)}." if others else ""
            notes = (said, *raw.notes) if said else raw.notes
            return Raw(raw.frame, raw.row, raw.format, notes=notes)
    msg = f"No worksheet holds a header with rows below it (looked at: {', '.join(sheets)})."
    raise InputError(msg)


def _table(sheet: Any, *, kind: str) -> Raw | None:
    if sheet.height * sheet.width > MAX_CELLS:
        msg = f"The worksheet spans {sheet.height * sheet.width:,} cells. {_REMEDY}"
        raise LimitError(msg)
    rows = sheet.to_python(skip_empty_area=True)
    start = sheet.start
    top = _header_row(rows)
    if start is None or top is None or top + 1 >= len(rows):
        return None
    columns = list(zip(*rows[top + 1 :], strict=True))
    header = [_one_text(value) for value in rows[top]]
    # A column without a name and without a value is only a formatted margin.
    kept = [i for i, name in enumerate(header) if name or any(value != "" for value in columns[i])]
    names, notes = named([header[i] for i in kept])
    frame = pd.DataFrame({name: _as_text(columns[i]) for name, i in zip(names, kept, strict=True)})
    # One-based, and one below the header.
    row = np.arange(len(frame), dtype=np.int64) + start[0] + top + 2
    frame, row = without_blank_rows(frame, row)
    if not len(frame):
        return None
    return Raw(frame, row, kind, notes=(*notes, *_above(rows[:top], start[0])))


def _above(rows: list[list[Any]], start: int) -> tuple[str, ...]:
    filled = [start + i + 1 for i, row in enumerate(rows) if any(value != "" for value in row)]
    return (f"Left out what stands above the header ({rows_in_words(filled)}).",) if filled else ()


def _header_row(rows: list[list[Any]]) -> int | None:
    """First row as wide as most of the table: titles above a header fill fewer cells."""
    widths = [sum(value != "" for value in row) for row in rows[:200]]
    if not any(widths):
        return None
    enough = max(1, int(0.6 * max(widths[:50] or [1])))
    return next((i for i, width in enumerate(widths) if width >= enough), None)


def _as_text(values: tuple[Any, ...]) -> pd.Series:
    """Cells of one column as text.

    A midnight among moments is a moment; a column of dates only stays dates.
    """
    moments = any(isinstance(value, dt.datetime) for value in values)
    text = pd.Series([_one_text(value, moments=moments) for value in values], dtype="str").str.strip()
    return text.mask(text == "")


def _one_text(value: Any, *, moments: bool = False) -> str:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.replace(microsecond=0).isoformat(sep=" ")
    if isinstance(value, dt.date):
        return f"{value.isoformat()} 00:00:00" if moments else value.isoformat()
    if isinstance(value, dt.time):
        return value.replace(microsecond=0).isoformat()
    return str(value)
