"""Tiles, read again by another implementation: mapbox-vector-tile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.analysis.methods import Field
from hotspot.ogc import tile_thinning
from hotspot.ogc.tile_matrix import EXTENT, Tile, tile_at
from hotspot.ogc.tiles import BUFFER, Tileset, tileset

if TYPE_CHECKING:
    from collections.abc import Iterable

FIELDS = (
    Field("incidents", "integer", "Incidents"),
    Field("z", "number", "z"),
    Field("district_name", "string", "District"),
)
WEST, SOUTH, STEP = -88.22, 17.48, 0.0025


def cells(n: int = 10) -> tuple[Tileset, np.ndarray]:
    """A grid of n by n cells with attributes, and their shapes in degrees."""
    west = WEST + STEP * np.tile(np.arange(n), n)
    south = SOUTH + STEP * np.repeat(np.arange(n), n)
    shapes = shapely.box(west, south, west + STEP, south + STEP)
    numbers = np.arange(n * n, dtype=float)
    held = {
        "incidents": numbers,
        "z": np.where(numbers % 3 == 0, np.nan, numbers / 7 - 3),
        "district_name": np.array([None if i % 5 == 0 else f"Ward {i % 4} ½" for i in range(n * n)], object),
    }
    made = tileset(FIELDS, ids=np.arange(1, n * n + 1), shapes=shapes, column=held.__getitem__)
    return made, shapes


def features(tile: bytes, name: str = "cells") -> list[dict[str, Any]]:
    """The features of a tile, corners in its grid from the north-west."""
    if not tile:
        return []
    (layer,) = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True}).items()
    assert layer[0] == name
    assert (layer[1]["version"], layer[1]["extent"]) == (2, EXTENT)
    found: list[dict[str, Any]] = layer[1]["features"]
    return found


def on_grid(shapes: Iterable[Any], tile: Tile) -> np.ndarray:
    """Shapes in degrees on a tile's grid, by the formulas of the map projection."""

    def move(points: np.ndarray) -> np.ndarray:
        side = EXTENT * 2.0**tile.level
        x = (points[:, 0] + 180) / 360 * side
        y = (1 - np.log(np.tan(np.pi / 4 + np.radians(points[:, 1]) / 2)) / np.pi) / 2 * side
        return np.column_stack([x - tile.column * EXTENT, y - tile.row * EXTENT])

    return np.asarray(shapely.transform(np.asarray(shapes, dtype=object), move))


def around(tile: Tile) -> list[Tile]:
    """A tile and the eight about it."""
    return [
        Tile(tile.level, tile.row + down, tile.column + across)
        for down in (-1, 0, 1)
        for across in (-1, 0, 1)
    ]


def test_every_feature_keeps_its_id_and_its_attributes_with_their_types() -> None:
    made, _ = cells()
    found = features(made.tile(tile_at(WEST + 0.01, SOUTH + 0.01, 10), name="cells"))
    assert [feature["id"] for feature in found] == list(range(1, 101))
    seventh = found[7]["properties"]
    assert seventh == {"incidents": 7, "z": 7 / 7 - 3, "district_name": "Ward 3 ½"}
    assert isinstance(seventh["incidents"], int)
    assert isinstance(seventh["z"], float)
    assert found[0]["properties"] == {"incidents": 0}


def test_shapes_agree_with_the_layer_within_the_rounding_of_the_grid() -> None:
    made, shapes = cells()
    for level in (8, 10, 12):
        tile = tile_at(WEST + 0.0125, SOUTH + 0.0125, level)
        expected = on_grid(shapes, tile)
        for feature in features(made.tile(tile, name="cells")):
            shape = shapely.geometry.shape(feature["geometry"])
            frame = shapely.box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
            original = shapely.intersection(expected[feature["id"] - 1], frame)
            assert shapely.hausdorff_distance(shape.exterior, original.exterior) <= 0.7072
            assert shape.area == pytest.approx(original.area, abs=0.71 * original.length)


