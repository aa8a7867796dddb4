from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import shapely

from hotspot.analysis.layer import Layer
from hotspot.analysis.methods import METHODS
from hotspot.analysis.question import Question
from hotspot.analysis.run import run
from hotspot.crs import project, project_shapes
from hotspot.errors import ParameterError, ThinDataError
from hotspot.places.study_area import study_area
from tests.analysis.conftest import ZONE, rows, town_of, twin_districts

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet

METRE = 1 / 111_000
"""Degrees, about."""


def answer(table: pd.DataFrame, twins: BoundarySet, *, area: str = "twins", **asked: Any) -> Layer:
    names = {"start", "end", "harm"} & set(asked)
    question = Question(
        method="near_repeat", area=area, **{name: asked.pop(name) for name in names}, parameters=asked
    )
    return run(question, table, boundary_set=twins, timezone=ZONE)


def followed(n: int = 300, followers: int = 90, *, seed: int = 5) -> pd.DataFrame:
    """Incidents anywhere over 120 days, some of them followed within 40 m and six days."""
    rng = np.random.default_rng(seed)
    lon, lat, day = rng.uniform(-88.29, -88.11, n), rng.uniform(17.41, 17.49, n), rng.integers(0, 120, n)
    first = rng.choice(n, followers, replace=False)
    lon = np.r_[lon, lon[first] + rng.uniform(-20, 20, followers) * METRE].round(6)
    lat = np.r_[lat, lat[first] + rng.uniform(-20, 20, followers) * METRE].round(6)
    day = np.minimum(np.r_[day, day[first] + rng.integers(0, 6, followers)], 119)
    minute = rng.integers(0, 1440, len(day))
    times = pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D") + pd.to_timedelta(minute, unit="min")
    return rows(times.strftime("%Y-%m-%d %H:%M").tolist(), lon=lon, lat=lat)


@pytest.fixture(scope="module")
def layer(twins: BoundarySet) -> Layer:
    """What follows what in the town where incidents do."""
    return answer(followed(), twins)


@pytest.fixture(scope="module")
def islands() -> BoundarySet:
    """Two islands with a channel of some 40 m between them."""
    west, east = (shapely.box(-88.29, 17.4, -88.2502, 17.5), shapely.box(-88.2498, 17.4, -88.21, 17.5))
    return replace(twin_districts(), name="islands", geometry=np.array([east, west], dtype=object))


def table_of(layer: Layer, name: str) -> pd.DataFrame:
    found = next(table for table in layer.tables if table.name == name)
    return pd.DataFrame(list(found.rows), columns=[field.name for field in found.fields])


def test_incidents_that_follow_one_another_are_a_pattern(layer: Layer) -> None:
    pairs = table_of(layer, "near_repeat")
    assert len(pairs) == 5 * 4
    first = pairs[(pairs["from_m"] == 0.1) & (pairs["from_days"] == 0)].iloc[0]
    assert (first["band"], first["to_m"], first["to_days"]) == ("up to 100 m, 0 to 6 days", 100, 6)
    assert first["observed"] >= 85
    assert first["ratio"] > 5
    assert (first["p"], first["flagged"]) == (0.001, "yes")
    assert layer.summary["patterns"] == (pairs["flagged"] == "yes").sum()
    assert layer.summary["warnings"] == []


def test_the_parts_of_all_incidents_add_up(layer: Layer) -> None:
    parts = table_of(layer, "roles")
    assert parts["role"].tolist() == ["originator", "repeat", "near repeat", "none"]
    assert parts["incidents"].sum() == layer.summary["incidents"] == 390
    assert parts["share"].sum() == pytest.approx(1, abs=1e-3)
    share = layer.summary["share_in_patterns"]
    assert share == pytest.approx(1 - parts["incidents"].iloc[-1] / 390, abs=1e-6)
    assert 0.35 < share < 0.6


def test_places_at_risk_are_those_around_the_last_incidents(layer: Layer, twins: BoundarySet) -> None:
    features, table = layer.features, followed()
    crs = study_area(twins).crs
    days = table["occurred_from"].dt.tz_convert(ZONE).dt.tz_localize(None).dt.normalize()
    recent = ((pd.Timestamp("2026-04-30") - days).dt.days <= 5).to_numpy()
    x, y = project(table["lon"].to_numpy(), table["lat"].to_numpy(), crs)
    shapes = project_shapes(features.geometry.to_numpy(), crs)
    assert len(features) == len(layer.hotspots) > 5
    assert shapely.intersects_xy(shapely.union_all(shapes), x[recent], y[recent]).all()
    assert features["incidents"].sum() >= recent.sum()
    assert features["rank"].tolist() == list(range(1, len(features) + 1))
    assert features["incidents"].is_monotonic_decreasing
    assert (features["from_day"] >= "2026-05-01").all()
    assert (features["until"] >= features["from_day"]).all()
    assert features["risk"].max() > 5
    assert set(features["district_name"]) <= {"Eastside", "Westside"}
    area = study_area(twins).in_metres()
    assert shapely.covers(shapely.buffer(area, 1), shapes).all()


