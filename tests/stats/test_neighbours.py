"""Who is whose neighbour: points within a distance, and districts that touch."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from shapely.affinity import rotate, translate

from hotspot.crs import project_shapes
from hotspot.errors import ParameterError
from hotspot.places.boundaries import load
from hotspot.places.study_area import study_area
from hotspot.stats.lattice import Lattice
from hotspot.stats.neighbours import band_neighbours, polygon_neighbours

Ints = NDArray[np.int64]


def squares(col: Ints, row: Ints, size: float = 100.0) -> NDArray[np.object_]:
    return np.asarray(shapely.box(col * size, row * size, (col + 1) * size, (row + 1) * size), dtype=object)


def districts(name: str) -> NDArray[np.object_]:
    there = load(name)
    return project_shapes(there.geometry, study_area(there).crs)


def linked(polygons: NDArray[np.object_]) -> NDArray[np.float64]:
    return np.asarray(polygon_neighbours(polygons).matrix.toarray())


def test_squares_that_share_an_edge_or_a_corner_are_neighbours() -> None:
    # Three in a row, one that meets the third at a corner, one far away.
    near = linked(squares(np.array([0, 1, 2, 3, 9]), np.array([0, 0, 0, 1, 9])))
    assert near.tolist() == [
        [1, 1, 0, 0, 0],
        [1, 1, 1, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 1, 1, 0],
        [0, 0, 0, 0, 1],
    ]


@pytest.mark.parametrize("size", [25.0, 1_000.0])
def test_cells_as_polygons_have_the_neighbours_of_the_grid(cells: tuple[Ints, Ints], size: float) -> None:
    values = np.random.default_rng(1).poisson(1.0, len(cells[0]))
    polygons = squares(*cells, size)
    for distance, reach in ((None, None), (2.5 * size, 2.5)):
        near = polygon_neighbours(polygons, distance=distance)
        grid = Lattice.of(*cells, "square").within(reach)
        assert near.number.tolist() == grid.number.tolist()
        assert near.sums(values).tolist() == grid.sums(values).tolist()


def test_a_sliver_between_outlines_does_not_part_neighbours_and_a_street_does() -> None:
    apart = [shapely.box(0, 0, 1_000, 1_000), shapely.box(1_009, 0, 2_000, 1_000)]
    assert polygon_neighbours(apart).number.tolist() == [2, 2]
    apart[1] = shapely.box(1_011, 0, 2_000, 1_000)
    assert polygon_neighbours(apart).number.tolist() == [1, 1]
    # However wide the districts are, 50 m are a gap.
    wide = [shapely.box(0, 0, 9e4, 9e4), shapely.box(9e4 + 51, 0, 18e4, 9e4)]
    assert polygon_neighbours(wide).number.tolist() == [1, 1]


def test_overlapping_districts_and_one_inside_another_are_neighbours() -> None:
    outer = shapely.box(0, 0, 1_000, 1_000)
    assert polygon_neighbours([outer, shapely.box(990, 0, 2_000, 1_000)]).number.tolist() == [2, 2]
    assert polygon_neighbours([outer, shapely.box(400, 400, 500, 500)]).number.tolist() == [2, 2]


@pytest.mark.parametrize("name", ["BZ", "GY", "JM", "TT"])
def test_real_districts_have_the_neighbours_of_queen_contiguity(name: str) -> None:
    polygons = districts(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import geopandas
        from libpysal.graph import Graph

        queen = Graph.build_contiguity(geopandas.GeoSeries(polygons), rook=False, strict=False)
    expected = queen.sparse.toarray() + np.eye(len(polygons))
    assert linked(polygons).tolist() == expected.tolist()


def test_an_island_has_itself_only() -> None:
    polygons = districts("BS")
    alone = polygon_neighbours(polygons).number == 1
    assert 0 < alone.sum() < len(polygons)


@pytest.mark.parametrize("distance", [None, 100.0])
def test_no_district_and_one_district_have_nobody(distance: float | None) -> None:
    one = squares(np.array([4]), np.array([2]))
    near = polygon_neighbours(one, distance=distance)
    assert (near.number.tolist(), near.sums([7]).tolist()) == ([1], [7])
    none = polygon_neighbours(one[:0], distance=distance)
    assert (none.number.tolist(), none.sums([]).tolist()) == ([], [])


def test_turning_moving_and_reordering_districts_changes_no_neighbour() -> None:
    polygons = districts("JM")
    near = linked(polygons)
    turned = np.array([translate(rotate(p, 37, origin=(0, 0)), 5e4, -9e4) for p in polygons], dtype=object)
    assert linked(turned).tolist() == near.tolist()
    order = np.random.default_rng(2).permutation(len(polygons))
    assert linked(polygons[order]).tolist() == near[np.ix_(order, order)].tolist()


def test_a_distance_below_nothing_is_refused() -> None:
    with pytest.raises(ParameterError, match="0 or more"):
        polygon_neighbours(squares(np.arange(2), np.arange(2)), distance=-1)
    with pytest.raises(ParameterError, match="0 or more"):
        band_neighbours([0], [0], distance=float("nan"))
