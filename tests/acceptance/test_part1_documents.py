"""OGC API - Features, Part 1: the classes GeoJSON, HTML and OpenAPI 3.0, a test for each requirement."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any, ClassVar

import pytest

from tests.acceptance.oapif import GEOJSON, Api, corners, linked

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]

PROBLEM = "application/problem+json"


def resources(api: Api, listed: list[dict[str, Any]]) -> list[str]:
    """An address of each kind of resource that Part 1 knows."""
    found = ["/", "/conformance", "/collections"]
    for collection in listed:
        here = f"/collections/{collection['id']}"
        found += [here, f"{here}/items"]
        features = api.get(f"{here}/items", limit=1)["features"]
        found += [f"{here}/items/{feature['id']}" for feature in features]
    return found


def test_req_geojson_definition(api: Api, listed: list[dict[str, Any]]) -> None:
    for path in resources(api, listed):
        wanted = GEOJSON if "/items" in path else "application/json"
        answer = api.site.ask(f"/ogc{path}", Accept=wanted)
        assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, wanted), path
    operations = api.definition().operations()
    for collection in listed:
        here = f"/collections/{collection['id']}/items"
        for path in (here, f"{here}/{{featureId}}"):
            assert GEOJSON in operations[path]["responses"]["200"]["content"], path


def test_req_geojson_content(api: Api, listed: list[dict[str, Any]]) -> None:
    for collection in listed:
        here = f"/collections/{collection['id']}/items"
        page = api.get(here, limit=20)
        assert page["type"] == "FeatureCollection"
        assert linked(page, "self")
        for feature in page["features"]:
            assert feature["type"] == "Feature"
            assert isinstance(feature["properties"], dict)
            assert set(feature) >= {"type", "id", "geometry", "properties"}
            right_handed(feature)
        if page["features"]:
            alone = api.get(f"{here}/{page['features'][0]['id']}")
            assert alone["type"] == "Feature"
            assert linked(alone, "self")


def right_handed(feature: dict[str, Any]) -> None:
    """RFC 7946, 3.1.6: rings are closed, the outer one counterclockwise, holes clockwise."""
    shape = feature["geometry"]
    if shape is None or shape["type"] not in {"Polygon", "MultiPolygon"}:
        return
    parts = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    for rings in parts:
        for number, ring in enumerate(rings):
            assert ring[0] == ring[-1]
            assert len(ring) >= 4
            origin = ring[0]
            area = sum(
                (a[0] - origin[0]) * (b[1] - origin[1]) - (b[0] - origin[0]) * (a[1] - origin[1])
                for a, b in pairwise(ring)
            )
            assert area > 0 if number == 0 else area < 0, feature["id"]


class Page(HTMLParser):
    """Whether a page is one: opened and closed, with a language and a title."""

    void: ClassVar = {"meta", "link", "input", "img", "br", "hr", "col", "source", "wbr"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: dict[str, dict[str, str | None]] = {}
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.setdefault(tag, dict(attrs))
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.setdefault(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_req_html_definition(api: Api, listed: list[dict[str, Any]]) -> None:
    for path in resources(api, listed):
        answer = api.site.ask(f"/ogc{path}", Accept="text/html")
        assert answer.status == 200, path
        assert answer.headers["Content-Type"].partition(";")[0] == "text/html", path
    operations = api.definition().operations()
    for path in ("/", "/conformance", "/collections", *(f"/collections/{c['id']}" for c in listed)):
        assert "text/html" in operations[path]["responses"]["200"]["content"], path


def test_req_html_content(api: Api, listed: list[dict[str, Any]]) -> None:
    for path in resources(api, listed):
        answer = api.site.ask(f"/ogc{path}", Accept="text/html")
        text = answer.body.decode()
        assert text.lstrip().lower().startswith("<!doctype html>")
        page = Page()
        page.feed(text)
        assert page.open == []
        assert page.seen["html"]["lang"] == "en"
        assert {"head", "title", "body", "h1"} <= set(page.seen)
    for collection in listed:
        page = Page()
        page.feed(api.site.ask(f"/ogc/collections/{collection['id']}", Accept="text/html").body.decode())
        assert collection["title"] in page.text
        assert any(word in page.text for word in (collection["description"][:40], collection["id"]))


def test_req_oas30_oas_definition_1(api: Api) -> None:
    described = linked(api.get("/"), "service-desc")
    assert [link["type"] for link in described] == ["application/vnd.oai.openapi+json;version=3.0"]
    assert [link["type"] for link in linked(api.get("/"), "service-doc")] == ["text/html"]
    for link in (*described, *linked(api.get("/"), "service-doc")):
        answer = api.follow(link["href"], Accept=link["type"])
        assert answer.headers["Content-Type"].replace(" ", "").startswith(link["type"])


def test_req_oas30_oas_definition_2(api: Api) -> None:
    import schemathesis

    document = api.get("/api")
    assert re.fullmatch(r"3\.0\.\d+", document["openapi"])
    schemathesis.openapi.from_dict(document).validate()


def test_req_oas30_oas_impl(api: Api, listed: list[dict[str, Any]]) -> None:
    """What the definition promises is there: the drawn requests are in test_fuzzing.py."""
    definition = api.definition()
    first = {}
    for collection in listed:
        features = api.get(f"/collections/{collection['id']}/items", limit=1)["features"]
        first[f"/collections/{collection['id']}/items/{{featureId}}"] = [str(f["id"]) for f in features]
    for path in definition.operations():
        # Files are made when first asked for, which takes seconds: those of one collection will do.
        if "{" not in path and ("/download." not in path or listed[0]["id"] in path):
            assert api.ask(path).status == 200, path
        for number in first.get(path, []):
            assert api.ask(path.replace("{featureId}", number)).status == 200, path


def test_req_oas30_completeness(api: Api, listed: list[dict[str, Any]]) -> None:
    definition = api.definition()
    expected = {"/", "/conformance", "/collections", "/api"}
    for collection in listed:
        here = f"/collections/{collection['id']}"
        expected |= {here, f"{here}/items", f"{here}/items/{{featureId}}"}
    assert expected <= set(definition.operations())
    for path, operation in definition.operations().items():
        answers = operation["responses"]
        assert "200" in answers
        assert all("description" in definition.resolved(each) for each in answers.values())
        assert "content" in definition.resolved(answers["200"]), path


def test_req_oas30_exceptions_codes(api: Api, listed: list[dict[str, Any]]) -> None:
    definition = api.definition()
    for path, operation in definition.operations().items():
        if path == "/api":
            continue
        for code in ("400", "500", *(("404",) if "collections/" in path else ())):
            assert PROBLEM in definition.resolved(operation["responses"][code])["content"], (path, code)
    here = f"/collections/{listed[0]['id']}"
    for path, status in (
        ("/collections/nothing", 404),
        (f"{here}/items/0", 404),
        (f"{here}/items?limit=x", 400),
    ):
        answer = api.site.ask(f"/ogc{path}")
        assert (answer.status, answer.headers["Content-Type"]) == (status, PROBLEM)
        assert answer.json["status"] == status
        assert set(answer.json) >= {"title", "detail", "status", "request_id"}


def test_req_oas30_security(api: Api) -> None:
    """The service stands on this machine only and asks for no sign-in; the document says none either."""
    document = api.get("/api")
    assert "security" not in document
    assert "securitySchemes" not in document.get("components", {})
    assert api.ask("/").status == 200


def test_no_position_has_more_decimals_than_it_means(api: Api, listed: list[dict[str, Any]]) -> None:
    for collection in listed:
        for feature in api.get(f"/collections/{collection['id']}/items", limit=20)["features"]:
            assert all(len(repr(number).partition(".")[2]) <= 7 for p in corners(feature) for number in p)
