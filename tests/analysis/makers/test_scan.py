from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import shapely

from hotspot.analysis.layer import Layer
from hotspot.analysis.question import Question
from hotspot.analysis.run import run
from hotspot.analysis.scan_plan import automatic_step
from hotspot.crs import project, project_shapes
from hotspot.errors import ParameterError, ThinDataError
from hotspot.places.study_area import study_area
from tests.analysis.conftest import ZONE, rows

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet

METRE = 1 / 111_000
"""Degrees, about."""
WEST, EAST = (-88.25, 17.45), (-88.14, 17.46)


def answer(table: pd.DataFrame, twins: BoundarySet, **asked: Any) -> Layer:
    names = {"start", "end", "harm"} & set(asked)
    question = Question(
        method="scan", area="twins", **{name: asked.pop(name) for name in names}, parameters=asked
    )
    return run(question, table, boundary_set=twins, timezone=ZONE)


def outbreak(
    *outbreaks: tuple[tuple[float, float], int, int, int], n: int = 250, seed: int = 4
) -> pd.DataFrame:
    """Incidents anywhere over 120 days, and outbreaks: where, how many, on which first and last day."""
    rng = np.random.default_rng(seed)
    lon, lat, day = rng.uniform(-88.29, -88.11, n), rng.uniform(17.41, 17.49, n), rng.integers(0, 120, n)
    for (x, y), number, first, last in outbreaks:
        lon = np.r_[lon, x + rng.uniform(-100, 100, number) * METRE]
        lat = np.r_[lat, y + rng.uniform(-100, 100, number) * METRE]
        day = np.r_[day, rng.integers(first, last + 1, number)]
    times = (
        pd.Timestamp("2026-01-01")
        + pd.to_timedelta(day, unit="D")
        + pd.to_timedelta(rng.integers(0, 1440, len(day)), unit="min")
    )
    return rows(times.strftime("%Y-%m-%d %H:%M").tolist(), lon=lon.round(6), lat=lat.round(6))


@pytest.fixture(scope="module")
def layer(twins: BoundarySet) -> Layer:
    """A town with two outbreaks, of which one is still going on."""
    return answer(outbreak((WEST, 12, 110, 119), (EAST, 14, 40, 49)), twins, permutations=199)


def table_of(layer: Layer) -> pd.DataFrame:
    found = next(table for table in layer.tables if table.name == "clusters")
    return pd.DataFrame(list(found.rows), columns=[field.name for field in found.fields])


def test_an_outbreak_that_is_going_on_is_the_one_hotspot(layer: Layer, twins: BoundarySet) -> None:
    assert len(layer.features) == len(layer.hotspots) == 1
    one = layer.features.iloc[0]
    assert 11 <= one["incidents"] <= 14
    assert one["harm"] == one["incidents"]
    assert one["ratio"] == pytest.approx(one["incidents"] / one["expected"], rel=2e-3)
    assert one["ratio"] > 4
    assert one["p"] == 0.005
    assert one["recurrence_days"] == 200
    assert "2026-04-20" <= one["start"] <= "2026-04-24"
    assert one["end"] == "2026-04-30"
    assert one["district_name"] == "Westside"
    crs = study_area(twins).crs
    shape = project_shapes(layer.features.geometry.to_numpy(), crs)[0]
    x, y = project([WEST[0]], [WEST[1]], crs)
    assert shapely.intersects_xy(shape, x, y).all()
    assert one["area_km2"] == pytest.approx(np.pi * one["radius_m"] ** 2 / 1e6, rel=0.01)
    assert one["radius_m"] < 600


def test_the_incidents_of_a_cluster_are_in_its_circle_during_its_days(
    layer: Layer, twins: BoundarySet
) -> None:
    table, one = outbreak((WEST, 12, 110, 119), (EAST, 14, 40, 49)), layer.features.iloc[0]
    crs = study_area(twins).crs
    shape = shapely.buffer(project_shapes(layer.features.geometry.to_numpy(), crs)[0], 3)
    x, y = project(table["lon"].to_numpy(), table["lat"].to_numpy(), crs)
    local = table["occurred_from"].dt.tz_convert(ZONE).dt.strftime("%Y-%m-%d")
    during = ((local >= one["start"]) & (local <= one["end"])).to_numpy()
    assert (shapely.intersects_xy(shape, x, y) & during).sum() == one["incidents"]
    inside = shapely.intersects_xy(shape, x, y).sum()
    assert one["expected"] == pytest.approx(inside * during.sum() / len(table), abs=1e-3)
    assert layer.summary["incidents_in_hotspots"] == one["incidents"]


