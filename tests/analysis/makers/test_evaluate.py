"""Before and after: counted by hand in three districts, and refused where nothing can be said."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely

from hotspot.analysis.question import Question
from hotspot.analysis.reports import Report, report
from hotspot.errors import BoundaryError, ParameterError, ThinDataError
from hotspot.incidents.table import empty
from tests.analysis.conftest import ZONE, rows, twin_districts

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.places.boundaries import BoundarySet

NAMES = {"treated": "P-A", "control": "P-B", "treated_displacement": "P-C", "control_displacement": "P-D"}
PUBLISHED = {"P-A": (207, 110), "P-B": (308, 318), "P-C": (178, 157), "P-D": (150, 140)}


@pytest.fixture(scope="module")
def places() -> BoundarySet:
    """Four square districts in a row."""
    boxes = [shapely.box(-88.3 + i / 10, 17.4, -88.2 + i / 10, 17.5) for i in range(4)]
    return replace(
        twin_districts(),
        name="places",
        codes=("P-A", "P-B", "P-C", "P-D"),
        names=("Alpha", "Bravo", "Charlie", "Delta"),
        types=("District",) * 4,
        area_km2=np.full(4, 117.5),
        geometry=np.array(boxes, dtype=object),
    )


def table_of(
    counts: dict[str, tuple[int, int]], before: str = "2025-11-10", after: str = "2026-02-10"
) -> pd.DataFrame:
    """Incidents of which only the district is known: so many before and after."""
    times, district = [], []
    for code, numbers in counts.items():
        for number, day in zip(numbers, (before, after), strict=True):
            times += [f"{day}T{i % 24:02d}:30" for i in range(number)]
            district += [code] * number
    n = len(times)
    nowhere = np.full(n, np.nan)
    return rows(times, district=district, lon=nowhere, lat=nowhere, location_precision=["district"] * n)


def asked(
    table: pd.DataFrame, places: BoundarySet | None, *, area: str = "places", **parameters: Any
) -> Report:
    chosen = {**NAMES, "since": "2026-01-01", "before": 90, "after": 90, **parameters}
    question = Question(area=area, method="evaluate", parameters=chosen)
    return report(question, table, boundary_set=places, timezone=ZONE)


def test_the_published_example_comes_out_of_incidents(places: BoundarySet) -> None:
    found = asked(table_of(PUBLISHED), places)
    assert found.table("counts").rows == (
        ("Treated", "P-A", 207, 110, 207.0, -97.0),
        ("Control", "P-B", 308, 318, 308.0, 10.0),
        ("Beside the treated", "P-C", 178, 157, 178.0, -21.0),
        ("Beside the control", "P-D", 150, 140, 150.0, -10.0),
    )
    row = dict(
        zip(
            [f.name for f in found.table("difference").fields], found.table("difference").rows[0], strict=True
        )
    )
    assert (row["wdd"], row["se"]) == (-118, pytest.approx(math.sqrt(1568), abs=1e-6))
    assert (round(row["z"], 2), round(row["low"]), round(row["high"])) == (-2.98, -196, -40)
    assert "118 fewer" in found.sentences[1]
    assert "interval -196 to -40" in found.sentences[1]
    assert "more than chance would make" in found.sentences[1]
    assert "cannot say why" in found.sentences[2]


def test_districts_are_named_in_any_way_that_is_clear(places: BoundarySet) -> None:
    by_name = asked(table_of(PUBLISHED), places, treated="alpha", control=["BRAVO"])
    assert by_name.about["parameters"]["treated"] == ["P-A"]
    assert by_name.tables == asked(table_of(PUBLISHED), places).tables
    two = asked(
        table_of(PUBLISHED), places, treated="P-A,Delta", control_displacement="", treated_displacement=""
    )
    assert two.table("counts").rows[0] == ("Treated", "P-A, P-D", 357, 250, 357.0, -107.0)


def test_points_without_a_district_are_put_into_theirs(places: BoundarySet) -> None:
    table = rows(["2025-12-01"] * 3 + ["2026-01-05"] * 5, lon=np.array([-88.25] * 3 + [-88.15] * 5))
    found = asked(table, places, treated_displacement="", control_displacement="")
    assert [row[2:4] for row in found.table("counts").rows] == [(3, 0), (0, 5)]


def test_days_are_local_and_the_edges_belong_to_one_window_each(places: BoundarySet) -> None:
    edges = [
        "2025-12-01T23:59",
        "2025-12-02T00:00",
        "2025-12-31T23:59",
        "2026-01-01T00:00",
        "2026-01-30T23:59",
        "2026-01-31T00:00",
    ]
    table = rows(edges, district=["P-A"] * 6)
    found = asked(table, places, before=30, after=30)
    assert found.table("counts").rows[0][2:4] == (2, 2)
    assert found.table("counts").note.startswith(
        "Before is 2025-12-02 to 2025-12-31, after 2026-01-01 to 2026-01-30"
    )


def test_an_incident_across_an_edge_is_in_neither_window(places: BoundarySet) -> None:
    spans = [("2025-12-31T20:00", "2026-01-01T06:00")] + [("2026-01-02T20:00", "2026-01-03T06:00")] * 3
    found = asked(rows(spans, district=["P-A"] * 4), places)
    assert found.table("counts").rows[0][2:4] == (0, 3)
    assert {
        "what": "incidents left out",
        "value": "1",
        "why": "that may lie on either side of an edge of the windows",
    } in found.decisions


def test_windows_reach_as_far_as_the_incidents_of_any_offence_do(places: BoundarySet) -> None:
    table = rows(
        ["2025-10-01", "2025-12-20", "2026-01-20", "2026-05-01"],
        offence=["Theft", "Murder", "Murder", "Theft"],
        district=["P-A"] * 4,
    )
    question = Question(
        area="places",
        method="evaluate",
        offences=("Murder",),
        parameters={"treated": "P-A", "control": "P-B", "since": "2026-01-01"},
    )
    found = report(question, table, boundary_set=places, timezone=ZONE)
    # 92 days before, 121 after: as long on both sides, in whole weeks.
    assert (found.about["parameters"]["before"], found.about["parameters"]["after"]) == (91, 91)
    assert found.table("counts").rows[0][2:4] == (1, 1)


def test_windows_of_different_length_are_scaled_and_warned_about(places: BoundarySet) -> None:
    table = table_of({"P-A": (60, 20), "P-B": (50, 26)}, before="2025-12-20", after="2026-01-20")
    found = asked(table, places, before=180, after=90, treated_displacement="", control_displacement="")
    assert found.table("counts").rows[0][4:] == (30.0, -10.0)
    assert found.sentences[0].endswith("(in 180 days before and 90 days after).")
    assert found.table("difference").rows[0][0] == pytest.approx(-11)
    assert found.table("difference").rows[0][1] == pytest.approx(
        math.sqrt(20 + 60 / 4 + 26 + 50 / 4), abs=1e-6
    )
    assert any("180 and 90 days long" in warning for warning in found.warnings)
    assert any("reach further than the incidents" in warning for warning in found.warnings)
    assert any("No districts beside" in warning for warning in found.warnings)


def test_few_incidents_are_warned_about(places: BoundarySet) -> None:
    found = asked(table_of({"P-A": (3, 1), "P-B": (4, 4)}), places)
    assert any("held 3 incidents before" in warning for warning in found.warnings)
    assert "chance alone could make" in found.sentences[1]


def test_no_difference_is_neither_more_nor_fewer(places: BoundarySet) -> None:
    found = asked(table_of({"P-A": (3, 5), "P-B": (4, 5)}), places, before=1, after=1, since="2026-02-10")
    assert "that is as many in the treated" in found.sentences[1]
    assert found.sentences[0].endswith("(1 day each).")


def test_swapping_rows_changes_nothing_and_the_report_survives_as_plain_values(places: BoundarySet) -> None:
    table = table_of(PUBLISHED)
    found = asked(table, places)
    assert asked(table.sample(frac=1, random_state=2), places) == found
    assert Report.from_dict(json.loads(json.dumps(found.to_dict(), allow_nan=False))) == found


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("treated", {"treated": ""}, "at least one district. There are: P-A, P-B"),
        ("control", {"control": ()}, "at least one district"),
        ("treated", {"treated": "P-X"}, "'P-X' is none. They are: P-A"),
        ("control", {"control": "P-A"}, "must not share a district with treated; both name P-A"),
        ("control_displacement", {"control_displacement": ""}, "needs a district, as treated_displacement"),
        ("treated_displacement", {"treated_displacement": ""}, "needs a district, as control_displacement"),
        ("since", {"since": ""}, "a day such as 2026-01-31"),
        ("since", {"since": "soon"}, "a day such as 2026-01-31"),
        ("since", {"since": "2025-11-10"}, "reach from 2025-11-10 to 2026-02-10"),
        ("since", {"since": "2026-02-11"}, "days with incidents on both sides"),
        ("before", {"before": 0}, "1 to 3660 days"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(
    name: str, given: dict[str, Any], message: str, places: BoundarySet
) -> None:
    with pytest.raises(ParameterError, match=message) as caught:
        asked(table_of(PUBLISHED), places, **given)
    assert caught.value.parameter == name


def test_no_incident_or_times_too_coarse_are_refused(places: BoundarySet) -> None:
    with pytest.raises(ThinDataError, match="No incident that is asked about has a time"):
        asked(empty(), places)
    coarse = rows([("2025-12-15", "2026-01-15")] * 9, district=["P-A"] * 9)
    with pytest.raises(ThinDataError, match="Times are too coarse: 9 of 9 incidents"):
        asked(coarse, places)


def test_months_that_fit_the_windows_are_fine_enough(places: BoundarySet) -> None:
    months = [("2025-12-01", "2025-12-31T23:59:59")] * 30 + [("2026-01-01", "2026-01-31T23:59:59")] * 20
    found = asked(rows(months, district=["P-A"] * 50), places, before=31, after=31)
    assert found.table("counts").rows[0][2:4] == (30, 20)


def test_it_takes_districts(places: BoundarySet) -> None:
    with pytest.raises(ParameterError, match="a hull has none"):
        asked(table_of(PUBLISHED), None, area="hull")
    with pytest.raises(BoundaryError, match="needs its boundary set"):
        asked(table_of(PUBLISHED), None)
