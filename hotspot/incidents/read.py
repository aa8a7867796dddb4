"""A file of incidents -> raw rows, all text.

What a file is, is told by its content first and its name second: a file may
call itself anything. CSV, Excel (xlsx, xls), OpenDocument (ods) and GeoJSON
are read, each plain or packed with gzip. Nothing here ever hands a file to
GDAL, which would follow what the file says to other files of this machine.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path
from typing import Final

from hotspot.errors import InputError, LimitError
from hotspot.incidents.raw import MAX_BYTES, MAX_VALUE, Raw, join_set_aside, set_aside_rows

__all__ = ["MAX_BYTES", "Raw", "read_raw"]

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK: Final = 1 << 20
_ACCEPTED: Final = "Accepted are CSV, Excel (xlsx, xls), OpenDocument (ods) and GeoJSON, plain or as .gz."

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
    """Rows of a file as text, with where each stood.

    Rows that do not fit the header are set aside, not lost. A file that cannot
    be read at all raises ``InputError``; one that is too large, ``LimitError``.

    Parameters
    ----------
    path
        The file. A last suffix ``.gz`` is not needed for a packed one.
    sheet
        Name of the worksheet, for Excel; the first that holds a table if left out.
    """
    data = _unpacked(_content(Path(path)))
    if not data[:_CHUNK].strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        msg = "The file is empty. Export it again and check that it holds rows before you import it."
        raise InputError(msg)
    return _without_overlong(_read(data, sheet=sheet))


def _without_overlong(raw: Raw) -> Raw:
    """Set rows aside that hold a value no table has: one of 50 MB would be looked at by every rule."""
    import numpy as np

    aside = []
    for name in raw.frame.columns:
        text = raw.frame[name]
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


def _read(data: bytes, *, sheet: str | None) -> Raw:
    if data.startswith(_ZIP) or data.startswith(_OLE):
        from hotspot.incidents.excel import read_workbook

        return read_workbook(data, sheet=sheet)
    _refuse_known(data)
    from hotspot.incidents.delimited import decoded, read_delimited

    text, encoding = decoded(data)
    start = text[:_CHUNK].lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        msg = (
            "This is an XML document (such as KML, GPX, HTML or VRT), whatever its name says, and it is not "
            f"accepted as incidents. {_ACCEPTED}"
        )
        raise InputError(msg)
    if start.startswith(("{", "[")):
        from hotspot.incidents.geojson import read_geojson

        return read_geojson(text, encoding=encoding)
    return read_delimited(text, encoding=encoding)


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            msg = f"{path.name} is a folder. Give one file. {_ACCEPTED}"
            raise InputError(msg)
        if path.stat().st_size > MAX_BYTES:
            raise LimitError(_too_large())
        return path.read_bytes()
    except FileNotFoundError:
        msg = f"There is no file {path}. Check its name and folder."
        raise InputError(msg) from None
    except (OSError, ValueError) as error:
        msg = f"The file {path.name!r} cannot be opened. Check its name, and that you may read it."
        raise InputError(msg) from error


def _unpacked(data: bytes) -> bytes:
    """Content of a gzip file, or the bytes themselves; never more than the limit."""
    parts: list[bytes] = []
    left = MAX_BYTES
    while data.startswith(_GZIP):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            part = unpacker.decompress(data, left)
        except zlib.error:
            msg = "The .gz file is damaged and cannot be unpacked. Pack or download it again."
            raise InputError(msg) from None
        if unpacker.unconsumed_tail or len(part) > left:
            raise LimitError(_too_large())
        if not unpacker.eof:
            msg = "The .gz file ends too early: a part of it is missing. Pack or download it again."
            raise InputError(msg)
        parts.append(part)
        left -= len(part)
        # Several packed pieces may follow each other in one file.
        data = unpacker.unused_data
        if not data.startswith(_GZIP) or left <= 0:
            break
    return b"".join(parts) if parts else data


def _too_large() -> str:
    return (
        f"The file is larger than {MAX_BYTES // 1024**2:,} MB once unpacked, which is the most this program "
        "takes. Split it, for instance by year."
    )


def _refuse_known(data: bytes) -> None:
    for magic, what in _REFUSED.items():
        if data.startswith(magic):
            msg = f"This is {what}, which is not accepted as incidents. {_ACCEPTED}"
            raise InputError(msg)
