"""A hash of what a row says, equal on every machine and in every run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

_KEYS: Final = ("hotspot-incident", "incident-hotspot")
"""Two keys of 16 bytes: together 128 bits, so that different rows never meet by chance."""

_MISSING: Final = np.uint64(2**64 - 1)
"""What pandas gives for a missing value."""

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


@dataclass(frozen=True)
class Hashes:
    """What rows say, and their ids, each as a hash by two keys."""

    says: tuple[NDArray[np.uint64], NDArray[np.uint64]]
    ids: tuple[NDArray[np.uint64], NDArray[np.uint64]]
    named: NDArray[np.bool_]
    """Which rows have an id."""

    @property
    def digests(self) -> pd.Series:
        """Hash of what each row says as 32 hexadecimal digits."""
        return _hexadecimal(self.says)


def hashed(table: pd.DataFrame) -> Hashes:
    """Hash of each row.

    A row with an id is hashed with it and with its outcome, so that the hash
    changes when anything does. Rows without an id that say the same are
    different incidents (police files blur places and times): they are numbered
    in order (``twins``), so that the same file gives the same hashes again.
    """
    named = table["source_id"].notna().to_numpy(dtype=bool)
    parts = [_of_values(_canonical(table[name])) for name in MEANING]
    ids = _of_values(table["source_id"])
    outcome = [np.where(named, values, _MISSING) for values in _of_values(table["outcome"])]
    parts += [ids, outcome]
    first, second = (_joined([part[half] for part in parts]) for half in range(len(_KEYS)))
    return Hashes((first, second), (ids[0], ids[1]), named)


def _canonical(values: pd.Series) -> pd.Series:
    """Numbers that mean the same hash the same: -0.0 is 0.0, and degrees count to the sixth decimal."""
    if values.dtype == "float64":
        return values.round(6) + 0.0
    return values


def _hexadecimal(halves: tuple[NDArray[np.uint64], NDArray[np.uint64]]) -> pd.Series:
    digits = np.column_stack(halves).astype(">u8").tobytes().hex().encode("ascii")
    ends = np.arange(len(halves[0]) + 1, dtype=np.int64) * 32
    texts = pa.LargeStringArray.from_buffers(len(halves[0]), pa.py_buffer(ends), pa.py_buffer(digits))
    return pd.Series(pd.array(texts, dtype="str"))


def _of_values(values: pd.Series) -> list[NDArray[np.uint64]]:
    """Hash of each value by each key, as ``pandas.util.hash_pandas_object`` gives it, each text once.

    Pandas would look for the different texts anew for every key.
    """
    if values.dtype != "str":
        return [_of_numbers(values)] * len(_KEYS)
    codes, texts = pd.factorize(values)
    different = texts.to_numpy(dtype=object)
    return [
        np.append(pd.util.hash_array(different, hash_key=key, categorize=False), _MISSING)[codes]
        for key in _KEYS
    ]


def _of_numbers(values: pd.Series) -> NDArray[np.uint64]:
    hashed: NDArray[np.uint64] = np.asarray(pd.util.hash_pandas_object(values, index=False), dtype=np.uint64)
    return hashed


def _joined(parts: list[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """One hash of several, as Python joins those of a tuple (and pandas those of a row)."""
    joined: NDArray[np.uint64] = np.full(len(parts[0]), 0x345678, dtype=np.uint64)
    factor = 1_000_003
    for left, part in zip(range(len(parts), 0, -1), parts, strict=True):
        joined ^= part
        joined *= np.uint64(factor)
        factor += 82_520 + 2 * left
    joined += np.uint64(97_531)
    return joined
