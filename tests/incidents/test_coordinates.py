"""Texts become degrees."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.incidents.coordinates import coordinates, degrees, hint, split_points


def texts(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="str")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("17.5", 17.5),
        ("-88", -88.0),
        ("+1.", 1.0),
        (".5", 0.5),
        ("1e1", 10.0),
        ("17.5°", 17.5),
        ("17.5 N", 17.5),
        ("88.2°W", -88.2),
        ("88.2 w", -88.2),
    ],
)
def test_numbers_are_read(text, number):
    values, wrong = degrees(texts(text), negative="W")
    assert values.tolist() == [number]
    assert not wrong.any()


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "nan",
        "inf",
        "-Infinity",
        "1e400",
        "abc",
        "17,5,0",
        "0x10",
        "1_000",
        "17 29 55",
        "٣",
        "9" * 400,
        "--5",
    ],
)
def test_what_is_no_number_is_told(text):
    values, wrong = degrees(texts(text))
    assert np.isnan(values).all()
    assert wrong.all()


def test_missing_is_not_wrong():
    values, wrong = degrees(texts(None, "1"))
    assert np.isnan(values[0]) and not wrong[0]


def test_decimal_commas():
    assert degrees(texts("17,5"))[0].tolist() == [17.5]


def test_each_row_has_its_reason():
    found = coordinates(
        texts("-88", "x", "-88", None, None, "0.0", "0", "-188"),
        texts("17", "17", None, None, "17", "0", "17", "17"),
    )
    assert np.flatnonzero(found.bad).tolist() == [1, 2, 4]
    assert np.flatnonzero(found.outside).tolist() == [7]
    assert found.zero.tolist() == [False] * 5 + [True, False, False]
    assert np.isfinite(found.lon).tolist() == [True, False, False, False, False, False, True, False]


def test_points_are_latitude_first():
    lat, lon, wrong = split_points(texts("(41.76, -87.68)", "17.5 -88.2", "17.5;-88.2", None, "Belmopan"))
    assert lat.tolist()[:3] == ["41.76", "17.5", "17.5"]
    assert lon.tolist()[:3] == ["-87.68", "-88.2", "-88.2"]
    assert wrong.tolist() == [False, False, False, False, True]


def test_the_hint_names_the_likely_cause():
    assert "metres or feet" in hint(np.array([1161120.0]), np.array([1858829.0]))
    assert "swapped" in hint(np.array([17.5]), np.array([-98.2]))
    assert "-180 to 180" in hint(np.array([]), np.array([]))


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=30))
def test_every_point_of_the_world_survives(points):
    lon = texts(*[repr(x) for x, _ in points])
    lat = texts(*[repr(y) for _, y in points])
    found = coordinates(lon, lat)
    assert not (found.bad | found.outside).any()
    kept = ~found.zero
    assert found.lon[kept].tolist() == [x for (x, y) in points if (x, y) != (0, 0)]
    assert found.lat[kept].tolist() == [y for (x, y) in points if (x, y) != (0, 0)]


def test_a_decimal_comma_is_read_whatever_the_file_format_and_two_commas_are_no_number():
    numbers, wrong = degrees(texts("-88,1975", "17,5 N", "17,50,3"), negative="S")
    assert numbers[:2].tolist() == [-88.1975, 17.5]
    assert wrong.tolist() == [False, False, True]
