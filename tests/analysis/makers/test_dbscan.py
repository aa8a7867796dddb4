from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import shapely

from hotspot.analysis.layer import Layer
from hotspot.analysis.question import Question
from hotspot.analysis.run import run
from hotspot.crs import project, project_shapes
from hotspot.places.study_area import study_area
from tests.analysis.conftest import ZONE, rows, town_of

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet


def answer(table: pd.DataFrame, twins: BoundarySet, *, area: str = "twins", **parameters: Any) -> Layer:
    question = Question(method="dbscan", area=area, parameters=parameters)
    return run(question, table, boundary_set=twins, timezone=ZONE)


@pytest.fixture(scope="module")
def clumps(twins: BoundarySet, town: pd.DataFrame) -> Layer:
    """The clumps of the town."""
    return answer(town, twins, eps=200, min_samples=10)


def test_a_hand_made_town_gives_the_places_one_can_see(twins: BoundarySet) -> None:
    # 20 at one corner, 15 at another, 5 far away from everything.
    lon = [-88.26] * 20 + [-88.15] * 15 + [-88.11, -88.12, -88.28, -88.29, -88.21]
    lat = [17.43] * 20 + [17.47] * 15 + [17.49] * 5
    days = [f"2026-03-{1 + i % 20:02d}" for i in range(40)]
    offence = ["Theft"] * 12 + ["Robbery"] * 8 + ["Burglary"] * 20
    layer = answer(rows(days, lon=lon, lat=lat, offence=offence), twins, eps=100, min_samples=10)
    features = layer.features
    assert features["incidents"].tolist() == [20, 15]
    assert features["rank"].tolist() == features["id"].tolist() == [1, 2]
    assert features["locations"].tolist() == [1, 1]
    assert features["share"].tolist() == [0.5, 0.375]
    assert features["district_name"].tolist() == ["Westside", "Eastside"]
    assert features["top_offence"].tolist() == ["Theft", "Burglary"]
    assert features["top_offence_share"].tolist() == [0.6, 1.0]
    assert features["last_incident"].tolist() == ["2026-03-20", "2026-03-15"]
    assert layer.hotspots["top_offences"].tolist() == ["Theft 12, Robbery 8", "Burglary 15"]
    # A disc of 100 m, drawn with 8 segments a quarter.
    assert features["area_km2"].tolist() == pytest.approx([np.pi * 0.01] * 2, rel=0.01)
    assert layer.summary["scattered"] == 5


def test_every_core_lies_in_its_polygon_and_polygons_in_the_study_area(
    clumps: Layer, twins: BoundarySet
) -> None:
    area = study_area(twins)
    shapes = project_shapes(clumps.features.geometry.to_numpy(), area.crs)
    assert shapely.is_valid(clumps.features.geometry.to_numpy()).all()
    assert shapely.covers(shapely.buffer(area.in_metres(), 1.0), shapes).all()
    assert clumps.features["area_km2"].tolist() == pytest.approx(
        (shapely.area(shapes) / 1e6).tolist(), rel=1e-3
    )


def test_the_table_and_the_features_are_in_one_order(clumps: Layer) -> None:
    shared = [
        "rank",
        "incidents",
        "share",
        "area_km2",
        "density",
        "pai",
        "district",
        "locations",
        "last_incident",
    ]
    assert clumps.features[shared].to_numpy().tolist() == clumps.hotspots[shared].to_numpy().tolist()
    assert clumps.hotspots["incidents"].is_monotonic_decreasing
    assert clumps.hotspots["incidents"].sum() == clumps.summary["clustered"]
    assert clumps.summary["clustered"] + clumps.summary["scattered"] == clumps.summary["incidents"]


def test_a_hotspot_at_the_rim_is_cut_to_the_study_area(twins: BoundarySet) -> None:
    lon = np.r_[np.full(40, -88.2999), np.linspace(-88.29, -88.11, 10)]
    days = [f"2026-03-{1 + i % 20:02d}" for i in range(50)]
    layer = answer(rows(days, lon=lon, lat=np.full(50, 17.45)), twins, eps=300, min_samples=10)
    assert layer.features["area_km2"][0] < 0.6 * np.pi * 0.09


def test_the_automatic_choices_are_logged(twins: BoundarySet, town: pd.DataFrame) -> None:
    layer = answer(town, twins)
    used = layer.provenance["parameters"]
    log = {entry["what"]: entry for entry in layer.provenance["decisions"]}
    assert used["min_samples"] == 6
    assert log["min_samples"]["value"] == "6 incidents"
    assert log["eps"]["value"] == f"{used['eps']:g} m"
    assert "knee" in log["eps"]["why"]
    assert log["cell size of the prior counts"]["why"].startswith("automatic")


def test_later_incidents_in_the_earlier_hotspots_are_the_hit_rate(
    twins: BoundarySet, town: pd.DataFrame
) -> None:
    layer = answer(town, twins, eps=200, min_samples=10)
    accuracy = layer.provenance["accuracy"]
    cut = pd.Timestamp(accuracy["cut"], tz=ZONE)
    earlier = answer(town[town["occurred_from"] < cut], twins, eps=200, min_samples=10)
    later = town[town["occurred_from"] >= cut]
    crs = layer.provenance["crs"]
    x, y = project(later["lon"], later["lat"], crs)
    everywhere = shapely.union_all(project_shapes(earlier.features.geometry.to_numpy(), crs))
    hits = shapely.intersects_xy(everywhere, x, y).mean()
    # The polygon's arcs are straight lines: an incident in between is a hit too.
    assert accuracy["hit_rate"] == pytest.approx(hits, abs=0.02)
    assert accuracy["pai"] == pytest.approx(accuracy["hit_rate"] / accuracy["area_share"], rel=1e-3)
    assert accuracy["area_share"] == accuracy["prior"]["area_share"]
    assert 0 <= accuracy["pei"] <= 1.5


