from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.analysis.makers.test_clusters import answer

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.places.boundaries import BoundarySet


def test_persistence_is_told_for_each_hotspot(twins: BoundarySet, town: pd.DataFrame) -> None:
    layer = answer("hdbscan", town, twins, min_cluster_size=30, max_share=0.4)
    table = next(table for table in layer.tables if table.name == "persistence")
    assert table.column("rank") == tuple(layer.hotspots["rank"])
    assert table.column("incidents") == tuple(layer.hotspots["incidents"])
    for holds, melts, persistence in zip(
        table.column("holds"), table.column("melts"), table.column("persistence"), strict=True
    ):
        assert persistence == pytest.approx(1 - holds / melts, abs=1e-3)
    assert "stands apart clearly" in table.note


def test_a_hotspot_holds_no_more_than_its_share(twins: BoundarySet, town: pd.DataFrame) -> None:
    for share in (0.3, 0.1):
        layer = answer("hdbscan", town, twins, min_cluster_size=10, max_share=share)
        assert (layer.hotspots["share"] <= share).all()


def test_as_many_samples_as_members_unless_chosen(twins: BoundarySet, town: pd.DataFrame) -> None:
    used = answer("hdbscan", town, twins).provenance["parameters"]
    assert used["min_cluster_size"] == used["min_samples"] == 6
    used = answer("hdbscan", town, twins, min_cluster_size=12, min_samples=4).provenance["parameters"]
    assert (used["min_cluster_size"], used["min_samples"]) == (12, 4)


def test_without_a_hotspot_there_is_no_table_of_persistence(twins: BoundarySet, town: pd.DataFrame) -> None:
    layer = answer("hdbscan", town, twins, min_cluster_size=500)
    assert "persistence" not in [table.name for table in layer.tables]
