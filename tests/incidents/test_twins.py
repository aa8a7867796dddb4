"""Rows that are the same incident, or say the same, told part by part."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.incidents.fingerprints import hashed
from hotspot.incidents.table import conform
from hotspot.incidents.twins import Twins

ROWS = st.lists(st.tuples(st.sampled_from([None, "1", "2"]), st.sampled_from("abc")), min_size=1, max_size=12)


def _settled(rows: list[tuple[str | None, str]], size: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put the rows together in parts of a size: those that stand, and those left out."""
    table = conform(pd.DataFrame(rows, columns=["source_id", "offence"], dtype="str"))
    table["row"] = np.arange(2, 2 + len(rows))
    twins, parts = Twins(), []
    for start in range(0, len(table), size):
        part = table.iloc[start : start + size].reset_index(drop=True)
        hashes = hashed(part)
        twins.add(part["row"].to_numpy(), hashes)
        parts.append(part.assign(fingerprint=hashes.digests))
    settled = twins.settle()
    return pd.concat([settled.apply(part) for part in parts], ignore_index=True), settled.duplicates


@given(ROWS, st.integers(1, 12))
@settings(deadline=None)
def test_rows_settle_as_when_one_counts_by_hand(rows, size):
    stands, dropped = {}, defaultdict(list)
    for row, (source_id, offence) in enumerate(rows, start=2):
        if source_id is not None:
            dropped[source_id].append((row, offence))
    for seen in dropped.values():
        first = next(row for row, offence in seen if offence == seen[-1][1])
        stands |= {row: first for row, _ in seen}
    expected, seen = {}, Counter()
    for row, (source_id, offence) in enumerate(rows, start=2):
        seen[offence] += source_id is None
        nth = seen[offence] if source_id is None else 1
        if stands.get(row, row) == row:
            expected[row] = f"#{nth}" if nth > 1 else ""
    table, duplicates = _settled(rows, size)
    marks = table["fingerprint"].str.slice(32)
    assert dict(zip(table["row"], marks, strict=True)) == expected
    pairs = {row: first for row, first in stands.items() if row != first}
    assert dict(zip(duplicates["row"], duplicates["first_row"], strict=True)) == pairs


def test_no_rows_settle_to_nothing():
    settled = Twins().settle()
    assert (len(settled.dropped), len(settled.again), settled.notes) == (0, 0, ())


def test_the_number_of_a_repeated_row_does_not_hang_on_ids_of_others():
    table, _ = _settled([(None, "a"), (None, "a"), ("1", "b")], 3)
    assert table["fingerprint"].str.slice(32).tolist() == ["", "#2", ""]
