"""Features are found as a plain Python search finds them, and rewritten without being changed."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import numpy as np
import pytest
import shapely

from hotspot.analysis.methods import Field
from hotspot.crs import project_shapes
from hotspot.errors import NotFoundError
from hotspot.ogc import query
from hotspot.ogc.collection import CRS84, WEB_MERCATOR
from hotspot.ogc.features import Features
from hotspot.ogc.query import Query
from hotspot.ogc.reproject import uri

UTM = uri("EPSG:32616")
FIELDS = (
    Field("incidents", "integer", "Incidents"),
    Field("pai", "number", "PAI"),
    Field("district", "string", "District"),
    Field("last_incident", "string", "Last incident"),
)


def town(n: int = 300) -> list[dict]:
    """Cells about Belize City; some without a place, a number, a text or a day."""
    draw = random.Random(5)  # noqa: S311 - invented
    features = []
    for number in range(1, n + 1):
        lon, lat = draw.uniform(-88.3, -88.1), draw.uniform(17.4, 17.6)
        shape = shapely.box(*np.round((lon, lat, lon + 0.005, lat + 0.005), 6))
        features.append(
            {
                "type": "Feature",
                "id": number,
                "geometry": json.loads(shapely.to_geojson(shape)) if draw.random() < 0.95 else None,
                "properties": {
                    "incidents": draw.randrange(9),
                    "pai": round(draw.random(), 3) if draw.random() < 0.8 else None,
                    "district": draw.choice(['BZ "geometry":', 'CZL,"properties":{', "Ñ", None]),
                    "last_incident": f"2026-0{draw.randrange(1, 9)}-15" if draw.random() < 0.9 else None,
                },
            }
        )
    return features


WHOLE = town()


@pytest.fixture
def features() -> Features:
    lines = [json.dumps(each, ensure_ascii=False, separators=(",", ":")).encode() for each in WHOLE]
    return Features(lines, fields=FIELDS)


def ids(features: Features, asked: Query) -> list[int]:
    return [json.loads(line)["id"] for line in features.found(asked).lines]


def everything(**more: object) -> Query:
    return replace(Query(limit=10_000, day="last_incident"), **more)


def values(name: str) -> dict[int, object]:
    return {each["id"]: each["properties"][name] for each in WHOLE}


def test_pages_follow_each_other(features: Features) -> None:
    found = features.found(Query(limit=7, offset=14))
    assert (list(found.lines), found.matched) == (list(features.lines[14:21]), len(WHOLE))
    assert features.found(Query(offset=10**15)).lines == ()
    assert features.found(Query(limit=7, offset=296)).lines == features.lines[296:]


@pytest.mark.parametrize(
    ("name", "value"), [("incidents", 3.0), ("district", "Ñ"), ("pai", 0.5), ("district", "nowhere")]
)
def test_a_property_is_found_by_its_value(features: Features, name: str, value: object) -> None:
    expected = [number for number, held in values(name).items() if held == value]
    assert ids(features, everything(equal=((name, value),))) == expected


def test_a_box_finds_what_it_touches_and_what_has_no_place(features: Features) -> None:
    box = (-88.2, 17.45, -88.15, 17.5)
    expected = [
        each["id"]
        for each in WHOLE
        if each["geometry"] is None
        or shapely.intersects(shapely.geometry.shape(each["geometry"]), shapely.box(*box))
    ]
    assert ids(features, everything(boxes=(box,))) == expected
    assert 0 < len(expected) < len(WHOLE)


def test_a_box_in_metres_is_straight_in_metres(features: Features) -> None:
    box = (368_000.0, 1_928_000.0, 376_000.0, 1_936_000.0)
    asked = query.read([("bbox", ",".join(map(str, box))), ("bbox-crs", UTM)], FIELDS, crs=(CRS84, UTM))
    shapes = project_shapes(
        [None if f["geometry"] is None else shapely.geometry.shape(f["geometry"]) for f in WHOLE],
        "EPSG:32616",
    )
    expected = [
        f["id"]
        for f, s in zip(WHOLE, shapes, strict=True)
        if s is None or shapely.intersects(s, shapely.box(*box))
    ]
    assert ids(features, replace(asked, limit=10_000)) == expected
    assert 0 < len(expected) < len(WHOLE)


def test_a_box_in_web_mercator_finds_what_the_same_box_in_degrees_does(features: Features) -> None:
    degrees = ids(features, everything(boxes=((-88.2, 17.45, -88.15, 17.5),)))
    west, south, east, north = shapely.bounds(
        project_shapes([shapely.box(-88.2, 17.45, -88.15, 17.5)], "EPSG:3857")[0]
    )
    asked = query.read([("bbox", f"{west},{south},{east},{north}"), ("bbox-crs", WEB_MERCATOR)], FIELDS)
    assert ids(features, replace(asked, limit=10_000)) == degrees


@pytest.mark.parametrize(
    "text", ["2026-03-15", "2026-03-01/2026-05-15", "../2026-02-01", "2026-06-15T12:00:00Z/..", "1999-01-01"]
)
def test_a_span_finds_the_days_that_meet_it_and_what_has_no_day(features: Features, text: str) -> None:
    span = query.span(text)
    expected = [n for n, day in values("last_incident").items() if day is None or span.meets(day)]
    assert ids(features, everything(span=span)) == expected


@pytest.mark.parametrize("name", ["incidents", "pai", "district", "last_incident"])
@pytest.mark.parametrize("descending", [False, True])
def test_a_sort_is_stable_and_puts_what_is_missing_last(
    features: Features, name: str, descending: bool
) -> None:
    held = values(name)
    there = sorted((n for n, v in held.items() if v is not None), key=lambda n: held[n], reverse=False)
    if descending:
        there = sorted(there, key=lambda n: held[n], reverse=True)
    there = sorted(sorted(there), key=lambda n: held[n], reverse=descending)
    assert ids(features, everything(sort=((name, descending),))) == [
        *there,
        *(n for n, v in held.items() if v is None),
    ]


def test_the_first_of_several_keys_counts_most(features: Features) -> None:
    number, text = values("incidents"), values("district")
    expected = sorted(number, key=lambda n: (-number[n], text[n] is None, text[n] or "", n))
    assert ids(features, everything(sort=(("incidents", True), ("district", False)))) == expected


def test_a_sorted_answer_can_be_narrowed_and_paged(features: Features) -> None:
    box = (-88.25, 17.42, -88.15, 17.55)
    asked = everything(boxes=(box,), sort=(("pai", True),))
    inside = set(ids(features, everything(boxes=(box,))))
    expected = [n for n in ids(features, everything(sort=(("pai", True),))) if n in inside]
    assert ids(features, asked) == expected
    assert ids(features, replace(asked, limit=5, offset=5)) == expected[5:10]
    assert features.found(replace(asked, limit=5)).matched == len(expected)


def test_features_keep_their_geometry_and_some_properties(features: Features) -> None:
    found = features.found(everything(keep=("pai", "district"), offset=3))
    for line, each in zip(found.lines, WHOLE[3:], strict=True):
        whole = each["properties"]
        assert json.loads(line) == {
            **each,
            "properties": {"pai": whole["pai"], "district": whole["district"]},
        }


def test_features_can_come_without_geometry(features: Features) -> None:
    found = features.found(everything(geometry=False, crs=UTM))
    assert [json.loads(line) for line in found.lines] == [{**each, "geometry": None} for each in WHOLE]


def test_no_property_at_all_is_an_empty_object(features: Features) -> None:
    (line,) = features.found(Query(limit=1, keep=())).lines
    assert json.loads(line) == {**WHOLE[0], "properties": {}}


@pytest.mark.parametrize("crs", [WEB_MERCATOR, UTM])
def test_coordinates_are_given_in_metres_east_before_north(features: Features, crs: str) -> None:
    code = f"EPSG:{crs.rpartition('/')[2]}"
    found = features.found(everything(crs=crs))
    assert found.matched == len(found.lines) == len(WHOLE)
    for line, each in zip(found.lines, WHOLE, strict=True):
        given = json.loads(line)
        assert given["properties"] == each["properties"]
        if each["geometry"] is None:
            assert given["geometry"] is None
            continue
        expected = project_shapes([shapely.geometry.shape(each["geometry"])], code)[0]
        moved = shapely.geometry.shape(given["geometry"])
        assert np.abs(shapely.get_coordinates(moved) - shapely.get_coordinates(expected)).max() <= 0.00501
        assert moved.exterior.is_ccw == shapely.geometry.shape(each["geometry"]).exterior.is_ccw
    if crs == UTM:
        x, y = shapely.get_coordinates(moved)[0]
        assert 300_000 < x < 400_000
        assert 1_900_000 < y < 2_000_000


def test_one_feature_is_given_in_metres_too(features: Features) -> None:
    (line,) = features.found(Query(limit=1, offset=6, crs=UTM)).lines
    assert features.get(7, crs=UTM) == line
    assert features.get(7) == features.lines[6]
    with pytest.raises(NotFoundError, match="It has 300"):
        features.get(301, crs=UTM)


def test_a_place_that_a_crs_cannot_show_is_null() -> None:
    pole = b'{"type":"Feature","id":1,"geometry":{"type":"Point","coordinates":[0,90]},"properties":{"a":1}}'
    (line,) = Features([pole]).found(Query(crs=WEB_MERCATOR)).lines
    assert (
        json.loads(line)["geometry"] is None or np.isfinite(json.loads(line)["geometry"]["coordinates"]).all()
    )


def test_columns_are_as_filters_take_them(features: Features) -> None:
    columns = features.columns
    assert len(columns) == len(WHOLE)
    assert columns.values("incidents").dtype == columns.values("pai").dtype == np.float64
    assert [None if np.isnan(v) else v for v in columns.values("pai")] == list(values("pai").values())
    assert columns.values("district").tolist() == list(values("district").values())
    starts, ends = columns.moments("last_incident")
    assert starts.dtype == ends.dtype == np.dtype("datetime64[us]")
    assert np.isnat(starts).tolist() == [day is None for day in values("last_incident").values()]
    assert shapely.is_missing(columns.shapes).tolist() == [each["geometry"] is None for each in WHOLE]


def test_types_are_seen_where_nothing_is_said_of_them() -> None:
    line = b'{"type":"Feature","id":1,"geometry":null,"properties":{"n":1,"t":"x","b":true,"z":null}}'
    columns = Features([line]).columns
    assert columns.values("n").dtype == np.float64
    assert [columns.values(name).tolist() for name in "tbz"] == [["x"], [True], [None]]
    assert columns.values("missing").tolist() == [None]


def test_nothing_at_all_is_answered_too() -> None:
    empty = Features([], fields=FIELDS)
    asked = everything(
        boxes=((0, 0, 1, 1),), span=query.span("2026-01-01"), equal=(("pai", 1.0),), sort=(("pai", True),)
    )
    for each in (Query(), asked, replace(asked, crs=UTM, keep=("pai",)), Query(crs=UTM)):
        found = empty.found(each)
        assert (list(found.lines), found.matched) == ([], 0)
    assert empty.bbox is None


def test_what_is_made_of_the_lines_counts_as_held(features: Features) -> None:
    before = features.size
    features.found(everything(crs=UTM, sort=(("pai", True),), boxes=((-89, 17, -88, 18),)))
    features.found(everything(keep=("pai",)))
    assert features.size > before + len(WHOLE) * 100
