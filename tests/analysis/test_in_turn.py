from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely

from hotspot.analysis import holdout
from hotspot.analysis.in_turn import Together, Turn, scored
from hotspot.analysis.points import Points, points_of
from hotspot.analysis.task import Task
from hotspot.parameters import Scan
from hotspot.places.study_area import study_area
from tests.analysis.conftest import ZONE

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.places.boundaries import BoundarySet


@pytest.fixture(scope="module")
def asked(twins: BoundarySet, town: pd.DataFrame) -> Task:
    """The town, cut into earlier and later incidents."""
    area = study_area(twins)
    points = points_of(town, area, timezone=ZONE)
    return Task(points, area, Scan(), holdout.split(points), twins)


def halves(asked: Task) -> tuple[Points, Points, Points]:
    """The earlier incidents, and the later ones in two parts."""
    later = np.flatnonzero(asked.split.later)
    one, two = np.zeros(len(asked.points), dtype=bool), np.zeros(len(asked.points), dtype=bool)
    one[later[::2]], two[later[1::2]] = True, True
    return asked.points.take(asked.split.earlier), asked.points.take(one), asked.points.take(two)


def squares(points: Points, size: float) -> np.ndarray:
    return np.asarray(shapely.box(points.x - size, points.y - size, points.x + size, points.y + size))


def test_one_turn_is_scored_as_polygons_are(asked: Task) -> None:
    before, _, _ = halves(asked)
    after = asked.points.take(asked.split.later)
    places = squares(before, 300)
    found = scored(asked, [Turn(places, before, after)])
    everywhere = shapely.union_all(places)
    share = shapely.area(everywhere) / 1e6 / asked.area.area_km2
    assert found["measured"]
    assert found["area_share"] == pytest.approx(share, rel=1e-3)
    assert found["hit_rate"] == pytest.approx(
        shapely.intersects_xy(everywhere, after.x, after.y).mean(), abs=1e-6
    )
    assert found["pai"] == pytest.approx(found["hit_rate"] / found["area_share"], rel=1e-3)
    assert found["prior"]["area_share"] == found["area_share"]
    assert 0 < found["prior"]["hit_rate"] <= 1


def test_turns_are_added_up_incident_by_incident(asked: Task) -> None:
    before, one, two = halves(asked)
    small, large = squares(before, 100), squares(before, 400)
    each = [scored(asked, [turn]) for turn in (Turn(small, before, one), Turn(large, before, two))]
    both = scored(asked, [Turn(small, before, one), Turn(large, before, two)])
    number = np.array([len(one), len(two)])
    for part in (lambda found: found, lambda found: found["prior"]):
        rates = np.array([part(found)["hit_rate"] for found in each])
        assert part(both)["hit_rate"] == pytest.approx((rates * number).sum() / number.sum(), abs=1e-5)
    assert both["area_share"] == pytest.approx(np.mean([found["area_share"] for found in each]), abs=1e-5)
    assert both["difference"]["hits"] == pytest.approx(sum(f["difference"]["hits"] for f in each), abs=1e-2)


def test_a_turn_without_places_misses_all_and_takes_no_area(asked: Task) -> None:
    before, one, two = halves(asked)
    places = squares(before, 400)
    whole = scored(asked, [Turn(places, before, one)])
    half = scored(asked, [Turn(places, before, one), Turn(places[:0], before, two)])
    assert half["area_share"] == pytest.approx(whole["area_share"] / 2, abs=1e-5)
    assert half["hit_rate"] == pytest.approx(whole["hit_rate"] * len(one) / (len(one) + len(two)), abs=1e-5)


def test_too_few_later_incidents_or_too_little_area_are_not_scored(asked: Task) -> None:
    before, one, _ = halves(asked)
    few = one.take(np.arange(len(one)) < 4)
    assert scored(asked, [Turn(squares(before, 300), before, few)])["reason"].startswith(
        "only 4 later incidents"
    )
    assert scored(asked, [])["reason"].startswith("only 0 later incidents")
    tiny = scored(asked, [Turn(squares(before, 50)[:1], before, one)])
    assert "less than one cell of the prior counts" in tiny["reason"]
    assert (tiny["measured"], tiny["beats_prior"]) == (False, None)


def scores(found: np.ndarray, cell: np.ndarray, km2: float, prior: np.ndarray) -> dict[str, Any]:
    """One turn over four cells of 1 km2."""
    together = Together()
    together.add(found, cell, km2, prior, area=np.ones(4))
    return together.scores()


def inside(hits: list[int], later: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Later incidents of each cell, the first so many of them inside the polygons."""
    found = [number < held for held, many in zip(hits, later, strict=True) for number in range(many)]
    return np.array(found), np.repeat(np.arange(len(later)), later)


def test_polygons_are_compared_with_exactly_as_much_area_of_prior_counts() -> None:
    # The fullest cell takes a quarter of the area; half of it holds half of its later incidents.
    found, cell = inside([6, 0, 0, 0], [8, 0, 1, 1])
    entry = scores(found, cell, 0.5, np.array([5.0, 1, 0, 0]))
    assert entry["area_share"] == entry["prior"]["area_share"] == 0.125
    assert (entry["hit_rate"], entry["pai"], entry["pei"]) == (0.6, 4.8, 1.5)
    assert entry["prior"]["hit_rate"] == 0.4
    # Six half ahead and two half behind: variance 8 / 4.
    assert entry["difference"] == {"hits": 2.0, "chance": 2.772}


def test_the_ties_of_prior_counts_cost_them_nothing_beside_polygons() -> None:
    # Two cells held as much before; polygons of one cell's area found as much as lots would have.
    found, cell = inside([3, 1, 0, 0], [6, 2, 1, 1])
    entry = scores(found, cell, 1.0, np.array([5.0, 5, 0, 0]))
    assert (entry["hit_rate"], entry["prior"]["hit_rate"]) == (0.4, 0.4)
    assert entry["difference"]["hits"] == 0


def test_a_later_incident_outside_every_cell_is_caught_by_no_prior_count() -> None:
    found, cell = np.array([True, True]), np.array([0, -1])
    entry = scores(found, cell, 1.0, np.array([5.0, 1, 0, 0]))
    assert entry["difference"] == {"hits": 1.0, "chance": 1.96}
