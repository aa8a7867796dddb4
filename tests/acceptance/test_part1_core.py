"""OGC API - Features, Part 1 (OGC 17-069r4), class Core: a test for each requirement, as Annex A.2 asks."""

from __future__ import annotations

import http.client
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import shapely

from tests.acceptance.oapif import CRS84, GEOJSON, MOMENT, Api, corners, linked

if TYPE_CHECKING:
    from tests.acceptance.conftest import Site

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]


@pytest.fixture(scope="module")
def dated(listed: list[dict[str, Any]], api: Api) -> str:
    """A layer whose features tell when they happened."""
    named = {each["id"] for each in listed if "last_incident" in {f["name"] for f in each.get("fields", ())}}
    return next(name for name in sorted(named) if api.features(name))


def test_req_core_root_op(api: Api) -> None:
    assert api.ask("/").status == api.ask("").status == 200


def test_req_core_root_success(api: Api) -> None:
    document = api.get("/")
    relations = {link["rel"] for link in document["links"]}
    assert {"conformance", "data"} < relations
    assert relations & {"service-desc", "service-doc"}
    for link in document["links"]:
        answer = api.follow(link["href"], Accept=link["type"])
        assert answer.status == 200, link
        assert kind(answer.headers["Content-Type"]) == kind(link["type"])


def test_req_core_api_definition_op(api: Api) -> None:
    links = [*linked(api.get("/"), "service-desc"), *linked(api.get("/"), "service-doc")]
    assert links
    assert all(api.follow(link["href"]).status == 200 for link in links)


def test_req_core_api_definition_success(api: Api) -> None:
    for link in [*linked(api.get("/"), "service-desc"), *linked(api.get("/"), "service-doc")]:
        answer = api.follow(link["href"], Accept=link["type"])
        assert kind(answer.headers["Content-Type"]) == kind(link["type"])
        assert answer.body


def test_req_core_conformance_op(api: Api) -> None:
    assert api.ask("/conformance").status == 200


def test_req_core_conformance_success(api: Api) -> None:
    declared = api.get("/conformance")["conformsTo"]
    assert len(set(declared)) == len(declared)
    part1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
    assert {f"{part1}/{name}" for name in ("core", "geojson", "html", "oas30")} <= set(declared)


def test_req_core_http(site: Site) -> None:
    server = urlsplit(site.url)
    connection = http.client.HTTPConnection(server.hostname or "", server.port, timeout=60)
    seen = {}
    for method in ("GET", "HEAD", "GET", "DELETE"):
        connection.request(method, "/ogc/conformance", headers={"Accept": "application/json"})
        reply = connection.getresponse()
        assert reply.version == 11
        seen[method] = (reply.status, reply.getheader("Content-Type"), len(reply.read()))
    connection.close()
    assert seen["HEAD"] == (*seen["GET"][:2], 0)
    assert seen["GET"][0] == 200
    assert seen["DELETE"][0] == 405


@pytest.mark.parametrize(
    "path", ["/", "/conformance", "/collections", "/api", "/collections/{}", "/collections/{}/items"]
)
def test_req_core_query_param_unknown(path: str, api: Api, cells: str) -> None:
    answer = api.ask(path.format(cells), unheard_of="1")
    assert answer.status == 400
    assert "unheard_of" in answer.json["detail"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"), ("limit", "-1"), ("limit", "many"), ("limit", "1.5"), ("limit", ""),
        ("offset", "-1"), ("offset", "x"),
        ("bbox", ""), ("bbox", "1,2,3"), ("bbox", "1,2,3,4,5"), ("bbox", "a,b,c,d"), ("bbox", "0,10,1,-10"),
        ("bbox", "0,0,1,inf"), ("bbox", "nan,0,1,1"),
        ("datetime", ""), ("datetime", "yesterday"), ("datetime", "2026-13-01"), ("datetime", "2026-02-30"),
        ("datetime", "2026-02-01/2026-01-01"), ("datetime", "2026-01-01/2026-02-01/2026-03-01"),
        ("datetime", "2026-01-01T00:00:00"), ("f", "xml"), ("incidents", "many"),
    ],
)  # fmt: skip
def test_req_core_query_param_invalid(name: str, value: str, api: Api, cells: str) -> None:
    answer = api.ask(f"/collections/{cells}/items", **{name: value})
    assert (answer.status, kind(answer.headers["Content-Type"])) == (400, "application/problem+json")
    assert name in answer.json["detail"]


