from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hotspot.analysis import text
from hotspot.analysis.methods import METHODS
from hotspot.analysis.question import Question
from hotspot.places.boundaries import load
from hotspot.places.study_area import study_area

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, "All incidents, Twins (Gi*)"),
        ({"title": "Mine"}, "Mine"),
        ({"offences": ("Theft",), "hours": (22, 6)}, "Theft, Twins, 22:00 to 06:00 (Gi*)"),
        ({"offences": ("a", "b", "c"), "method": "dbscan"}, "3 offences, Twins (DBSCAN)"),
        (
            {"start": "2026-01-01", "end": "2026-01-31"},
            "All incidents, Twins, 2026-01-01 to 2026-01-31 (Gi*)",
        ),
        (
            {"start": "2026-01-01", "weekdays": "sat,sun"},
            "All incidents, Twins, since 2026-01-01, Sat Sun (Gi*)",
        ),
        ({"end": "2026-01-01"}, "All incidents, Twins, until 2026-01-01 (Gi*)"),
        ({"start": "2026-01-01", "end": "2026-01-01"}, "All incidents, Twins, 2026-01-01 (Gi*)"),
    ],
)
def test_a_title_says_what_is_asked(asked: dict[str, Any], expected: str, twins: BoundarySet) -> None:
    question = Question.from_dict({"area": "twins", **asked})
    assert text.title_of(question, study_area(twins), twins) == expected


def test_a_title_made_of_long_words_is_cut(twins: BoundarySet) -> None:
    question = Question(area="twins", offences=("x" * 300,))
    assert len(text.title_of(question, study_area(twins), twins)) == 120


def test_districts_are_named_while_they_are_few(twins: BoundarySet) -> None:
    assert text.area_name(study_area(twins, ["T-W"]), twins) == "Westside"
    assert text.area_name(study_area(twins), twins) == "Twins"
    belize = load("BZ")
    assert text.area_name(study_area(belize), belize) == "Belize"
    assert text.area_name(study_area(belize, ["BZ-BZ"]), belize) == "Belize District"
    assert text.area_name(study_area(belize, belize.codes[:4]), belize) == "4 districts of Belize"
    assert text.area_name(study_area(twins), None) == "area around the incidents"


NOWHERE = {name: {"incidents": 0, "share": 0.0} for name in ("exact", "place", "district", "none")}


def summary(**changes: Any) -> dict[str, Any]:
    accuracy = {
        "measured": True, "beats_prior": True, "verdict": "better", "pai": 11.5, "hit_rate": 0.115,
        "area_share": 0.01, "prior": {"pai": 10.8, "hit_rate": 0.108},
    }  # fmt: skip
    return {
        "incidents": 1204, "hotspots": 5, "hot_cells": 30, "hotspot_cells": 27, "share_in_hotspots": 0.31,
        "area_share": 0.008, "accuracy": accuracy, "left_out": {}, "nothing": "",
        "thinness": {"forced": False, "class": "good", "why": ""},
        "placed": NOWHERE, **changes,
    }  # fmt: skip


def test_the_sentences_say_where_how_much_and_how_useful() -> None:
    said = text.sentences(
        summary(
            placed={
                **NOWHERE,
                "exact": {"incidents": 9, "share": 0.9},
                "none": {"incidents": 1, "share": 0.1},
            },
            left_out={"not_located": 1},
        ),
        Question(area="BZ", offences=("Burglary",)),
    )
    assert said == [
        "27 hot cells in 5 hotspots hold 31 % of 1,204 incidents of Burglary in 0.8 % of the area.",
        "On later data this layer beat prior counts: yes (PAI 11.5 vs 10.8 in 1.0 % of the area, "
        "hit rate 12 % vs 11 %).",
        "Incidents placed: 90 % by coordinates, 10 % not at all.",
        "Left out: 1 with no usable location.",
    ]


def test_what_is_thin_or_forced_is_said() -> None:
    thin = {"forced": False, "class": "thin", "why": "40 usable incidents."}
    assert "The data are thin: 40 usable incidents." in text.sentences(
        summary(thinness=thin), Question(area="BZ")
    )
    forced = text.sentences(summary(thinness={**thin, "forced": True}), Question(area="BZ"))
    assert any(sentence.startswith("Forced although") for sentence in forced)


def test_one_hotspot_holds_and_several_hold() -> None:
    one = summary(hotspots=1)
    del one["hot_cells"]
    assert text.sentences(one, Question(area="BZ"))[0].startswith(
        "1 hotspot holds 31 % of 1,204 incidents in"
    )


@pytest.mark.parametrize("method", ["dbscan", "hdbscan", "optics", "st_dbscan", "kde", "dual_kde"])
def test_hotspots_that_nothing_held_against_chance_say_so_once(method: str) -> None:
    said = text.sentences(summary(), Question(area="BZ", method=method))
    assert sum("has no test against chance" in sentence for sentence in said) == 1
    assert said[1].startswith(METHODS[method].title)
    none = text.sentences(summary(hotspots=0, nothing="none."), Question(area="BZ", method=method))
    assert not any("against chance" in sentence for sentence in none)


@pytest.mark.parametrize("method", ["gi_star", "local_moran", "emerging", "change", "near_repeat", "scan"])
def test_hotspots_that_were_held_against_chance_need_no_such_sentence(method: str) -> None:
    said = text.sentences(summary(), Question(area="BZ", method=method))
    assert not any("against chance" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("number", "cells", "level", "expected"),
    [
        (12, 0, "too thin", "12 usable incidents: it takes at least 30."),
        (94, 0, "thin", "94 usable incidents: 100 and more would carry further."),
        (300, 900, "fair", "300 usable incidents over 900 cells: 400 and more would carry further."),
        (900, 0, "good", "900 usable incidents."),
    ],
)
def test_thinness_says_what_would_help(number: int, cells: int, level: str, expected: str) -> None:
    assert text.why_thin(number, cells, level, needed=30) == expected


def test_districts_are_not_called_cells() -> None:
    said = text.why_thin(350, 6, "fair", needed=30, noun="district")
    assert said == "350 usable incidents over 6 districts: 400 and more would carry further."


@pytest.mark.parametrize(
    ("hits", "chance", "why"),
    [
        (0.0, 0.0, "they caught as many incidents."),
        (-3.25, 14.7, "they are 3.2 later incidents apart, and chance alone makes up to 15."),
    ],
)
def test_a_difference_that_chance_makes_is_called_about_equal(hits: float, chance: float, why: str) -> None:
    accuracy = {
        **summary()["accuracy"],
        "beats_prior": None,
        "verdict": "about equal",
        "difference": {"hits": hits, "chance": chance},
    }
    said = text.sentences(summary(accuracy=accuracy), Question(area="BZ"))
    assert said[1] == (
        "On later data this layer and prior counts did about equally well (PAI 11.5 vs 10.8 in 1.0 % of the "
        f"area, hit rate 12 % vs 11 %): {why}"
    )
