"""Whether the day, the month or the year comes first is decided for a whole column."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hotspot.errors import ParameterError
from hotspot.incidents import date_order as do


def test_an_order_that_nothing_tells_is_day_first_and_said():
    dates = do.read_dates(pd.Series(["1/2/2018"], dtype="str"))
    orders, notes = do.decide_orders({"date": dates}, row=np.array([2]), date_order=None)
    assert orders == {"date": "dmy"}
    assert "the day was taken to come first" in notes[0]


def test_one_column_lends_its_order_to_another():
    columns = {
        name: do.read_dates(pd.Series([text], dtype="str"))
        for name, text in (("from", "1/2/2018"), ("reported", "1/14/2018"))
    }
    orders, notes = do.decide_orders(columns, row=np.array([2]), date_order=None)
    assert orders == {"from": "mdy", "reported": "mdy"}
    assert notes == ()


def test_an_order_that_does_not_exist_is_refused():
    with pytest.raises(ParameterError, match="dmy, mdy, ymd"):
        do.checked_order("american")
