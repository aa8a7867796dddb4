from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import shapely

from hotspot.analysis.cells import cells_of
from hotspot.analysis.question import Question
from hotspot.analysis.run import run
from hotspot.crs import project, project_shapes
from hotspot.errors import ParameterError, ThinDataError
from hotspot.places.boundaries import BoundarySet
from hotspot.places.grid import grid_over, make_grid
from hotspot.places.study_area import study_area
from hotspot.stats.significance import classes
from tests.analysis.conftest import ZONE, town_of

if TYPE_CHECKING:
    from hotspot.analysis.layer import Layer


def answer(
    table: pd.DataFrame, twins: BoundarySet, *, force: bool = False, area: str = "twins", **parameters: Any
) -> Layer:
    question = Question(area=area, parameters=parameters)
    return run(question, table, boundary_set=twins, timezone=ZONE, force=force)


@pytest.fixture(scope="module", params=["square", "hexagon"])
def whole(request: pytest.FixtureRequest, twins: BoundarySet, town: pd.DataFrame) -> Layer:
    """Every cell of the town."""
    return answer(town, twins, cell_shape=request.param, cell_size=500, cells="all")


def test_the_two_clumps_are_the_first_hotspots(whole: Layer) -> None:
    assert whole.hotspots["district_name"].tolist()[:2] == ["Eastside", "Westside"]
    assert whole.hotspots["class"].tolist()[:2] == [3, 3]
    assert whole.hotspots["confidence"].tolist()[:2] == ["99 %", "99 %"]
    west = whole.hotspots.iloc[1]
    assert (west["lon"], west["lat"]) == pytest.approx((-88.26, 17.43), abs=0.004)


def test_nobody_is_counted_twice_or_lost(whole: Layer, town: pd.DataFrame) -> None:
    cells = whole.features
    assert cells["incidents"].sum() == len(town) == whole.summary["incidents"]
    ranked = cells[cells["hotspot"] > 0].groupby("hotspot")["incidents"].sum()
    assert ranked.tolist() == whole.hotspots["incidents"].tolist()
    assert whole.summary["incidents_in_hotspots"] == ranked.sum()


def test_z_is_that_of_the_plain_formula_over_the_centres(whole: Layer, twins: BoundarySet) -> None:
    used = whole.provenance["parameters"]
    grid = make_grid(study_area(twins), shape=used["cell_shape"], size=used["cell_size"])
    x, y = grid.centres()
    near = np.hypot(x[:, None] - x, y[:, None] - y) <= used["neighbour_distance"] * (1 + 1e-6)
    counts = whole.features["incidents"].to_numpy(dtype=float)
    n, w = len(counts), near.sum(axis=1)
    below = counts.std() * np.sqrt((n * w - w**2) / (n - 1))
    z = (near @ counts - counts.mean() * w) / below
    assert np.allclose(whole.features["z"], z, atol=1e-9, rtol=0)
    assert (whole.features["neighbours"] == w).all()
    assert (whole.features["neighbour_incidents"] == near @ counts).all()


def test_the_class_follows_from_z_and_the_adjusted_p(whole: Layer) -> None:
    cells = whole.features
    assert (cells["class"] == classes(cells["z"], cells["p_adjusted"])).all()
    assert (cells["p_adjusted"] >= cells["p"]).all()
    counts = {str(level): int((cells["class"] == level).sum()) for level in range(3, -4, -1)}
    assert whole.summary["classes"] == counts
    assert whole.summary["hot_cells"] == (cells["class"] > 0).sum()


def test_cells_are_cut_to_the_study_area_and_cover_it(whole: Layer, twins: BoundarySet) -> None:
    area = study_area(twins)
    shapes = project_shapes(whole.features.geometry.to_numpy(), area.crs)
    assert shapely.is_valid(whole.features.geometry.to_numpy()).all()
    assert shapely.area(shapes).sum() / 1e6 == pytest.approx(area.area_km2, rel=1e-4)
    assert whole.features["share_inside"].between(0, 1, inclusive="right").all()
    assert (whole.features["district"].isin(twins.codes)).all()


def test_near_keeps_what_matters_and_numbers_it_from_one(
    whole: Layer, twins: BoundarySet, town: pd.DataFrame
) -> None:
    shape = whole.provenance["parameters"]["cell_shape"]
    near = answer(town, twins, cell_shape=shape, cell_size=500).features
    every = whole.features
    expected = every[(every["neighbour_incidents"] > 0) | (every["class"] != 0)]
    assert near["id"].tolist() == list(range(1, len(expected) + 1))
    assert near["z"].tolist() == expected["z"].tolist()


