from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.kernels.cylinders import cylinders
from hotspot.stats.circles import Circles, circles
from tests.kernels import plain_cylinders as plain


def found(
    laid: Circles, age: np.ndarray, *, ages: int, longest: int, recent: bool, least: int, room: int = 99_999
) -> tuple[int, list[tuple[int, ...]]]:
    windows = longest if recent else sum(ages - length + 1 for length in range(1, longest + 1))
    need = np.full((1, windows), least, dtype=np.int32)
    row, held = np.zeros(len(laid), dtype=np.int64), np.full((4, room), -1)
    number = cylinders(laid.member, laid.begin, laid.size, age, ages, longest, recent, need, row, held)
    return number, [tuple(each) for each in held.T[:number].tolist()]


@pytest.mark.parametrize("kind", [np.int16, np.int32])
@pytest.mark.parametrize("recent", [True, False])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999), n=st.integers(0, 40), longest=st.integers(1, 6), least=st.integers(1, 5))
def test_cylinders_hold_what_plain_loops_count(
    kind: type, recent: bool, seed: int, n: int, longest: int, least: int
) -> None:
    rng = np.random.default_rng(seed)
    laid = circles(rng.integers(0, 9, n) * 10.0, rng.integers(0, 9, n) * 10.0, max_radius=35)
    age = rng.integers(0, 6, n).astype(kind)
    number, each = found(laid, age, ages=6, longest=longest, recent=recent, least=least)
    assert each == plain.cylinders(laid, age, ages=6, longest=longest, recent=recent, least=least)
    assert number == len(each)


def test_without_room_their_number_is_told_all_the_same() -> None:
    laid = circles(np.zeros(6), np.r_[0.0, 1, 2, 900, 901, 902], max_radius=5)
    age = np.zeros(6, dtype=np.int16)
    assert found(laid, age, ages=3, longest=2, recent=False, least=2, room=0)[0] > 2
    number, each = found(laid, age, ages=3, longest=2, recent=False, least=2, room=1)
    assert (number > 2, len(each)) == (True, 1)


def test_each_kind_of_circle_has_a_need_of_its_own() -> None:
    laid = circles(np.zeros(4), np.r_[0.0, 1, 900, 902], max_radius=5)
    need = np.array([[2, 2], [3, 3]], dtype=np.int32)
    row = np.arange(len(laid)) % 2
    age = np.zeros(4, dtype=np.int16)
    held = np.empty((4, 9), dtype=np.int64)
    number = cylinders(laid.member, laid.begin, laid.size, age, 2, 2, True, need, row, held)
    assert set(held[0, :number].tolist()) == set(np.flatnonzero(row == 0).tolist())
