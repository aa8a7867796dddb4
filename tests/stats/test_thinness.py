"""How far the number of incidents can carry an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.stats.thinness import thinness

WORDS = ["too thin", "thin", "fair", "good"]


@pytest.mark.parametrize(
    ("n", "word"),
    [
        (0, "too thin"),
        (29, "too thin"),
        (30, "thin"),
        (99, "thin"),
        (100, "fair"),
        (399, "fair"),
        (400, "good"),
    ],
)
def test_the_number_of_incidents_decides(n: int, word: str) -> None:
    assert thinness(n) == word


def test_a_hull_needs_twice_as_many() -> None:
    assert [thinness(n, kind="hull") for n in (59, 60)] == ["too thin", "thin"]


def test_many_cells_for_few_incidents_are_thin() -> None:
    assert [thinness(1000, cells) for cells in (10_000, 10_001, 100_001)] == ["good", "fair", "thin"]


@given(n=st.integers(0, 5000), more=st.integers(0, 500), cells=st.integers(1, 100_000))
def test_more_incidents_never_make_it_thinner(n: int, more: int, cells: int) -> None:
    assert WORDS.index(thinness(n + more, cells)) >= WORDS.index(thinness(n, cells))
