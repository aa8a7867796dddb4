from __future__ import annotations

import numpy as np

from hotspot.analysis.methods import Field
from hotspot.ogc.tile_values import encode

FIELDS = (Field("incidents", "integer", "Incidents"), Field("district", "string", "District"))


def columns(**given: list) -> dict[str, np.ndarray]:
    return {
        name: np.array(values, dtype=object if isinstance(values[0], str | None) else float)
        for name, values in given.items()
    }


def test_a_tile_has_only_the_values_of_its_features_and_each_once() -> None:
    held = columns(incidents=[5.0, 7.0, 5.0], district=["BZ-BZ", "BZ-CY", None])
    values = encode(FIELDS, held.__getitem__, n_features=len(held["incidents"]))
    tags, counts, data = values.of(np.array([0, 2]))
    # Feature 1: key 0 has value 0, key 1 has value 1; feature 3: key 0 has value 0.
    assert tags.tolist() == [0, 0, 1, 1, 0, 0]
    assert counts.tolist() == [4, 2]
    # A value is field 4 of the layer: 5 as int_value (field 4), the text as string_value (field 1).
    assert data == b"\x22\x02\x20\x05" + b"\x22\x07\x0a\x05BZ-BZ"


def test_keys_are_the_names_of_the_fields() -> None:
    held = columns(incidents=[5.0], district=["BZ-BZ"])
    assert (
        encode(FIELDS, held.__getitem__, n_features=len(held["incidents"])).keys
        == b"\x1a\x09incidents\x1a\x08district"
    )


def test_types_stay_what_they_are() -> None:
    fields = (Field("n", "integer", "n"), Field("x", "number", "x"))
    held = columns(n=[-3.0, 0.0, 300.0], x=[5.0, np.nan, -0.5])
    _, _, data = encode(fields, held.__getitem__, n_features=3).of(np.arange(3))
    assert b"\x22\x02\x30\x05" in data  # -3 as sint_value
    assert b"\x22\x02\x20\x00" in data
    assert b"\x22\x03\x20\xac\x02" in data
    assert b"\x22\x09\x19" + np.float64(5.0).tobytes() in data
    assert data.count(b"\x22\x09\x19") == 2


def test_truth_values_are_none_of_the_numbers() -> None:
    held = {"flag": np.array([True, False, None], dtype=object)}
    tags, counts, data = encode((Field("flag", "string", "flag"),), held.__getitem__, n_features=3).of(
        np.arange(3)
    )
    assert data == b"\x22\x02\x38\x01\x22\x02\x38\x00"
    assert (tags.tolist(), counts.tolist()) == ([0, 0, 0, 1], [2, 2, 0])


def test_without_fields_and_without_features_there_is_nothing() -> None:
    none = encode((), {}.__getitem__, n_features=2)
    assert none.keys == b""
    empty = encode(FIELDS, lambda _: np.zeros(0), n_features=0)
    assert [len(part) for part in empty.of(np.zeros(0, dtype=np.int64))] == [0, 0, 0]
