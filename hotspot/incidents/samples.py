"""Values by which the columns of a file are told apart: its first rows, and where these say little, more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from hotspot.incidents.raw import MAX_VALUE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotspot.incidents.raw import Raw

ENOUGH: Final = 500
"""Values that a column is judged by; one with fewer in the first rows is followed to its first so many."""


class Samples:
    """Values of each column: those of the first rows, or the first ones wherever they stand.

    A column that is empty at first may hold telephone numbers a year later.

    Parameters
    ----------
    first
        The first rows of the file.
    """

    def __init__(self, first: pd.DataFrame) -> None:
        self._first = first
        filled = first.count()
        self.sparse = frozenset(str(name) for name in filled.index[filled < ENOUGH])
        """Columns that must be followed through the file."""
        self._found: dict[str, list[pd.Series]] = {name: [] for name in self.sparse}
        self._missing = dict.fromkeys(self.sparse, ENOUGH)

    def add(self, part: Raw) -> None:
        """Look at one part of the file; the parts come in order, the first rows again among them."""
        for name in [name for name, wanted in self._missing.items() if wanted]:
            filled = part.frame[name].dropna()
            some = filled[filled.str.len() <= MAX_VALUE].head(self._missing[name])
            self._missing[name] -= len(some)
            self._found[name].append(some)

    @property
    def columns(self) -> Mapping[str, pd.Series]:
        """Values by column, in the order of the file's columns."""
        return {str(name): self._values(str(name)) for name in self._first.columns}

    def _values(self, name: str) -> pd.Series:
        found = [some for some in self._found.get(name, ()) if len(some)]
        return pd.concat(found, ignore_index=True) if found else self._first[name]
