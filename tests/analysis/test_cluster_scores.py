"""What clusters foretell for cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hotspot import parameters
from hotspot.analysis.cells import Cells, cells_of
from hotspot.analysis.cluster_scores import expected
from hotspot.analysis.clusters import Found
from hotspot.analysis.makers import dbscan, hdbscan, optics
from hotspot.analysis.points import Points, points_of
from hotspot.places.grid import make_grid
from hotspot.places.study_area import study_area
from hotspot.stats.clusters import Clusters
from tests.analysis.conftest import ZONE, rows, town_of

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.places.boundaries import BoundarySet


def placed(table: pd.DataFrame, twins: BoundarySet, size: float = 500.0) -> tuple[Points, Cells]:
    area = study_area(twins)
    points = points_of(table, area, timezone=ZONE)
    return points, cells_of(make_grid(area, shape="square", size=size)).on(points)


def by_hand(points: Points, labels: list[int], radius: float) -> Found:
    given = np.array(labels)
    return Found(Clusters(given, given >= 0), np.full(given.max() + 1, radius), {})


def test_half_of_a_cluster_may_come_again_anywhere_in_it(twins: BoundarySet) -> None:
    points, cells = placed(rows(["2026-03-01"] * 8), twins)
    # Discs of 600 m around one place reach the middles of a few cells.
    scores = expected(points, cells, parameters.DBSCAN(), lambda: by_hand(points, [0] * 8, 600.0))
    forecast = scores * cells.area_km2
    here = int(cells.of[0])
    apart = np.hypot(cells.x - points.x[0], cells.y - points.y[0])
    inside = (apart < 590) | (np.arange(len(cells)) == here)
    assert inside.sum() > 3
    assert forecast[here] == pytest.approx(4 + 4 / inside.sum(), rel=0.01)
    assert forecast[inside].sum() == pytest.approx(8)
    assert (forecast[~inside] == 0).all()


def test_incidents_in_no_cluster_stay_where_they_are(twins: BoundarySet) -> None:
    points, cells = placed(town_of(50), twins)
    nothing = Found(Clusters(np.full(50, -1), np.zeros(50, dtype=bool)), np.empty(0), {})
    assert expected(points, cells, parameters.DBSCAN(), lambda: nothing) == pytest.approx(
        cells.count() / cells.area_km2
    )


@pytest.mark.parametrize(
    ("maker", "chosen"),
    [
        (dbscan, parameters.DBSCAN()),
        (dbscan, parameters.DBSCAN(preset="robbery")),
        (hdbscan, parameters.HDBSCAN()),
        (optics, parameters.OPTICS()),
    ],
)
def test_a_forecast_is_of_as_many_incidents_as_there_were(maker, chosen, twins: BoundarySet) -> None:
    points, cells = placed(town_of(400), twins)
    scores = maker.forecast(points, cells, chosen)
    assert scores.shape == (len(cells),)
    assert (scores >= 0).all()
    assert (scores * cells.area_km2).sum() == pytest.approx(400)


def test_no_incidents_foretell_none(twins: BoundarySet) -> None:
    points, cells = placed(rows([]), twins)
    for maker, chosen in (
        (dbscan, parameters.DBSCAN()),
        (hdbscan, parameters.HDBSCAN()),
        (optics, parameters.OPTICS()),
    ):
        assert (maker.forecast(points, cells, chosen) == 0).all()
