"""A file of incidents that was opened: how it is written, and its rows part by part."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hotspot.incidents.raw import Raw, join_set_aside


@dataclass(frozen=True)
class RawFile:
    """A file that was opened: how it is written, and its rows part by part, as often as needed."""

    names: tuple[str, ...]
    format: str
    read: Callable[[Collection[str] | None], Iterator[Raw]]
    """Gives the parts from the beginning: of all columns, or, faster, of those named (then blank
    rows stay, and no row is set aside)."""
    encoding: str = ""
    separator: str = ""
    decimal: str = "."
    notes: tuple[str, ...] = ()
    size: int = 0
    """Bytes of its text; 0 where it is read as a whole."""

    def parts(self, only: Collection[str] | None = None) -> Iterator[Raw]:
        """Yield the rows from the first to the last."""
        return self.read(only)


def of_whole(raw: Raw) -> RawFile:
    """Return a file that was read as a whole: it has one part.

    >>> raw = Raw(pd.DataFrame({"id": ["1"]}), np.array([2]), "csv")
    >>> [part is raw for part in of_whole(raw).parts()]
    [True]
    """
    return RawFile(
        names=tuple(str(name) for name in raw.frame.columns),
        format=raw.format,
        read=lambda _only: iter((raw,)),
        encoding=raw.encoding,
        separator=raw.separator,
        decimal=raw.decimal,
        notes=raw.notes,
    )


def whole(file: RawFile) -> Raw:
    """Return all rows of a file at once."""
    parts = list(file.parts())
    one = len(parts) == 1
    return Raw(
        frame=parts[0].frame if one else pd.concat([part.frame for part in parts], ignore_index=True),
        row=np.concatenate([part.row for part in parts]),
        format=file.format,
        encoding=file.encoding,
        separator=file.separator,
        decimal=file.decimal,
        set_aside=join_set_aside(part.set_aside for part in parts),
        notes=file.notes,
    )