def test_no_cluster_is_an_answer_that_says_so(twins: BoundarySet) -> None:
    layer = answer(town_of(200, clumps=0), twins, eps=20, min_samples=20)
    assert len(layer.features) == len(layer.hotspots) == 0
    assert layer.bbox is None
    assert layer.summary["sentences"][0] == (
        "No hotspot was found among 200 incidents: nowhere do 20 of them lie within 20 m of one."
    )
    assert layer.provenance["accuracy"]["reason"] == "the earlier incidents alone make no hotspot."
    assert Layer.from_parquet(layer.to_parquet()).features.empty


def test_hotspots_smaller_than_a_cell_of_prior_counts_are_not_compared(twins: BoundarySet) -> None:
    # Two corners, 400 m apart: every hotspot a disc of 10 m, every cell of the prior counts hundreds wide.
    table = rows([f"2026-03-{1 + i % 28:02d} 12:00" for i in range(90)], lon=[-88.25, -88.2463] * 45)
    layer = answer(table, twins, eps=10, min_samples=5)
    accuracy = layer.provenance["accuracy"]
    assert (accuracy["measured"], accuracy["verdict"]) == (False, "not measured")
    assert "less than one cell of the prior counts" in accuracy["reason"]
    assert layer.summary["beats_prior"] is None


def test_a_preset_is_used_where_nothing_else_is_given(twins: BoundarySet, town: pd.DataFrame) -> None:
    used = answer(town, twins, preset="vehicle_theft").provenance["parameters"]
    assert (used["eps"], used["min_samples"]) == (pytest.approx(152.4), 200)
    layer = answer(town, twins, preset="robbery", min_samples=12)
    used = layer.provenance["parameters"]
    assert (used["eps"], used["min_samples"]) == (pytest.approx(304.8), 12)
    log = {entry["what"]: entry["why"] for entry in layer.provenance["decisions"]}
    assert (log["eps"], log["min_samples"]) == ("the preset robbery", "chosen by the analyst")


def test_the_curve_behind_eps_is_shown(twins: BoundarySet, town: pd.DataFrame) -> None:
    layer = answer(town, twins)
    table = next(table for table in layer.tables if table.name == "k_distance")
    assert f"suggests an eps of {layer.provenance['parameters']['eps']:g} m." in table.note
    distance = np.array(table.column("distance"))
    assert (np.diff(distance) >= 0).all()


def test_the_middle_and_the_spread_of_a_hand_made_cross_are_told(twins: BoundarySet) -> None:
    # Five at the middle, and pairs 400 m to the west and east, 100 m to the south and north.
    east, north = 400 / 106_230, 100 / 110_700
    lon = -88.25 + east * np.array([0, 0, 0, 0, 0, -1, 1, 0, 0] * 4)
    lat = 17.45 + north * np.array([0, 0, 0, 0, 0, 0, 0, -1, 1] * 4)
    table = rows([f"2026-03-{1 + i % 28:02d}" for i in range(36)], lon=lon, lat=lat)
    spread = answer(table, twins, eps=500, min_samples=5).hotspots.iloc[0]
    assert (spread["mean_lon"], spread["mean_lat"]) == pytest.approx((-88.25, 17.45), abs=1e-6)
    # The root of twice the sum of squares over n - 2.
    assert spread["ellipse_major_m"] == pytest.approx(np.sqrt(2 * 8 * 400**2 / 34), rel=0.005)
    assert spread["ellipse_minor_m"] == pytest.approx(np.sqrt(2 * 8 * 100**2 / 34), rel=0.005)
    assert abs(spread["ellipse_rotation"] - 90) < 1


def test_two_incidents_have_no_ellipse_to_be_drawn_by(twins: BoundarySet) -> None:
    # Fifteen pairs, 150 m apart, and thirty at one corner.
    lon = np.r_[
        np.repeat(np.linspace(-88.29, -88.22, 15), 2) + np.tile([0, 150 / 106_230], 15), [-88.15] * 30
    ]
    table = rows([f"2026-03-{1 + i % 28:02d}" for i in range(60)], lon=lon)
    discs = answer(table, twins, eps=200, min_samples=2)
    assert discs.hotspots["incidents"].tolist() == [30] + [2] * 15
    assert discs.hotspots["ellipse_major_m"].isna().tolist() == [False] + [True] * 15
    drawn = answer(table, twins, eps=200, min_samples=2, outline="ellipse")
    assert drawn.hotspots["incidents"].tolist() == [30]
    noted = {entry["what"]: entry["why"] for entry in drawn.provenance["decisions"]}
    assert "30 incidents of the clusters outside them not counted" in noted["outline"]


def test_a_hotspot_small_beside_its_study_area_is_never_none_of_it(twins: BoundarySet) -> None:
    days = [f"2026-03-{1 + i % 20:02d}" for i in range(40)]
    table = rows(days, lon=[-88.26] * 40, lat=[17.43] * 40)
    layer = answer(table, twins, eps=10, min_samples=10)
    assert layer.summary["area_share"] > 0
    assert "in under 0.1 % of the area" in layer.summary["sentences"][0]
