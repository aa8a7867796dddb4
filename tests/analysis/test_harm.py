from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hotspot.analysis.harm import checked, weights
from hotspot.analysis.points import points_of
from hotspot.analysis.question import Question
from hotspot.errors import ParameterError
from hotspot.places.study_area import study_area
from tests.analysis.conftest import ZONE, rows

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.places.boundaries import BoundarySet

TABLE = rows(
    ["2026-01-01 10:00"] * 4,
    offence=["Murder", "Robbery", "theft ", None],
    iccs=["0101", "0401", "0502", None],
)


def test_without_harm_every_incident_weighs_one() -> None:
    assert weights(TABLE, ()).tolist() == [1, 1, 1, 1]


def test_the_offence_goes_before_its_code_and_the_longest_code_before_the_rest() -> None:
    harm = checked({"murder": 5475, "04": 365, "0401": 400, "*": 2})
    assert weights(TABLE, harm).tolist() == [5475, 400, 2, 2]


def test_an_offence_without_a_weight_is_named() -> None:
    with pytest.raises(ParameterError, match=r"not recorded, theft"):
        weights(TABLE, checked({"Murder": 2, "Robbery": 1}))


@pytest.mark.parametrize(
    "given",
    [
        {"Murder": -1},
        {"Murder": "much"},
        {"": 1},
        {"Murder": True},
        ["Murder"],
        [7],
        {"Murder": 0},
        {"x": 2e9},
    ],
)
def test_a_weight_that_is_none_is_refused(given: Any) -> None:
    with pytest.raises(ParameterError, match="harm"):
        checked(given)


def test_a_question_means_the_same_however_its_harm_is_written() -> None:
    asked = [
        Question(area="BZ", harm=given)  # type: ignore[arg-type]
        for given in ({"Robbery": 365, "*": 1}, ["*=1", "Robbery=365"], (("Robbery", 365.0), ("*", 1.0)))
    ]
    assert len({question.canonical() for question in asked}) == 1
    assert Question.from_dict(asked[0].to_dict()) == asked[0]


def test_points_carry_their_weight_through_sorting_and_taking(twins: BoundarySet) -> None:
    table: pd.DataFrame = TABLE.assign(lon=[-88.21, -88.29, -88.25, -88.22])
    points = points_of(table, study_area(twins), timezone=ZONE, harm=checked({"Murder": 9, "*": 1}))
    murder = points.offences.index("Murder")
    assert points.weight[points.offence == murder].tolist() == [9]
    assert points.take(points.offence == murder).weight.tolist() == [9]
    assert points.weight.sum() == 12
