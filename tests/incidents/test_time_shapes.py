"""Dates of fixed shape, read from their bytes."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.incidents import time_formats as tf
from hotspot.incidents.time_shapes import shaped

_DAYS = st.from_regex(
    r"([0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}|[0-9]{2}[-/.][0-9]{2}[-/.][0-9]{4})", fullmatch=True
)
_CLOCKS = st.from_regex(r"(|[ Tt][0-9]{2}:[0-9]{2}(:[0-9]{2})?)", fullmatch=True)
_NEARLY = st.text("0123456789-/.: Ttè٣", min_size=8, max_size=20)


def test_the_numbers_stand_where_the_shape_says():
    iso, numeric = shaped(pa.array(["2024-03-17T21:30:05", "x", "17.03.2024 00:00:59"]))
    assert (iso.iso, iso.where.tolist(), iso.year.tolist(), iso.month.tolist()) == (True, [0], [2024], [3])
    assert iso.micros.tolist() == [(21 * 3600 + 30 * 60 + 5) * 1_000_000]
    assert (numeric.iso, numeric.where.tolist(), numeric.micros.tolist()) == (False, [2], [59_000_000])
    assert (numeric.year.tolist(), numeric.month.tolist(), numeric.day.tolist()) == ([2024], [17], [3])


@pytest.mark.parametrize(
    "text", ["2024-03-1x", "20240317  ", "2024-03-17 2130x", "2024-03-17Z21:30", "1７/03/24"]
)
def test_what_only_looks_like_a_shape_is_left_to_the_patterns(text):
    assert shaped(pa.array([text])) == []


def test_no_texts_have_no_shapes_and_a_slice_is_read_from_its_start():
    assert shaped(pa.array([], type=pa.string())) == []
    [found] = shaped(pa.array(["2023-01-01", "soon", "2024-02-02"])[1:])
    assert (found.where.tolist(), found.year.tolist()) == ([1], [2024])


@given(st.lists(st.builds("{}{}".format, _DAYS, _CLOCKS) | _NEARLY, min_size=1, max_size=8))
def test_the_patterns_give_the_same_answer(texts):
    """Oracle: the regular expressions, which read every way of writing."""
    values = pd.Series(texts, dtype="str")
    quick = tf.take_apart(values)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tf, "shaped", lambda _text: [])
        slow = tf.take_apart(values)
    for name, part in asdict(quick).items():
        np.testing.assert_array_equal(part, getattr(slow, name), err_msg=name)
