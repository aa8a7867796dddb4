"""Dates taken apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hotspot.incidents import time_formats as tf


def one(text: str) -> tuple[int, int, int, int, float]:
    """Style, year, month, day and minutes of one text."""
    p = tf.take_apart(pd.Series([text], dtype="str"))
    micros = int(p.micros[0])
    return (
        int(p.style[0]),
        int(p.year[0]),
        int(p.month[0]),
        int(p.day[0]),
        micros / 6e7 if micros >= 0 else micros,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-17", (tf.ISO, 2024, 3, 17, -1)),
        ("2024/3/7 9:05", (tf.ISO, 2024, 3, 7, 545)),
        ("2024-03-17T21:30:15.250Z", (tf.ISO, 2024, 3, 17, 1290 + 15.25 / 60)),
        ("2024-03", (tf.ISO, 2024, 3, -1, -1)),
        ("03/2024", (tf.ISO, 2024, 3, -1, -1)),
        ("17 Mar 2024 9:05 pm", (tf.NAMED, 2024, 3, 17, 1265)),
        ("March 17th, 2024", (tf.NAMED, 2024, 3, 17, -1)),
        ("Sunday, March 17, 2024", (tf.NAMED, 2024, 3, 17, -1)),
        ("17 de marzo de 2024", (tf.NAMED, 2024, 3, 17, -1)),
        ("17 août 2024", (tf.NAMED, 2024, 8, 17, -1)),
        ("Mar 2024", (tf.NAMED, 2024, 3, -1, -1)),
        ("20240317", (tf.COMPACT, 2024, 3, 17, -1)),
        ("20240317T2130", (tf.COMPACT, 2024, 3, 17, 1290)),
        ("45368", (tf.SERIAL, 2024, 3, 17, -1)),
        ("45368.5", (tf.SERIAL, 2024, 3, 17, 720)),
        ("1710682200", (tf.EPOCH, 2024, 3, 17, 810)),
        ("1710682200000", (tf.EPOCH, 2024, 3, 17, 810)),
        ("12:30", (tf.CLOCK, -1, -1, -1, -1)),
        ("2024-03-17 24:00", (tf.ISO, 2024, 3, 17, -2)),
        ("2024-03-17 12:61", (tf.ISO, 2024, 3, 17, -2)),
        ("2024-03-17 13:00 pm", (tf.ISO, 2024, 3, 17, -2)),
        ("2024-03-17 9", (tf.ISO, 2024, 3, 17, -2)),
        ("yesterday", (tf.UNREAD, -1, -1, -1, -1)),
        ("17 Foo 2024", (tf.NAMED, 2024, 0, 17, -1)),
    ],
)
def test_each_way_of_writing_is_read(text, expected):
    style, year, month, day, minutes = one(text)
    assert (style, year, month, day) == expected[:4]
    if style != tf.CLOCK:
        assert minutes == pytest.approx(expected[4])


def test_day_and_month_stay_open_when_they_are_numbers():
    p = tf.take_apart(pd.Series(["7/19/2017 13:45", "19-07-17"], dtype="str"))
    assert p.first.tolist() == [7, 19]
    assert p.second.tolist() == [19, 7]
    assert p.short_year.tolist() == [False, True]
    assert p.month.tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("text", "minutes"), [("Z", 0), ("+05:45", 345), ("-0600", -360), ("-06", -360), (" UTC", 0)]
)
def test_offsets_are_minutes_ahead_of_utc(text, minutes):
    assert tf.take_apart(pd.Series([f"2024-03-17T21:30{text}"], dtype="str")).offset[0] == minutes


def test_an_offset_that_no_place_has_is_infinite_and_none_is_nan():
    p = tf.take_apart(pd.Series(["2024-03-17T21:30+99:99", "2024-03-17T21:30"], dtype="str"))
    assert np.isinf(p.offset[0]) and np.isnan(p.offset[1])


def test_nothing_is_taken_apart_into_nothing():
    assert len(tf.take_apart(pd.Series([], dtype="str")).style) == 0