def test_the_tiles_of_a_level_together_are_the_layer() -> None:
    made, shapes = cells()
    level = 14
    tiles = {
        tile_at(x, y, level)
        for x in np.arange(WEST, WEST + 0.026, 0.005)
        for y in np.arange(SOUTH, SOUTH + 0.026, 0.005)
    }
    first = min(tiles, key=lambda tile: (tile.column, tile.row))
    parts: dict[int, list[Any]] = {}
    for tile in tiles:
        frame = shapely.box(0, 0, EXTENT, EXTENT)
        for feature in features(made.tile(tile, name="cells")):
            part = shapely.geometry.shape(feature["geometry"]).intersection(frame)
            moved = shapely.transform(
                part,
                lambda points, tile=tile: (
                    points + EXTENT * np.array([tile.column - first.column, tile.row - first.row])
                ),
            )
            parts.setdefault(feature["id"], []).append(moved)
    assert sorted(parts) == list(range(1, 101))
    for number, shape in zip(range(1, 101), on_grid(shapes, first), strict=True):
        whole = shapely.union_all(parts[number])
        assert whole.area == pytest.approx(sum(part.area for part in parts[number]))
        assert shapely.symmetric_difference(whole, shape).area <= 0.71 * shape.length


def test_neighbouring_tiles_meet_without_a_crack() -> None:
    made, _ = cells()
    for level in (13, 14, 15):
        left = tile_at(WEST + 0.0125, SOUTH + 0.0125, level)
        right = Tile(level, left.row, left.column + 1)
        sides = []
        for tile, x in ((left, EXTENT), (right, 0)):
            edge = shapely.LineString([(x, 0), (x, EXTENT)])
            found = {
                f["id"]: shapely.intersection(shapely.geometry.shape(f["geometry"]), edge)
                for f in features(made.tile(tile, name="cells"))
            }
            sides.append({number: part.bounds[1::2] for number, part in found.items() if part.length})
        assert sides[0]
        assert sides[0] == sides[1]


def test_cells_that_touch_on_the_ground_touch_on_the_grid() -> None:
    made, _ = cells()
    found = features(made.tile(tile_at(WEST + 0.0125, SOUTH + 0.0125, 9), name="cells"))
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in found]
    assert shapely.union_all(shapes).area == sum(shape.area for shape in shapes)
    assert shapely.union_all(shapes).geom_type == "Polygon"
    assert not shapely.union_all(shapes).interiors


def test_far_out_the_feature_with_the_most_incidents_stands_for_all_of_its_square() -> None:
    made, _ = cells()
    (one,) = features(made.tile(Tile(0, 0, 0), name="cells"))
    assert one["id"] == 100
    assert shapely.geometry.shape(one["geometry"]).area == 1


def test_a_tile_of_very_many_features_shows_one_in_each_larger_square(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tile_thinning, "MOST", 20)
    made, _ = cells()
    tile = tile_at(WEST + 0.0125, SOUTH + 0.0125, 8)
    found = features(made.tile(tile, name="cells"))
    assert 9 <= len(found) <= 36
    assert {f["id"] for f in found} >= {100}
    for feature in found:
        left, top, right, bottom = shapely.geometry.shape(feature["geometry"]).bounds
        assert (right - left, bottom - top) == (16, 16)
        assert left % 16 == top % 16 == 0


def test_a_feature_thinner_than_a_square_is_drawn_one_square_wide() -> None:
    shape = shapely.box(-90, 17.0, -80, 17.0001)
    made = tileset((), ids=[1], shapes=[shape], column={}.__getitem__)
    (one,) = features(made.tile(Tile(3, 3, 2), name="cells"))
    left, top, right, bottom = shapely.geometry.shape(one["geometry"]).bounds
    assert bottom - top == 1
    assert right - left == pytest.approx(10 / 45 * EXTENT, abs=1)


