"""Every trap that real GIS clients fell into on other servers, as a test: ten, each by its number."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.oapif import CRS84, GEOJSON, WEB_MERCATOR, Api, linked
from tests.acceptance.recorder import recording

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.conftest import Site

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]

PART3 = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf"
CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf"
MOMENTS = ("date", "date-time")


@pytest.fixture(scope="module")
def dated(listed: list[dict[str, Any]], api: Api) -> str:
    """A layer whose features tell when they happened."""
    named = [each["id"] for each in listed if "last_incident" in {f["name"] for f in each.get("fields", ())}]
    return max(sorted(named), key=lambda name: len(api.features(name)))


def gdal(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr, done.stderr
    return done.stdout


def test_trap_1_gdal_appends_a_number_to_the_items_link(
    site: Site, ogrinfo: str, listed: list[dict[str, Any]], biggest: dict[str, Any]
) -> None:
    for collection in listed:
        (items,) = linked(collection, "items", GEOJSON)
        assert "?" not in items["href"]
        assert items["href"].endswith("/items")
    with recording(site) as door:
        assert "OGRFeature" in gdal(ogrinfo, "-fid", "7", f"OAPIF:{door.url}/ogc", biggest["id"])
    (one,) = [asked for asked in door.asked if asked.path.endswith("/items/7")]
    assert one.status == 200


def test_trap_2_the_definition_has_concrete_paths_and_a_limit_by_reference(
    api: Api, listed: list[dict[str, Any]]
) -> None:
    definition = api.definition()
    assert not [path for path in definition.operations() if "{collectionId}" in path]
    shared = definition.document["components"]["parameters"]["limit"]["schema"]
    assert (shared["default"], shared["maximum"]) == (1_000, 10_000)
    for collection in listed:
        path = f"/collections/{collection['id']}/items"
        assert {"$ref": "#/components/parameters/limit"} in definition.operations()[path]["parameters"]
        asked = [p for p in definition.parameters(path).values() if p["in"] == "query"]
        assert {(p["style"], p["explode"]) for p in asked} == {("form", False)}


def test_trap_3_gdal_asks_for_pages_of_ten_unless_told(
    site: Site, ogrinfo: str, biggest: dict[str, Any], repository: Path
) -> None:
    source = "OAPIF:{}/ogc"
    with recording(site) as door:
        read = gdal(ogrinfo, "-al", "-q", "-oo", "PAGE_SIZE=10000", source.format(door.url), biggest["id"])
    assert len(re.findall(r"^OGRFeature\(", read, re.MULTILINE)) == biggest["n_features"]
    pages = [asked for asked in door.items() if asked.query.get("limit") == "10000"]
    # The first page twice: once to see what a feature is like.
    assert len(pages) <= 2 + biggest["n_features"] // 10_000
    assert "PAGE_SIZE=10000" in (repository / "docs" / "gis.md").read_text(encoding="utf-8")


def test_trap_3_gdal_of_pyogrio_asks_for_pages_of_a_thousand(site: Site, biggest: dict[str, Any]) -> None:
    # In a process of its own: pyogrio holds the interpreter while GDAL waits for this very process.
    script = "import sys, pyogrio; print(len(pyogrio.read_dataframe(sys.argv[1], layer=sys.argv[2])))"
    with recording(site) as door:
        read = gdal(sys.executable, "-c", script, f"OAPIF:{door.url}/ogc", biggest["id"])
    assert int(read) == biggest["n_features"]
    most = 3 + biggest["n_features"] // 1_000
    assert len(door.items()) <= most, [asked.target for asked in door.items()]


def test_trap_4_a_collection_has_one_moment_and_both_names_of_the_language(
    api: Api, listed: list[dict[str, Any]]
) -> None:
    definition = api.definition()
    for collection in listed:
        here = f"/collections/{collection['id']}"
        schema = api.get(f"{here}/schema")
        moments = [name for name, each in schema["properties"].items() if each.get("format") in MOMENTS]
        assert len(moments) <= 1, (collection["id"], moments)
        languages = definition.parameters(f"{here}/items")["filter-lang"]["schema"]["enum"]
        assert {"cql2-text", "cql-text"} <= set(languages)


@pytest.mark.parametrize("client", ["ogrinfo", "pyogrio"])
def test_trap_4_gdal_compares_days_and_gets_what_is_there(
    client: str, site: Site, api: Api, request: pytest.FixtureRequest, dated: str
) -> None:
    days = sorted(f["properties"]["last_incident"] for f in api.features(dated))
    middle = days[len(days) // 2]
    for operator, expected in (
        (">=", sum(day >= middle for day in days)),
        ("<", sum(day < middle for day in days)),
        ("=", sum(day == middle for day in days)),
    ):
        where = f"last_incident {operator} '{middle}'"
        assert counted(client, site, dated, where, request) == expected, where


def counted(client: str, site: Site, layer: str, where: str, request: pytest.FixtureRequest) -> int:
    if client == "pyogrio":
        import pyogrio

        return len(pyogrio.read_dataframe(f"OAPIF:{site.url}/ogc", layer=layer, where=where))
    program = request.getfixturevalue("ogrinfo")
    options = ("-al", "-q", "-oo", "PAGE_SIZE=1000", "-where", where)
    return gdal(program, *options, f"OAPIF:{site.url}/ogc", layer).count("OGRFeature(")


def test_trap_5_all_four_classes_that_qgis_looks_for_are_declared(api: Api) -> None:
    declared = set(api.get("/conformance")["conformsTo"])
    assert {
        f"{CQL2}/cql2-text",
        f"{CQL2}/basic-cql2",
        f"{PART3}/filter",
        f"{PART3}/features-filter",
    } <= declared


@pytest.mark.parametrize(
    "text",
    ["../{}", "/{}", "{}/", "{}/..", "{}/9999-12-31T00:00:00Z", "{}", "{}T00:00:00Z/{}T23:59:59Z", "../.."],
)
def test_trap_6_odd_moments_are_understood(text: str, api: Api, dated: str) -> None:
    days = [f["properties"]["last_incident"] for f in api.features(dated)]
    middle = sorted(days)[len(days) // 2]
    if text == "../..":
        first, last = "", "9999"
    elif "/" not in text or text.count("{}") == 2:
        first = last = middle
    else:
        first, last = ("", middle) if text.endswith("{}") else (middle, "9999")
    found = api.features(dated, datetime=text.format(middle, middle))
    assert len(found) == sum(first <= day <= last for day in days)


@pytest.mark.parametrize(
    "query",
    [
        "limit=abc", "limit=-1", "bbox=1,2,3", "bbox=1,2,3,4,5,6,7", "datetime=x", "unheard=1", "crs=x",
        "sortby=-unheard", "properties=unheard", "skipGeometry=perhaps", "filter=unheard=1",
        "filter=incidents+>", "filter-lang=sql", "filter-crs=x", "offset=-1", "bbox-crs=x", "bbox=0,0,1,x",
    ],
)  # fmt: skip
def test_trap_7_what_is_wrong_is_a_400_that_names_it(query: str, api: Api, biggest: dict[str, Any]) -> None:
    answer = api.site.ask(f"/ogc/collections/{biggest['id']}/items?{query}")
    assert answer.status == 400, answer.body[:200]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert query.partition("=")[0] in answer.json["detail"]


def test_trap_7_a_limit_over_the_maximum_is_clamped(api: Api, biggest: dict[str, Any]) -> None:
    page = api.get(f"/collections/{biggest['id']}/items", limit=10_001)
    assert page["numberReturned"] == min(10_000, biggest["n_features"])


@pytest.mark.parametrize("box", ["177,65,-177,70", "177,65,0,-177,70,10", "-180,-90,180,90", "5,5,5,5"])
def test_trap_7_a_box_may_cross_the_antimeridian_and_have_heights(
    box: str, api: Api, biggest: dict[str, Any]
) -> None:
    assert api.ask(f"/collections/{biggest['id']}/items", bbox=box).status == 200


def test_trap_7_what_has_no_time_meets_any_time(api: Api) -> None:
    districts = [c["id"] for c in api.collections() if c["id"].startswith("districts-")]
    assert districts
    for name in districts:
        assert len(api.features(name, datetime="1900-01-01")) == len(api.features(name)) > 0


def test_trap_8_who_has_it_already_gets_a_304(site: Site, biggest: dict[str, Any]) -> None:
    here = f"/ogc/collections/{biggest['id']}"
    for path in (
        "/ogc/",
        "/ogc/api",
        "/ogc/conformance",
        "/ogc/collections",
        here,
        f"{here}/items",
        f"{here}/items/1",
    ):
        first = site.ask(path)
        again = site.ask(path, If_None_Match=first.headers["ETag"])
        assert (again.status, again.body) == (304, b""), path
        assert again.headers["ETag"] == first.headers["ETag"]


def test_trap_9_degrees_with_latitude_first_are_nowhere(api: Api, listed: list[dict[str, Any]]) -> None:
    for collection in listed:
        assert {CRS84, WEB_MERCATOR} <= set(collection["crs"])
        assert sum(bool(re.search(r"/EPSG/0/32[67]\d\d$", uri)) for uri in collection["crs"]) == 1
    for path in ("/", "/collections", "/api", "/conformance"):
        assert "EPSG/0/4326" not in json.dumps(api.get(path))


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/json", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("*/*", "application/json"),
        ("application/geo+json", "application/json"),
        ("text/html;q=0.1,application/json", "application/json"),
    ],
)
def test_trap_10_the_form_is_chosen_by_accept(
    accept: str, expected: str, site: Site, biggest: dict[str, Any]
) -> None:
    here = f"/ogc/collections/{biggest['id']}"
    for path in ("/ogc/", "/ogc/conformance", "/ogc/collections", here, f"{here}/items", f"{here}/items/1"):
        answer = site.ask(path, Accept=accept)
        wanted = GEOJSON if "/items" in path and expected == "application/json" else expected
        assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, wanted), path
        assert {"Accept", "Accept-Encoding"} <= {each.strip() for each in answer.headers["Vary"].split(",")}
