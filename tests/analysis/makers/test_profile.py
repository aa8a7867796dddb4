"""The report of the hours of the week: whose incidents, which windows, and when it declines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from hotspot.analysis.question import Question
from hotspot.analysis.reports import Report, report
from hotspot.errors import BoundaryError, NotFoundError, ParameterError, ThinDataError
from hotspot.incidents.table import empty
from hotspot.stats.aoristic import aoristic
from tests.analysis.conftest import ZONE, rows

if TYPE_CHECKING:
    from pathlib import Path

    from hotspot.places.boundaries import BoundarySet


def asked(
    table: pd.DataFrame,
    districts: BoundarySet | None,
    *,
    force: bool = False,
    zone: str = ZONE,
    **question: Any,
) -> Report:
    given = Question(**{"area": "twins", "method": "profile", **question})
    return report(given, table, boundary_set=districts, timezone=zone, force=force)


def test_incidents_of_which_only_the_district_is_known_are_in_it(twins: BoundarySet) -> None:
    table = rows(
        ["2026-01-09T21:30"] * 12 + ["2026-01-06T09:15"] * 10,
        lon=np.array([-88.25] * 2 + [np.nan] * 10 + [-88.15] * 10),
        location_precision=["exact"] * 2 + ["district"] * 10 + ["exact"] * 10,
        district=["T-W"] * 12 + [None] * 10,
    )
    found = asked(table, twins, parameters={"by": "district"})
    assert found.about["used"] == 22
    hours = found.table("district_hours")
    assert [(row[0], row[1], row[2], row[5]) for row in hours.rows] == [
        ("T-W", "Westside", 12, "Friday 18:00 to 22:00"),
        ("T-E", "Eastside", 10, "Tuesday 06:00 to 10:00"),
    ]
    assert found.sentences[0].startswith("Friday 18:00 to 22:00 holds 55 % of 22 incidents: 22.9 times")
    assert not any("Chance could" in sentence for sentence in found.sentences)


def test_the_study_area_and_the_filters_of_the_question_apply(twins: BoundarySet) -> None:
    table = rows(
        ["2026-01-09T21:30"] * 4 + ["2026-01-06T09:15"] * 3,
        lon=np.array([-88.25, -88.25, -88.15, np.nan, -88.25, -60.0, -88.25]),
        offence=["Theft"] * 5 + ["Robbery", "Robbery"],
    )
    west = asked(table, twins, area="twins/T-W", offences=["Theft"])
    assert west.about["used"] == 3
    assert west.about["left_out"] == {"other_offence": 2, "not_located": 1, "outside_area": 1}
    night = asked(table, twins, hours=(18, 24))
    assert sum(night.table("hours").column("incidents")) == 3
    assert night.table("days").column("incidents") == (0, 0, 0, 0, 3, 0, 0)


def test_the_week_is_the_aoristic_one_and_each_table_adds_up_to_it(twins: BoundarySet) -> None:
    rng = np.random.default_rng(3)
    first = pd.Timestamp("2026-02-01", tz="UTC") + pd.to_timedelta(
        rng.integers(0, 90 * 1440, 200), unit="min"
    )
    table = rows(["2026-01-01"] * 200).assign(
        occurred_from=first, occurred_to=first + pd.to_timedelta(rng.integers(0, 600, 200), unit="min")
    )
    found = asked(table, twins)
    exact = aoristic(first.tz_localize(None), table["occurred_to"].dt.tz_localize(None), timezone=ZONE).hours
    assert found.table("week").column("incidents") == pytest.approx(exact, abs=1e-4)
    days = exact.reshape(7, 24)
    assert found.table("days").column("incidents") == pytest.approx(days.sum(axis=1), abs=1e-3)
    assert found.table("hours").column("incidents") == pytest.approx(days.sum(axis=0), abs=1e-3)


def test_by_offence_the_commonest_come_first_and_unnamed_ones_have_a_name(twins: BoundarySet) -> None:
    offence = ["Theft"] * 15 + ["Robbery"] * 20 + [None] * 12
    table = rows(["2026-01-09T21:30"] * 47, offence=offence)
    found = asked(table, twins, parameters={"by": "offence", "window": 2}).table("offence_hours")
    assert [(row[0], row[1], row[4]) for row in found.rows] == [
        (name, number, "Friday 20:00 to 22:00")
        for name, number in (("Robbery", 20), ("Theft", 15), ("not recorded", 12))
    ]


def test_a_hull_takes_every_incident_and_has_no_districts(twins: BoundarySet) -> None:
    table = rows(["2026-01-09T21:30"] * 12, lon=np.full(12, np.nan))
    assert asked(table, None, area="hull").about["used"] == 12
    with pytest.raises(ParameterError, match="by district needs a study area of districts") as caught:
        asked(table, None, area="hull", parameters={"by": "district"})
    assert caught.value.parameter == "by"
    with pytest.raises(BoundaryError, match="needs its boundary set"):
        asked(table, None)
    with pytest.raises(BoundaryError, match="not of the boundary set"):
        asked(table, twins, area="BZ")
    with pytest.raises(NotFoundError, match="T-X"):
        asked(table, twins, area="twins/T-X")


def test_a_fullest_window_that_chance_could_make_is_said_to_be_one(twins: BoundarySet) -> None:
    moments = [f"2026-01-{5 + i // 2:02d}T{3 + 9 * (i % 2):02d}:30" for i in range(14)]
    found = asked(rows(moments), twins)
    assert found.table("windows").column("chance")[0] > 0.05
    assert found.sentences[1].startswith("Chance could make a window as full")


def test_times_too_coarse_or_no_incident_are_refused_with_a_remedy(twins: BoundarySet) -> None:
    month = rows([("2018-07-01", "2018-07-31T23:59:59")] * 40)
    with pytest.raises(
        ThinDataError, match=r"too coarse for the hours of the week: 40 of 40 .* Import times"
    ):
        asked(month, twins)
    with pytest.raises(ThinDataError, match="No incident is left"):
        asked(empty(), twins, force=True)
    untimed = rows(["2026-01-01"] * 3)
    untimed.loc[:, ["occurred_from", "occurred_to"]] = pd.NaT
    with pytest.raises(ThinDataError, match="No incident has a time"):
        asked(untimed, twins, force=True)


def test_coarse_times_that_are_forced_give_an_even_week(twins: BoundarySet) -> None:
    found = asked(rows([("2018-07-01", "2018-07-31T23:59:59")] * 40), twins, force=True)
    assert found.about["even"] == 40
    assert found.table("days").column("incidents") == pytest.approx([40 / 7] * 7, abs=1e-3)
    assert found.table("week").rows == ()
    assert any("40 incidents are known to half a day or worse" in said for said in found.warnings)


def test_the_report_survives_as_plain_values_and_does_not_depend_on_the_order(
    twins: BoundarySet, town: pd.DataFrame
) -> None:
    found = asked(town, twins, parameters={"by": "district"})
    for table in found.tables:
        assert len({field.name for field in table.fields}) == len(table.fields)
    assert Report.from_dict(json.loads(json.dumps(found.to_dict(), allow_nan=False))) == found
    shuffled = town.sample(frac=1, random_state=1).reset_index(drop=True)
    assert asked(shuffled, twins, parameters={"by": "district"}) == found


def test_west_yorkshire_knows_only_the_month_and_is_told_so(real_data: Path) -> None:
    import hotspot

    path = real_data / "incidents" / "2018-07-west-yorkshire-street.csv.gz"
    incidents = hotspot.read_incidents(path, timezone="Europe/London")
    assert len(incidents) > 20_000
    with pytest.raises(ThinDataError, match="Times are too coarse for the hours of the week"):
        asked(incidents.table, None, area="hull", zone="Europe/London")


def test_the_robberies_of_memphis_are_spread_as_their_wall_clock_says(real_data: Path) -> None:
    import hotspot

    incidents = hotspot.read_incidents(
        real_data / "incidents" / "memphis_robberies.csv", timezone="America/Chicago"
    )
    found = asked(incidents.table, None, area="hull", zone="America/Chicago")
    # The same by pandas alone: every robbery is a moment.
    local = incidents.table["occurred_from"].dt.tz_convert("America/Chicago")
    hours = np.bincount(local.dt.day_of_week * 24 + local.dt.hour, minlength=168)
    assert found.table("week").column("incidents") == tuple(hours)
    assert found.about["used"] == len(incidents)
