"""Parts 2 and 3 and the drafts of 6 and 8 at the doors: in metres, filtered, sorted, with less in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import shapely

from hotspot.crs import project_shapes
from hotspot.ogc.collection import CRS84, WEB_MERCATOR

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

UTM = "http://www.opengis.net/def/crs/EPSG/0/32616"


def get(client: FlaskClient, address: str, **arguments: Any) -> Any:
    answer = client.get(address, query_string=arguments or None)
    assert answer.status_code == 200, answer.text
    return json.loads(answer.data)


@pytest.fixture
def cells(layer_ids: dict[str, str]) -> str:
    return f"/ogc/collections/{layer_ids['gi_star']}/items"


def problem(client: FlaskClient, address: str, **arguments: str) -> str:
    answer = client.get(address, query_string=arguments)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json"), answer.text
    return str(json.loads(answer.data)["detail"])


@pytest.mark.parametrize("crs", [CRS84, WEB_MERCATOR, UTM])
def test_the_header_names_the_reference_system_of_the_coordinates(
    client: FlaskClient, cells: str, crs: str
) -> None:
    for address in (cells, f"{cells}/3"):
        assert client.get(address).headers["Content-Crs"] == f"<{CRS84}>"
        assert client.get(address, query_string={"crs": crs}).headers["Content-Crs"] == f"<{crs}>"


@pytest.mark.parametrize("crs", [WEB_MERCATOR, UTM])
def test_coordinates_come_in_metres_easting_first(client: FlaskClient, cells: str, crs: str) -> None:
    degrees = get(client, cells)["features"]
    metres = get(client, cells, crs=crs)["features"]
    expected = project_shapes(
        [shapely.geometry.shape(f["geometry"]) for f in degrees], f"EPSG:{crs.rpartition('/')[2]}"
    )
    moved = [shapely.geometry.shape(f["geometry"]) for f in metres]
    assert all(a.equals_exact(b, 0.01) for a, b in zip(moved, expected, strict=True))
    assert [f["properties"] for f in metres] == [f["properties"] for f in degrees]
    assert get(client, f"{cells}/3", crs=crs)["geometry"] == metres[2]["geometry"]


def test_the_links_of_a_page_keep_its_reference_system_and_everything_else(
    client: FlaskClient, cells: str
) -> None:
    page = get(client, cells, crs=UTM, sortby="-incidents", limit=3, properties="incidents")
    links = {link["rel"]: link["href"] for link in page["links"] if link["type"] == "application/geo+json"}
    following = get(client, links["next"])
    assert following["features"][0]["geometry"]["coordinates"][0][0][0] > 100_000
    assert set(following["features"][0]["properties"]) == {"incidents"}
    numbers = [f["properties"]["incidents"] for f in page["features"] + following["features"]]
    assert numbers == sorted(numbers, reverse=True)


def test_a_box_in_metres_finds_what_the_same_box_in_degrees_does(client: FlaskClient, cells: str) -> None:
    feature = get(client, f"{cells}/9")
    inner = shapely.geometry.shape(feature["geometry"]).centroid.buffer(0.0004)
    degrees = get(client, cells, bbox=",".join(map(str, inner.bounds)))
    assert [f["id"] for f in degrees["features"]] == [9]
    for crs in (WEB_MERCATOR, UTM):
        box = project_shapes([inner], f"EPSG:{crs.rpartition('/')[2]}")[0].bounds
        found = get(client, cells, **{"bbox": ",".join(map(str, box)), "bbox-crs": crs})
        assert [f["id"] for f in found["features"]] == [9]


@pytest.mark.parametrize("name", ["crs", "bbox-crs", "filter-crs"])
def test_latitude_first_is_refused_with_the_systems_there_are(
    client: FlaskClient, cells: str, name: str
) -> None:
    said = problem(client, cells, **{name: "http://www.opengis.net/def/crs/EPSG/0/4326"})
    assert all(part in said for part in (name, "EPSG/0/4326", CRS84, WEB_MERCATOR, UTM))


def test_one_feature_takes_crs_and_f_and_nothing_else(client: FlaskClient, cells: str) -> None:
    assert "crs" in problem(client, f"{cells}/3", crs="EPSG:3857")
    assert "limit" in problem(client, f"{cells}/3", limit="1")
    answer = client.get(f"{cells}/3?crs={CRS84}&crs={UTM}")
    assert answer.status_code == 400


def test_features_come_sorted_with_some_properties_and_no_geometry(client: FlaskClient, cells: str) -> None:
    whole = get(client, cells, limit=10_000)["features"]
    found = get(
        client,
        cells,
        sortby="-incidents,district",
        properties="district,incidents",
        skipGeometry="true",
        limit=10_000,
    )
    order = sorted(whole, key=lambda f: (-f["properties"]["incidents"], f["properties"]["district"], f["id"]))
    assert [f["id"] for f in found["features"]] == [f["id"] for f in order]
    assert all(f["geometry"] is None for f in found["features"])
    assert all(list(f["properties"]) == ["incidents", "district"] for f in found["features"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sortby", "nothing"),
        ("sortby", "-incidents,incidents"),
        ("properties", "nothing"),
        ("properties", ""),
        ("skipGeometry", "yes"),
        ("filter-lang", "cql2-json"),
        ("filter", "nothing > 3"),
        ("filter", "incidents >"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(
    client: FlaskClient, cells: str, name: str, value: str
) -> None:
    assert name in problem(client, cells, **{name: value})


def test_a_filter_narrows_with_everything_else(client: FlaskClient, cells: str) -> None:
    whole = get(client, cells, limit=10_000)["features"]
    expected = [f["id"] for f in whole if f["properties"]["incidents"] >= 3]
    for language in ("cql2-text", "cql-text"):
        found = get(client, cells, filter="incidents >= 3", limit=10_000, **{"filter-lang": language})
        assert [f["id"] for f in found["features"]] == expected
    both = get(client, cells, filter="incidents >= 3", district="nowhere")
    assert both["numberMatched"] == 0
    assert 0 < len(expected) < len(whole)


def test_every_way_of_asking_has_an_etag_of_its_own_and_is_kept(client: FlaskClient, cells: str) -> None:
    asked = (
        {},
        {"crs": UTM},
        {"sortby": "-incidents"},
        {"properties": "incidents"},
        {"skipGeometry": "true"},
        {"filter": "incidents > 2"},
    )
    tags = [client.get(cells, query_string=each).headers["ETag"] for each in asked]
    assert len(set(tags)) == len(tags)
    for each, tag in zip(asked, tags, strict=True):
        again = client.get(cells, query_string=each, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
    ones = [client.get(f"{cells}/3", query_string=each).headers["ETag"] for each in ({}, {"crs": UTM})]
    assert len(set(ones)) == 2


def test_a_head_request_has_the_headers_of_the_answer(client: FlaskClient, cells: str) -> None:
    for address in (cells, f"{cells}/3"):
        head, whole = client.head(address), client.get(address)
        assert head.data == b""
        for name in ("ETag", "Content-Crs", "Content-Type", "Content-Length"):
            assert head.headers[name] == whole.headers[name]


def test_the_page_of_features_has_controls_that_work_without_a_script(
    client: FlaskClient, cells: str
) -> None:
    page = client.get(f"{cells}?f=html")
    for name in ("filter", "bbox", "sortby", "properties", "crs", "bbox-crs", "limit", "skipGeometry"):
        assert f'name="{name}"' in page.text
    # A form sends every field, most of them empty.
    sent = {
        "f": "html",
        "filter": "incidents >= 3",
        "bbox": "",
        "sortby": "-incidents",
        "properties": "incidents,district",
        "crs": "",
        "bbox-crs": "",
        "limit": "10",
    }
    found = client.get(cells, query_string=sent)
    assert found.status_code == 200
    expected = get(client, cells, filter="incidents >= 3", sortby="-incidents", limit=10)
    assert found.text.count('<tr><th scope="row">') == len(expected["features"])
    assert f"of {expected['numberMatched']}<" in found.text
    assert "filter=incidents+%3E%3D+3" in found.text
    assert 'value="incidents &gt;= 3"' in found.text
    assert '<th scope="col" class="n">Incidents' in found.text
    assert "Prior" not in found.text.partition("<table")[2]


def test_the_pages_lead_on_and_back(client: FlaskClient, cells: str) -> None:
    page = client.get(f"{cells}?f=html&limit=10&offset=10&sortby=-incidents")
    assert 'rel="next"' in page.text
    assert 'rel="prev"' in page.text
    assert "offset=20" in page.text
    assert "offset=0" in page.text


def test_a_page_for_people_says_what_is_wrong_too(client: FlaskClient, cells: str) -> None:
    answer = client.get(cells, query_string={"f": "html", "filter": "<script>alert(1)</script>"})
    assert answer.status_code == 400
    assert answer.content_type.startswith("text/html")
    assert "<script>alert" not in answer.text


def test_the_time_is_asked_for_only_where_there_is_one(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    for method, expected in (("gi_star", False), ("dbscan", True)):
        page = client.get(f"/ogc/collections/{layer_ids[method]}/items?f=html")
        assert ('name="datetime"' in page.text) is expected


def test_no_property_has_the_name_of_a_parameter(app: Flask) -> None:
    from hotspot.ogc.query import PARAMETERS

    for collection in app.extensions["hotspot"].collections():
        assert not {f.name for f in collection.fields} & {*PARAMETERS, "f"}


def test_the_definition_names_what_each_collection_takes(client: FlaskClient, cells: str) -> None:
    document = get(client, "/ogc/api", f="json")
    shared = document["components"]["parameters"]
    operation = document["paths"][cells.removeprefix("/ogc")]["get"]
    named = {
        (p := shared[given["$ref"].rpartition("/")[2]] if "$ref" in given else given)["name"]: p
        for given in operation["parameters"]
    }
    assert named["filter-lang"]["schema"]["enum"] == ["cql2-text", "cql-text"]
    assert named["crs"]["schema"]["enum"] == [CRS84, WEB_MERCATOR, UTM]
    assert named["crs"]["schema"]["default"] == CRS84
    assert "-incidents" in named["sortby"]["schema"]["items"]["enum"]
    assert "incidents" in named["properties"]["schema"]["items"]["enum"]
    for parameter in named.values():
        assert (parameter["style"], parameter["explode"]) == ("form", False)
    for name in named:
        answer = client.get(cells, query_string={name: "\x00"})
        assert answer.status_code in (200, 400), name


def test_features_that_grow_push_out_those_asked_for_longest_ago(
    app: Flask, client: FlaskClient, layer_ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = app.extensions["hotspot"]
    first, second = (f"/ogc/collections/{layer_ids[method]}/items" for method in ("gi_star", "dbscan"))
    get(client, first)
    held = shelf.features(layer_ids["gi_star"])
    get(client, second)
    sizes = [shelf.features(layer_ids[method]).size for method in ("gi_star", "dbscan")]
    # With what keys and bookkeeping of both take.
    monkeypatch.setattr(shelf._features, "_keep_bytes", sum(sizes) + 800)
    get(client, second, crs=UTM)
    assert shelf.features(layer_ids["gi_star"]) is not held
    assert get(client, first)["numberMatched"] > 0


def test_the_list_of_collections_needs_no_proj(app: Flask, repository: Any) -> None:
    import os
    import subprocess
    import sys

    script = (
        "import sys; from wsgi import app; client = app.test_client()\n"
        "assert client.get('/ogc/collections').status_code == 200\n"
        "assert client.get('/ogc/collections/districts-bz/items?bbox=-89,17,-88,18').status_code == 200\n"
        "assert 'pyproj' not in sys.modules\n"
    )
    folder = app.extensions["hotspot"].store.settings.data_dir
    subprocess.run(
        [sys.executable, "-c", script],
        cwd=repository,
        env={**os.environ, "HOTSPOT_DATA_DIR": str(folder)},
        check=True,
    )
