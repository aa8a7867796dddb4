"""How incidents are smoothed: bandwidth and cells that fit each other, and forecasts of any cells."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from hotspot import parameters
from hotspot.analysis import holdout
from hotspot.analysis.cells import Cells, cells_of, lay_cells
from hotspot.analysis.makers.kde import forecast
from hotspot.analysis.points import points_of
from hotspot.analysis.smoothing import MANY, Smoothing, best_bandwidth, lay_out, samples_of
from hotspot.analysis.task import Task
from hotspot.errors import ParameterError
from hotspot.places.boundaries import BoundarySet
from hotspot.places.grid import MOST_CELLS, make_grid
from hotspot.places.study_area import study_area
from tests.analysis.conftest import ZONE, town_of


def task_of(districts: BoundarySet, **choice: Any) -> Task:
    area = study_area(districts)
    points = points_of(town_of(), area, timezone=ZONE)
    return Task(points, area, parameters.KDE(**choice), holdout.split(points), districts)


def laid(districts: BoundarySet, **choice: Any) -> tuple[Cells, Smoothing, list[str]]:
    task = task_of(districts, **choice)
    assert isinstance(task.parameters, parameters.KDE)
    found = lay_out(task, task.parameters)
    return found.cells, found.smoothing, [entry["what"] for entry in task.log.decisions]


def wide() -> BoundarySet:
    """One district of four by four degrees."""
    return BoundarySet(
        name="wide", title="Wide", codes=("W",), names=("Wide",), types=("Plain",),
        area_km2=np.array([187_000.0]), geometry=np.array([shapely.box(-90, 16, -86, 20)], dtype=object),
        source="made up", licence="none",
    )  # fmt: skip


@pytest.mark.parametrize(("bandwidth", "size"), [(600.0, 200.0), (900.0, 300.0), (70.0, 70.0)])
def test_cells_are_a_third_of_the_bandwidth_unless_they_would_be_many(
    twins: BoundarySet, bandwidth: float, size: float
) -> None:
    cells, smoothing, _ = laid(twins, bandwidth=bandwidth)
    assert (cells.size, smoothing.bandwidth) == (size, bandwidth)
    assert len(cells) <= MANY * 1.05 or size == bandwidth


def test_a_bandwidth_too_fine_for_a_wide_area_is_refused_and_an_automatic_one_raised() -> None:
    with pytest.raises(ParameterError, match=r"at most 20000 m; got 200 m.*smaller study area") as refused:
        laid(wide(), bandwidth=200)
    assert refused.value.parameter == "bandwidth"
    cells, smoothing, decided = laid(wide())
    assert smoothing.bandwidth >= cells.size > 800
    assert len(cells) <= MOST_CELLS
    assert {"bandwidth", "cell size"} <= set(decided)


def test_chosen_cells_leave_only_bandwidths_that_are_as_large(twins: BoundarySet) -> None:
    cells, smoothing, _ = laid(twins, cell_size=600)
    assert cells.size == 600 <= smoothing.bandwidth
    _, largest, _ = laid(twins, cell_size=5000)
    assert largest.bandwidth == 5000


def test_a_forecast_of_cells_far_wider_than_the_bandwidth_ranks_them_by_their_incidents(
    twins: BoundarySet,
) -> None:
    task = task_of(twins)
    cells = cells_of(make_grid(task.area, size=3000)).on(task.points)
    scores = forecast(task.points, cells, parameters.KDE(bandwidth=150))
    # A sliver of a cell at the rim may hold less than a tenth of a kernel.
    assert scores @ cells.area_km2 == pytest.approx(600, rel=0.01)
    assert np.corrcoef(scores, cells.count() / cells.area_km2)[0, 1] > 0.95


def test_districts_are_sampled_too_and_hold_about_their_incidents(twins: BoundarySet) -> None:
    task = task_of(twins)
    cells = lay_cells(task, shape="district")
    samples = samples_of(cells, 300)
    assert (samples.number > 100).all()
    scores = forecast(task.points, cells, parameters.KDE(bandwidth=300))
    assert scores * cells.area_km2 == pytest.approx(cells.count(), rel=0.02)


def test_a_bandwidth_of_earlier_incidents_knows_nothing_of_later_ones(twins: BoundarySet) -> None:
    task = task_of(twins)
    cells = cells_of(make_grid(task.area, size=500))
    earlier = task.points.take(task.split.earlier)
    automatic = forecast(earlier, cells.on(earlier), parameters.KDE())
    found, by_time = best_bandwidth(earlier, area_km2=float(cells.area_km2.sum()), kernel="quartic", seed=0)
    assert by_time
    fixed = forecast(earlier, cells.on(earlier), parameters.KDE(bandwidth=found.bandwidth))
    assert automatic.tolist() == fixed.tolist()
