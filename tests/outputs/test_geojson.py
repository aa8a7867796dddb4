from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotspot.outputs import geojson

from .conftest import with_text, without_features


def encoded(layer):
    return geojson.split(geojson.encode_layer(layer))


def test_a_feature_by_hand(gi_star_layer):
    first = encoded(gi_star_layer)[0].decode()
    assert first.startswith(
        '{"type":"Feature","id":1,"geometry":{"type":"Polygon","coordinates":[[[-88.2,17.5],'
    )
    assert '"properties":{"incidents":14,"harm":14.0,"neighbours":2,' in first
    assert '"p":1e-12,' in first


def test_missing_values_are_null(gi_star_layer):
    third, fourth = (json.loads(each)["properties"] for each in encoded(gi_star_layer)[2:])
    assert third["density"] is None
    assert fourth["district"] is None
    assert fourth["district_name"] is None


@pytest.mark.parametrize("name", ["gi_star_layer", "dbscan_layer"])
def test_it_says_what_geopandas_says(name, request):
    layer = request.getfixturevalue(name)
    ours = [json.loads(each) for each in encoded(layer)]
    theirs = json.loads(layer.features.to_json(na="null"))["features"]
    for a, b in zip(ours, theirs, strict=True):
        number = b["properties"].pop("id")
        assert (a["id"], a["properties"]) == (number, b["properties"])
        assert shapely.equals(*shapely.from_geojson([json.dumps(each["geometry"]) for each in (a, b)]))


def plainly(layer):
    """The plain form of what is encoded: value by value, feature by feature."""
    features = layer.features
    shapes = shapely.transform(features.geometry.to_numpy(), lambda points: np.round(points, 6) + 0.0)
    for i, shape in enumerate(shapely.orient_polygons(shapes)):
        row = features.drop(columns=["id", "geometry"]).astype(object).iloc[i]
        known = {name: None if pd.isna(value) else geojson.plain(value) for name, value in row.items()}
        properties = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
        start = f'{{"type":"Feature","id":{features["id"].iloc[i]},"geometry":{shapely.to_geojson(shape)}'
        yield f'{start},"properties":{properties}}}'.encode()


numbers = st.floats() | st.sampled_from([0.0, -0.0, 1e16, 1e-5, 0.1 + 0.2, 123456.0])
places = st.tuples(st.floats(-180, 179), st.floats(-90, 89), st.floats(1e-6, 1), st.booleans())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(places, numbers, st.text(max_size=5) | st.none(), st.booleans()), max_size=6))
def test_columns_come_out_to_the_byte_as_value_by_value(gi_star_layer, given_rows):
    boxes = [shapely.box(x, y, x + side, y + side, ccw=ccw) for (x, y, side, ccw), *_ in given_rows]
    holed = [box.difference(box.buffer(-box.length / 16)) for box in boxes[:1]]
    shapes = [*holed, *boxes[1:2], *(shapely.MultiPolygon([box]) for box in boxes[2:3]), *boxes[3:]]
    features = geopandas.GeoDataFrame(
        {
            "id": np.arange(1, len(shapes) + 1),
            "number": np.array([number for _, number, _, _ in given_rows], dtype=np.float64),
            "word": pd.array([word for _, _, word, _ in given_rows], dtype="str"),
            "flag": np.array([flag for *_, flag in given_rows], dtype=bool),
            "count": pd.array([None if flag else 7 for *_, flag in given_rows], dtype="Int64"),
        },
        geometry=np.array(shapes, dtype=object),
        crs="EPSG:4326",
    )
    layer = replace(gi_star_layer, features=features)
    expected = list(plainly(layer))
    assert encoded(layer) == expected


def test_outer_rings_run_anticlockwise(gi_star_layer):
    features = gi_star_layer.features.assign(geometry=gi_star_layer.features.geometry.reverse())
    turned = type(gi_star_layer)(**{**vars(gi_star_layer), "features": features})
    for each in encoded(turned):
        ring = shapely.from_geojson(json.dumps(json.loads(each)["geometry"])).exterior
        assert ring.is_ccw


def test_coordinates_have_six_decimals(gi_star_layer):
    gi_star_layer.features.geometry = gi_star_layer.features.geometry.translate(1e-8 / 3)
    text = geojson.encode_layer(gi_star_layer).decode()
    assert "-88.195," in text
    assert "0000000" not in text


def test_the_collection_is_cut_into_what_it_was_made_of(gi_star_layer):
    whole = json.loads(geojson.encode_layer(gi_star_layer))["features"]
    assert [json.loads(each) for each in encoded(gi_star_layer)] == whole
    assert len(whole) == 4


def test_an_empty_layer_is_an_empty_collection(gi_star_layer):
    content = geojson.encode_layer(without_features(gi_star_layer))
    assert json.loads(content)["features"] == []
    assert geojson.split(content) == []


def test_other_documents_are_not_cut():
    with pytest.raises(ValueError, match="one feature a line"):
        geojson.split(b'{"type":"FeatureCollection","features":[]}')


def test_text_comes_out_literal(gi_star_layer, hostile):
    content = geojson.encode_layer(with_text(gi_star_layer, hostile))
    whole = json.loads(content)
    assert whole["name"] == hostile
    assert {each["properties"]["district_name"] for each in whole["features"]} == {hostile}
    assert len(geojson.split(content)) == 4


def test_plain_values_have_no_numpy_and_no_nan():
    given_values = {
        "a": np.float64("inf"),
        "b": np.arange(2),
        "c": (date(2026, 1, 2), True, None),
        4: np.bool_(1),
    }
    assert geojson.plain(given_values) == {"a": None, "b": [0, 1], "c": ["2026-01-02", True, None], "4": True}


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.dictionaries(texts, texts | st.integers() | st.none(), max_size=3), max_size=5), texts)
def test_any_features_come_back_from_a_collection(properties, title):
    features = [json.dumps({"type": "Feature", "properties": each}).encode() for each in properties]
    content = geojson.feature_collection(features, head={"name": title})
    assert geojson.split(content) == features
    assert json.loads(content)["name"] == title