def test_the_incidents_of_other_days_are_not_said_to_be_held(layer: Layer) -> None:
    assert " during its days in " in layer.summary["sentences"][0]


def test_outbreaks_of_any_time_are_found_with_their_days(twins: BoundarySet) -> None:
    found = answer(
        outbreak((WEST, 12, 110, 119), (EAST, 16, 40, 49)), twins, look="any", step=5, permutations=199
    )
    features = found.features
    assert len(features) == 2
    assert features["incidents"].is_monotonic_decreasing
    assert features["district_name"].tolist() == ["Eastside", "Westside"]
    assert features["recurrence_days"].isna().all()
    assert (features["start"].iloc[0] >= "2026-02-06") and (features["end"].iloc[0] <= "2026-02-24")
    assert features["end"].iloc[1] == "2026-04-30"
    assert found.hotspots["recurrence_days"].isna().all()


def test_the_likeliest_clusters_are_told_even_if_chance_makes_them(twins: BoundarySet) -> None:
    found = answer(outbreak(), twins, permutations=199)
    clusters = table_of(found)
    assert len(found.features) == len(found.hotspots) == 0
    assert 1 <= len(clusters) <= 10
    assert clusters["likeliest"].tolist() == list(range(1, len(clusters) + 1))
    assert clusters["llr"].is_monotonic_decreasing
    assert (clusters["p"] > 0.05).all()
    assert set(clusters["hotspot"]) == {"no"}
    first = found.summary["sentences"][0]
    assert first.startswith("No hotspot was found among 250 incidents: the likeliest cluster,")
    assert "is what chance makes somewhere in" in first
    assert Layer.from_parquet(found.to_parquet()).features.empty


def test_the_choices_are_logged(layer: Layer) -> None:
    log = {entry["what"]: entry for entry in layer.provenance["decisions"]}
    assert log["max_radius"]["value"] == "1,500 m"
    assert log["step of time"]["value"] == "1 day"
    assert log["longest"]["value"] == "60 days"
    assert log["shuffles"]["value"] == "199, seed 1"
    assert log["circles"]["value"].endswith("of 276 places")
    used = layer.provenance["parameters"]
    assert (used["max_radius"], used["longest"], used["step"], used["now"]) == (1500, 60, 1, "2026-04-30")


def test_the_analysts_choices_are_kept_within_half_of_the_window(twins: BoundarySet) -> None:
    table = outbreak((WEST, 12, 110, 119))
    found = answer(table, twins, max_radius=400, longest=100, step=7, permutations=99)
    log = {entry["what"]: entry for entry in found.provenance["decisions"]}
    assert log["max_radius"] == {"what": "max_radius", "value": "400 m", "why": "chosen by the analyst"}
    assert log["longest"]["value"] == "63 days"
    assert log["longest"]["why"] == "half of the window; 100 days were asked for"
    short = answer(table, twins, longest=14, step=7, permutations=99)
    assert (
        pd.to_datetime(table_of(short)["end"]) - pd.to_datetime(table_of(short)["start"])
    ).dt.days.max() <= 13
    assert (table_of(found)["radius_m"] <= 400).all()


def test_steps_are_laid_back_from_the_last_day_that_is_asked_about(twins: BoundarySet) -> None:
    table = outbreak((WEST, 12, 110, 119))
    weeks = table_of(answer(table, twins, look="any", step=7, permutations=99, end=date(2026, 4, 30)))
    ends = pd.to_datetime(weeks["end"])
    assert ((pd.Timestamp("2026-04-30") - ends).dt.days % 7 == 0).all()
    assert (pd.to_datetime(weeks["start"]) >= pd.Timestamp("2026-01-01")).all()


