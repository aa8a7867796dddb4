"""Bytes of a text -> the same text in UTF-8, whatever its encoding was."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from hotspot.errors import InputError
from hotspot.incidents.content import next_of

_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\f\x0b\x1a\x1b\x1c\x1d\x1e\x1f")) + b"\x7f"
_UNDEFINED: Final = b"\x81\x8d\x8f\x90\x9d"
"""Five bytes that mean nothing in Windows-1252; in Latin-1 every byte means something."""
_HEAD: Final = 4096
_MARK: Final = "\ufeff".encode()
_NOT_TEXT: Final = (
    "This file is not text: it looks like a program's own binary format, or it is damaged. "
    "Save the table as CSV or Excel and import that."
)


@dataclass(frozen=True)
class Text:
    """A text in UTF-8, given anew from its beginning as often as needed."""

    pieces: Callable[[], Iterator[bytes]]
    encoding: str
    """How the file is encoded."""
    size: int
    """Bytes of the text in UTF-8."""
    quotes: int
    """Quotation marks in it."""


def text_of(pieces: Callable[[], Iterator[bytes]]) -> Text:
    """Text of a file whose bytes ``pieces`` gives from the beginning, read once to the end here.

    A byte order mark decides; then UTF-16 is known by its zero bytes, UTF-8 by
    being valid, and what is left is read as Windows-1252. A file that is no
    text, or not in the encoding it claims, raises ``InputError``.
    """
    encoding = _encoding(pieces)

    def in_utf_8() -> Iterator[bytes]:
        return _without_mark(_in_utf_8(pieces(), encoding))

    size = quotes = 0
    for piece in in_utf_8():
        if b"\x00" in piece:
            raise InputError(_NOT_TEXT)
        size += len(piece)
        quotes += piece.count(b'"')
    return Text(in_utf_8, encoding.removesuffix("-sig"), size, quotes)


def decoded(data: bytes) -> tuple[str, str]:
    """Text of a whole file, and the encoding that was found.

    >>> decoded("Río".encode("cp1252"))
    ('Río', 'cp1252')
    """
    text = text_of(lambda: iter((data,)))
    return b"".join(text.pieces()).decode(), text.encoding


def beginning_of(text: Text, size: int) -> str:
    """First characters of a text: those of so many bytes."""
    # A character that the end cuts in two is left out.
    return next_of(text.pieces(), size)[:size].decode(errors="ignore")


def _encoding(pieces: Callable[[], Iterator[bytes]]) -> str:
    head = next_of(pieces(), _HEAD)[:_HEAD]
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" in head:
        return _utf_16_without_mark(head)
    if _is_utf_8(pieces()):
        return "utf-8"
    return _one_byte(pieces())


def _is_utf_8(pieces: Iterable[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces:
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _one_byte(pieces: Iterable[bytes]) -> str:
    size = odd = 0
    undefined = False
    for piece in pieces:
        size += len(piece)
        odd += len(piece) - len(piece.translate(None, _CONTROLS))
        undefined = undefined or any(byte in piece for byte in _UNDEFINED)
    if odd > 0.01 * size:
        raise InputError(_NOT_TEXT)
    return "latin-1" if undefined else "cp1252"


def _utf_16_without_mark(head: bytes) -> str:
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = max(len(head) // 2, 1)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    raise InputError(_NOT_TEXT)


def _in_utf_8(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    if encoding == "utf-8":
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    read = 0
    for piece in _and_last(pieces):
        waiting = len(decoder.getstate()[0])
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            msg = (
                f"The file says that its text is {encoding}, but it is not from byte "
                f"{read - waiting + error.start + 1:,} on. Save it again as “CSV UTF-8”."
            )
            raise InputError(msg) from None
        read += len(piece)
        # Half a character of UTF-16 has no form in UTF-8.
        yield text.encode("utf-8", errors="replace")


def _and_last(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield every piece that holds anything, and an empty one at the end."""
    yield from filter(None, pieces)
    yield b""


def _without_mark(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Leave out a byte order mark that still stands before the text."""
    yield next_of(pieces, len(_MARK)).removeprefix(_MARK)
    yield from pieces
