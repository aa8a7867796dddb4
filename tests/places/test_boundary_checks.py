from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from hotspot.errors import BoundaryError, LimitError
from hotspot.places import boundary_checks
from hotspot.places.boundary_files import read_boundaries

Write = Callable[..., Path]
WEST, EAST = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)


def test_an_outline_that_crosses_itself_is_repaired_and_said(geojson_file: Write) -> None:
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    found = read_boundaries(geojson_file([({"code": "A"}, bow), ({"code": "B"}, EAST)]), name="beats")
    assert shapely.is_valid(found.geometry).all()
    assert found.geometry[0].area == pytest.approx(0.5)
    assert "Feature 1 (A): its outline crossed or touched itself and was repaired." in found.notes


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (None, "no outline"),
        (shapely.Polygon(), "no outline"),
        (shapely.Point(0, 0), "Point without any area"),
        (shapely.LineString([(0, 0), (1, 1)]), "LineString without any area"),
        (shapely.Polygon([(0, 0), (1, 1), (2, 2), (0, 0)]), "Polygon without any area"),
    ],
)
def test_what_is_no_area_is_left_out_and_refused_where_nothing_else_is(
    geojson_file: Write, shape: object, why: str
) -> None:
    found = read_boundaries(geojson_file([({"code": "A"}, shape), ({"code": "B"}, EAST)]), name="beats")
    assert found.codes == ("B",)
    assert any("Feature 1 (A): left out" in note and why in note for note in found.notes)
    with pytest.raises(BoundaryError, match=f"holds no polygon.*{why}"):
        read_boundaries(geojson_file([({"code": "A"}, shape)]), name="beats")


def test_the_areas_of_a_collection_are_kept(geojson_file: Write) -> None:
    mixed = shapely.GeometryCollection([WEST, shapely.Point(5, 5)])
    found = read_boundaries(geojson_file([({"code": "A"}, mixed)]), name="beats")
    assert found.geometry[0].equals(WEST)
    assert any("only the areas of this GeometryCollection were kept" in note for note in found.notes)


def test_heights_are_dropped(geojson_file: Write) -> None:
    found = read_boundaries(geojson_file([({"code": "A"}, shapely.force_3d(WEST, 7))]), name="beats")
    assert not shapely.has_z(found.geometry).any()


def test_metres_passed_off_as_degrees_are_refused_with_the_remedy(geojson_file: Write) -> None:
    path = geojson_file([({"code": "A"}, shapely.box(360_000, 1_900_000, 370_000, 1_910_000))])
    with pytest.raises(BoundaryError, match=r"not degrees of longitude and latitude.*WGS 84"):
        read_boundaries(path, name="beats")


def test_districts_that_overlap_much_are_refused_by_name(geojson_file: Write) -> None:
    path = geojson_file([({"code": "all"}, shapely.box(0, 0, 2, 1)), ({"code": "W"}, WEST)])
    with pytest.raises(BoundaryError, match=r"districts W and all overlap by 100%.*one level"):
        read_boundaries(path, name="beats")


def test_districts_that_overlap_a_little_are_noted(geojson_file: Write) -> None:
    path = geojson_file([({"code": "E"}, EAST), ({"code": "W"}, shapely.box(0, 0, 1.01, 1))])
    found = read_boundaries(path, name="beats")
    assert "1 pair of districts overlaps slightly: a point in both belongs to the lower code." in found.notes


def test_neighbours_that_only_touch_are_not_noted(geojson_file: Write) -> None:
    found = read_boundaries(geojson_file([({"code": "E"}, EAST), ({"code": "W"}, WEST)]), name="beats")
    assert len(found.notes) == 1


def test_too_many_vertices_are_refused(geojson_file: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundary_checks, "MOST_VERTICES", 4)
    with pytest.raises(LimitError, match="has 5 vertices; boundaries may have 4"):
        read_boundaries(geojson_file([({"code": "E"}, EAST)]), name="beats")
