from __future__ import annotations

from typing import TYPE_CHECKING

from tests.analysis.makers.test_clusters import answer

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.places.boundaries import BoundarySet


def test_it_stops_where_dbscan_would(twins: BoundarySet, town: pd.DataFrame) -> None:
    layer = answer("optics", town, twins)
    used = layer.provenance["parameters"]
    assert used["max_eps"] == answer("dbscan", town, twins).provenance["parameters"]["eps"]
    table = next(table for table in layer.tables if table.name == "k_distance")
    assert f"suggests an eps of {used['max_eps']:g} m." in table.note


def test_a_wider_limit_finds_thinner_places(twins: BoundarySet, town: pd.DataFrame) -> None:
    narrow = answer("optics", town, twins, max_eps=150)
    wide = answer("optics", town, twins, max_eps=5000)
    assert wide.summary["clustered"] > narrow.summary["clustered"] > 0
