from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.incidents.table import COLUMNS, conform, empty
from hotspot.places.boundaries import BoundarySet, load
from hotspot.places.districts import CAP
from hotspot.places.geocode import Geocoder

CITY = (-88.19756, 17.49952)


@dataclass(frozen=True)
class Geocoded:
    """A clean table with its rows placed, and how that went."""

    table: pd.DataFrame
    notes: tuple[str, ...]
    placed: dict[str, int]
    swapped: bool


def geocode(table: pd.DataFrame, *, boundary_set: BoundarySet | None, cap: float = CAP) -> Geocoded:
    """Return a table that is held as a whole placed; the parameters are those of ``Geocoder``."""
    geocoder = Geocoder(boundary_set, cap=cap)
    placed = geocoder.place(table)
    return Geocoded(placed, geocoder.notes, geocoder.placed, geocoder.swapped > 0)


def incidents(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = conform(pd.DataFrame([{"row": i, **row} for i, row in enumerate(rows, start=2)]))
    given = frame["lon"].notna()
    return frame.assign(location_precision=pd.array(np.where(given, "exact", "none"), dtype="str"))


def at(lon: float, lat: float, **more: Any) -> dict[str, Any]:
    return {"lon": lon, "lat": lat, **more}


def test_each_row_is_placed_by_the_best_that_is_known_of_it() -> None:
    table = incidents(
        at(*CITY),
        {"place": "Belmopan"},
        {"recorded_district": "Toledo District"},
        {"place": "somewhere"},
        {},
    )
    done = geocode(table, boundary_set=load("BZ"))
    assert done.table["location_precision"].tolist() == ["exact", "place", "district", "none", "none"]
    assert done.table["district"].tolist()[:3] == ["BZ-BZ", "BZ-CY", "BZ-TOL"]
    assert done.table["district"].isna().tolist() == [False, False, False, True, True]
    assert done.table["lon"].notna().tolist() == [True, True, False, False, False]
    assert done.table.loc[1, "place"] == "Belmopan"
    assert {k: done.placed[k] for k in ("exact", "place", "district", "none")} == {
        "exact": 1,
        "place": 1,
        "district": 1,
        "none": 2,
    }


def test_the_table_that_came_in_is_not_changed_and_its_columns_and_index_stay() -> None:
    table = incidents(at(*CITY), {"place": "Belmopan"}).set_axis([9, 4])
    before = table.copy(deep=True)
    done = geocode(table, boundary_set=load("BZ")).table
    pd.testing.assert_frame_equal(table, before)
    assert done.index.tolist() == [9, 4]
    assert list(done.columns) == list(COLUMNS)
    assert {name: str(done[name].dtype) for name in COLUMNS} == {
        name: column.dtype for name, column in COLUMNS.items()
    }


def test_a_recorded_district_tells_which_of_several_places_is_meant() -> None:
    table = incidents(
        {"place": "San Pedro", "recorded_district": "Toledo"},
        {"place": "San Pedro"},
        {"place": "San Pedro", "recorded_district": "Orange Walk"},
    )
    done = geocode(table, boundary_set=load("BZ"))
    assert done.table["location_precision"].tolist() == ["place", "none", "district"]
    assert done.placed["ambiguous"] == 1
    assert any("several in Belize" in note for note in done.notes)


def test_a_name_spelt_otherwise_is_said_with_what_it_was_taken_for() -> None:
    table = incidents({"place": "Dangrigga"}, {"place": "Dangrigga"}, {"place": "Dangriga"})
    done = geocode(table, boundary_set=load("BZ"))
    assert done.placed["place"] == 3
    assert done.notes == ("2 rows placed by a name spelt nearly so: 'Dangrigga' as Dangriga (2).",)


def test_a_point_off_a_coarse_shore_is_snapped_and_said(islands: BoundarySet) -> None:
    done = geocode(incidents(at(10.11, 0.05), at(10.05, 0.05), at(30, 30)), boundary_set=islands)
    assert done.table["snapped"].tolist() == [True, False, False]
    assert done.table["district"].tolist()[:2] == ["10", "10"]
    assert done.table["lon"].tolist() == [10.11, 10.05, 30]
    assert (done.placed["snapped"], done.placed["outside"]) == (1, 1)
    assert any("1 row lay outside every district of Islands" in note for note in done.notes)
    assert any("1 row lay farther than 3,000 m" in note for note in done.notes)


def test_districts_that_disagree_with_the_record_are_counted(islands: BoundarySet) -> None:
    table = incidents(
        at(9.95, 0.05, recorded_district="10"),
        at(9.95, 0.05, recorded_district="2.0"),
        at(9.95, 0.05, recorded_district="unheard of"),
    )
    done = geocode(table, boundary_set=islands)
    assert done.table["district"].tolist() == ["2", "2", "2"]
    assert (done.placed["recorded"], done.placed["disagree"]) == (2, 1)
    assert any("1 of 2 rows (50.0%)" in note and "10 recorded, 2 computed (1)" in note for note in done.notes)


def test_swapped_coordinates_are_suggested_and_not_applied() -> None:
    lon, lat = CITY
    table = incidents(at(lat, lon), at(lat, lon + 0.01), at(lon, lat))
    done = geocode(table, boundary_set=load("BZ"))
    assert done.swapped
    assert "look swapped: 2 rows would fall in Belize only if they were" in done.notes[0]
    assert done.table["lon"].tolist() == table["lon"].tolist()
    assert not geocode(table.iloc[2:], boundary_set=load("BZ")).swapped


def test_points_far_from_everywhere_are_not_called_swapped() -> None:
    assert not geocode(incidents(at(100, 10)), boundary_set=load("BZ")).swapped


def test_without_boundaries_only_coordinates_count() -> None:
    table = incidents(at(*CITY), {"place": "Belmopan", "recorded_district": "Cayo"})
    done = geocode(table, boundary_set=None)
    assert done.table["location_precision"].tolist() == ["exact", "none"]
    assert done.table["district"].isna().all()
    assert len(done.notes) == 1


def test_an_empty_table_stays_empty() -> None:
    done = geocode(empty(), boundary_set=load("BZ"))
    assert len(done.table) == 0
    assert done.notes == ()
    assert set(done.placed.values()) == {0}


def test_placing_again_changes_nothing() -> None:
    table = incidents(at(*CITY), {"place": "Belmopan"}, {"recorded_district": "Cayo"}, {})
    once = geocode(table, boundary_set=load("BZ")).table
    pd.testing.assert_frame_equal(geocode(once, boundary_set=load("BZ")).table, once)


POINT = st.one_of(
    st.just((np.nan, np.nan)), st.tuples(st.floats(-89.5, -87.4), st.floats(15.8, 18.6)), st.just((0.0, 0.0))
)
ROW = st.tuples(
    POINT,
    st.sampled_from([None, "San Pedro", "Belmopan", "{{7*7}}"]),
    st.sampled_from([None, "Cayo", "Mars"]),
)


@given(st.lists(ROW, max_size=12))
@settings(deadline=None, max_examples=60)
def test_nobody_is_lost_and_every_precision_keeps_its_promise(rows: list[Any]) -> None:
    table = incidents(
        *(at(*point, place=place, recorded_district=recorded) for point, place, recorded in rows)
    ) if rows else empty()  # fmt: skip
    done = geocode(table, boundary_set=load("BZ"))
    assert sum(done.placed[name] for name in ("exact", "place", "district", "none")) == len(table)
    precision, located = done.table["location_precision"], done.table["lon"].notna()
    assert (located == precision.isin(["exact", "place"])).all()
    assert done.table.loc[precision.isin(["place", "district"]), "district"].notna().all()
    assert done.table.loc[precision == "none", "district"].isna().all()


@pytest.mark.parametrize("cap", [0.0, 500.0])
def test_the_cap_is_obeyed(islands: BoundarySet, cap: float) -> None:
    done = geocode(incidents(at(10.11, 0.05)), boundary_set=islands, cap=cap)
    assert done.table["district"].isna().all()
    assert done.placed["outside"] == 1
