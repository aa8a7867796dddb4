"""Names of columns, and rows set aside."""

from __future__ import annotations

import numpy as np
import pytest

from hotspot.errors import InputError, LimitError
from hotspot.incidents import raw


def test_a_second_column_of_the_same_name_is_numbered_and_said():
    names, notes = raw.named(["date", "id", "date", "date"])
    assert names == ["date", "id", "date (2)", "date (3)"]
    assert "columns 1 and 3" in notes[0] and "columns 1 and 4" in notes[1]


def test_a_header_without_any_name_is_refused():
    with pytest.raises(InputError, match="no column names"):
        raw.named(["", " ", ""])


def test_more_columns_than_any_export_has_are_refused():
    with pytest.raises(LimitError, match="at most 500 columns"):
        raw.named([f"c{i}" for i in range(501)])


def test_a_row_is_set_aside_once_with_its_first_reason():
    first = raw.set_aside_rows(np.array([7, 3]), column="a", reason="bad_date", message="m", text="t")
    second = raw.set_aside_rows(np.array([3]), column="b", reason="out_of_range", message="m", text="t")
    joined = raw.join_set_aside([first, second, raw.no_set_aside()])
    assert joined["row"].tolist() == [3, 7]
    assert joined["reason"].tolist() == ["bad_date", "bad_date"]


def test_nothing_set_aside_has_the_same_columns():
    assert list(raw.join_set_aside([]).columns) == list(raw.SET_ASIDE_COLUMNS)


def test_long_values_are_shortened_in_reports():
    aside = raw.set_aside_rows(np.array([2]), column="a", reason="bad_date", message="m", text="9" * 5000)
    assert len(aside["text"].iloc[0]) == raw.MAX_TEXT
