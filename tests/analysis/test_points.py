from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.analysis.points import inside, located, placed, points_of
from hotspot.places.study_area import study_area
from tests.analysis.conftest import MIDDLE, ZONE, rows, town_of, twin_districts

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet


def test_only_coordinates_enter_a_point_method_unless_places_are_asked_for() -> None:
    table = rows(
        ["2026-03-02"] * 5,
        location_precision=["exact", "place", "district", "none", "exact"],
        lon=[-88.2, -88.2, np.nan, np.nan, np.nan],
    )
    kept, left_out = located(table)
    assert kept.index.tolist() == [0]
    assert left_out == {"district_only": 1, "place_only": 1, "not_located": 2}
    kept, left_out = located(table, precision="place")
    assert kept.index.tolist() == [0, 1]
    assert left_out == {"district_only": 1, "not_located": 2}


def test_a_point_on_the_edge_of_the_study_area_is_inside(twins: BoundarySet) -> None:
    table = rows(["2026-03-02"] * 3, lon=[MIDDLE, MIDDLE - 0.001, MIDDLE + 0.001])
    kept, left_out = inside(table, study_area(twins, ["T-W"]))
    assert kept.index.tolist() == [0, 1]
    assert left_out == {"outside_area": 1}


def test_a_point_off_a_coarse_shore_is_told_from_one_far_away(twins: BoundarySet) -> None:
    table = rows(
        ["2026-03-02"] * 3,
        lon=[-88.05, -88.05, -80.0],
        snapped=[True, True, False],
        district=["T-E", "T-W", None],
    )
    kept, left_out = inside(table, study_area(twins, ["T-E"]))
    assert kept.empty
    assert left_out == {"outside_near_shore": 1, "outside_area": 2}


def test_the_shares_placed_by_precision_add_up() -> None:
    found = placed(rows(["2026-03-02"] * 4, location_precision=["exact", "exact", "exact", "district"]))
    assert found["exact"] == {"incidents": 3, "share": 0.75}
    assert found["place"] == {"incidents": 0, "share": 0.0}
    assert sum(part["incidents"] for part in found.values()) == 4


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