def test_req_core_crs84(api: Api, listed: list[dict[str, Any]]) -> None:
    for collection in listed:
        answer = api.ask(f"/collections/{collection['id']}/items", limit=50)
        assert "crs" not in answer.json
        assert answer.headers.get("Content-Crs", f"<{CRS84}>") == f"<{CRS84}>"
        for feature in answer.json["features"]:
            assert all(abs(east) <= 180 and abs(north) <= 90 for east, north in corners(feature))


def test_req_core_fc_md_op(api: Api) -> None:
    assert api.ask("/collections").status == 200


def test_req_core_fc_md_success(api: Api) -> None:
    document = api.get("/collections")
    assert set(document) >= {"links", "collections"}
    for collection in document["collections"]:
        assert collection["id"]
        assert collection["links"]
        assert collection["title"]


def test_req_core_fc_md_links(api: Api) -> None:
    document = api.get("/collections")
    assert [link["type"] for link in linked(document, "self")] == ["application/json"]
    assert "text/html" in [link["type"] for link in linked(document, "alternate")]


def test_req_core_fc_md_items(site: Site, listed: list[dict[str, Any]]) -> None:
    names = [collection["id"] for collection in listed]
    assert len(set(names)) == len(names)
    assert {layer["id"] for layer in site.layers()} <= set(names)


def test_req_core_fc_md_items_links(api: Api, listed: list[dict[str, Any]]) -> None:
    for collection in listed:
        assert all(link["rel"] and link["type"] for link in collection["links"])
        links = linked(collection, "items")
        assert {kind(link["type"]) for link in links} == {GEOJSON, "text/html"}
        for link in links:
            answer = api.follow(link["href"], Accept=link["type"])
            assert (answer.status, kind(answer.headers["Content-Type"])) == (200, kind(link["type"])), link


def test_req_core_fc_md_extent(api: Api, listed: list[dict[str, Any]]) -> None:
    for collection in listed:
        extent = collection.get("extent", {})
        features = api.get(f"/collections/{collection['id']}/items", limit=10_000)["features"]
        positions = [position for feature in features for position in corners(feature)]
        if positions:
            west, south, east, north = extent["spatial"]["bbox"][0]
            assert all(west <= x <= east and south <= y <= north for x, y in positions), collection["id"]
        for start, end in extent.get("temporal", {}).get("interval", []):
            assert all(moment is None or MOMENT.fullmatch(moment) for moment in (start, end))
            # A day is that of the agency, the extent is in UTC.
            days = [d for f in features if (d := f["properties"].get("last_incident"))]
            assert all(start is None or start[:10] <= day for day in days)
            assert all(end is None or day <= end[:10] for day in days)


def test_req_core_sfc_md_op(api: Api, listed: list[dict[str, Any]]) -> None:
    assert all(api.ask(f"/collections/{collection['id']}").status == 200 for collection in listed)


def test_req_core_sfc_md_success(api: Api, listed: list[dict[str, Any]]) -> None:
    for collection in listed:
        assert api.get(f"/collections/{collection['id']}") == collection


def test_req_core_fc_op(api: Api, listed: list[dict[str, Any]]) -> None:
    assert all(api.ask(f"/collections/{each['id']}/items").status == 200 for each in listed)


def test_req_core_fc_limit_definition(api: Api, listed: list[dict[str, Any]]) -> None:
    definition = api.definition()
    for collection in listed:
        limit = definition.parameters(f"/collections/{collection['id']}/items")["limit"]
        assert (limit["in"], limit.get("required", False)) == ("query", False)
        assert (limit["style"], limit["explode"]) == ("form", False)
        schema = definition.resolved(limit["schema"])
        assert (schema["type"], schema["minimum"]) == ("integer", 1)
        assert schema["minimum"] <= schema["default"] <= schema["maximum"]


@pytest.mark.parametrize("limit", [1, 7, 1_000, 10_000, 10_001, 10**12])
def test_req_core_fc_limit_response_1(limit: int, api: Api, cells: str) -> None:
    most = api.definition().parameters(f"/collections/{cells}/items")["limit"]["schema"]["maximum"]
    page = api.get(f"/collections/{cells}/items", limit=limit)
    assert len(page["features"]) == min(limit, most, page["numberMatched"])


