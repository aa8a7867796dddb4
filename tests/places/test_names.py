from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hotspot.places.names import natural, normalise, without_kind


def test_case_accents_and_saints_do_not_matter() -> None:
    assert normalise("SOUFRIÈRE") == normalise("soufriere")
    assert normalise("St. Ann's Bay") == normalise("Saint Ann’s  Bay") == "saint anns bay"


def test_a_name_that_is_only_a_kind_of_place_is_kept() -> None:
    assert without_kind("district") == "district"
    assert without_kind("cayo district") == "cayo"


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.lists(st.text(max_size=8), max_size=8))
def test_codes_of_any_kind_can_be_sorted(codes: list[str]) -> None:
    assert sorted(sorted(codes, key=natural, reverse=True), key=natural) == sorted(codes, key=natural)


def test_numbers_are_sorted_as_people_count() -> None:
    assert sorted(["10", "2", "beat 10", "beat 9"], key=natural) == ["2", "10", "beat 9", "beat 10"]
