"""Columns of a table as texts: each different value is written once, and rows are never looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    import pyarrow as pa


def column_texts(column: pd.Series[Any], words: Callable[[Any], str], *, missing: str) -> pa.Array:
    """Return each value of a column as text.

    Numbers are written the shortest way that reads back the same. A missing or infinite one
    is the word for it.

    Parameters
    ----------
    column
        The values.
    words
        How any value but a number or a truth is written.
    missing
        The word for a missing value.
    """
    import pandas as pd
    import pyarrow as pa

    codes, different = _numbered(column)
    if pd.api.types.is_bool_dtype(column.dtype):
        texts = ["true" if value else "false" for value in different.tolist()]
    elif pd.api.types.is_integer_dtype(column.dtype):
        texts = [str(value) for value in different.tolist()]
    elif pd.api.types.is_float_dtype(column.dtype):
        texts = [repr(value) if np.isfinite(value) else missing for value in different.tolist()]
    else:
        texts = [words(value) for value in different]
    # -1 is a missing value, and the last text.
    return pa.array([*texts, missing], pa.large_string()).take(pa.array(codes % (len(texts) + 1)))


def _numbered(column: pd.Series[Any]) -> tuple[Any, Any]:
    """Return the number of each value among those that differ, -1 where it is missing, and these."""
    import pandas as pd

    if column.dtype == np.float64:
        # By their bits, as 0.0 and -0.0 are written otherwise.
        codes, bits = pd.factorize(column.to_numpy().view(np.int64))
        return codes, bits.view(np.float64)
    codes, different = pd.factorize(column)
    return codes, different


def side_by_side(*parts: pa.Array | str) -> pa.Array:
    """Return the texts of columns joined row by row; a plain text stands in every row."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wide = [pa.scalar(part, pa.large_string()) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*wide, pa.scalar("", pa.large_string()))
