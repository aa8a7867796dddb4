"""What was found of incidents is found once, and goes with them."""

from __future__ import annotations

import gc

import numpy as np

from hotspot.analysis import once as module
from hotspot.analysis.once import once
from hotspot.analysis.points import Points


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


def test_nothing_outlives_its_incidents() -> None:
    gc.collect()
    before, one = len(module._found), points()
    once(one, "a", lambda: np.zeros(3))
    assert len(module._found) == before + 1
    del one
    gc.collect()
    assert len(module._found) == before