def test_every_automatic_choice_is_logged_with_its_unit_and_reason(
    twins: BoundarySet, town: pd.DataFrame
) -> None:
    layer = answer(town, twins)
    log = {entry["what"]: entry for entry in layer.provenance["decisions"]}
    used = layer.provenance["parameters"]
    assert log["cell size"]["value"] == f"{used['cell_size']:g} m"
    assert log["cell size"]["why"].startswith("automatic")
    assert log["neighbour distance"]["why"] == "automatic: the ring of touching cells"
    assert used["neighbour_distance"] == pytest.approx(used["cell_size"] * 2**0.5, abs=1e-3)
    assert log["CRS"]["value"] == "EPSG:32616"
    assert log["hold-out cut"]["value"] == "2026-03-02"
    chosen = answer(town, twins, cell_size=400, neighbour_distance=900)
    why = {entry["what"]: entry["why"] for entry in chosen.provenance["decisions"]}
    assert why["cell size"] == why["neighbour distance"] == "chosen by the analyst"


def test_the_layer_is_scored_on_later_data_beside_prior_counts(
    twins: BoundarySet, town: pd.DataFrame
) -> None:
    accuracy = answer(town, twins, cell_size=500).provenance["accuracy"]
    assert accuracy["measured"] is True
    assert accuracy["earlier"]["incidents"] + accuracy["later"]["incidents"] == len(town)
    assert [round(entry["area_share"], 2) for entry in accuracy["at"]] == [0.01, 0.05]
    assert accuracy["pai"] > 10
    assert accuracy["prior"]["pai"] > 10
    apart = (accuracy["hit_rate"] - accuracy["prior"]["hit_rate"]) * accuracy["later"]["incidents"]
    assert accuracy["difference"]["hits"] == pytest.approx(apart, abs=0.01)
    assert (accuracy["beats_prior"], accuracy["verdict"]) == (None, "about equal")


def test_incidents_spread_at_random_make_a_layer_without_a_hotspot(twins: BoundarySet) -> None:
    layer = answer(town_of(3000, clumps=0, seed=3), twins, cell_size=1000)
    assert len(layer.hotspots) == 0
    assert len(layer.features) > 0
    assert (layer.features["hotspot"] == 0).all()
    assert layer.summary["sentences"][0].startswith("No hotspot was found among 3,000 incidents: no cell is")


def test_a_few_incidents_close_together_are_no_hotspot_to_act_on(twins: BoundarySet) -> None:
    table = town_of(60, clumps=0, seed=5)
    table.loc[:3, ["lon", "lat"]] = [-88.15, 17.45]
    layer = answer(table, twins, cell_size=250, significance="normal")
    assert layer.summary["hot_cells"] > 0
    assert layer.hotspots["incidents"].min() >= 5 if len(layer.hotspots) else True
    assert "hot cells not ranked" in {entry["what"] for entry in layer.provenance["decisions"]}
    assert any("only a rough guide" in warning for warning in layer.provenance["warnings"])
    assert answer(table, twins, cell_size=250).summary["hot_cells"] == 0


