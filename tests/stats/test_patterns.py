"""The 17 patterns: a sequence by hand for each, in both definitions, and never two or none for a place."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.errors import ParameterError
from hotspot.stats.patterns import DEFINITIONS, NAMES, PATTERNS, patterns, words

UP, DOWN, FLAT = 1, -1, 0

BY_HAND = [
    # Steps (H hot, C cold, . neither), trend, pattern now, pattern by 2.8.
    (".........H", FLAT, "new hot", "new hot"),
    (".......HHH", UP, "consecutive hot", "consecutive hot"),
    (".HHHHHHHHH", UP, "intensifying hot", "intensifying hot"),
    ("HHHHHHHHHH", UP, "intensifying hot", "intensifying hot"),
    ("HHHHHHHHHH", FLAT, "persistent hot", "persistent hot"),
    ("HHHH.HHHHH", FLAT, "persistent hot", "persistent hot"),
    ("HHHHHHHH.H", DOWN, "diminishing hot", "diminishing hot"),
    (".H..H.HH.H", FLAT, "sporadic hot", "sporadic hot"),
    (".H..H.HH..", FLAT, "none", "sporadic hot"),
    ("...H......", FLAT, "none", "sporadic hot"),
    ("CC.H..HH.H", FLAT, "oscillating hot", "oscillating hot"),
    ("HHHHHHHHH.", FLAT, "historical hot", "historical hot"),
    ("HHHHHHHHH.", DOWN, "historical hot", "historical hot"),
    ("..........", UP, "none", "none"),
    ("CH.C.H.C..", FLAT, "none", "none"),
    # Eight of ten, or seventeen of nineteen, are less than nine tenths; eighteen of twenty are not.
    ("..HHHHHHHH", UP, "consecutive hot", "consecutive hot"),
    ("..HHHHHHHHHHHHHHHHH", UP, "consecutive hot", "consecutive hot"),
    ("..HHHHHHHHHHHHHHHHHH", FLAT, "persistent hot", "persistent hot"),
    ("H.HHHHHHH.", FLAT, "none", "sporadic hot"),
]
COLD = {"H": "C", "C": "H", ".": "."}


def state(text: str) -> list[int]:
    return ["C.H".index(sign) - 1 for sign in text]


def named(text: str, trend: int, definition: str) -> str:
    return words(int(patterns(np.array(state(text))[:, None], [trend], definition=definition)[0]))


@pytest.mark.parametrize(("text", "trend", "now", "before"), BY_HAND)
def test_each_hot_pattern_by_hand(text: str, trend: int, now: str, before: str) -> None:
    assert named(text, trend, "current") == now
    assert named(text, trend, "2.8") == before


@pytest.mark.parametrize(("text", "trend", "now", "before"), BY_HAND)
def test_each_cold_pattern_is_the_mirror_of_a_hot_one(text: str, trend: int, now: str, before: str) -> None:
    mirrored = "".join(COLD[sign] for sign in text)
    assert named(mirrored, -trend, "current") == now.replace("hot", "cold")
    assert named(mirrored, -trend, "2.8") == before.replace("hot", "cold")


def test_the_sequences_by_hand_show_every_pattern() -> None:
    for shown in (2, 3):
        hot = {row[shown] for row in BY_HAND}
        assert hot | {name.replace("hot", "cold") for name in hot} == set(PATTERNS)
    assert len(PATTERNS) == len(set(PATTERNS)) == 17


def test_a_place_that_was_cold_can_be_new_all_the_same() -> None:
    # Known wrong elsewhere: any significant step before, cold ones too, rules out new.
    assert named("..C......H", FLAT, "current") == "new hot"
    assert named("..H......C", FLAT, "current") == "new cold"
    assert named("..C....HHH", FLAT, "current") == "consecutive hot"


def test_historical_asks_whether_the_last_step_was_hot_not_whether_its_score_was_negative() -> None:
    # Known wrong elsewhere: only a last score below 0 makes it historical. Here it is anything but hot.
    assert named("HHHHHHHHH.", FLAT, "current") == "historical hot"
    assert named("CCCCCCCCC.", FLAT, "current") == "historical cold"


def test_a_place_hot_all_along_and_cold_now_is_called_by_what_it_is_now() -> None:
    assert named("HHHHHHHHHC", FLAT, "current") == "new cold"
    assert named("HHHHHHHHCH", FLAT, "current") == "persistent hot"


def slowly(steps: list[int], trend: int, definition: str) -> str:
    """The rules of the table read one by one, each on its own: which of the 17 hold."""
    hold = []
    for side, sign in (("hot", 1), ("cold", -1)):
        hot = [step == sign for step in steps]
        cold = [step == -sign for step in steps]
        often = sum(hot) * 10 >= 9 * len(hot)
        run = len(list(itertools.takewhile(bool, reversed(hot))))
        rules = {
            "new": hot[-1] and sum(hot) == 1,
            "intensifying": often and hot[-1] and trend == sign,
            "diminishing": often and hot[-1] and trend == -sign,
            "persistent": often and hot[-1],
            "consecutive": hot[-1] and run == sum(hot),
            "oscillating": hot[-1] and any(cold),
            "sporadic": any(hot) and not any(cold) and not often and (hot[-1] or definition == "2.8"),
            "historical": often and not any((hot[-1], cold[-1])),
        }
        hold += [f"{name} {side}" for name, holds in rules.items() if holds]
    return hold[0] if hold else "none"


@given(
    st.lists(st.lists(st.sampled_from([-1, 0, 1, 1, 1]), min_size=10, max_size=10), min_size=1, max_size=8),
    st.sampled_from(DEFINITIONS),
    st.randoms(use_true_random=False),
)
def test_the_rules_read_one_by_one_agree(
    places: list[list[int]], definition: str, rng: random.Random
) -> None:
    trend = [rng.choice([-1, 0, 1]) for _ in places]
    found = patterns(np.array(places).T, trend, definition=definition)
    assert [words(int(code)) for code in found] == [
        slowly(steps, way, definition) for steps, way in zip(places, trend, strict=True)
    ]


@pytest.mark.parametrize("definition", DEFINITIONS)
@pytest.mark.parametrize("n_steps", [1, 2, 3, 4, 5, 6, 7, 8])
def test_every_possible_sequence_has_exactly_one_pattern_and_its_mirror_the_opposite(
    n_steps: int, definition: str
) -> None:
    every = np.array(list(itertools.product([-1, 0, 1], repeat=n_steps))).T
    for trend in (UP, DOWN, FLAT):
        ways = np.full(every.shape[1], trend)
        found = patterns(every, ways, definition=definition)
        assert set(np.unique(found).tolist()) <= set(range(-8, 9))
        assert (patterns(-every, -ways, definition=definition) == -found).all()
        # What is hot now has a hot pattern; what is neither was hot, was cold, or has none.
        assert (found[every[-1] == 1] > 0).all()
        assert (found[every[-1] == -1] < 0).all()
        assert (found[(every == 0).all(axis=0)] == 0).all()
        assert np.isin(np.abs(found[every[-1] == 0]), [0, 6, 8]).all()


def test_the_two_definitions_differ_only_for_what_is_on_and_off_and_is_neither_now() -> None:
    every = np.array(list(itertools.product([-1, 0, 1], repeat=9))).T
    now, before = (patterns(every, np.zeros(every.shape[1]), definition=each) for each in ("current", "2.8"))
    differ = now != before
    assert differ.any()
    assert (every[-1][differ] == 0).all()
    assert (now[differ] == 0).all()
    assert set(np.abs(before[differ]).tolist()) == {6}


def test_no_place_and_no_step_have_no_pattern() -> None:
    assert patterns(np.empty((12, 0)), []).tolist() == []
    assert patterns(np.empty((0, 2)), [0, 0]).tolist() == [0, 0]


def test_an_unknown_definition_is_refused_with_those_there_are() -> None:
    with pytest.raises(ParameterError, match=r"current, 2\.8; got '3\.0'"):
        patterns([[1]], [0], definition="3.0")


def test_words_are_those_that_the_map_has_colours_for() -> None:
    assert (*(f"{name} hot" for name in NAMES), *(f"{name} cold" for name in NAMES), "none") == PATTERNS
    assert [words(code) for code in (*range(1, 9), *range(-1, -9, -1), 0)] == list(PATTERNS)