def test_req_core_fc_bbox_definition(api: Api, listed: list[dict[str, Any]]) -> None:
    definition = api.definition()
    for collection in listed:
        bbox = definition.parameters(f"/collections/{collection['id']}/items")["bbox"]
        assert (bbox["in"], bbox.get("required", False)) == ("query", False)
        assert (bbox["style"], bbox["explode"]) == ("form", False)
        schema = definition.resolved(bbox["schema"])
        assert (schema["type"], schema["items"]["type"]) == ("array", "number")
        lengths = [(each["minItems"], each["maxItems"]) for each in schema.get("oneOf", [schema])]
        assert sorted(lengths) in ([(4, 4), (6, 6)], [(4, 6)])


def test_req_core_fc_bbox_response(api: Api, cells: str) -> None:
    features = api.features(cells)
    shapes = shapely.from_geojson([json.dumps(each["geometry"]) for each in features])
    west, south, east, north = shapes[len(shapes) // 2].bounds
    for box in ((west, south, east, north), (west, south, west, south), (-180, -90, 180, 90), (0, 0, 1, 1)):
        meets = shapely.intersects(shapes, shapely.box(*box))
        expected = [f["id"] for f, met in zip(features, meets, strict=True) if met]
        flat = ",".join(map(str, box))
        high = ",".join(map(str, (*box[:2], 0, *box[2:], 9000)))
        assert [f["id"] for f in api.features(cells, bbox=flat)] == expected
        assert [f["id"] for f in api.features(cells, bbox=high)] == expected
    assert len(api.features(cells, bbox=f"{west},{south},{east},{north}")) < len(features)


def test_req_core_fc_time_definition(api: Api, listed: list[dict[str, Any]]) -> None:
    definition = api.definition()
    for collection in listed:
        moment = definition.parameters(f"/collections/{collection['id']}/items")["datetime"]
        assert (moment["in"], moment.get("required", False)) == ("query", False)
        assert (moment["style"], moment["explode"]) == ("form", False)
        assert definition.resolved(moment["schema"])["type"] == "string"


def test_req_core_fc_time_response(api: Api, dated: str) -> None:
    days = {feature["id"]: feature["properties"]["last_incident"] for feature in api.features(dated)}
    ordered = sorted(day for day in days.values() if day)
    middle, last = ordered[len(ordered) // 2], ordered[-1]
    after = (datetime.fromisoformat(last) + timedelta(days=1)).date().isoformat()
    spans = {
        middle: (middle, middle),
        f"{middle}T12:00:00Z": (middle, middle),
        f"{middle}/..": (middle, "9999"),
        f"../{middle}": ("0000", middle),
        f"{middle}/{last}": (middle, last),
        f"{middle}T23:59:59Z/{last}T00:00:00Z": (middle, last),
        f"{after}/..": (after, "9999"),
    }
    for asked, (start, end) in spans.items():
        expected = [number for number, day in days.items() if not day or start <= day <= end]
        assert [feature["id"] for feature in api.features(dated, datetime=asked)] == expected, asked


def test_req_core_fc_response(api: Api, dated: str) -> None:
    features = api.features(dated)
    chosen = features[len(features) // 2]
    west, south = map(min, zip(*corners(chosen), strict=True))
    day = chosen["properties"]["last_incident"]
    asked = {"bbox": f"{west},{south},{west + 0.05},{south + 0.05}", "datetime": f"{day}/.."}
    each_alone = [{f["id"] for f in api.features(dated, **{name: value})} for name, value in asked.items()]
    assert {feature["id"] for feature in api.features(dated, **asked)} == set.intersection(*each_alone)


def test_req_core_fc_links(api: Api, listed: list[dict[str, Any]]) -> None:
    for collection in listed:
        page = api.get(f"/collections/{collection['id']}/items", limit=2)
        assert [kind(link["type"]) for link in linked(page, "self")] == [GEOJSON]
        assert "text/html" in [link["type"] for link in linked(page, "alternate")]
        for relation in ("self", "alternate"):
            answer = api.follow(linked(page, relation)[0]["href"])
            assert answer.status == 200


def test_req_core_fc_rel_type(api: Api, listed: list[dict[str, Any]]) -> None:
    for collection in listed:
        page = api.get(f"/collections/{collection['id']}/items", limit=1)
        assert all(link["rel"] and link["type"] for link in page["links"])


def kind(media_type: str) -> str:
    return media_type.partition(";")[0].strip()
