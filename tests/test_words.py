"""Numbers said as people read them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hotspot import words


def test_a_split_is_told_in_equal_decimals_that_add_up() -> None:
    assert words.percents((0.985, 0.015)) == ("98.5 %", "1.5 %")
    assert words.percents((1 / 3, 1 / 3, 1 / 3)) == ("34 %", "33 %", "33 %")
    assert words.percents((0.9996, 0.0002, 0.0002)) == ("over 99.9 %", "under 0.1 %", "under 0.1 %")
    assert words.percents((1.0,)) == ("100 %",)
    assert words.percents(()) == ()


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=4))
def test_the_parts_of_a_whole_add_up_to_it(counts: list[int]) -> None:
    said = words.percents(tuple(count / sum(counts) for count in counts))
    assert len({len(part.partition(".")[2]) for part in said}) == 1
    if not any(part.startswith(("over", "under")) for part in said):
        assert sum(Decimal(part.removesuffix(" %")) for part in said) == 100