def test_p_is_exact_unless_the_analyst_or_the_cost_says_normal(
    twins: BoundarySet, town: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(layer: Layer) -> tuple[str, str, str]:
        entry = next(each for each in layer.provenance["decisions"] if each["what"] == "p-values")
        return entry["value"], layer.provenance["parameters"]["significance"], entry["why"]

    exact = answer(town, twins, cell_size=500)
    normal = answer(town, twins, cell_size=500, significance="normal")
    assert said(exact)[:2] == ("exact", "exact")
    assert said(normal) == ("normal approximation", "normal", "chosen by the analyst")
    monkeypatch.setattr("hotspot.stats.permutation.MOST_STEPS", 1)
    monkeypatch.setattr("hotspot.stats.permutation.COSTLY_STEPS", 1)
    # Sums of so few are all on the first of the scales that larger ones are rounded to.
    rounded = answer(town, twins, cell_size=500)
    assert any(entry["what"] == "sums around cells" for entry in rounded.provenance["decisions"])
    for column in ("p", "p_adjusted", "p_conditional"):
        assert rounded.features[column].tolist() == pytest.approx(exact.features[column].tolist(), rel=1e-12)
    monkeypatch.setattr("hotspot.stats.rough.MOST_STEPS", 1)
    dear = answer(town, twins, cell_size=500)
    assert said(dear)[:2] == ("normal approximation", "normal")
    assert "would take too long for neighbourhoods of up to 9 cells" in said(dear)[2]
    for layer in (normal, dear):
        assert layer.features["p"].tolist() == layer.features["p_normal"].tolist()
    both = exact.features.merge(normal.features[["geometry", "z", "p"]], on="geometry", suffixes=("", "_n"))
    assert (both["z"] == both["z_n"]).all()
    assert (both["p_normal"] == both["p_n"]).all()
    assert 0 < exact.summary["hot_cells"] < normal.summary["hot_cells"]


def test_exact_p_is_the_share_of_shuffled_towns_with_as_much_around(whole: Layer) -> None:
    cells = whole.features
    counts = cells["incidents"].to_numpy()
    cell = cells[(cells["p"] < 0.3) & (cells["z"] > 0)].sort_values("p").iloc[-1]
    rng = np.random.default_rng(2)
    draws = np.array([rng.choice(counts, cell["neighbours"], replace=False).sum() for _ in range(20_000)])
    assert 2 * (draws >= cell["neighbour_incidents"]).mean() == pytest.approx(cell["p"], abs=0.02)


def test_cells_too_large_to_show_anything_are_refused_unless_forced(
    twins: BoundarySet, town: pd.DataFrame
) -> None:
    with pytest.raises(ThinDataError, match="No cell could be significant"):
        answer(town, twins, cell_size=20_000)
    layer = answer(town, twins, cell_size=20_000, force=True)
    assert layer.provenance["forced"] is True
    assert len(layer.hotspots) == 0


def test_too_many_cells_are_refused_with_a_size_that_fits(town: pd.DataFrame) -> None:
    wide = BoundarySet(
        name="twins", title="Wide", codes=("W",), names=("Wide",), types=("x",), area_km2=np.array([1.0]),
        geometry=np.array([shapely.box(-90, 16, -86, 19)], dtype=object),
    )  # fmt: skip
    with pytest.raises(ParameterError, match="cell_size of at least"):
        answer(town, wide, cell_size=100)


def test_an_automatic_size_is_enlarged_until_the_cells_fit(town: pd.DataFrame) -> None:
    wide = BoundarySet(
        name="twins", title="Wide", codes=("W",), names=("Wide",), types=("x",), area_km2=np.array([1.0]),
        geometry=np.array([shapely.box(-90, 16, -86, 19)], dtype=object),
    )  # fmt: skip
    layer = answer(pd.concat([town] * 2, ignore_index=True), wide)
    log = {entry["what"]: entry["value"] for entry in layer.provenance["decisions"]}
    assert layer.summary["cells"] <= 250_000
    assert log["cell size enlarged"] == f"{layer.provenance['parameters']['cell_size']:g} m"


def test_part_of_the_districts_counts_only_what_lies_there(twins: BoundarySet, town: pd.DataFrame) -> None:
    layer = answer(town, twins, area="twins/t-w", cell_size=500)
    west = int((town["lon"] <= -88.2).sum())
    assert layer.summary["incidents"] == west
    assert layer.summary["left_out"] == {"outside_area": len(town) - west}
    assert set(layer.features["district"]) == {"T-W"}
    assert layer.provenance["question"]["area"] == "twins/T-W"


@pytest.mark.parametrize(("shape", "groups"), [("square", [0, 0, 1]), ("hexagon", [0, 0, 1])])
def test_cells_that_share_an_edge_or_corner_touch(shape: str, groups: list[int]) -> None:
    grid = grid_over(shapely.box(0, 0, 1000, 1000), crs="EPSG:32616", shape=shape, size=100)
    place = {(int(c), int(r)): i for i, (c, r) in enumerate(zip(grid.col, grid.row, strict=True))}
    corner = (3, 3) if shape == "square" else (2, 3)
    chosen = np.array([place[2, 2], place[corner], place[6, 6]])
    assert cells_of(grid).touching(chosen).tolist() == groups
    assert cells_of(grid).touching(chosen[:0]).tolist() == []


def test_a_point_on_a_bent_edge_is_in_the_nearest_cell(twins: BoundarySet) -> None:
    # Straight in degrees, the southern edge bends by metres between its ends.
    table = town_of(300)
    edge = np.linspace(-88.299, -88.101, 60)
    table.loc[:59, "lon"], table.loc[:59, "lat"] = edge, 17.4
    layer = answer(table, twins, cell_size=500, cells="all")
    assert layer.features["incidents"].sum() == 300
    x, y = project([-88.2], [17.45], layer.provenance["crs"])
    assert np.isfinite([x[0], y[0]]).all()


@pytest.mark.parametrize(("size", "warned"), [(250, True), (500, False)])
def test_fewer_than_five_incidents_a_neighbourhood_make_the_normal_approximation_rough(
    size: int, warned: bool, twins: BoundarySet, town: pd.DataFrame
) -> None:
    normal = answer(town, twins, cell_size=size, significance="normal").summary["warnings"]
    assert any("Below 5 the confidence" in warning for warning in normal) == warned
    exact = answer(town, twins, cell_size=size).summary["warnings"]
    assert not any("Below 5 the confidence" in warning for warning in exact)


def test_cold_cells_that_the_edge_cuts_small_are_warned_of(twins: BoundarySet) -> None:
    # As many incidents everywhere: the strips at the edge look cold only because they are cut.
    layer = answer(town_of(8000, clumps=0), twins, cell_size=500)
    cold = layer.features[layer.features["class"] < 0]
    assert len(cold) > 3
    warning = next(w for w in layer.summary["warnings"] if "do not read them as quiet places" in w)
    assert warning.startswith(f"{len(cold):,} of {len(cold):,} cold cells lie at the edge")


def test_cold_cells_away_from_the_edge_are_not_warned_of(twins: BoundarySet) -> None:
    everywhere = town_of(8000, clumps=0)
    quiet = np.hypot(everywhere["lon"] + 88.2, everywhere["lat"] - 17.45) < 0.025
    layer = answer(everywhere[~quiet].reset_index(drop=True), twins, cell_size=500)
    counted = sum(layer.features["class"] < 0)
    warnings = [w for w in layer.summary["warnings"] if "quiet places" in w]
    assert counted > 20
    assert not warnings or int(warnings[0].split()[0].replace(",", "")) < counted
