"""How far neighbours are: chosen, touching, or the first peak of Moran's I."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from hotspot.analysis.question import Question
from hotspot.analysis.run import run
from tests.analysis.conftest import ZONE, town_of

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.analysis.layer import Layer
    from hotspot.places.boundaries import BoundarySet

METHODS = ["gi_star", "local_moran"]


def patches() -> pd.DataFrame:
    """Five busy patches of about 2 km in a quiet town."""
    rng = np.random.default_rng(6)
    table = town_of(3000, clumps=0)
    middle = np.array([[-88.27, 17.42], [-88.23, 17.47], [-88.18, 17.43], [-88.14, 17.48], [-88.12, 17.42]])
    which = rng.integers(0, 5, 2000)
    angle, far = rng.uniform(0, 2 * np.pi, 2000), 0.01 * np.sqrt(rng.random(2000))
    table.loc[:1999, "lon"] = middle[which, 0] + far * np.cos(angle)
    table.loc[:1999, "lat"] = middle[which, 1] + far * np.sin(angle)
    return table


def asked(table: pd.DataFrame, twins: BoundarySet, method: str, **parameters: Any) -> Layer:
    question = Question(area="twins", method=method, parameters={"cell_size": 250, **parameters})
    return run(question, table, boundary_set=twins, timezone=ZONE)


def said(layer: Layer) -> dict[str, dict[str, str]]:
    return {entry["what"]: entry for entry in layer.provenance["decisions"]}


@pytest.mark.parametrize("method", METHODS)
def test_the_first_peak_is_the_neighbour_distance_and_its_curve_is_a_table(
    method: str, twins: BoundarySet
) -> None:
    layer = asked(patches(), twins, method, distance="incremental")
    used = layer.provenance["parameters"]
    assert used["distance"] == "incremental"
    assert 500 < used["neighbour_distance"] < 2500
    why = said(layer)["neighbour distance"]["why"]
    assert why.startswith(
        "automatic: the first peak of Moran's I over 15 distances from 353.6 m to 3,853.6 m"
    )
    curve = next(table for table in layer.tables if table.name == "incremental_moran")
    assert curve.chart is not None
    assert (curve.chart.kind, curve.chart.x, curve.chart.y) == ("line", "distance", ("z",))
    z, distance = np.array(curve.column("z")), np.array(curve.column("distance"))
    at = int(np.flatnonzero(distance == used["neighbour_distance"])[0])
    assert z[at - 1] < z[at] > z[at + 1]
    assert f"{distance[at]:,.1f}" in curve.note
    same = asked(patches(), twins, method, neighbour_distance=used["neighbour_distance"])
    assert same.features["z"].tolist() == layer.features["z"].tolist()


@pytest.mark.parametrize("method", METHODS)
def test_without_a_peak_neighbours_touch_and_the_layer_says_so(
    method: str, twins: BoundarySet, town: pd.DataFrame
) -> None:
    layer = asked(town, twins, method, cell_size=500, distance="incremental")
    log = said(layer)
    assert log["first peak of Moran's I"]["value"] == "none"
    assert log["first peak of Moran's I"]["why"].endswith("so neighbours are those that touch")
    assert log["neighbour distance"]["why"] == "automatic: the ring of touching cells"
    assert layer.provenance["parameters"]["distance"] == "touching"
    assert layer.provenance["parameters"]["neighbour_distance"] == pytest.approx(707.107)
    assert "incremental_moran" in [table.name for table in layer.tables]


def test_incidents_spread_at_random_are_nowhere_clustered_beyond_chance(twins: BoundarySet) -> None:
    layer = asked(town_of(3000, clumps=0, seed=3), twins, "gi_star", cell_size=1000, distance="incremental")
    assert "nowhere clustered beyond chance" in said(layer)["first peak of Moran's I"]["why"]


def test_a_chosen_distance_needs_no_curve(twins: BoundarySet, town: pd.DataFrame) -> None:
    layer = asked(town, twins, "gi_star", cell_size=500, distance="incremental", neighbour_distance=900)
    assert said(layer)["neighbour distance"]["why"] == "chosen by the analyst"
    assert "incremental_moran" not in [table.name for table in layer.tables]
    assert layer.provenance["parameters"]["neighbour_distance"] == 900


def test_two_districts_have_a_curve_of_nothing_and_one_cell_none(
    twins: BoundarySet, town: pd.DataFrame
) -> None:
    for area in ("twins", "twins/T-W"):
        question = Question(
            area=area, method="gi_star", parameters={"cell_shape": "district", "distance": "incremental"}
        )
        layer = run(question, town, boundary_set=twins, timezone=ZONE, force=True)
        curve = next(table for table in layer.tables if table.name == "incremental_moran")
        assert len(curve) == (1 if area == "twins" else 0)
        assert "nowhere clustered" in said(layer)["first peak of Moran's I"]["why"]
