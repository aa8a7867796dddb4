from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from hotspot.analysis import holdout
from hotspot.analysis.days import dated
from hotspot.analysis.points import points_of
from hotspot.analysis.task import Task
from hotspot.errors import ThinDataError
from hotspot.parameters import NearRepeat
from hotspot.places.study_area import study_area
from tests.analysis.conftest import ZONE, rows

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet

DAYS = [f"2026-03-{1 + i % 28:02d} 09:00" for i in range(40)]


def task(
    table: pd.DataFrame,
    twins: BoundarySet,
    *,
    force: bool = False,
    window: tuple[date | None, date | None] = (None, None),
) -> Task:
    area = study_area(twins)
    points = points_of(table, area, timezone=ZONE)
    return Task(points, area, NearRepeat(), holdout.split(points), twins, force, window=window)


def test_days_are_local_and_counted_from_the_first(twins: BoundarySet) -> None:
    asked = task(rows([*DAYS, "2026-03-31 23:30", "2026-02-28 00:10"]), twins)
    found = dated(asked, what="Tests")
    assert (str(found.first), found.date(found.now)) == ("2026-02-28", "2026-03-31")
    assert (found.day.min(), found.day.max(), found.now) == (0, 31, 31)
    assert found.number("2026-03-02") == 2
    assert found.dates(np.array([0, 1])).tolist() == ["2026-02-28", "2026-03-01"]
    assert (np.floor(found.moment) == found.day).all()
    assert asked.log.decisions[-1] == {
        "what": "now",
        "value": "2026-03-31",
        "why": "the day of the last incident",
    }


def test_the_window_that_was_asked_about_says_which_days_there_are(twins: BoundarySet) -> None:
    asked = task(rows(DAYS), twins, window=(date(2026, 2, 1), date(2026, 4, 30)))
    found = dated(asked, what="Tests")
    assert (str(found.first), found.date(found.now)) == ("2026-02-01", "2026-04-30")
    assert "The last incident is of 2026-03-28, 33 days before the window ends" in asked.log.warnings[0]


def test_a_span_counts_on_the_day_of_its_middle_and_one_of_a_day_is_a_day(twins: BoundarySet) -> None:
    spans = [("2026-03-03 20:00", "2026-03-04 10:00"), ("2026-03-05 00:00", "2026-03-06 00:00")]
    found = dated(task(rows([*((day, day) for day in DAYS), *spans]), twins), what="Tests")
    assert len(found.points) == 42
    days = found.dates(found.day)
    assert days[np.isclose(found.moment % 1, 0.125, atol=1e-6)].tolist() == ["2026-03-04"]
    assert days[np.isclose(found.moment % 1, 0.5)].tolist() == ["2026-03-05"]


def test_incidents_without_a_day_are_set_aside_and_counted(twins: BoundarySet) -> None:
    table = rows([*((day, day) for day in DAYS), *[("2026-03-01 00:00", "2026-03-04 00:00")] * 12])
    table.loc[table.index[:3], ["occurred_from", "occurred_to"]] = pd.NaT
    asked = task(table, twins)
    found = dated(asked, what="Tests")
    assert found.kept.sum() == len(found.points) == 37
    aside = [entry["value"] for entry in asked.log.decisions if entry["what"] == "incidents set aside"]
    assert aside == ["3", "12"]
    assert "15 incidents of 52 had to be set aside" in asked.log.warnings[0]
    assert not found.forced


@pytest.mark.parametrize("force", [False, True])
def test_months_are_refused_with_what_would_help(force: bool, twins: BoundarySet) -> None:
    months = [(f"2026-{1 + i % 6:02d}-01", f"2026-{2 + i % 6:02d}-01") for i in range(50)]
    with pytest.raises(
        ThinDataError, match=r"of 50 usable ones 0 are known to the day. Use data with days"
    ) as caught:
        dated(task(rows(months), twins, force=force), what="Near repeats")
    assert caught.value.reason.startswith("Near repeats need the day of at least 30 incidents")


def test_a_few_days_are_refused_unless_forced(twins: BoundarySet) -> None:
    few = rows([*((day, day) for day in DAYS[:10]), *[("2026-03-01 00:00", "2026-03-20 00:00")] * 30])
    with pytest.raises(ThinDataError, match="of 40 usable ones 10 are known"):
        dated(task(few, twins), what="Near repeats")
    forced = task(few, twins, force=True)
    assert dated(forced, what="Near repeats").forced
    assert forced.log.warnings[-1].startswith("Forced although the data are too thin. Near repeats need")
