"""What was found of an object is found once, and goes with it; only the last of much is kept."""

from __future__ import annotations

import gc

import numpy as np

from hotspot import once as module
from hotspot.analysis.points import Points
from hotspot.once import MOST, once


def points() -> Points:
    none, moments = np.empty(0), np.empty(0, dtype="datetime64[us]")
    return Points(none, none, none, none, moments, moments, none.astype(int), (), none)


def test_the_same_incidents_and_key_are_looked_at_once_and_others_anew() -> None:
    asked: list[str] = []

    def find(word: str) -> str:
        asked.append(word)
        return word

    one, other = points(), points()
    assert [once(one, "a", lambda: find("first")) for _ in range(3)] == ["first"] * 3
    assert once(one, "b", lambda: find("key")) == "key"
    assert once(other, "a", lambda: find("incidents")) == "incidents"
    assert asked == ["first", "key", "incidents"]


def test_only_the_last_that_were_found_are_kept() -> None:
    made: list[int] = []
    one = points()
    for number in (0, 0, *range(MOST + 1), MOST, 0):
        once(one, number, lambda number=number: made.append(number) or f"{number}")  # type: ignore[misc]
    assert made == [*range(MOST + 1), 0]


def test_nothing_outlives_its_incidents() -> None:
    gc.collect()
    before, one = len(module._found), points()
    once(one, "a", lambda: np.zeros(3))
    assert len(module._found) == before + 1
    del one
    gc.collect()
    assert len(module._found) == before
