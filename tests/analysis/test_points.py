from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.analysis.harm import checked
from hotspot.analysis.points import leave_outside, leave_unlocated, points_of, sorted_by
from hotspot.analysis.selection import Sieve
from hotspot.places.study_area import study_area
from tests.analysis.conftest import MIDDLE, ZONE, rows, town_of, twin_districts

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet


def everyone(table: pd.DataFrame) -> Sieve:
    return Sieve(np.ones(len(table), dtype=bool))


def test_only_coordinates_enter_a_point_method_unless_places_are_asked_for() -> None:
    table = rows(
        ["2026-03-02"] * 5,
        location_precision=["exact", "place", "district", "none", "exact"],
        lon=[-88.2, -88.2, np.nan, np.nan, np.nan],
    )
    sieve = everyone(table)
    leave_unlocated(sieve, table)
    assert sieve.rows.tolist() == [0]
    assert sieve.left_out == {"district_only": 1, "place_only": 1, "not_located": 2}
    sieve = everyone(table)
    leave_unlocated(sieve, table, precision="place")
    assert sieve.rows.tolist() == [0, 1]
    assert sieve.left_out == {"district_only": 1, "not_located": 2}


def test_a_point_on_the_edge_of_the_study_area_is_inside(twins: BoundarySet) -> None:
    table = rows(["2026-03-02"] * 3, lon=[MIDDLE, MIDDLE - 0.001, MIDDLE + 0.001])
    sieve = everyone(table)
    leave_outside(sieve, table, study_area(twins, ["T-W"]))
    assert sieve.rows.tolist() == [0, 1]
    assert sieve.left_out == {"outside_area": 1}


def test_a_point_off_a_coarse_shore_is_told_from_one_far_away(twins: BoundarySet) -> None:
    table = rows(
        ["2026-03-02"] * 3,
        lon=[-88.05, -88.05, -80.0],
        snapped=[True, True, False],
        district=["T-E", "T-W", None],
    )
    sieve = everyone(table)
    leave_outside(sieve, table, study_area(twins, ["T-E"]))
    assert not len(sieve.rows)
    assert sieve.left_out == {"outside_near_shore": 1, "outside_area": 2}


def test_the_shares_placed_by_precision_add_up() -> None:
    table = rows(["2026-03-02"] * 5, location_precision=["exact", "exact", "exact", "district", "exact"])
    sieve = everyone(table)
    sieve.leave(np.arange(5) == 4, "other_offence")
    found = leave_unlocated(sieve, table)
    assert found["exact"] == {"incidents": 3, "share": 0.75}
    assert found["place"] == {"incidents": 0, "share": 0.0}
    assert sum(part["incidents"] for part in found.values()) == 4


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 3)] * 4), max_size=60))
def test_the_order_is_that_of_sorting_by_all_keys_at_once(given_rows: list[tuple[int, ...]]) -> None:
    table = np.array(given_rows, dtype=np.int64).reshape(-1, 4)
    keys = [table[:, 0] / 3, *table[:, 1:].T]
    assert table[sorted_by(keys)].tolist() == sorted(map(list, given_rows))


def test_weights_by_code_do_not_depend_on_the_order_of_rows(twins: BoundarySet) -> None:
    table = rows(["2026-03-02"] * 2, iccs=["0401", "0502"])
    harm = checked({"0401": 9, "*": 1})
    found = [
        points_of(each, study_area(twins), timezone=ZONE, harm=harm).weight.tolist()
        for each in (table, table[::-1])
    ]
    assert found == [[1, 9], [1, 9]]


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_leaves_no_trace(random: object) -> None:
    table = town_of(50)
    order = list(range(50))
    random.shuffle(order)  # type: ignore[attr-defined]
    area = study_area(twin_districts())
    one = points_of(table, area, timezone=ZONE)
    two = points_of(table.iloc[order], area, timezone=ZONE)
    assert one.digest() == two.digest()
    assert np.array_equal(one.x, two.x)
    assert np.array_equal(one.offence, two.offence)


def test_the_digest_tells_every_difference_apart(twins: BoundarySet) -> None:
    area = study_area(twins)
    table = town_of(20)
    changes: list[pd.DataFrame] = [
        table,
        table.assign(lon=table["lon"] + 1e-6),
        table.assign(offence="Arson"),
        table.assign(occurred_to=table["occurred_to"] + pd.Timedelta(minutes=5)),
        table.iloc[1:],
    ]
    assert len({points_of(change, area, timezone=ZONE).digest() for change in changes}) == len(changes)
