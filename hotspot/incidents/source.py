"""The mapped columns of a file, asked by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from hotspot.incidents.raw import Raw, no_set_aside, set_aside_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MISSING: Final = ("NA", "N/A", "n/a", "#N/A", "NULL", "Null", "null", "None", "none", "-", "--", "?", "nil")
"""What people and programs write for "not known"."""


@dataclass(frozen=True)
class Source:
    """The mapped columns of a file."""

    raw: Raw
    fields: Mapping[str, str]

    def has(self, name: str) -> bool:
        """Whether a column is mapped to the field."""
        return name in self.fields

    def text(self, name: str) -> pd.Series:
        """Values of a field; all missing if no column is mapped to it."""
        if name not in self.fields:
            return pd.Series(np.nan, index=self.raw.frame.index, dtype="str")
        values = self.raw.frame[self.fields[name]].astype("str")
        return values.mask(values.isin(_MISSING))

    def put_by(
        self,
        which: NDArray[np.bool_],
        name: str,
        reason: str,
        message: str,
        *,
        texts: pd.Series | None = None,
    ) -> pd.DataFrame:
        """Rows set aside for the value of a field.

        ``{}`` in the message stands for the value; ``texts`` are the values where
        they are not those of the field's column alone.
        """
        if not which.any():
            return no_set_aside()
        values = self.text(name) if texts is None else texts
        text = values[which].fillna("")
        before, braces, after = message.partition("{}")
        words = before + text.str.slice(0, 80) + after if braces else message
        column = self.fields.get(name, "")
        return set_aside_rows(self.raw.row[which], column=column, reason=reason, message=words, text=text)
