"""Whether the day, the month or the year comes first is decided for a whole column."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hotspot.errors import InputError, ParameterError
from hotspot.incidents import date_order as do


def told(*texts: str) -> do.Evidence:
    found = do.Evidence()
    # Text by text, as though each stood in a part of its own.
    for row, text in enumerate(texts, start=2):
        found.add(do.read_dates(pd.Series([text], dtype="str")), row=np.array([row]))
    return found


def test_an_order_that_nothing_tells_is_day_first_and_said():
    orders, notes = do.decide_orders({"date": told("1/2/2018")}, date_order=None)
    assert orders == {"date": "dmy"}
    assert "the day was taken to come first" in notes[0]


def test_one_column_lends_its_order_to_another():
    columns = {"from": told("1/2/2018"), "reported": told("1/14/2018")}
    orders, notes = do.decide_orders(columns, date_order=None)
    assert orders == {"from": "mdy", "reported": "mdy"}
    assert notes == ()


def test_an_order_that_does_not_exist_is_refused():
    with pytest.raises(ParameterError, match="dmy, mdy, ymd"):
        do.checked_order("american")


def test_orders_that_mix_in_different_parts_are_refused_with_their_rows():
    with pytest.raises(InputError, match=r"“13/01/2018” \(row 3\).*“1/14/2018” \(row 5\)"):
        told("1/2/2018", "13/01/2018", "14/01/2018", "1/14/2018").order("date")


def test_midnights_say_nothing_unless_a_time_does():
    midnights = [f"2024-03-{day:02d} 00:00" for day in range(1, 8)]
    assert told(*midnights[:4]).midnights == 0
    assert told(*midnights).midnights == 7
    assert told(*midnights).format("dmy") == "year-month-day"
    assert told(*midnights, "2024-03-09 12:00").midnights == 0