def test_places_follow_from_incidents_and_do_not_hold_them(layer: Layer) -> None:
    said = layer.summary["sentences"][0]
    causes = int(layer.hotspots["incidents"].sum())
    assert said.startswith(f"{len(layer.hotspots)} places are at risk in the 7 days after ")
    assert f"because of {causes} incidents nearby" in said and "hold" not in said
    about = {each.name: each.doc for each in METHODS["near_repeat"].hotspot_fields}
    assert about["incidents"] == "Incidents that put the place at risk."


def test_two_incidents_and_their_zone_are_worked_by_hand(twins: BoundarySet) -> None:
    # 40 pairs, each at one corner on one day; the last one on the 30th of April, far from all others.
    lon = np.repeat(np.r_[np.linspace(-88.29, -88.22, 39), -88.15], 2)
    lat = np.repeat(np.r_[np.tile([17.41, 17.45, 17.49], 13), 17.45], 2)
    day = np.repeat(np.r_[np.arange(39) * 2, 119], 2)
    times = (pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D")).strftime("%Y-%m-%d").tolist()
    found = answer(rows(times, lon=lon, lat=lat), twins, bands=1, day_bands=1, horizon=5)
    pairs = table_of(found, "near_repeat")
    assert pairs["observed"].tolist() == [40, 0]
    assert pairs["flagged"].tolist() == ["yes", "no"]
    feature = found.features.iloc[0]
    assert len(found.features) == 1
    assert (feature["incidents"], feature["harm"]) == (2, 2.0)
    assert (feature["from_day"], feature["until"]) == ("2026-05-01", "2026-05-06")
    assert feature["risk"] == pairs["ratio"].iloc[0]
    assert feature["district_name"] == "Eastside"
    # A square on end whose corners are 25 m away: the place itself.
    assert feature["area_km2"] == pytest.approx(2 * 25**2 / 1e6, rel=1e-3)
    assert found.summary["incidents_in_hotspots"] == 2


def test_what_is_asked_about_decides_when_now_is(twins: BoundarySet) -> None:
    table = followed()
    later = answer(table, twins, end=date(2026, 5, 3))
    log = {entry["what"]: entry for entry in later.provenance["decisions"]}
    assert log["now"] == {
        "what": "now",
        "value": "2026-05-03",
        "why": "the last day that the question asks about",
    }
    assert (later.features["from_day"] >= "2026-05-04").all()
    gone = answer(table, twins, end=date(2026, 8, 1), bands=1, day_bands=1)
    assert len(gone.features) == 0
    assert gone.summary["sentences"][0] == (
        "No hotspot was found among 390 incidents: they do follow one another, but none of the last ones "
        "puts a place at risk in the 7 days after 2026-08-01."
    )
    assert any("before the window ends" in sentence for sentence in gone.summary["warnings"])


def test_places_foretold_each_week_are_scored_on_that_week(layer: Layer) -> None:
    accuracy = layer.provenance["accuracy"]
    log = {entry["what"]: entry["value"] for entry in layer.provenance["decisions"]}
    assert accuracy["measured"]
    assert accuracy["later"]["from"] == accuracy["cut"] == "2026-03-22"
    assert log["later data"] == "5 turns of 7 days"
    assert accuracy["later"]["to"] == "2026-04-25"
    assert accuracy["hit_rate"] > 0.05
    assert accuracy["pai"] > 10
    assert layer.summary["beats_prior"] is True


def test_where_nothing_follows_anything_there_is_no_place_at_risk(twins: BoundarySet) -> None:
    found = answer(followed(390, 0), twins, band=300, bands=1, day_bands=2)
    assert len(found.features) == len(found.hotspots) == 0
    assert found.summary["nothing"].startswith("in no band of distance and days")
    assert found.provenance["accuracy"]["reason"] == "the earlier incidents alone show no pattern."
    assert Layer.from_parquet(found.to_parquet()).features.empty
    note = next(table.note for table in found.tables if table.name == "near_repeat")
    assert note.startswith("In no band are there clearly more pairs")


def test_the_choices_and_the_seed_are_logged(layer: Layer) -> None:
    log = {entry["what"]: entry["value"] for entry in layer.provenance["decisions"]}
    assert log["bands of distance"] == "the place itself, then 4 of 100 m"
    assert log["bands of days"] == "4 of 7 days"
    assert log["shuffles"] == "999, seed 1"
    used = layer.provenance["parameters"]
    assert (used["metric"], used["seed"], used["now"]) == ("manhattan", 1, "2026-04-30")


def test_rows_in_another_order_give_the_same_bytes_and_another_seed_other_shuffles(
    layer: Layer, twins: BoundarySet
) -> None:
    again = answer(followed().sample(frac=1, random_state=3).reset_index(drop=True), twins)
    assert again.content_hash == layer.content_hash
    other = table_of(answer(followed(), twins, seed=2), "near_repeat")
    assert other["expected"].tolist() != table_of(layer, "near_repeat")["expected"].tolist()
    assert other["observed"].tolist() == table_of(layer, "near_repeat")["observed"].tolist()


def test_harm_is_told_and_ranked_by(twins: BoundarySet) -> None:
    found = answer(followed(), twins, harm={"Theft": 3})
    assert found.features["harm"].tolist() == (3.0 * found.features["incidents"]).tolist()


def test_straight_distances_lay_discs(twins: BoundarySet) -> None:
    found = answer(followed(), twins, metric="euclidean", bands=1, day_bands=1)
    alone = found.features[found.features["incidents"] == 1]
    assert alone["area_km2"].median() == pytest.approx(np.pi * 0.01, rel=0.01)


def test_half_a_city_at_risk_is_a_warning(twins: BoundarySet) -> None:
    # All in the one district in the first month, in the other in the second.
    rng = np.random.default_rng(0)
    days = np.arange(120) // 2
    lon = np.where(days < 30, -88.3, -88.2) + rng.uniform(0.005, 0.095, 120)
    times = (pd.Timestamp("2026-03-01") + pd.to_timedelta(days, unit="D")).strftime("%Y-%m-%d").tolist()
    found = answer(
        rows(times, lon=lon.round(5), lat=rng.uniform(17.41, 17.49, 120).round(5)), twins, band=5000, bands=1
    )
    assert found.summary["area_share"] > 0.4
    warning = next(text for text in found.summary["warnings"] if "at risk" in text)
    assert "of the study area is at risk: too much to act on" in warning


def test_one_band_of_many_is_told_to_be_what_chance_makes(twins: BoundarySet) -> None:
    told = []
    for seed in range(30):
        found = answer(followed(200, 0, seed=seed), twins, band=400, bands=4, day_bands=4, permutations=99)
        if found.summary["patterns"] == 1:
            told.append(any("as many as chance alone may make" in text for text in found.summary["warnings"]))
        if len(told) == 2:
            break
    assert told == [True, True]


def test_months_are_refused(twins: BoundarySet) -> None:
    months = [(f"2026-{1 + i % 6:02d}-01", f"2026-{2 + i % 6:02d}-01") for i in range(80)]
    with pytest.raises(ThinDataError, match="Near repeats need the day of at least 30 incidents"):
        answer(rows(months), twins)


def test_all_at_one_place_and_one_day_are_no_pattern(twins: BoundarySet) -> None:
    found = answer(rows(["2026-03-05 10:00"] * 40), twins)
    assert found.summary["patterns"] == 0
    assert len(found.features) == 0


def test_parameters_out_of_bounds_are_refused(twins: BoundarySet) -> None:
    for name, value in (
        ("band", 1),
        ("bands", 0),
        ("day_bands", 99),
        ("permutations", 9),
        ("metric", "taxi"),
    ):
        with pytest.raises(ParameterError, match=name):
            answer(town_of(), twins, **{name: value})


def test_places_at_risk_on_islands_end_at_their_shores(islands: BoundarySet) -> None:
    # Every incident 30 m from the shore of one of two islands, followed three days later.
    lon = np.tile([-88.2503, -88.2497], 40)
    lat = np.repeat(np.linspace(17.41, 17.49, 40).round(5), 2)
    day = np.repeat(np.arange(40) * 2, 2) + np.tile([0, 3], 40)
    times = (pd.Timestamp("2026-03-01") + pd.to_timedelta(day, unit="D")).strftime("%Y-%m-%d").tolist()
    question = Question(method="near_repeat", area="islands", parameters={"bands": 2, "day_bands": 1})
    found = run(question, rows(times, lon=lon, lat=lat), boundary_set=islands, timezone=ZONE)
    area = study_area(islands)
    shapes = project_shapes(found.features.geometry.to_numpy(), area.crs)
    assert len(shapes) > 0
    assert shapely.covers(shapely.buffer(area.in_metres(), 0.5), shapes).all()
    assert (shapely.get_num_geometries(shapes) > 1).any()
