"""What a layer of Gi* compares, and by which p: harm, conditional chances, islands, districts for cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import shapely

from hotspot.analysis.question import Question
from hotspot.analysis.run import run
from hotspot.crs import unproject_shapes
from hotspot.errors import ThinDataError
from hotspot.places.boundaries import BoundarySet
from hotspot.places.grid import make_grid
from hotspot.places.study_area import study_area
from hotspot.stats.permutation import DrawnSums
from hotspot.stats.significance import adjust, classes
from tests.analysis.conftest import EAST, NORTH, SOUTH, WEST, ZONE, town_of

if TYPE_CHECKING:
    from hotspot.analysis.layer import Layer


def answer(
    table: pd.DataFrame, districts: BoundarySet, *, harm: Any = None, force: bool = False, **parameters: Any
) -> Layer:
    question = Question(area=districts.name, harm=harm, parameters={"cells": "all", **parameters})
    return run(question, table, boundary_set=districts, timezone=ZONE, force=force)


def log_of(layer: Layer) -> dict[str, tuple[str, str]]:
    return {each["what"]: (each["value"], each["why"]) for each in layer.provenance["decisions"]}


def set_of(shapes: Any) -> BoundarySet:
    n = len(shapes)
    return BoundarySet(
        name="parts",
        title="Parts",
        codes=tuple(f"P-{each:03}" for each in range(n)),
        names=tuple(f"Part {each:03}" for each in range(n)),
        types=("Part",) * n,
        area_km2=np.ones(n),
        geometry=np.asarray(shapes, dtype=object),
        source="made up",
        licence="none",
    )


@pytest.fixture(scope="module")
def exact(twins: BoundarySet, town: pd.DataFrame) -> Layer:
    """The town by the default."""
    return answer(town, twins, cell_size=500)


def test_the_classes_are_those_of_the_significance_chosen(
    exact: Layer, twins: BoundarySet, town: pd.DataFrame
) -> None:
    conditional = answer(town, twins, cell_size=500, significance="conditional")
    one, other = exact.features, conditional.features
    assert (one["p_conditional"] == other["p_conditional"]).all()
    assert (other["p"] == other["p_conditional"]).all()
    assert (one["p"] != one["p_conditional"]).any()
    assert (one["p_normal"] == other["p_normal"]).all()
    expected = classes(other["z"], adjust(other["p_conditional"]))
    assert other["class"].tolist() == expected.tolist()
    assert log_of(conditional)["p-values"][0] == "conditional"
    assert conditional.summary["hot_cells"] > 0


def test_harm_is_judged_exactly_in_the_unit_of_its_weights(twins: BoundarySet, town: pd.DataFrame) -> None:
    layer = answer(town, twins, harm={"Robbery": 2.5, "Burglary": 1, "*": 0.5}, cell_size=500)
    cells, log = layer.features, log_of(layer)
    assert log["p-values"][0] == "exact"
    assert log["unit of harm"][0] == "0.5"
    weight = town["offence"].map({"Robbery": 2.5, "Burglary": 1.0, "Theft": 0.5})
    assert cells["harm"].sum() == pytest.approx(weight.sum())
    assert cells["incidents"].sum() == len(town)
    units = np.rint(cells["harm"] * 2).astype(int)
    chances = DrawnSums.of(units, most=9)
    # A cell in the middle of its ring: its neighbours are the cells whose middles lie around it.
    x = shapely.get_x(shapely.centroid(cells.geometry.to_numpy()))
    y = shapely.get_y(shapely.centroid(cells.geometry.to_numpy()))
    for cell in cells[(cells["neighbours"] == 9) & (cells["share_inside"] == 1)].index[::40]:
        near = (np.abs(x - x[cell]) < 0.0071) & (np.abs(y - y[cell]) < 0.0068)
        if near.sum() == 9:
            expected = chances.p(int(units[near].sum()), 9)
            assert cells["p"][cell] == pytest.approx(float(expected), rel=1e-9)


def test_harm_that_shares_no_unit_has_normal_p_and_says_so(twins: BoundarySet, town: pd.DataFrame) -> None:
    layer = answer(town, twins, harm={"Robbery": 2**0.5, "*": 1}, cell_size=500)
    value, why = log_of(layer)["p-values"]
    assert value == "normal approximation"
    assert "share no unit" in why
    assert layer.features["p"].tolist() == layer.features["p_normal"].tolist()
    assert layer.features["p_conditional"].isna().all()


def test_every_incident_twice_makes_the_same_map(
    exact: Layer, twins: BoundarySet, town: pd.DataFrame
) -> None:
    again = town.assign(row=town["row"] + len(town), source_id=town["source_id"] + "-2")
    twice = answer(pd.concat([town, again], ignore_index=True), twins, cell_size=500)
    for column in ("z", "p", "p_conditional", "p_normal", "class"):
        assert twice.features[column].to_numpy() == pytest.approx(exact.features[column].to_numpy(), abs=1e-9)
    assert (twice.features["incidents"] == 2 * exact.features["incidents"]).all()


def test_cells_and_the_same_cells_as_districts_are_judged_alike(
    twins: BoundarySet, town: pd.DataFrame
) -> None:
    area = study_area(twins)
    shapes = unproject_shapes(make_grid(area, shape="square", size=2000).polygons(), area.crs)
    as_cells = answer(town, twins, cell_size=2000).features
    as_districts = answer(town, set_of(shapes), cell_shape="district").features
    as_districts = as_districts.sort_values("district").reset_index(drop=True)
    assert as_districts["incidents"].tolist() == as_cells["incidents"].tolist()
    assert as_districts["neighbours"].tolist() == as_cells["neighbours"].tolist()
    for column in ("z", "p", "p_adjusted", "p_conditional", "p_normal", "class"):
        assert as_districts[column].to_numpy() == pytest.approx(as_cells[column].to_numpy(), abs=1e-9)


@pytest.mark.parametrize("shape", ["square", "hexagon", "district"])
def test_a_study_area_of_islands_is_judged_and_only_land_counts(shape: str) -> None:
    lon, lat = np.meshgrid(np.linspace(WEST, EAST, 7)[:-1], np.linspace(SOUTH, NORTH, 7)[:-1])
    islands = set_of(shapely.box(lon.ravel(), lat.ravel(), lon.ravel() + 0.012, lat.ravel() + 0.006))
    town = town_of(4000)
    layer = answer(town, islands, cell_shape=shape, **({} if shape == "district" else {"cell_size": 300}))
    on_land = shapely.intersects_xy(shapely.union_all(islands.geometry), town["lon"], town["lat"])
    assert layer.summary["incidents"] == layer.features["incidents"].sum() == on_land.sum()
    assert np.isfinite(layer.features["z"]).all()
    assert layer.features["p"].between(0, 1).all()
    if shape == "district":
        assert (layer.features["neighbours"] == 1).all()
        assert log_of(layer)["districts without a neighbour"][0] == "36"
    else:
        assert layer.features["neighbours"].min() < 9


def test_all_incidents_in_one_cell_are_no_pattern_around_it(twins: BoundarySet) -> None:
    town = town_of(40, clumps=0).assign(lon=-88.1505, lat=17.4505)
    for significance in ("exact", "conditional"):
        with pytest.raises(ThinDataError, match="No cell could be significant"):
            answer(town, twins, cell_size=1000, significance=significance)
        layer = answer(town, twins, cell_size=1000, significance=significance, force=True)
        assert (layer.features["class"] == 0).all()
