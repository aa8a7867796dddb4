"""Hashes of what rows say."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.incidents import table as table_of
from hotspot.incidents.fingerprints import _KEYS, MEANING, hashed
from hotspot.incidents.table import conform
from hotspot.incidents.twins import Twins


def table(**columns) -> pd.DataFrame:
    rows = pd.DataFrame(columns)
    rows["occurred_from"] = pd.Timestamp("2024-03-17T12:00Z")
    return conform(rows)


def fingerprints(rows: pd.DataFrame) -> pd.Series:
    """Fingerprints of rows that all stand."""
    hashes = hashed(rows)
    twins = Twins()
    twins.add(np.arange(len(rows)), hashes)
    numbered = rows.assign(row=np.arange(len(rows)), fingerprint=hashes.digests)
    return dataclasses.replace(twins.settle(), dropped=np.zeros(0, dtype=np.int64)).apply(numbered)[
        "fingerprint"
    ]


def test_the_hash_is_the_same_on_every_machine():
    """Pinned: a store would see every incident twice if this changed."""
    found = fingerprints(table(offence=["Burglary"], lon=[-88.2], lat=[17.5], place=["Río"]))
    assert found.tolist() == ["08e65593d5287d1a95ea50e664fbf8d5"]


@given(
    st.lists(
        st.tuples(
            st.text(max_size=3) | st.none(),
            st.text(max_size=3) | st.none(),
            st.floats(-180, 180) | st.none(),
            st.none() | st.datetimes(pd.Timestamp("1900-01-02"), pd.Timestamp("2030-01-01")),
        ),
        max_size=6,
    )
)
def test_the_hash_is_that_of_pandas(rows):
    """Oracle: pandas itself, which does the same work twice."""
    given_ = pd.DataFrame(rows, columns=["offence", "place", "lon", "occurred_from"])
    frame = conform(
        pd.DataFrame(
            {
                "offence": given_["offence"].astype("str"),
                "place": given_["place"].astype("str"),
                "lon": given_["lon"].astype("float64"),
                "occurred_from": pd.to_datetime(given_["occurred_from"], utc=True).astype(table_of.TIME),
            }
        )
    )
    said = frame[[*MEANING, "source_id", "outcome"]].assign(lon=frame["lon"].round(6) + 0.0)
    halves = [pd.util.hash_pandas_object(said, index=False, hash_key=key) for key in _KEYS]
    expected = [f"{a:016x}{b:016x}" for a, b in zip(*halves, strict=True)]
    assert hashed(frame).digests.tolist() == expected


def test_the_row_number_says_nothing():
    twin = fingerprints(table(row=[1, 9], source_id=["a", "b"], offence=["x", "x"]))
    moved = fingerprints(table(row=[5, 7], source_id=["a", "b"], offence=["x", "x"]))
    assert twin.tolist() == moved.tolist()
    assert twin.is_unique


def test_rows_without_an_id_are_numbered_in_order():
    found = fingerprints(table(offence=["x", "y", "x", "x"]))
    assert found[2] == f"{found[0]}#2"
    assert found[3] == f"{found[0]}#3"
    assert "#" not in found[0] + found[1]


def test_rows_with_an_id_are_never_numbered():
    found = fingerprints(table(source_id=["a", "a"], offence=["x", "x"]))
    assert found[0] == found[1]


def test_an_outcome_changes_a_row_with_an_id_only():
    named = fingerprints(table(source_id=["a", "a"], outcome=["open", "closed"]))
    assert named[0] != named[1]
    unnamed = fingerprints(table(outcome=["open", "closed"]))
    assert unnamed[1] == f"{unnamed[0]}#2"


@pytest.mark.parametrize("column", ["offence", "lon", "place", "case_number", "weapon", "victim_age"])
def test_what_is_recorded_makes_the_difference(column):
    assert column in MEANING
    values = [1.0, 2.0] if column in {"lon", "victim_age"} else ["a", "b"]
    found = fingerprints(table(**{column: values}))
    assert found[0] != found[1] and "#" not in found[1]


def test_minus_zero_is_zero():
    found = fingerprints(table(lon=[0.0, -0.0]))
    assert found[1] == f"{found[0]}#2"


def test_no_rows_have_no_hashes():
    assert fingerprints(table(offence=[])).tolist() == []


def test_a_row_hashes_the_same_alone_and_among_others():
    alone = fingerprints(table(offence=["x"], place=[None], lon=[1.5]))
    among = fingerprints(table(offence=["w", "x"], place=["here", None], lon=[None, 1.5]))
    assert among[1] == alone[0]
