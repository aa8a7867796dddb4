from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analysis.question import WEEKDAYS, Question
from hotspot.errors import ParameterError
from hotspot.parameters import DBSCAN, GiStar

questions = st.builds(
    Question,
    dataset=st.text(max_size=10),
    method=st.sampled_from(["gi_star", "dbscan"]),
    area=st.sampled_from(["BZ", "BZ/BZ-CY,BZ-BZ", "hull", "HULL", " bz "]),
    offences=st.lists(st.sampled_from(["Theft", "theft", "Robbery, armed", "0501"])).map(tuple),
    start=st.none() | st.dates(max_value=date(2020, 1, 1)),
    end=st.none() | st.dates(min_value=date(2020, 1, 1)),
    hours=st.sampled_from([None, (22, 6), (0, 24), (18, 0)]),
    weekdays=st.lists(st.sampled_from(WEEKDAYS)).map(tuple),
)


@given(questions)
def test_a_question_comes_back_from_its_plain_values(question: Question) -> None:
    plain = json.loads(json.dumps(question.to_dict()))
    assert Question.from_dict(plain) == question
    assert Question.from_dict(plain).canonical() == question.canonical()


def test_the_order_in_which_things_are_named_does_not_matter() -> None:
    one = Question(area="BZ/b,a", offences=("Theft", "Robbery"), weekdays=("sun", "Monday"))
    two = Question(area="BZ / a, b", offences=("Robbery", " Theft "), weekdays=("mon", "sun"))
    assert one == two
    assert one.canonical() == two.canonical()


def test_parameters_belong_to_the_method() -> None:
    assert Question(area="BZ").parameters == GiStar()
    assert Question(area="BZ", method="dbscan", parameters={"eps": "300"}).parameters == DBSCAN(eps=300)
    with pytest.raises(ParameterError, match="takes parameters of GiStar; got those of DBSCAN"):
        Question(area="BZ", parameters=DBSCAN())


@pytest.mark.parametrize(
    ("values", "parameter", "says"),
    [
        ({"area": ""}, "area", "study area is required"),
        ({"area": "BZ", "method": "gistar"}, "method", "There are: gi_star, local_moran"),
        ({"area": "BZ", "parameters": {"cellsize": 5}}, "cellsize", "It has: cell_shape"),
        ({"area": "BZ", "parameters": {"cell_size": "wide"}}, "cell_size", "must be a number"),
        ({"area": "BZ", "start": "01/02/2026"}, "start", "a day such as 2026-01-31"),
        ({"area": "BZ", "start": "2026-02-01", "end": "2026-01-01"}, "end", "must not end before"),
        ({"area": "BZ", "hours": "25-3"}, "hours", "two whole hours"),
        ({"area": "BZ", "hours": [7, 7]}, "hours", "not equal"),
        ({"area": "BZ", "hours": "night"}, "hours", "two whole hours"),
        ({"area": "BZ", "weekdays": "mon,Someday"}, "weekdays", "got 'Someday'"),
        ({"area": "BZ", "title": "x" * 200}, "title", "at most 120"),
        ({"area": "BZ", "colour": "red"}, "colour", "not part of a question"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_remedy(
    values: dict[str, Any], parameter: str, says: str
) -> None:
    with pytest.raises(ParameterError, match=says) as caught:
        Question.from_dict(values)
    assert caught.value.parameter == parameter


def test_whole_days_and_whole_weeks_are_no_filter() -> None:
    question = Question(area="BZ", hours=(0, 24), weekdays=WEEKDAYS)
    assert question.hours is None
    assert question.weekdays == ()


def test_the_table_of_methods_and_questions_load_nothing_heavy() -> None:
    code = (
        "import sys, hotspot.analysis.question; "
        "print([m for m in ('numpy', 'pandas', 'geopandas', 'scipy', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_title_holds_nothing_that_cannot_be_seen() -> None:
    assert Question(area="BZ", title="\x00 \x1b[2JNight\u202e \n").title == "[2JNight"
    assert Question(area="BZ", title="\ud800\u200f").title == ""


def test_days_are_short_full_or_a_run_and_nothing_else() -> None:
    assert Question(area="BZ", weekdays=("fri-sun",)).weekdays == ("fri", "sat", "sun")
    assert Question(area="BZ", weekdays=("Saturday-mon",)).weekdays == ("mon", "sat", "sun")
    assert Question(area="BZ", weekdays=("Friday",)).weekdays == ("fri",)
    for wrong in ("friday to sunday", "frisbee", "fri-", "mon-tue-wed"):
        with pytest.raises(ParameterError, match="fri-sun"):
            Question(area="BZ", weekdays=(wrong,))


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ("offences", 5),
        ("weekdays", 5),
        ("hours", (1.5, 6)),
        ("hours", (True, 6)),
        ("hours", (float("inf"), 6)),
        ("harm", 5),
        ("harm", {"Theft": 10**400}),
        ("harm", {"Theft": 1e-300}),
        ("method", ["gi_star"]),
        ("method", {}),
        ("parameters", 5),
        ("parameters", [["cell_size", 5]]),
    ],
)
def test_a_part_of_the_wrong_kind_is_refused_by_its_name(part: str, wrong: Any) -> None:
    with pytest.raises(ParameterError) as refused:
        Question.from_dict({"area": "BZ", part: wrong})
    assert refused.value.parameter == part


@pytest.mark.parametrize(
    "wrong",
    [
        {"parameters": {"cell_size": "x" * 100_000}},
        {"parameters": {"cell_size": 10**5000}},
        {"parameters": {"x" * 100_000: 5}},
        {"weekdays": ["x" * 100_000]},
        {"start": "x" * 100_000},
        {"method": "x" * 100_000},
        {"precision": "x" * 100_000},
        {"harm": {"x" * 100_000: -1}},
        {"x" * 100_000: 1},
    ],
    ids=range(9),
)
def test_a_refusal_repeats_only_the_beginning_of_a_long_value(wrong: dict[str, Any]) -> None:
    with pytest.raises(ParameterError) as refused:
        Question.from_dict({"area": "BZ", **wrong})
    assert len(str(refused.value)) < 600
