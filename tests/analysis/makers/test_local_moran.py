"""The layer of local Moran: quadrants of cells and of districts, and the hotspots they make."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.stats import false_discovery_control

import hotspot
from hotspot.analysis.likeness import Likeness
from hotspot.analysis.question import Question
from hotspot.analysis.run import run
from hotspot.errors import ParameterError, ThinDataError
from hotspot.places.boundaries import BoundarySet
from hotspot.places.boundary_files import read_boundaries
from hotspot.stats.localmoran import local_moran
from hotspot.stats.neighbours import band_neighbours
from tests.analysis.conftest import EAST, NORTH, SOUTH, WEST, ZONE, town_of

if TYPE_CHECKING:
    from hotspot.analysis.layer import Layer

WORDS = ["high-high", "low-high", "low-low", "high-low", "not significant"]


def answer(
    table: pd.DataFrame, districts: BoundarySet, *, force: bool = False, area: str = "", **parameters: Any
) -> Layer:
    harm = parameters.pop("harm", {})
    question = Question(
        area=area or districts.name, method="local_moran", parameters=parameters, harm=tuple(harm.items())
    )
    return run(question, table, boundary_set=districts, timezone=ZONE, force=force)


def beats(columns: int = 30, rows: int = 30) -> BoundarySet:
    """The town cut into beats of 700 by 370 m."""
    x, y = np.linspace(WEST, EAST, columns + 1), np.linspace(SOUTH, NORTH, rows + 1)
    i, j = np.divmod(np.arange(columns * rows), rows)
    codes = tuple(f"B-{n:03d}" for n in range(columns * rows))
    return BoundarySet(
        name="beats",
        title="Beats",
        codes=codes,
        names=codes,
        types=("Beat",) * len(codes),
        area_km2=np.ones(len(codes)),
        geometry=np.asarray(shapely.box(x[i], y[j], x[i + 1], y[j + 1]), dtype=object),
        source="made up",
        licence="none",
    )


@pytest.fixture(scope="module", params=["square", "hexagon"])
def whole(request: pytest.FixtureRequest, twins: BoundarySet, town: pd.DataFrame) -> Layer:
    """Every cell of the town."""
    return answer(town, twins, cell_shape=request.param, cell_size=500, cells="all")


@pytest.fixture(scope="module")
def by_beat(town: pd.DataFrame) -> Layer:
    """Every beat of the town."""
    return answer(town, beats(), cell_shape="district")


def test_the_two_clumps_are_the_hotspots(whole: Layer) -> None:
    assert whole.hotspots["district_name"].tolist() == ["Eastside", "Westside"]
    west = whole.hotspots.iloc[1]
    assert (west["lon"], west["lat"]) == pytest.approx((-88.26, 17.43), abs=0.004)
    assert whole.hotspots["class"].min() >= 1
    assert whole.hotspots["survival"].between(0.5, 1).all()


def test_nobody_is_counted_twice_or_lost(whole: Layer, town: pd.DataFrame) -> None:
    cells = whole.features
    assert cells["incidents"].sum() == len(town) == whole.summary["incidents"]
    ranked = cells[cells["hotspot"] > 0].groupby("hotspot")["incidents"].sum()
    assert ranked.tolist() == whole.hotspots["incidents"].tolist()


def test_quadrant_class_and_hotspot_follow_from_the_counts_and_the_adjusted_p(whole: Layer) -> None:
    cells = whole.features
    adjusted = false_discovery_control(cells["p"])
    assert cells["p_adjusted"].to_numpy() == pytest.approx(adjusted, abs=1e-12)
    level = (adjusted <= 0.1).astype(int) + (adjusted <= 0.05) + (adjusted <= 0.01)
    assert (cells["class"] == level).all()
    assert (cells["quadrant"].eq("not significant") == (level == 0)).all()
    mean = cells["incidents"].mean()
    lag = cells["neighbour_incidents"] / cells["neighbours"]
    own, around = np.where(cells["incidents"] > mean, "high", "low"), np.where(lag > mean, "high", "low")
    sure = cells["class"] > 0
    assert sure.sum() > 5
    expected = pd.Series(own, index=cells.index) + "-" + pd.Series(around, index=cells.index)
    assert (cells["quadrant"][sure] == expected[sure]).all()
    assert set(cells["quadrant"][cells["hotspot"] > 0]) <= {"high-high", "high-low"}
    counts = {word: int((cells["quadrant"] == word).sum()) for word in WORDS}
    assert whole.summary["quadrants"] == counts
    assert whole.summary["hot_cells"] == counts["high-high"] + counts["high-low"]


def test_p_is_the_share_of_shuffles_of_the_others_with_as_much_around(whole: Layer) -> None:
    cells = whole.features
    counts = cells["incidents"].to_numpy()
    busy = cells[(cells["p"] < 0.3) & (cells["quadrant"].eq("not significant"))]
    at = busy[busy["neighbour_incidents"] > busy["neighbours"] * counts.mean()].index[0]
    others = np.delete(counts, at)
    rng = np.random.default_rng(2)
    k, found = cells.loc[at, "neighbours"], cells.loc[at, "neighbour_incidents"]
    draws = np.array([rng.choice(others, k, replace=False).sum() for _ in range(20_000)])
    assert 2 * (draws >= found).mean() == pytest.approx(cells.loc[at, "p"], abs=0.02)


def test_near_keeps_what_matters(whole: Layer, twins: BoundarySet, town: pd.DataFrame) -> None:
    shape = whole.provenance["parameters"]["cell_shape"]
    near = answer(town, twins, cell_shape=shape, cell_size=500).features
    every = whole.features
    kept = (every["incidents"] + every["neighbour_incidents"] > 0) | (every["class"] > 0)
    assert near["z"].tolist() == every["z"][kept].tolist()
    assert 0 < len(near) < len(every)


def test_a_busy_cell_among_quiet_ones_is_a_hotspot_of_its_own(twins: BoundarySet) -> None:
    # Busy everywhere but around one place: there the neighbours hold too little for chance.
    table = town_of(4000, clumps=0)
    away = np.hypot(table["lon"] + 88.25, table["lat"] - 17.45)
    table = table[away > 0.017].reset_index(drop=True)
    table.loc[:59, ["lon", "lat"]] = [-88.25, 17.45]
    layer = answer(table, twins, cell_size=700)
    outliers = layer.features[layer.features["quadrant"] == "high-low"]
    assert outliers["incidents"].tolist() == [60]
    assert outliers["hotspot"].tolist() == [1]
    assert layer.hotspots.loc[0, "cells"] == 1
    assert layer.summary["quadrants"]["low-low"] > 0


def test_the_layer_is_scored_on_later_data_and_every_choice_is_logged(
    twins: BoundarySet, town: pd.DataFrame
) -> None:
    layer = answer(town, twins)
    accuracy = layer.provenance["accuracy"]
    assert accuracy["measured"] is True
    assert accuracy["pai"] > 10
    assert accuracy["prior"]["pai"] > 10
    log = {entry["what"]: entry for entry in layer.provenance["decisions"]}
    used = layer.provenance["parameters"]
    assert log["cell size"]["value"] == f"{used['cell_size']:g} m"
    assert log["neighbour distance"]["why"] == "automatic: the ring of touching cells"
    assert log["p-values"]["value"] == used["significance"] == "exact"
    assert float(log["Moran's I of the whole"]["value"]) > 0.1
    assert "-0.000 on" not in log["Moran's I of the whole"]["why"]


def test_the_same_question_gives_the_same_layer_whatever_the_order_of_rows(
    twins: BoundarySet, town: pd.DataFrame
) -> None:
    one = answer(town, twins, cell_size=500)
    other = answer(town.sample(frac=1, random_state=3).reset_index(drop=True), twins, cell_size=500)
    assert one.id == other.id
    pd.testing.assert_frame_equal(pd.DataFrame(one.features), pd.DataFrame(other.features))


def test_harm_that_shares_a_unit_is_exact_and_other_harm_is_not(
    twins: BoundarySet, town: pd.DataFrame
) -> None:
    plain = answer(town, twins, cell_size=500)
    tenfold = answer(town, twins, cell_size=500, harm={"*": 36.5})
    assert tenfold.features["p"].tolist() == plain.features["p"].tolist()
    assert tenfold.features["harm"].sum() == pytest.approx(36.5 * len(town))
    odd = answer(town, twins, cell_size=500, harm={"Theft": 2**0.5, "*": 1.0})
    why = {entry["what"]: entry for entry in odd.provenance["decisions"]}
    assert why["p-values"]["value"] == "normal approximation"
    assert "share no unit" in why["p-values"]["why"]
    assert odd.provenance["parameters"]["significance"] == "normal"


def test_normal_p_is_on_demand_and_where_exact_ones_are_dear(
    twins: BoundarySet, town: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = answer(town, twins, cell_size=500)
    normal = answer(town, twins, cell_size=500, significance="normal")
    assert normal.features["p"].tolist() == normal.features["p_normal"].tolist()
    assert 0 < exact.summary["hot_cells"] < normal.summary["hot_cells"]
    sparse = answer(town, twins, cell_size=250, significance="normal").summary["warnings"]
    assert any("Below 5 the confidence" in warning for warning in sparse)
    assert not any("Below 5 the confidence" in warning for warning in exact.summary["warnings"])
    monkeypatch.setattr("hotspot.stats.permutation.MOST_STEPS", 1)
    monkeypatch.setattr("hotspot.stats.permutation.COSTLY_STEPS", 1)
    # Sums of so few are all on the first of the scales that larger ones are rounded to.
    rounded = answer(town, twins, cell_size=500)
    assert any(entry["what"] == "sums around cells" for entry in rounded.provenance["decisions"])
    for column in ("p", "p_adjusted"):
        assert rounded.features[column].tolist() == pytest.approx(exact.features[column].tolist(), rel=1e-12)
    monkeypatch.setattr("hotspot.stats.rough.MOST_STEPS", 1)
    dear = answer(town, twins, cell_size=500)
    assert dear.features["p"].tolist() == normal.features["p"].tolist()
    why = {entry["what"]: entry["why"] for entry in dear.provenance["decisions"]}
    assert "too long for up to 8 neighbours" in why["p-values"]


def test_all_beats_are_features_with_their_own_outlines(by_beat: Layer) -> None:
    assert by_beat.features["district"].tolist() == list(beats().codes)
    assert by_beat.summary["cells"] == 900
    corners = by_beat.features["neighbours"].value_counts()
    assert (corners[3], corners[5], corners[8]) == (4, 112, 784)
    assert by_beat.hotspots["cells"].sum() == by_beat.summary["hot_cells"] > 0
    assert by_beat.provenance["parameters"]["neighbour_distance"] is None
    assert "survival" in by_beat.hotspots


def test_two_districts_and_a_hull_cannot_be_judged_by_district(
    twins: BoundarySet, town: pd.DataFrame
) -> None:
    with pytest.raises(ThinDataError, match="No district could be significant") as thin:
        answer(town, twins, cell_shape="district")
    assert "cell_shape square" in thin.value.remedies[0]
    forced = answer(town, twins, cell_shape="district", force=True)
    assert forced.provenance["forced"] is True
    assert set(forced.features["quadrant"]) == {"not significant"}
    with pytest.raises(ParameterError, match="a hull has none"):
        run(
            Question(area="hull", method="local_moran", parameters={"cell_shape": "district"}),
            town,
            boundary_set=None,
            timezone=ZONE,
        )


def test_a_distance_that_reaches_nobody_is_refused(twins: BoundarySet, town: pd.DataFrame) -> None:
    with pytest.raises(ParameterError, match="300 m reaches none, cells are 500 m wide"):
        answer(town, twins, cell_size=500, neighbour_distance=300)


def test_cells_too_large_to_show_anything_are_refused_unless_forced(
    twins: BoundarySet, town: pd.DataFrame
) -> None:
    with pytest.raises(ThinDataError, match="No cell could be significant"):
        answer(town, twins, cell_size=15_000)
    assert answer(town, twins, cell_size=15_000, force=True).provenance["forced"] is True


def test_incidents_spread_at_random_make_a_layer_without_a_hotspot(twins: BoundarySet) -> None:
    layer = answer(town_of(3000, clumps=0, seed=3), twins, cell_size=1000)
    assert len(layer.hotspots) == 0
    assert layer.summary["sentences"][0].startswith("No hotspot was found among 3,000 incidents: no cell")


@pytest.mark.parametrize("significance", ["exact", "normal"])
def test_no_arrangement_of_the_values_is_rarer_than_the_bound(significance: str) -> None:
    near = band_neighbours([0, 1, 2, 0, 1, 2, 0, 1], [0, 0, 0, 1, 1, 1, 2, 2], distance=1)
    values = np.array([0, 0, 1, 2, 0, 5, 1, 0], dtype=float)
    rng = np.random.default_rng(1)
    least = 1.0
    for _ in range(300):
        likeness = Likeness.of(rng.permutation(values), near, significance=significance)
        found = local_moran(likeness.values, neighbours=near)
        p = likeness.p(found)
        for k in np.unique(found.others):
            bound = likeness._least_p(int(k))
            assert bound <= p[found.others == k].min() + 1e-12
            least = min(least, bound)
    assert least < 0.3


@pytest.mark.parametrize("values", [[1.0, 1, 1, 1], [0.0, 5.0]])
def test_values_that_are_all_equal_or_too_few_could_reach_nothing(values: list[float]) -> None:
    near = band_neighbours(range(len(values)), [0] * len(values), distance=1)
    likeness = Likeness.of(np.array(values), near, significance="exact")
    found = local_moran(likeness.values, neighbours=near)
    assert likeness.could_reach(found, "bh") is False


def test_the_robberies_of_memphis_have_few_sure_cells_and_no_unlike_precinct(real_data: Path) -> None:
    folder = real_data / "incidents"
    precincts = read_boundaries(folder / "memphis_precincts.geojson", name="precincts")
    robberies = hotspot.read_incidents(
        folder / "memphis_robberies.csv", area=precincts, timezone="America/Chicago"
    )
    cells = hotspot.find_hotspots(robberies, method="local_moran", cell_size=200)
    assert cells.summary["cells"] == 20_626
    assert 5 < cells.summary["quadrants"]["high-high"] < 30
    assert cells.provenance["accuracy"]["verdict"] == "about equal"
    approximate = hotspot.find_hotspots(robberies, method="local_moran", cell_size=200, significance="normal")
    assert approximate.summary["quadrants"]["high-high"] > 300
    nine = hotspot.find_hotspots(robberies, method="local_moran", cell_shape="district")
    assert nine.features["incidents"].sum() == 2_245
    assert set(nine.features["quadrant"]) == {"not significant"}
