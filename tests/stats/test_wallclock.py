"""The wall clock and back, beside pandas, over changes of the clocks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.stats.wallclock import local_of, utc, wall_clock

ZONES = ("UTC", "America/Chicago", "Europe/Dublin", "America/Belize", "America/Havana", "Australia/Lord_Howe")
MOMENTS = st.lists(
    st.datetimes(pd.Timestamp("1999-01-01").to_pydatetime(), pd.Timestamp("2030-01-01").to_pydatetime()),
    min_size=1,
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(MOMENTS, st.sampled_from(ZONES))
def test_the_wall_clock_is_that_of_pandas(moments: list[object], zone: str) -> None:
    given_moments = np.array(moments, dtype="datetime64[us]")
    found = local_of(given_moments.astype(np.int64), zone)
    assert found.tolist() == wall_clock(given_moments, zone).astype(np.int64).tolist()


@settings(max_examples=60, deadline=None)
@given(MOMENTS, st.sampled_from(ZONES), st.booleans())
def test_the_way_back_is_that_of_pandas(moments: list[object], zone: str, early: bool) -> None:
    # Hours that are repeated or left out are rare among random ones: put some in.
    wall = np.array(
        [*moments, "2024-03-10T02:30", "2024-11-03T01:30", "2024-11-03T00:30"], dtype="datetime64[us]"
    )
    index = pd.DatetimeIndex(wall)
    aware = index.tz_localize(zone, ambiguous=np.full(len(index), early), nonexistent="shift_forward")
    expected = aware.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")
    assert utc(wall, zone, early=early).tolist() == expected.tolist()


@pytest.mark.parametrize("early", [True, False])
def test_a_missing_moment_stays_missing(early: bool) -> None:
    wall = np.array(["NaT", "2026-07-01T12:00"], dtype="datetime64[us]")
    assert np.isnat(utc(wall, "Europe/London", early=early)).tolist() == [True, False]
    assert np.isnat(utc(wall[:1], "Europe/London", early=early)).tolist() == [True]
