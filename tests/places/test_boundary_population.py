"""People of imported districts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely

from hotspot.errors import BoundaryError
from hotspot.places.boundary_files import from_geojson, read_boundaries, to_geojson

Write = Callable[..., Path]
WEST, EAST = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)


def read(write: Write, west: Any, east: Any, *, same: bool = False, **given: Any) -> Any:
    codes = ("1", "1") if same else ("1", "2")
    path = write([({"code": codes[0], "people": west}, WEST), ({"code": codes[1], "people": east}, EAST)])
    return read_boundaries(
        path,
        name="beats",
        **({"code_column": "code", "population_column": "people", "population_year": 2020} | given),
    )


def test_people_come_from_their_column_with_year_and_source(geojson_file: Write) -> None:
    found = read(geojson_file, "1,250", 310.0)
    assert found.figures == (
        ("1", 1250, 2020, "column 'people' of beats.geojson"),
        ("2", 310, 2020, "column 'people' of beats.geojson"),
    )
    assert from_geojson(to_geojson(found)).figures == found.figures


def test_a_district_without_a_figure_has_none(geojson_file: Write) -> None:
    assert [row[0] for row in read(geojson_file, None, 310).figures] == ["2"]


def test_parts_of_one_district_say_its_figure_once(geojson_file: Write) -> None:
    assert [row[:2] for row in read(geojson_file, 40, 40, same=True).figures] == [("1", 40)]
    with pytest.raises(BoundaryError, match="40 and 41 people"):
        read(geojson_file, 40, 41, same=True)


@pytest.mark.parametrize("figure", ["many", -1, "nan", "inf", 1e12, "1.234", "1.234,5", "1,23", [1]])
def test_what_is_no_number_of_people_is_refused(geojson_file: Write, figure: Any) -> None:
    with pytest.raises(BoundaryError, match=r"feature 1 has .* no number of people"):
        read(geojson_file, figure, 5)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"population_column": "folk"}, "no column 'folk'. It has: code, people"),
        ({"population_year": None}, "a year from 1800 to 2200"),
        ({"population_year": 20}, "a year from 1800 to 2200"),
        ({"population_column": None}, "needs the column"),
    ],
)
def test_column_and_year_go_together(geojson_file: Write, given: dict[str, Any], said: str) -> None:
    with pytest.raises(BoundaryError, match=said):
        read(geojson_file, 1, 2, **given)


def test_without_either_there_are_no_figures(geojson_file: Write) -> None:
    assert read(geojson_file, 1, 2, population_column=None, population_year=None).figures == ()
