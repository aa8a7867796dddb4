"""Rows of a CSV text, block by block, each with its number; those of another width apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv

from hotspot.errors import InputError
from hotspot.incidents.content import BLOCK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hotspot.incidents.encodings import Text

_LONGEST_ROW: Final = 256 << 20
"""Longest row that is looked for, in bytes: no table has one a tenth as long."""


class Ragged(NamedTuple):
    """A row with more or fewer values than the header."""

    number: int
    width: int
    text: str


@dataclass(frozen=True)
class Shape:
    """How the rows of a CSV text are written."""

    separator: str
    width: int
    """Values in each row."""
    above: int
    """Rows above the header."""
    start: int = 0
    """Bytes before the first row."""


@dataclass(frozen=True)
class Rows:
    """Rows of one block, below the header."""

    table: pa.RecordBatch
    """Columns ``0``, ``1`` ... of text."""
    number: NDArray[np.int64]
    """Number of each row as a spreadsheet shows it, the first of the file 1."""
    ragged: list[Ragged]


def read_rows(
    text: Text, shape: Shape, *, block: int = BLOCK, columns: Sequence[int] | None = None
) -> Iterator[Rows]:
    """Yield the rows below the header, in order, a block at a time.

    A row that is longer than the block makes the block larger; the rows are the
    same whatever it is.

    Parameters
    ----------
    text
        The text.
    shape
        How its rows are written.
    block
        Bytes to be read at one time.
    columns
        Which columns are wanted; all if left out.
    """
    done = shape.above + 1
    while True:
        try:
            for rows in _numbered(text, shape, block, columns):
                rest = _after(rows, done)
                if len(rest.number) or rest.ragged:
                    yield rest
                    done = max([done, *rest.number[-1:].tolist(), *(row.number for row in rest.ragged)])
        except (pa.ArrowInvalid, pa.ArrowCapacityError):
            if block > text.size:
                msg = "The rows of this CSV file cannot be told apart. Save the table again as CSV or Excel."
                raise InputError(msg) from None
            if block >= _LONGEST_ROW:
                raise InputError(_endless(done)) from None
            block = min(4 * block, max(_LONGEST_ROW, block))
        else:
            return


def _endless(done: int) -> str:
    return (
        f"A row below row {done:,} has no end within {_LONGEST_ROW >> 20} MB: a quotation mark is opened "
        "there and never closed, or lines do not end. Close or remove the quotation mark, or save the table "
        "again as CSV or Excel."
    )


def _after(rows: Rows, done: int) -> Rows:
    """Leave out rows up to a number: the header, what stands above it, and what was given already."""
    known = int(np.searchsorted(rows.number, done, side="right"))
    ragged = [row for row in rows.ragged if row.number > done]
    return Rows(rows.table.slice(known), rows.number[known:], ragged)


def _numbered(text: Text, shape: Shape, block: int, columns: Sequence[int] | None) -> Iterator[Rows]:
    """Yield every row with its number, and each ragged row no later than the rows that follow it."""
    refused: list[Ragged] = []

    def put_by(bad: Any) -> str:
        refused.append(Ragged(bad.number, bad.actual_columns, bad.text))
        return "skip"

    held: Rows | None = None
    following = 1
    for batch in _parsed(text, shape, block, columns, put_by):
        if not batch.num_rows:
            held = held or Rows(batch, np.zeros(0, dtype=np.int64), [])
            continue
        # The parser counts the rows it refuses too: what is left of the numbers belongs to the others.
        every = np.arange(following, following + batch.num_rows + len(refused), dtype=np.int64)
        others = np.array([row.number for row in refused], dtype=np.int64)
        number = np.setdiff1d(every, others, assume_unique=True)[: batch.num_rows]
        following = int(number[-1]) + 1
        if held is not None:
            yield held
        # The parser is a block ahead.
        earlier = [row for row in refused if row.number < following]
        del refused[: len(earlier)]
        held = Rows(batch, number, earlier)
    if held is not None:
        yield Rows(held.table, held.number, [*held.ragged, *refused])


def _parsed(
    text: Text, shape: Shape, block: int, columns: Sequence[int] | None, put_by: Any
) -> Iterator[pa.RecordBatch]:
    keys = [str(position) for position in range(shape.width)]
    wanted = keys if columns is None else [keys[position] for position in columns]
    stream = _Stream(_skipping(text.pieces(), shape.start))
    reader = pa.csv.open_csv(
        pa.PythonFile(stream, mode="r"),
        read_options=pa.csv.ReadOptions(
            use_threads=False, block_size=min(block, 2**31 - 1), column_names=keys
        ),
        parse_options=pa.csv.ParseOptions(
            delimiter=shape.separator,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=put_by,
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(keys, pa.large_string()),
            strings_can_be_null=False,
            include_columns=wanted,
        ),
    )
    with reader:
        yield from reader


def _skipping(pieces: Iterator[bytes], start: int) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[start:]
        start = max(start - len(piece), 0)


class _Stream:
    """Pieces of bytes as a file to be read from."""

    closed = False

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def read(self, size: int) -> bytes:
        """Return the next bytes: so many, if there are, or one less."""
        parts, found = [self._left], len(self._left)
        while found <= size and (piece := next(self._pieces, None)) is not None:
            parts.append(piece)
            found += len(piece)
        held = b"".join(parts)
        # The parser takes a line feed at the start of a block for the rest of a line end,
        # were it within quotation marks.
        cut = size - 1 if size > 1 and held[size - 1 : size] == b"\r" and len(held) > size else size
        self._left = held[cut:]
        return held[:cut]

    def close(self) -> None:
        """Let go of the file."""
        self.closed = True
