from __future__ import annotations

import json

import numpy as np
import pytest

from hotspot.analysis.methods import Field
from hotspot.analysis.tables import Chart, Table

FIELDS = (
    Field("band", "string", "Band", doc="Distance."),
    Field("pairs", "integer", "Pairs", "pairs"),
    Field("ratio", "number", "Ratio", "times"),
)


def table() -> Table:
    columns = {
        "band": np.array(["0-100 m", None], dtype=object),
        "pairs": np.array([28, 5]),
        "ratio": np.array([1.8, np.nan]),
    }
    return Table.of(
        "knox", "Near repeat", FIELDS, columns, note="Said.", chart=Chart("bars", "band", ("ratio",))
    )


def test_rows_are_plain_values_and_what_is_no_number_is_none() -> None:
    assert table().rows == (("0-100 m", 28, 1.8), (None, 5, None))
    assert table().column("pairs") == (28, 5)
    assert len(table()) == 2


def test_a_table_comes_back_from_json() -> None:
    assert Table.from_dict(json.loads(json.dumps(table().to_dict(), allow_nan=False))) == table()
    bare = Table.of("none", "None", FIELDS, {"band": [], "pairs": [], "ratio": []})
    assert Table.from_dict(json.loads(json.dumps(bare.to_dict()))) == bare


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Table.of("knox", "Near repeat", FIELDS, {"band": ["a", "b"], "pairs": [1], "ratio": [1.0, 2.0]})
