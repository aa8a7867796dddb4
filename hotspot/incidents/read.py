"""A file of incidents -> raw rows, all text.

What a file is, is told by its content first and its name second: a file may
call itself anything. CSV, Excel (xlsx, xls), OpenDocument (ods) and GeoJSON
are read, each plain or packed with gzip. Nothing here ever hands a file to
GDAL, which would follow what the file says to other files of this machine.

CSV is read part by part, so that its size costs no memory; the others can only
be read as a whole, and have narrower limits.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from hotspot.errors import InputError
from hotspot.incidents.content import ACCEPTED, BLOCK, Content
from hotspot.incidents.raw import MAX_BYTES, MAX_VALUE, MAX_WHOLE, Raw, without_overlong
from hotspot.incidents.raw_file import RawFile, of_whole, whole

__all__ = ["MAX_BYTES", "MAX_VALUE", "Raw", "RawFile", "open_raw", "read_raw"]

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD: Final = 1 << 20
_BEGINNING: Final = 4 * 1_000_064
"""Bytes that hold a million characters of any text."""

_REFUSED: Final = {
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF document",
    b"SQLite format 3\x00": "a database (SQLite or GeoPackage)",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x00\x00\x27\x0a": "a shapefile",
}


def read_raw(path: Path, *, sheet: str | None = None) -> Raw:
    """All rows of a file at once, as ``open_raw`` gives them part by part."""
    return whole(open_raw(path, sheet=sheet))


def open_raw(path: Path, *, sheet: str | None = None, block: int = BLOCK) -> RawFile:
    """Return a file, ready to give its rows as text, with where each stood.

    Rows that do not fit the header are set aside, not lost. A file that cannot
    be read at all raises ``InputError``; one that is too large, ``LimitError``:
    here, or when its rows are asked for.

    Parameters
    ----------
    path
        The file. A last suffix ``.gz`` is not needed for a packed one.
    sheet
        Name of the worksheet, for Excel; the first that holds a table if left out.
    block
        Bytes of a CSV text to be read at one time.
    """
    content = Content(Path(path), most=MAX_BYTES)
    head = content.head(_HEAD)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        msg = "The file is empty. Export it again and check that it holds rows before you import it."
        raise InputError(msg)
    if head.startswith(_ZIP) or head.startswith(_OLE):
        from hotspot.incidents.excel import read_workbook

        return _checked(read_workbook(content.whole(most=MAX_WHOLE), sheet=sheet))
    _refuse_known(head)
    return _open_text(content, block=block)


def _open_text(content: Content, *, block: int) -> RawFile:
    from hotspot.incidents.delimited import open_delimited
    from hotspot.incidents.encodings import beginning_of, text_of

    text = text_of(content.pieces)
    beginning = beginning_of(text, _BEGINNING)
    start = beginning[:_HEAD].lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        msg = (
            "This is an XML document (such as KML, GPX, HTML or VRT), whatever its name says, and it is not "
            f"accepted as incidents. {ACCEPTED}"
        )
        raise InputError(msg)
    if start.startswith(("{", "[")):
        from hotspot.incidents.encodings import decoded
        from hotspot.incidents.geojson import read_geojson

        features, encoding = decoded(content.whole(most=MAX_WHOLE))
        return _checked(read_geojson(features, encoding=encoding))
    return open_delimited(text, beginning, block=block)


def _checked(raw: Raw) -> RawFile:
    return of_whole(without_overlong(raw))


def _refuse_known(head: bytes) -> None:
    for magic, what in _REFUSED.items():
        if head.startswith(magic):
            msg = f"This is {what}, which is not accepted as incidents. {ACCEPTED}"
            raise InputError(msg)
