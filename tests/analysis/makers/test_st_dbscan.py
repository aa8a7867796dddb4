from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hotspot.errors import ThinDataError
from tests.analysis.conftest import rows, town_of
from tests.analysis.makers.test_clusters import answer

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet


def test_two_series_at_one_corner_are_two_hotspots(twins: BoundarySet) -> None:
    times = [f"2026-01-{1 + i % 5:02d} 22:00" for i in range(20)]
    times += [f"2026-03-{1 + i % 5:02d} 22:00" for i in range(15)]
    layer = answer("st_dbscan", rows(times), twins, eps=100, days=3, min_samples=6)
    assert layer.hotspots["incidents"].tolist() == [20, 15]
    assert layer.hotspots["first_incident"].tolist() == ["2026-01-01", "2026-03-01"]
    assert layer.hotspots["last_incident"].tolist() == ["2026-01-05", "2026-03-05"]
    # Both have the same disc: the area is taken once.
    assert layer.summary["area_share"] == pytest.approx(np.pi * 0.01 / 235, rel=0.02)


def test_incidents_known_to_a_month_are_set_aside(twins: BoundarySet) -> None:
    days = [f"2026-03-{1 + i % 28:02d}" for i in range(40)]
    vague = [("2026-03-01", "2026-03-31")] * 20
    layer = answer("st_dbscan", rows([*days, *vague]), twins, eps=100, days=30, min_samples=5)
    assert layer.hotspots["incidents"].tolist() == [40]
    noted = {entry["what"]: entry["value"] for entry in layer.provenance["decisions"]}
    assert noted["incidents set aside"] == "20"


def test_incidents_without_times_are_refused_with_what_to_do(twins: BoundarySet) -> None:
    table = rows([("2026-03-01", "2026-03-31")] * 40)
    with pytest.raises(ThinDataError, match=r"0 are known to the day.*Or use dbscan"):
        answer("st_dbscan", table, twins)
    untimed = rows(["2026-03-01"] * 40)
    untimed["occurred_from"] = untimed["occurred_to"] = untimed["occurred_from"].shift(40)
    with pytest.raises(ThinDataError, match="0 are known to the day"):
        answer("st_dbscan", untimed, twins, force=True)


def test_too_few_days_may_be_forced(twins: BoundarySet) -> None:
    table = rows([*[f"2026-03-{1 + i:02d}" for i in range(12)], *[("2026-03-01", "2026-03-31")] * 30])
    with pytest.raises(ThinDataError, match="12 are known to the day"):
        answer("st_dbscan", table, twins)
    layer = answer("st_dbscan", table, twins, force=True, eps=100, days=20, min_samples=5)
    assert layer.summary["forced"] is True
    assert layer.hotspots["incidents"].tolist() == [12]


def test_quiet_weeks_do_not_make_one_hotspot_of_the_whole_town(twins: BoundarySet) -> None:
    # In some weeks there are no five incidents at all, however far one looks.
    layer = answer("st_dbscan", town_of(120, days=200), twins, days=7)
    assert layer.provenance["parameters"]["eps"] < 5_000
    assert layer.summary["area_share"] < 0.5


def test_with_all_the_time_in_the_world_it_is_dbscan(twins: BoundarySet) -> None:
    town = town_of(300)
    long = answer("st_dbscan", town, twins, eps=300, days=3000, min_samples=10)
    whole = answer("dbscan", town, twins, eps=300, min_samples=10)
    assert long.hotspots["incidents"].tolist() == whole.hotspots["incidents"].tolist()
    assert long.features.geometry.geom_equals(whole.features.geometry).all()


def test_many_is_one_percent_of_what_such_a_time_holds(twins: BoundarySet) -> None:
    town = town_of(3000, days=60)
    used = answer("st_dbscan", town, twins, days=15).provenance["parameters"]
    assert used["min_samples"] == 15  # of half of 3,000
    assert answer("st_dbscan", town, twins, days=100).provenance["parameters"]["min_samples"] == 30
