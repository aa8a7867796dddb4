"""A hash of what a row says, equal on every machine and in every run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

_KEYS: Final = ("hotspot-incident", "incident-hotspot")
"""Two keys of 16 bytes: together 128 bits, so that different rows never meet by chance."""

MEANING: Final = (
    "occurred_from",
    "occurred_to",
    "reported_at",
    "offence",
    "lon",
    "lat",
    "place",
    "recorded_district",
    "case_number",
    "agency",
    "victim_sex",
    "victim_age",
    "weapon",
)
"""What makes an incident that has no id of its own; its outcome may still change."""


def fingerprints(table: pd.DataFrame) -> pd.Series:
    """Hash of each row as 32 hexadecimal digits, with ``#2``, ``#3`` for equal rows without an id.

    A row with an id is hashed with it and with its outcome, so that the hash
    changes when anything does. Rows without an id that say the same are
    different incidents (police files blur places and times): they are numbered
    in order, so that the same file gives the same hashes again.
    """
    columns = {name: _canonical(table[name]) for name in MEANING}
    named = table["source_id"].notna()
    columns["source_id"] = table["source_id"]
    columns["outcome"] = table["outcome"].where(named)
    frame = pd.DataFrame(columns, index=table.index)
    digests = pd.Series(_hex(frame), index=table.index, dtype="str")
    nth = digests.where(~named).groupby(digests.where(~named)).cumcount() + 1
    again = ~named & (nth > 1)
    return digests.where(~again, digests + "#" + nth.astype("str")) if again.any() else digests


def _canonical(values: pd.Series) -> pd.Series:
    """Numbers that mean the same hash the same: -0.0 is 0.0, and degrees count to the sixth decimal."""
    if values.dtype == "float64":
        return values.round(6) + 0.0
    return values


def _hex(frame: pd.DataFrame) -> NDArray[np.str_]:
    halves = [
        pd.util.hash_pandas_object(frame, index=False, hash_key=key).to_numpy(dtype=np.uint64)
        for key in _KEYS
    ]
    digits = np.column_stack(halves).astype(">u8").tobytes().hex()
    return np.frombuffer(digits.encode("ascii"), dtype="S32").astype(str)