def test_an_automatic_step_keeps_the_work_bounded() -> None:
    assert [automatic_step(days, "any") for days in (1, 60, 61, 420, 421, 3650)] == [1, 1, 7, 7, 14, 63]
    assert [automatic_step(days, "recent") for days in (365, 1500, 1501)] == [1, 1, 7]


def test_shuffling_that_stopped_early_is_said(twins: BoundarySet) -> None:
    found = answer(outbreak(), twins, permutations=999)
    log = {entry["what"]: entry for entry in found.provenance["decisions"]}
    assert found.summary["shuffles"] < 999
    assert "stopped before 999" in log["shuffles"]["why"]


def test_circles_are_thinned_where_all_would_be_too_much(
    twins: BoundarySet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotspot.analysis.makers.scan._MOST", 20_000)
    found = answer(outbreak((WEST, 12, 110, 119)), twins, permutations=99)
    why = next(entry["why"] for entry in found.provenance["decisions"] if entry["what"] == "circles")
    assert "would be too much work" in why
    assert found.summary["cylinders"] <= 20_000


def test_a_cluster_of_the_earlier_days_is_scored_on_the_later(twins: BoundarySet) -> None:
    going_on = answer(outbreak((WEST, 30, 70, 119)), twins, permutations=99)
    accuracy = going_on.provenance["accuracy"]
    assert accuracy["cut"] == "2026-03-22"
    assert accuracy["measured"]
    assert accuracy["hit_rate"] > 0.1
    assert accuracy["pai"] > 10


def test_a_circle_at_the_rim_is_cut_to_the_study_area(twins: BoundarySet) -> None:
    table = outbreak(((-88.29999, 17.45), 30, 112, 119))
    table = table[table["lon"] > -88.3].reset_index(drop=True)
    found = answer(table, twins, permutations=99)
    one = found.features.iloc[0]
    assert one["area_km2"] < 0.9 * np.pi * max(one["radius_m"], 25) ** 2 / 1e6


def test_rows_in_another_order_give_the_same_bytes(layer: Layer, twins: BoundarySet) -> None:
    table = outbreak((WEST, 12, 110, 119), (EAST, 14, 40, 49)).sample(frac=1, random_state=2)
    assert answer(table.reset_index(drop=True), twins, permutations=199).content_hash == layer.content_hash


def test_harm_is_told_but_does_not_find_clusters(layer: Layer, twins: BoundarySet) -> None:
    table = outbreak((WEST, 12, 110, 119), (EAST, 14, 40, 49))
    found = answer(table, twins, permutations=199, harm={"Theft": 2.5})
    assert found.features["harm"].tolist() == (2.5 * layer.features["incidents"]).tolist()
    assert found.features["llr"].tolist() == layer.features["llr"].tolist()
    assert any(entry["what"] == "harm" for entry in found.provenance["decisions"])


def test_all_on_one_day_or_at_one_place_are_no_cluster(twins: BoundarySet) -> None:
    place = answer(rows([f"2026-03-{1 + i % 28:02d}" for i in range(40)]), twins)
    assert len(place.features) == 0
    assert place.summary["nothing"].startswith("no circle holds more of them")
    assert table_of(place).empty
    day = answer(rows(["2026-03-05"] * 40, lon=np.linspace(-88.29, -88.11, 40)), twins)
    assert day.summary["nothing"].startswith("no circle holds more of them")


def test_months_are_refused(twins: BoundarySet) -> None:
    months = [(f"2026-{1 + i % 6:02d}-01", f"2026-{2 + i % 6:02d}-01") for i in range(80)]
    with pytest.raises(ThinDataError, match="Space-time scans need the day of at least 30 incidents"):
        answer(rows(months), twins)


def test_parameters_out_of_bounds_are_refused(twins: BoundarySet) -> None:
    for name, value in (("max_radius", 1), ("longest", 0), ("level", 0.9), ("look", "future"), ("step", 0)):
        with pytest.raises(ParameterError, match=name):
            answer(outbreak(), twins, **{name: value})
