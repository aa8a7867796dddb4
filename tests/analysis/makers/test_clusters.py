"""What the layers of all clustering methods have in common."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import shapely

from hotspot.analysis.methods import METHODS
from hotspot.analysis.question import Question
from hotspot.analysis.run import run
from hotspot.crs import project_shapes
from hotspot.errors import ParameterError, ThinDataError
from hotspot.places.study_area import study_area
from tests.analysis.conftest import ZONE, rows, town_of, twin_districts

if TYPE_CHECKING:
    from hotspot.analysis.layer import Layer
    from hotspot.places.boundaries import BoundarySet

CHOSEN: dict[str, dict[str, Any]] = {
    "dbscan": {"eps": 200, "min_samples": 10},
    "hdbscan": {"min_cluster_size": 30, "max_share": 0.4},
    "optics": {"min_samples": 15, "xi": 0.1, "max_eps": 800},
    "st_dbscan": {"eps": 400, "days": 10, "min_samples": 8},
}


def answer(
    method: str,
    table: pd.DataFrame,
    twins: BoundarySet,
    *,
    harm: dict[str, float] | None = None,
    force: bool = False,
    **parameters: Any,
) -> Layer:
    question = Question(method=method, area="twins", parameters=parameters, harm=harm or {})
    return run(question, table, boundary_set=twins, timezone=ZONE, force=force)


@pytest.fixture(scope="module", params=list(CHOSEN))
def layer(request: pytest.FixtureRequest, twins: BoundarySet, town: pd.DataFrame) -> Layer:
    """The clumps of the town, by each method."""
    return answer(request.param, town, twins, **CHOSEN[request.param])


def test_there_are_hotspots_and_they_are_where_the_clumps_are(layer: Layer) -> None:
    assert len(layer.features) >= 2
    found = layer.hotspots[["mean_lon", "mean_lat"]].to_numpy()
    for clump in ((-88.26, 17.43), (-88.15, 17.47)):
        assert np.abs(found - clump).max(axis=1).min() < 0.005


def test_fields_are_those_that_are_published(layer: Layer) -> None:
    method = METHODS[layer.method]
    assert [*layer.features.columns[:-1]] == [field.name for field in method.fields]
    assert sorted(layer.hotspots.columns) == sorted(field.name for field in method.hotspot_fields)
    assert {METHODS[name].fields for name in CHOSEN} == {method.fields}


def test_the_table_and_the_features_are_in_one_order(layer: Layer) -> None:
    shared = [name for name in layer.hotspots.columns if name in layer.features.columns]
    assert {"first_incident", "ellipse_major_m", "mean_lon", "locations"} <= set(shared)
    pd.testing.assert_frame_equal(
        pd.DataFrame(layer.features[shared]), layer.hotspots[shared], check_dtype=False
    )
    assert layer.hotspots["incidents"].is_monotonic_decreasing
    assert layer.hotspots["incidents"].sum() == layer.summary["clustered"]
    assert layer.summary["clustered"] + layer.summary["scattered"] == layer.summary["incidents"]


def test_polygons_are_valid_and_lie_in_the_study_area(layer: Layer, twins: BoundarySet) -> None:
    area = study_area(twins)
    shapes = project_shapes(layer.features.geometry.to_numpy(), area.crs)
    assert shapely.is_valid(layer.features.geometry.to_numpy()).all()
    assert shapely.covers(shapely.buffer(area.in_metres(), 1.0), shapes).all()
    together = shapely.union_all(shapes).area / 1e6
    assert layer.summary["area_share"] == pytest.approx(together / area.area_km2, rel=0.01)


def test_an_ellipse_is_longer_than_wide_and_lies_about_its_middle(layer: Layer) -> None:
    table = layer.hotspots
    assert (table["ellipse_major_m"] >= table["ellipse_minor_m"]).all()
    assert table["ellipse_rotation"].between(0, 180, inclusive="left").all()
    assert (table["first_incident"] <= table["last_incident"]).all()


def test_whatever_was_chosen_is_in_the_layer(layer: Layer) -> None:
    used = layer.provenance["parameters"]
    assert set(used) == set(METHODS[layer.method].parameters.specs())
    assert all(value is not None for value in used.values())
    assert {name: used[name] for name in CHOSEN[layer.method]} == CHOSEN[layer.method]
    assert layer.provenance["accuracy"]["measured"] is True


def test_the_same_incidents_in_another_order_give_the_same_layer(
    layer: Layer, twins: BoundarySet, town: pd.DataFrame
) -> None:
    shuffled = town.sample(frac=1, random_state=3)
    again = answer(layer.method, shuffled, twins, **CHOSEN[layer.method])
    assert again.id == layer.id
    assert again.to_parquet() == layer.to_parquet()


@pytest.mark.parametrize("method", CHOSEN)
@pytest.mark.parametrize("outline", ["discs", "concave", "ellipse"])
def test_outlines_hold_what_they_say(
    method: str, outline: str, twins: BoundarySet, town: pd.DataFrame
) -> None:
    layer = answer(method, town, twins, outline=outline, **CHOSEN[method])
    shapes = layer.features.geometry.to_numpy()
    lon, lat = town["lon"].to_numpy(), town["lat"].to_numpy()
    inside = shapely.contains_xy(shapes[:, None], lon, lat).sum(axis=1)
    # Incidents of other hotspots, and of none, may lie there too.
    assert (inside >= layer.features["incidents"].to_numpy()).all()
    assert layer.features["density"].to_numpy() == pytest.approx(
        (layer.features["incidents"] / layer.features["area_km2"]).to_numpy(), rel=1e-3
    )


@pytest.mark.parametrize("method", CHOSEN)
def test_automatic_choices_are_noted(method: str, twins: BoundarySet, town: pd.DataFrame) -> None:
    layer = answer(method, town, twins)
    noted = {entry["what"]: entry for entry in layer.provenance["decisions"]}
    for name, spec in METHODS[method].parameters.specs().items():
        if spec.automatic:
            assert noted[name]["why"].startswith("automatic")


@pytest.mark.parametrize("method", CHOSEN)
def test_incidents_at_random_may_have_no_hotspot_and_it_is_said(method: str, twins: BoundarySet) -> None:
    few = {
        "dbscan": {"eps": 20, "min_samples": 20},
        "hdbscan": {"min_cluster_size": 190},
        "optics": {"min_samples": 50, "max_eps": 100},
        "st_dbscan": {"eps": 20, "min_samples": 20},
    }
    layer = answer(method, town_of(200, clumps=0), twins, **few[method])
    assert len(layer.features) == len(layer.hotspots) == layer.summary["area_share"] == 0
    assert layer.summary["sentences"][0].startswith("No hotspot was found among 200 incidents: no")
    assert layer.provenance["accuracy"]["reason"] == "the earlier incidents alone make no hotspot."


@pytest.mark.parametrize("method", CHOSEN)
def test_incidents_at_random_show_hotspots_and_it_is_said_that_nothing_tested_them(
    method: str, twins: BoundarySet
) -> None:
    # As docs/validation.md has it: with automatic parameters all such maps do.
    layer = answer(method, town_of(300, clumps=0), twins)
    assert len(layer.hotspots) > 0
    said = [sentence for sentence in layer.summary["sentences"] if "no test against chance" in sentence]
    assert said == [
        f"{METHODS[method].title} has no test against chance: incidents strewn at random can show hotspots "
        "too. Gi* has one: ask it about the same incidents."
    ]


@pytest.mark.parametrize("method", CHOSEN)
def test_incidents_all_in_one_place_are_one_hotspot_or_none(method: str, twins: BoundarySet) -> None:
    days = [f"2026-03-{1 + i % 9:02d}" for i in range(60)]
    layer = answer(method, rows(days), twins, min_samples=5)
    assert layer.hotspots["incidents"].tolist() == ([] if method == "hdbscan" else [60])


@pytest.mark.parametrize("method", ["hdbscan", "optics"])
def test_two_places_of_many_incidents_are_two_hotspots(method: str, twins: BoundarySet) -> None:
    table = rows([f"2026-03-{1 + i % 28:02d}" for i in range(60)], lon=[-88.25, -88.15] * 30)
    parameters = {"max_share": 0.6} if method == "hdbscan" else {}
    layer = answer(method, table, twins, **parameters)
    assert layer.hotspots["incidents"].tolist() == [30, 30]
    assert layer.hotspots["ellipse_major_m"].tolist() == [0, 0]


@pytest.mark.parametrize("method", CHOSEN)
@pytest.mark.parametrize("n", [0, 1, 2])
def test_next_to_no_incidents_are_refused(method: str, n: int, twins: BoundarySet) -> None:
    with pytest.raises(ThinDataError, match="at least 30"):
        answer(method, rows(["2026-03-01"] * n), twins)


@pytest.mark.parametrize("method", CHOSEN)
@pytest.mark.parametrize("n", [1, 2])
def test_next_to_no_incidents_make_no_hotspot_though_forced(method: str, n: int, twins: BoundarySet) -> None:
    layer = answer(method, rows(["2026-03-01"] * n), twins, force=True)
    assert len(layer.features) == 0
    assert layer.summary["forced"] is True


@pytest.mark.parametrize("method", CHOSEN)
def test_one_grave_incident_is_no_hotspot(method: str, twins: BoundarySet, town: pd.DataFrame) -> None:
    table = town.copy()
    table.loc[table.index[:3], "offence"] = "Murder"
    harm = {"Murder": 5000.0, "*": 1.0}
    layer = answer(method, table, twins, harm=harm, **CHOSEN[method])
    assert (layer.hotspots["incidents"] >= 5).all()
    assert any(entry["what"] == "harm" for entry in layer.provenance["decisions"])


@pytest.mark.parametrize("method", CHOSEN)
def test_harm_of_one_size_changes_nothing(method: str, twins: BoundarySet, town: pd.DataFrame) -> None:
    plain = answer(method, town, twins, **CHOSEN[method])
    alike = answer(method, town, twins, harm={"*": 7.0}, **CHOSEN[method])
    assert alike.hotspots["incidents"].tolist() == plain.hotspots["incidents"].tolist()
    assert alike.hotspots["harm"].to_numpy() == pytest.approx(7 * plain.hotspots["incidents"].to_numpy())


def test_grave_incidents_make_a_place_dense(twins: BoundarySet) -> None:
    # Ten robberies at one corner, ten thefts at another, and thefts here and there.
    lon = [-88.26] * 10 + [-88.15] * 10 + np.linspace(-88.29, -88.11, 40).tolist()
    lat = [17.43] * 10 + [17.47] * 10 + [17.49] * 40
    offence = ["Robbery"] * 10 + ["Theft"] * 50
    table = rows([f"2026-03-{1 + i % 28:02d}" for i in range(60)], lon=lon, lat=lat, offence=offence)
    layer = answer("dbscan", table, twins, harm={"Robbery": 9, "Theft": 1}, eps=100, min_samples=20)
    assert layer.hotspots["incidents"].tolist() == [10]
    assert layer.hotspots["harm"].tolist() == [90]
    assert layer.features["top_offence"].tolist() == ["Robbery"]


def test_too_many_locations_are_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, twins: BoundarySet, town: pd.DataFrame
) -> None:
    from hotspot.analysis import clusters

    monkeypatch.setattr(clusters, "MOST_LOCATIONS", 100)
    for method in ("hdbscan", "optics"):
        with pytest.raises(ParameterError, match=r"at most 100 different locations.*use dbscan") as caught:
            answer(method, town, twins)
        assert caught.value.parameter == "method"


@pytest.mark.parametrize(
    ("method", "wrong"),
    [
        ("dbscan", {"preset": "arson"}),
        ("dbscan", {"outline": "box"}),
        ("hdbscan", {"max_share": 0}),
        ("hdbscan", {"epsilon": 0.5}),
        ("optics", {"xi": 0.9}),
        ("st_dbscan", {"days": 0}),
        ("st_dbscan", {"eps": 5}),
    ],
)
def test_what_is_out_of_bounds_names_parameter_and_bounds(method: str, wrong: dict[str, Any]) -> None:
    name = next(iter(wrong))
    with pytest.raises(ParameterError, match=f"{name} must be") as caught:
        Question(method=method, area="twins", parameters=wrong).parameters_checked  # noqa: B018
    assert caught.value.parameter == name


def islands() -> BoundarySet:
    """One district of two islands, some 2 km across and 2 km apart."""
    west, east = shapely.box(-88.24, 17.44, -88.22, 17.46), shapely.box(-88.20, 17.44, -88.18, 17.46)
    return replace(
        twin_districts(),
        codes=("T-E",),
        names=("Islands",),
        types=("District",),
        area_km2=np.array([9.4]),
        geometry=np.array([shapely.multipolygons([west, east])], dtype=object),
    )


@pytest.mark.parametrize("method", CHOSEN)
@pytest.mark.parametrize("outline", ["discs", "concave", "ellipse"])
def test_hotspots_of_islands_do_not_lie_in_the_sea(method: str, outline: str) -> None:
    # At the shores that face each other: far apart, or one hotspot with the sea in its middle.
    rng = np.random.default_rng(5)
    lon = np.r_[rng.uniform(-88.224, -88.22, 40), rng.uniform(-88.20, -88.196, 40)]
    table = rows(
        [f"2026-03-{1 + i % 28:02d}" for i in range(80)], lon=lon, lat=rng.uniform(17.448, 17.452, 80)
    )
    chosen = {"hdbscan": {"max_share": 1}, "optics": {"max_eps": 3000}}.get(method, {"eps": 2200})
    layer = answer(method, table, islands(), outline=outline, **chosen)
    land = shapely.buffer(islands().geometry[0], 1e-5)
    assert shapely.covers(land, layer.features.geometry.to_numpy()).all()
    assert (layer.features["area_km2"] > 0).all()
    assert layer.summary["area_share"] <= 1
