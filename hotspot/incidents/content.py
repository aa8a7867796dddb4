"""What a file holds, unpacked: piece by piece, as often as needed, or whole."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from hotspot.errors import InputError, LimitError

GZIP: Final = b"\x1f\x8b"
ACCEPTED: Final = "Accepted are CSV, Excel (xlsx, xls), OpenDocument (ods) and GeoJSON, plain or as .gz."
BLOCK: Final = 18 << 20
"""Bytes of a CSV text that are held at one time, some 100,000 rows; what comes of them takes more."""
_PIECE: Final = 1 << 20
_UNPACKED: Final = 4 << 20
"""Most that is unpacked at one time: a few bytes may stand for a thousand times as many."""


class Content:
    """The bytes of a file, unpacked where it is packed; nothing of it is kept.

    Parameters
    ----------
    path
        The file.
    most
        Largest size, unpacked, in bytes; more raises ``LimitError``.
    """

    def __init__(self, path: Path, *, most: int) -> None:
        self.path = path
        self.most = most
        with self._open() as file:
            self.packed = file.read(len(GZIP)) == GZIP

    def pieces(self) -> Iterator[bytes]:
        """Yield the content from its beginning, piece by piece."""
        size = 0
        with self._open() as file:
            read = iter(lambda: file.read(_PIECE), b"")
            for piece in _unpacked(read) if self.packed else read:
                size += len(piece)
                if size > self.most:
                    raise LimitError(too_large(self.most))
                yield piece

    def head(self, size: int) -> bytes:
        """Return the first bytes."""
        return next_of(self.pieces(), size)[:size]

    def whole(self, *, most: int) -> bytes:
        """Return all bytes of a file that can only be read as a whole."""
        size, parts = 0, []
        for piece in self.pieces():
            size += len(piece)
            if size > most:
                raise LimitError(too_large(most))
            parts.append(piece)
        return b"".join(parts)

    @contextmanager
    def _open(self) -> Iterator[IO[bytes]]:
        with _explained(self.path):
            if self.path.is_dir():
                msg = f"{self.path.name} is a folder. Give one file. {ACCEPTED}"
                raise InputError(msg)
            if self.path.stat().st_size > self.most:
                raise LimitError(too_large(self.most))
            file = self.path.open("rb")
        with file:
            yield file


def next_of(pieces: Iterator[bytes], size: int) -> bytes:
    """Return the next pieces, joined, that hold so many bytes; fewer bytes if there are no more.

    >>> next_of(iter([b"ab", b"cd", b"ef"]), 3)
    b'abcd'
    """
    found = b""
    while len(found) < size and (piece := next(pieces, None)) is not None:
        found += piece
    return found


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        msg = f"There is no file {path}. Check its name and folder."
        raise InputError(msg) from None
    except (OSError, ValueError) as error:
        msg = f"The file {path.name!r} cannot be opened. Check its name, and that you may read it."
        raise InputError(msg) from error


def _unpacked(packed: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what a gzip file holds; several packed pieces may follow each other in it."""
    left = next_of(packed, len(GZIP))
    while left.startswith(GZIP):
        unpacker = zlib.decompressobj(wbits=31)
        while not unpacker.eof:
            if not left:
                left = next(packed, b"")
                if not left:
                    msg = "The .gz file ends too early: a part of it is missing. Pack or download it again."
                    raise InputError(msg)
            yield _next(unpacker, left)
            left = unpacker.unconsumed_tail
        left = unpacker.unused_data
        left += next_of(packed, len(GZIP) - len(left))


def _next(unpacker: zlib._Decompress, packed: bytes) -> bytes:
    try:
        return unpacker.decompress(packed, _UNPACKED)
    except zlib.error:
        msg = "The .gz file is damaged and cannot be unpacked. Pack or download it again."
        raise InputError(msg) from None


def too_large(most: int) -> str:
    """Say that a file is larger than may be read."""
    return (
        f"The file is larger than {most // 1024**2:,} MB once unpacked, which is the most this program "
        "takes. Split it, for instance by year."
    )
