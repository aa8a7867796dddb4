from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.places.boundaries import BoundarySet, bundled, load
from hotspot.places.gazetteer import Gazetteer, read_places
from tests.places.conftest import box_set

BELIZE = Gazetteer.of(load("BZ"))


def place(text: object, district: str | None = None) -> str | None:
    found = BELIZE.find(pd.Series([text], dtype=object), pd.Series([district], dtype=object))
    name, code = found.loc[0, ["place", "district"]]
    return None if pd.isna(name) else f"{name} {code}"


def test_a_name_is_found_however_it_is_written() -> None:
    for text in ("Belmopan", "BELMOPAN", "  belmopán ", "Belmopan City"):
        assert place(text) == "Belmopan BZ-CY"
    assert place("St Margarets") == "St. Margaret BZ-CY"


def test_other_names_are_known() -> None:
    assert place("Benque Viejo") == "Benque Viejo el Carmen BZ-CY"
    assert place("Corozal Town") == "Corozal BZ-CZL"


def test_a_name_as_written_goes_before_another_places_other_name() -> None:
    # Hattieville is also listed among the other names of Belmopan.
    assert place("Hattieville") == "Hattieville BZ-BZ"


def test_a_misspelt_name_is_found_and_scored_below_100() -> None:
    assert place("Dangrigga") == "Dangriga BZ-SC"
    score = BELIZE.find(pd.Series(["Dangrigga", "Dangriga"]))["score"]
    assert 90 <= score[0] < 100 == score[1]


def test_a_name_of_several_places_finds_none_without_a_district() -> None:
    found = BELIZE.find(pd.Series(["San Pedro"]))
    assert found["lon"].isna().all() and found["ambiguous"].all()
    assert place("San Pedro", "BZ-BZ") == "San Pedro BZ-BZ"
    assert place("San Pedro", "BZ-TOL") == "San Pedro BZ-TOL"
    assert place("San Pedro", "BZ-OW") is None


def test_an_address_is_read_part_by_part() -> None:
    assert place("12 Main Street, San Ignacio") == "San Ignacio BZ-CY"
    assert place("San Pedro, Toledo") == "San Pedro BZ-TOL"
    assert place("San Antonio, Corozal") == "San Antonio BZ-CZL"
    assert place("San Pedro, Belize") is None


def test_a_district_or_the_country_is_not_a_place() -> None:
    for text in ("Belize", "Stann Creek", "Cayo District", "Toledo"):
        assert place(text) is None


def test_another_number_is_another_place() -> None:
    assert place("Duck Run 2") == "Duck Run 2 BZ-CY"
    assert place("Duck Run 4") is None


@pytest.mark.parametrize(
    "text", [None, "", "   ", ",,,", "?", "{{7*7}}", "=cmd()", "x" * 5000, "Main Street"]
)
def test_text_that_names_no_place_finds_none(text: object) -> None:
    assert place(text) is None


def test_answers_come_on_the_index_that_was_asked() -> None:
    texts = pd.Series(["Belmopan", None], index=[7, 3], dtype="str")
    found = BELIZE.find(texts)
    assert found.index.tolist() == [7, 3]
    assert found["lat"].notna().tolist() == [True, False]
    assert found.columns.tolist() == ["lon", "lat", "place", "district", "score", "ambiguous"]
    assert len(BELIZE.find(texts.iloc[:0])) == 0


@pytest.mark.parametrize("name", bundled())
def test_every_place_of_a_country_is_found_by_its_name_and_district(name: str) -> None:
    gazetteer = Gazetteer.of(load(name))
    assert len(gazetteer) == len(read_places(name))
    known = [(p.name, p.lon, p.district) for p in read_places(name) if p.district in load(name).codes]
    names, lons, codes = zip(*known, strict=True)
    found = gazetteer.find(pd.Series(names), pd.Series(codes))
    unplaced = found["lon"].isna()
    assert not (unplaced & ~found["ambiguous"]).any()
    assert found["lon"][~unplaced].tolist() == [
        lon for lon, lost in zip(lons, unplaced, strict=True) if not lost
    ]
    assert unplaced.sum() <= 2  # namesakes within one district


def test_a_set_of_ones_own_uses_the_places_of_its_country() -> None:
    beats = box_set({"N": (-88.3, 17.4, -88.0, 17.6), "S": (-89, 16, -88, 17)}, country="BZ")
    found = Gazetteer.of(beats).find(pd.Series(["Belize City", "San Pedro", "Corozal"]))
    assert found["district"].tolist()[:2] == ["N", "S"]
    assert found["lon"].isna().tolist() == [False, False, True]


def test_a_set_of_no_country_has_no_places(islands: BoundarySet) -> None:
    assert len(Gazetteer.of(islands)) == 0
    assert Gazetteer.of(islands).find(pd.Series(["Belmopan"]))["lon"].isna().all()


@given(st.text(max_size=40))
@settings(deadline=None, max_examples=150)
def test_any_text_is_placed_within_the_country_or_not_at_all(text: str) -> None:
    found = BELIZE.find(pd.Series([text], dtype=object)).iloc[0]
    west, south, east, north = load("BZ").bounds
    inside = west <= found["lon"] <= east and south <= found["lat"] <= north
    assert inside != bool(pd.isna(found["lon"]))
