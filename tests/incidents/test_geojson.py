"""GeoJSON points, well made and otherwise."""

from __future__ import annotations

import json

import pytest

from hotspot.errors import InputError, LimitError
from hotspot.incidents.read import read_raw


def collection(*features, **more) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more})


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def point(lon, lat):
    return {"type": "Point", "coordinates": [lon, lat]}


def test_points_become_columns_and_features_are_numbered(write):
    text = collection(
        feature(point(-88.2, 17.5), id="007", date="2024-03-01", n=None),
        feature({"type": "MultiPoint", "coordinates": [[-88.3, 17.6]]}, id=8, date=" "),
        feature(None, id="009", place="Dangriga"),
    )
    raw = read_raw(write(text, "incidents.geojson"))
    assert raw.format == "geojson"
    assert raw.row.tolist() == [1, 2, 3]
    assert raw.frame["id"].tolist() == ["007", "8", "009"]
    assert raw.frame["lon"].tolist()[:2] == ["-88.2", "-88.3"]
    assert raw.frame["lat"].isna().tolist() == [False, False, True]
    assert raw.frame["date"].isna().tolist() == [False, True, True]


def test_what_is_not_one_point_is_set_aside(write):
    line = {"type": "LineString", "coordinates": [[0, 1], [2, 3]]}
    raw = read_raw(write(collection(feature(line, id="1"), 5, feature(point(1, 2), id="3"), feature("x"))))
    assert raw.row.tolist() == [3]
    assert raw.set_aside["row"].tolist() == [1, 2, 4]
    assert set(raw.set_aside["reason"]) == {"not_a_point"}
    assert "this feature is LineString" in raw.set_aside["message"].iloc[0]


def test_a_property_called_lon_does_not_hide_the_point(write):
    raw = read_raw(write(collection(feature(point(1, 2), lon="x", lat="y"))))
    assert raw.frame.iloc[0].to_dict() == {
        "lon (property)": "x",
        "lat (property)": "y",
        "lon": "1",
        "lat": "2",
    }


def test_nan_and_endless_numbers_spoil_their_own_row_only(cleaned):
    dated = '{"type":"Feature","properties":{"date":"2024-03-01"},"geometry":'
    numbers = ("NaN", "Infinity", "1e400", "9" * 5000, '"x"', "[1]", "-88")
    rows = [f'{dated}{{"type":"Point","coordinates":[{number},17]}}}}' for number in numbers]
    result = cleaned('{"type":"FeatureCollection","features":[' + ",".join(rows) + "]}")
    assert result.table["row"].tolist() == [7]
    assert result.set_aside["row"].tolist() == [1, 2, 3, 4, 5, 6]
    assert set(result.set_aside["reason"]) == {"bad_coordinate"}


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000])
def test_a_hundred_thousand_levels_are_refused(write, text):
    with pytest.raises(LimitError, match="nested far deeper"):
        read_raw(write(text, "deep.geojson"))


@pytest.mark.parametrize("text", ['{"type": "FeatureCollection", "features": [', "{,}", "[1, 2"])
def test_broken_json_says_where(write, text):
    with pytest.raises(InputError, match=r"not valid JSON: line 1, character \d+"):
        read_raw(write(text))


@pytest.mark.parametrize(
    "text", ["{}", "[1]", '{"type": "Topology"}', '{"type":"FeatureCollection","features":5}']
)
def test_other_json_is_refused(write, text):
    with pytest.raises(InputError, match="not GeoJSON"):
        read_raw(write(text))


def test_no_features_are_refused(write):
    with pytest.raises(InputError, match="no features"):
        read_raw(write(collection()))


def test_coordinates_in_another_reference_system_are_refused(write):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32616"}}
    with pytest.raises(InputError, match=r"EPSG::32616.*WGS 84"):
        read_raw(write(collection(feature(point(1, 2)), crs=crs)))


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326"])
def test_degrees_by_any_name_are_accepted(write, name):
    crs = {"type": "name", "properties": {"name": name}}
    assert len(read_raw(write(collection(feature(point(1, 2)), crs=crs))).frame) == 1


def test_nested_properties_stay_as_text(write):
    raw = read_raw(write(collection(feature(point(1, 2), who={"a": [1]}))))
    assert raw.frame["who"].tolist() == ['{"a": [1]}']
