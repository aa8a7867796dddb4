"""The attributes of a collection's features, encoded once for all its tiles (MVT 2.1, 4.4).

A tile holds each value once and its features point at them. Here all values of
the collection are encoded; a tile takes those that its features have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hotspot.ogc.varints import places, sizes, varints, zigzag

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hotspot.analysis.methods import Field

_Column: TypeAlias = tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]
"""Where each value lies among the distinct ones, -1 if missing; these encoded; and their lengths."""

_KEYS, _VALUES = 0x1A, 0x22
"""Fields 3 and 4 of a layer: both are texts or messages with their length."""
_TEXT, _DOUBLE, _INTEGER, _SIGNED, _BOOLEAN = 0x0A, 0x19, 0x20, 0x30, 0x38
"""Fields 1, 3, 4, 6 and 7 of a value."""


@dataclass(frozen=True, eq=False)
class Values:
    """All values of a collection, and which of them each feature has.

    Attributes
    ----------
    keys
        The names of the properties as a layer holds them.
    table
        Shape (n_features, n_fields): the place of each value in ``data``; -1 where it is missing.
    data, ends
        The encoded values one after the other, and where each ends.
    """

    keys: bytes
    table: NDArray[np.int32]
    data: NDArray[np.uint8]
    ends: NDArray[np.int64]

    @property
    def size(self) -> int:
        """Bytes held."""
        return self.table.nbytes + self.data.nbytes + self.ends.nbytes

    def of(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.int64], bytes]:
        """Return what a tile of these features says of them.

        Returns
        -------
        tags
            Number of the key and number of the value in turn, feature by feature.
        counts
            How many of these numbers each feature has.
        values
            The values that the numbers mean, as the layer holds them.
        """
        wanted = self.table[rows]
        there = wanted >= 0
        used = np.zeros(len(self.ends), dtype=bool)
        used[wanted[there]] = True
        numbers = np.cumsum(used) - 1
        key = np.broadcast_to(np.arange(wanted.shape[1]), wanted.shape)[there]
        tags = np.column_stack([key, numbers[wanted[there]]]).astype(np.uint32)
        return tags.ravel(), 2 * there.sum(axis=1), self._values(np.flatnonzero(used))

    def _values(self, which: NDArray[np.int64]) -> bytes:
        starts = np.concatenate([[0], self.ends])[which]
        return self.data[places(starts, self.ends[which] - starts)].tobytes()


def encode(fields: Sequence[Field], column: Callable[[str], NDArray[Any]], *, n_features: int) -> Values:
    """Return the values of these fields.

    Parameters
    ----------
    fields
        In the order in which the tiles list them.
    column
        Returns the values of a field: numbers as float64 with NaN where one is missing, anything
        else as objects with None there.
    """
    columns = [column(field.name) for field in fields]
    table = np.full((n_features, len(fields)), -1, dtype=np.int32)
    parts, lengths, ahead = [np.zeros(0, dtype=np.uint8)], [np.zeros(0, dtype=np.int64)], 0
    kinds = [_kind(field.type, given) for field, given in zip(fields, columns, strict=True)]
    # Columns of one kind share their values: 0 is held once, whatever it is said of.
    for kind in dict.fromkeys(kinds):
        which = [place for place, each in enumerate(kinds) if each is kind]
        where, data, each = kind(np.concatenate([columns[place] for place in which]))
        table[:, which] = np.where(where < 0, -1, where + ahead).reshape(len(which), n_features).T
        parts.append(data)
        lengths.append(each)
        ahead += len(each)
    keys = b"".join(_prefixed(_KEYS, field.name.encode()) for field in fields)
    return Values(keys, table, np.concatenate(parts), np.cumsum(np.concatenate(lengths)))


def _kind(named: str, column: NDArray[Any]) -> Callable[[NDArray[Any]], _Column]:
    """Return what encodes a column: by its values, and by its field's type where these are numbers."""
    if column.dtype == object:
        return _objects
    there = column[np.isfinite(column)]
    return _integers if named == "integer" and (there == np.rint(there)).all() else _doubles


def _distinct(column: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return where each number lies among the distinct ones, -1 if missing, and these."""
    where = np.full(len(column), -1)
    there = np.isfinite(column)
    distinct, where[there] = np.unique(column[there], return_inverse=True)
    return where, distinct


def _doubles(column: NDArray[np.float64]) -> _Column:
    where, numbers = _distinct(column)
    rows = np.empty((len(numbers), 11), dtype=np.uint8)
    rows[:, :3] = (_VALUES, 9, _DOUBLE)
    rows[:, 3:] = numbers.astype("<f8").view(np.uint8).reshape(-1, 8)
    return where, rows.ravel(), np.full(len(numbers), 11)


def _integers(column: NDArray[np.float64]) -> _Column:
    where, numbers = _distinct(column)
    whole = numbers.astype(np.int64)
    below = whole < 0
    written = np.where(below, zigzag(whole), np.abs(whole).astype(np.uint64))
    length = 1 + sizes(written)
    tags = np.where(below, _SIGNED, _INTEGER)
    rows = np.column_stack([np.full(len(whole), _VALUES), length, tags, written]).astype(np.uint64)
    return where, varints(rows.ravel()), 2 + length


def _objects(column: NDArray[np.object_]) -> _Column:
    known: dict[object, int] = {}
    where = [-1 if value is None else known.setdefault(value, len(known)) for value in column.tolist()]
    encoded = [_prefixed(_VALUES, _object(value)) for value in known]
    data = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    return np.array(where, dtype=np.int64), data, np.array([len(e) for e in encoded], dtype=np.int64)


def _object(value: object) -> bytes:
    if isinstance(value, bool):
        return bytes((_BOOLEAN, value))
    return _prefixed(_TEXT, str(value).encode())


def _prefixed(tag: int, data: bytes) -> bytes:
    return varints([tag, len(data)]).tobytes() + data