def test_a_sliver_that_rounding_leaves_nothing_of_is_drawn_as_one_square() -> None:
    tile = tile_at(-88.2, 17.5, 8)
    unit = 360 / 2**8 / EXTENT
    west, south = round(-88.2 / unit) * unit, 17.5
    sliver = shapely.Polygon(
        [(west - 2 * unit, south), (west + 2 * unit, south + 2e-5), (west, south + 4 * unit)]
    )
    thin = shapely.Polygon(
        [(west, south), (west + 3 * unit, south + 3 * unit), (west + 3.1 * unit, south + 3 * unit)]
    )
    made = tileset((), ids=[1, 2], shapes=[sliver, thin], column={}.__getitem__)
    areas = {
        f["id"]: shapely.geometry.shape(f["geometry"]).area for f in features(made.tile(tile, name="cells"))
    }
    assert areas[1] > 4
    assert areas[2] == 1


def test_a_tile_with_nothing_has_no_bytes() -> None:
    made, _ = cells()
    assert made.tile(Tile(4, 0, 0), name="cells") == b""
    none = tileset(FIELDS, ids=[], shapes=[], column=lambda _: np.zeros(0))
    assert none.tile(Tile(0, 0, 0), name="cells") == b""
    nowhere = tileset((), ids=[1, 2], shapes=[None, shapely.Polygon()], column={}.__getitem__)
    assert nowhere.tile(Tile(0, 0, 0), name="cells") == b""


def test_a_hole_stays_a_hole() -> None:
    ring = shapely.box(-89, 17, -88, 18).difference(shapely.box(-88.6, 17.4, -88.4, 17.6))
    made = tileset((), ids=[1], shapes=[ring], column={}.__getitem__)
    tile = tile_at(-88.5, 17.5, 6)
    (one,) = features(made.tile(tile, name="cells"))
    shape = shapely.geometry.shape(one["geometry"])
    assert len(shape.interiors) == 1
    assert shape.area == pytest.approx(on_grid([ring], tile)[0].area, rel=0.01)


def test_what_reaches_over_the_end_of_the_map_is_cut_off_there() -> None:
    made = tileset((), ids=[1], shapes=[shapely.box(-180, -90, 180, 90)], column={}.__getitem__)
    (one,) = features(made.tile(Tile(0, 0, 0), name="cells"))
    assert shapely.geometry.shape(one["geometry"]).bounds == (0, -BUFFER, EXTENT, EXTENT + BUFFER)


@settings(max_examples=40, deadline=None)
@given(
    longitude=st.floats(-179.9, 179.9),
    latitude=st.floats(-84, 84),
    size=st.floats(1e-5, 2),
    corners=st.integers(3, 12),
    level=st.integers(0, 22),
)
def test_whatever_is_drawn_is_valid_and_lies_in_the_buffered_tile(
    longitude: float, latitude: float, size: float, corners: int, level: int
) -> None:
    rng = np.random.default_rng(corners)
    angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
    reach = rng.uniform(0.2, 1, corners) * size
    ring = np.column_stack([longitude + reach * np.cos(angle), latitude + reach * np.sin(angle)])
    shape = shapely.make_valid(shapely.Polygon(ring))
    made = tileset((), ids=[3], shapes=[shape], column={}.__getitem__)
    tile = tile_at(longitude, latitude, level)
    for near in around(tile):
        if not (0 <= near.row < 2**level and 0 <= near.column < 2**level):
            continue
        for feature in features(made.tile(near, name="cells")):
            drawn = shapely.geometry.shape(feature["geometry"])
            assert feature["id"] == 3
            assert drawn.is_valid
            assert drawn.area > 0
            frame = shapely.box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
            assert frame.buffer(1).covers(drawn)


def test_what_is_held_is_counted_in_bytes() -> None:
    small, large = (cells(n)[0].size for n in (2, 20))
    assert 0 < small < large
