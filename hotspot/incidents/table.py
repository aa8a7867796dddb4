"""The columns every incident has.

A clean table is a pandas DataFrame with exactly these columns, in this order
and of these types; ``row`` says where in the source file the incident stood.
No names of persons, ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIME: Final = "datetime64[us, UTC]"
PRECISIONS: Final = ("exact", "place", "district", "none")
"""How well an incident is placed: by coordinates, by a place name, by a district only, or not at all."""


@dataclass(frozen=True)
class Column:
    """One column: its pandas type and what it means."""

    dtype: str
    doc: str


COLUMNS: Final[dict[str, Column]] = {
    "row": Column("int64", "row number in the source file, as a spreadsheet shows it"),
    "source_id": Column("str", "the agency's own id of the incident, unique in its dataset"),
    "case_number": Column("str", "case number, shared across agencies"),
    "agency": Column("str", "who recorded the incident"),
    "offence": Column("str", "offence as recorded"),
    "iccs": Column("str", "code of the offence in the International Classification of Crime (UNODC 2015)"),
    "occurred_from": Column(TIME, "earliest moment it can have happened, UTC"),
    "occurred_to": Column(TIME, "latest moment it can have happened, UTC; equal to occurred_from when known"),
    "reported_at": Column(TIME, "when it was reported, UTC"),
    "lon": Column("float64", "longitude, degrees east, WGS 84"),
    "lat": Column("float64", "latitude, degrees north, WGS 84"),
    "location_precision": Column("str", "exact, place, district or none"),
    "snapped": Column("bool", "whether the point lay outside every district and was given the nearest"),
    "place": Column("str", "place or address text as recorded"),
    "district": Column("str", "code of the district it lies in"),
    "recorded_district": Column("str", "district as recorded by the agency"),
    "victim_sex": Column("str", "female, male, other"),
    "victim_age": Column("float64", "years"),
    "weapon": Column("str", "weapon as recorded"),
    "outcome": Column("str", "outcome as recorded"),
    "fingerprint": Column("str", "hash of the row's meaning: equal for a repeated row without an id"),
}


def empty() -> pd.DataFrame:
    """Return a clean table with no rows."""
    return pd.DataFrame({name: pd.Series(dtype=column.dtype) for name, column in COLUMNS.items()})


def chosen(names: Sequence[str], codes: NDArray[np.integer]) -> pd.Series:
    """Return a column of text: of each row the name with that number; missing where it is negative.

    >>> chosen(("exact", "place"), np.array([1, -1])).tolist()
    ['place', nan]
    """
    texts = pa.array([*names, None], type=pa.large_string())
    taken = texts.take(pa.array(np.where(codes < 0, len(names), codes).astype(np.int64)))
    return pd.Series(pd.array(taken, dtype="str"))


def conform(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with exactly the columns of a clean table, in order and type.

    A column that is absent comes out empty; one that is not known is an error
    of the caller.
    """
    unknown = [name for name in frame.columns if name not in COLUMNS]
    if unknown:
        msg = f"Not columns of an incident: {', '.join(unknown)}. Known are: {', '.join(COLUMNS)}."
        raise ValueError(msg)
    blank = {"bool": False, "int64": 0}
    columns = {}
    for name, column in COLUMNS.items():
        given = frame[name] if name in frame else pd.Series(blank.get(column.dtype), index=frame.index)
        columns[name] = given.astype(pd.api.types.pandas_dtype(column.dtype))
    return pd.DataFrame(columns, index=frame.index)
