"""A grid, and the same cells as irregular districts: every method of cells says the same of both."""

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
from hotspot.places.boundaries import BoundarySet, load
from tests.analysis.conftest import ZONE, town_of

if TYPE_CHECKING:
    from hotspot.analysis.layer import Layer

SIZE = 500
WEST, SOUTH = 362_000, 1_925_000


def blocks(columns: int = 30, rows: int = 20, *, crs: str = "EPSG:32616") -> BoundarySet:
    """Square blocks on the lattice of the grid; the outermost a metre short, so that the grid ends there."""
    row, col = np.divmod(np.arange(columns * rows), columns)
    west, south = WEST + SIZE * col, SOUTH + SIZE * row
    east, north = west + SIZE - (col == columns - 1), south + SIZE - (row == rows - 1)
    squares = np.asarray(shapely.box(west + (col == 0), south + (row == 0), east, north), dtype=object)
    codes = tuple(f"B-{n:04d}" for n in range(columns * rows))
    return BoundarySet(
        name="blocks",
        title="Blocks",
        codes=codes,
        names=codes,
        types=("Block",) * len(codes),
        area_km2=np.full(len(codes), 0.25),
        geometry=unproject_shapes(shapely.segmentize(squares, 50), crs),
        source="made up",
        licence="none",
    )


def layer_of(method: str, **parameters: Any) -> Layer:
    there = blocks()
    table = town_of(900)
    question = Question(area="blocks", method=method, parameters={**parameters, "cells": "all"})
    return run(question, table, boundary_set=there, timezone=ZONE)


@pytest.mark.parametrize("method", ["gi_star", "local_moran"])
@pytest.mark.parametrize("choice", [{}, {"neighbour_distance": 1_100}, {"significance": "normal"}])
def test_cells_and_the_same_cells_as_districts_have_the_same_z_and_p(
    method: str, choice: dict[str, Any]
) -> None:
    grid = layer_of(method, cell_size=SIZE, **choice)
    districts = layer_of(method, cell_shape="district", **choice)
    # The district of a cell's middle is the cell.
    one = pd.DataFrame(grid.features).set_index("district").sort_index()
    other = pd.DataFrame(districts.features).set_index("district").sort_index()
    assert len(one) == len(other) == one.index.nunique() == 600
    assert one["incidents"].tolist() == other["incidents"].tolist()
    for name in ("z", "p", "p_adjusted", "p_normal", "neighbours", "neighbour_incidents"):
        assert other[name].to_numpy() == pytest.approx(one[name].to_numpy(), abs=1e-9), name
    assert other["class"].tolist() == one["class"].tolist()
    assert one["class"].abs().sum() > 5
    assert other["hotspot"].tolist() == one["hotspot"].tolist()
    same = ["rank", "incidents", "cells", "class"]
    pd.testing.assert_frame_equal(districts.hotspots[same], grid.hotspots[same])


@pytest.mark.parametrize(("method", "several"), [("gi_star", 2), ("local_moran", 6)])
def test_so_few_districts_cannot_be_significant_and_the_answer_says_what_would_help(
    method: str, several: int
) -> None:
    there = load("BZ")
    area = "BZ" if several == 6 else "BZ/BZ-CY,BZ-OW"
    rng = np.random.default_rng(4)
    table = town_of(400)
    table["lon"], table["lat"] = rng.uniform(-88.9, -88.3, 400), rng.uniform(16.4, 18.0, 400)
    question = Question(area=area, method=method, parameters={"cell_shape": "district"})
    with pytest.raises(ThinDataError, match=f"over {several} districts") as thin:
        run(question, table, boundary_set=there, timezone=ZONE)
    assert thin.value.remedies[0] == "Use grid cells instead: cell_shape square or hexagon."
    forced = run(question, table, boundary_set=there, timezone=ZONE, force=True)
    assert len(forced.features) == several
    assert forced.summary["noun"] == "district"


@pytest.mark.parametrize("method", ["gi_star", "local_moran"])
def test_islands_without_a_neighbour_have_themselves_only_and_the_log_says_how_many(method: str) -> None:
    there = load("BS")
    table = town_of(400)
    middle = shapely.point_on_surface(there.geometry)
    at = np.arange(400) % len(there)
    table["lon"], table["lat"] = shapely.get_x(middle)[at], shapely.get_y(middle)[at]
    question = Question(area="BS", method=method, parameters={"cell_shape": "district"})
    layer = run(question, table, boundary_set=there, timezone="America/Nassau", force=True)
    log = {entry["what"]: entry["value"] for entry in layer.provenance["decisions"]}
    alone = layer.features["neighbours"] == (1 if method == "gi_star" else 0)
    assert int(log["districts without a neighbour"]) == alone.sum() > 5
    assert set(layer.features["class"]) == {0}
    assert layer.summary["sentences"][0].startswith("No hotspot was found among 400 incidents: no district")
