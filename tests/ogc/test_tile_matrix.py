from __future__ import annotations

from itertools import pairwise

import pyproj
import pytest

from hotspot.errors import NotFoundError, ParameterError
from hotspot.ogc import tile_matrix


def test_each_level_has_twice_the_tiles_a_side_and_half_the_scale() -> None:
    matrices = tile_matrix.document()["tileMatrices"]
    assert [matrix["id"] for matrix in matrices] == [str(level) for level in range(23)]
    for before, after in pairwise(matrices):
        assert after["matrixWidth"] == 2 * before["matrixWidth"]
        assert after["scaleDenominator"] == pytest.approx(before["scaleDenominator"] / 2)


def test_it_is_the_registered_set() -> None:
    # The numbers of the register of OGC for level 12.
    level = tile_matrix.document()["tileMatrices"][12]
    assert level["scaleDenominator"] == pytest.approx(136494.693366386)
    assert level["cellSize"] == pytest.approx(38.2185141425881)
    assert level["pointOfOrigin"] == [-20037508.3427892, 20037508.3427892]
    assert (level["matrixWidth"], level["tileWidth"]) == (4096, 256)


def test_metres_are_those_of_epsg_3857() -> None:
    there = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    for point in ((-88.19, 17.5), (174.8, -41.3), (0, 0), (-180, 85.05)):
        assert tile_matrix.metres(*point) == pytest.approx(there.transform(*point), abs=1e-6)


@pytest.mark.parametrize(
    ("matrix", "row", "column", "parameter"),
    [
        ("23", "0", "0", "tileMatrix"),
        ("-1", "0", "0", "tileMatrix"),
        ("x", "0", "0", "tileMatrix"),
        ("1" * 5000, "0", "0", "tileMatrix"),
        ("3", "8", "0", "tileRow"),
        ("3", "1.5", "0", "tileRow"),
        ("3", "0", "8", "tileCol"),
        ("3", "0", "١", "tileCol"),
        ("0", "0", "1", "tileCol"),
    ],
)
def test_an_address_that_names_no_tile_is_refused_by_parameter(
    matrix: str, row: str, column: str, parameter: str
) -> None:
    with pytest.raises(ParameterError) as refused:
        tile_matrix.read(matrix, row, column)
    assert refused.value.parameter == parameter
    assert len(str(refused.value)) < 200


def test_only_one_matrix_set_is_known() -> None:
    tile_matrix.known("WebMercatorQuad")
    with pytest.raises(NotFoundError, match="WebMercatorQuad"):
        tile_matrix.known("WorldCRS84Quad")


def test_the_corners_of_the_world_lie_in_the_corner_tiles() -> None:
    assert tile_matrix.tile_at(-180, 90, 22) == tile_matrix.Tile(22, 0, 0)
    assert tile_matrix.tile_at(180, -90, 22) == tile_matrix.Tile(22, 2**22 - 1, 2**22 - 1)
