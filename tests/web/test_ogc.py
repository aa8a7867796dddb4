"""OGC API - Features, Part 1, as GIS clients use it: each trap that was seen is a test."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import shapely

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from hotspot.service.settings import Settings

JSON = {"Accept": "application/json"}


def get(client: FlaskClient, address: str, **arguments: Any) -> Any:
    answer = client.get(address, query_string=arguments or None)
    assert answer.status_code == 200, answer.text
    return json.loads(answer.data)


@pytest.fixture
def cells(layer_ids: dict[str, str]) -> str:
    return f"/ogc/collections/{layer_ids['gi_star']}/items"


@pytest.fixture
def places(layer_ids: dict[str, str]) -> str:
    return f"/ogc/collections/{layer_ids['dbscan']}/items"


def test_the_landing_page_leads_everywhere_with_and_without_a_slash(client: FlaskClient) -> None:
    for address in ("/ogc", "/ogc/"):
        links = {link["rel"]: link for link in get(client, address)["links"]}
        assert {"self", "service-desc", "service-doc", "conformance", "data"} <= set(links)
        for link in links.values():
            assert client.get(link["href"]).status_code == 200, link


def test_every_link_of_every_document_is_answered_with_its_type(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    for collection in get(client, "/ogc/collections")["collections"]:
        for link in collection["links"]:
            if link["rel"] == "license":
                # The one that leads elsewhere.
                assert link["href"].startswith("https://creativecommons.org/licenses/")
                continue
            answer = client.get(link["href"], headers={"Accept": link["type"]})
            assert answer.status_code == 200, link
            assert answer.content_type.partition(";")[0] == link["type"].partition(";")[0], link
    assert set(layer_ids.values()) <= {c["id"] for c in get(client, "/ogc/collections")["collections"]}


def test_districts_are_collections_with_an_extent(client: FlaskClient) -> None:
    document = get(client, "/ogc/collections/districts-bz")
    west, south, east, north = document["extent"]["spatial"]["bbox"][0]
    assert -90 < west < east < -87
    assert 15 < south < north < 19
    codes = [f["properties"]["code"] for f in get(client, "/ogc/collections/districts-bz/items")["features"]]
    assert codes == ["BZ-BZ", "BZ-CY", "BZ-CZL", "BZ-OW", "BZ-SC", "BZ-TOL"]


def test_a_layer_tells_when_its_days_began_and_ended_in_utc(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    document = get(client, f"/ogc/collections/{layer_ids['gi_star']}")
    ((start, end),) = document["extent"]["temporal"]["interval"]
    assert start == "2026-01-01T06:00:00Z"
    assert end.endswith("T05:59:59Z")


def test_paging_meets_every_feature_once_and_next_is_there_only_if_there_is_more(
    client: FlaskClient, cells: str
) -> None:
    whole = get(client, cells, limit=10_000)
    assert whole["numberMatched"] == whole["numberReturned"] == len(whole["features"]) > 20
    assert "next" not in [link["rel"] for link in whole["links"]]
    address, seen = f"{cells}?limit=7", []
    while address:
        page = get(client, address)
        assert page["numberMatched"] == whole["numberMatched"]
        assert page["numberReturned"] == len(page["features"]) <= 7
        seen += [feature["id"] for feature in page["features"]]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert seen == [feature["id"] for feature in whole["features"]]


def test_a_limit_over_the_maximum_is_clamped_not_refused(client: FlaskClient, cells: str) -> None:
    assert get(client, cells, limit=10_000_000)["numberReturned"] > 0


def test_an_offset_past_the_end_is_an_empty_page(client: FlaskClient, cells: str) -> None:
    page = get(client, cells, offset=10**12)
    assert (page["features"], page["numberReturned"]) == ([], 0)
    assert page["numberMatched"] > 0


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=x",
        "offset=-1",
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "datetime=never",
        "nothing=1",
        "crs=x",
        "bbox-crs=x",
        "f=xml",
        "limit=1&limit=2",
        "incidents=many",
        "incidents=1_0",
        "filter=incidents>many",
        "filter-lang=cql2-json",
    ],
)
def test_what_is_unknown_or_malformed_is_a_400_with_a_problem(
    client: FlaskClient, cells: str, query: str
) -> None:
    answer = client.get(f"{cells}?{query}")
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert json.loads(answer.data)["detail"]


@pytest.mark.parametrize(
    "address", ["/ogc/", "/ogc/collections", "/ogc/conformance", "/ogc/api", "/ogc/collections/districts-bz"]
)
def test_an_unknown_parameter_is_a_400_everywhere(client: FlaskClient, address: str) -> None:
    assert client.get(f"{address}?nothing=1").status_code == 400


def test_a_box_gives_what_it_touches_as_an_exhaustive_search_does(client: FlaskClient, cells: str) -> None:
    box = (-88.20, 17.48, -88.18, 17.51)
    whole = get(client, cells, limit=10_000)["features"]
    expected = [
        f["id"] for f in whole if shapely.intersects(shapely.box(*box), shapely.geometry.shape(f["geometry"]))
    ]
    found = get(client, cells, limit=10_000, bbox=",".join(map(str, box)))
    assert [f["id"] for f in found["features"]] == expected
    assert 0 < found["numberMatched"] < len(whole)
    with_heights = get(client, cells, limit=10_000, bbox="-88.20,17.48,0,-88.18,17.51,9")
    assert with_heights["numberMatched"] == found["numberMatched"]


def test_a_box_across_the_antimeridian_is_answered(client: FlaskClient, cells: str) -> None:
    assert get(client, cells, bbox="177,65,-177,70")["numberMatched"] == 0
    assert get(client, cells, bbox="177,-90,-80,90")["numberMatched"] == get(client, cells)["numberMatched"]


def test_features_without_a_time_meet_any_time(client: FlaskClient, cells: str) -> None:
    assert get(client, cells, datetime="1900-01-01")["numberMatched"] == get(client, cells)["numberMatched"]


def test_features_with_a_day_are_found_by_it_and_open_sides_are_open(
    client: FlaskClient, places: str
) -> None:
    whole = get(client, places)["features"]
    days = sorted(f["properties"]["last_incident"] for f in whole)
    for text in (f"{days[-1]}/..", f"{days[-1]}/", f"{days[-1]}T00:00:00Z/9999-12-31T00:00:00Z", days[-1]):
        found = get(client, places, datetime=text)
        assert [f["properties"]["last_incident"] for f in found["features"]] == [
            d for d in days if d == days[-1]
        ]
    assert get(client, places, datetime=f"../{days[-1]}")["numberMatched"] == len(whole)
    assert get(client, places, datetime=f"/{days[-1]}")["numberMatched"] == len(whole)
    assert get(client, places, datetime="../1999-01-01")["numberMatched"] == 0


def test_a_collection_has_one_time_property_at_most(app: Flask) -> None:
    from hotspot.ogc.query import DAYS

    for collection in app.extensions["hotspot"].collections():
        assert len([f for f in collection.fields if f.name in DAYS]) <= 1


def test_features_are_found_by_the_value_of_a_property(client: FlaskClient, cells: str) -> None:
    whole = get(client, cells, limit=10_000)["features"]
    hot = get(client, cells, limit=10_000, **{"class": 3})
    assert [f["id"] for f in hot["features"]] == [f["id"] for f in whole if f["properties"]["class"] == 3]
    assert 0 < hot["numberMatched"] < len(whole)
    assert get(client, cells, district="BZ-BZ")["numberMatched"] == len(whole)
    assert get(client, cells, district="nowhere")["numberMatched"] == 0


def test_filters_work_together_and_stay_in_the_next_link(client: FlaskClient, cells: str) -> None:
    page = get(client, cells, bbox="-89,17,-88,18", district="BZ-BZ", limit=3)
    (following,) = [link["href"] for link in page["links"] if link["rel"] == "next"]
    after = get(client, following)
    assert after["numberMatched"] == page["numberMatched"]
    assert not {f["id"] for f in after["features"]} & {f["id"] for f in page["features"]}


def test_one_feature_has_an_integer_id_and_its_links(client: FlaskClient, cells: str) -> None:
    feature = get(client, f"{cells}/7")
    assert feature["id"] == 7
    assert {link["rel"] for link in feature["links"]} >= {"self", "collection", "alternate"}


@pytest.mark.parametrize(
    "number",
    ["0", "-1", "999999", "x", "9" * 5000, "1.5", "%D9%A1", "%E2%91%A0", "1_0", "+1", "1e0"],
)
def test_a_feature_that_is_not_there_is_a_404(client: FlaskClient, cells: str, number: str) -> None:
    answer = client.get(f"{cells}/{number}")
    assert answer.status_code == 404
    assert all(value.isascii() for _, value in answer.headers)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("application/geo+json, application/json;q=0.9", "application/geo+json"),
        ("application/json", "application/geo+json"),
        ("*/*", "application/geo+json"),
        ("", "application/geo+json"),
    ],
)
def test_the_form_follows_the_accept_header(client: FlaskClient, cells: str, accept: str, kind: str) -> None:
    answer = client.get(cells, headers={"Accept": accept})
    assert answer.content_type.partition(";")[0] == kind
    assert {"Accept", "Accept-Encoding"} <= set(answer.vary)


def test_f_wins_over_the_accept_header(client: FlaskClient, cells: str) -> None:
    assert (
        client.get(f"{cells}?f=json", headers={"Accept": "text/html"}).content_type == "application/geo+json"
    )
    assert client.get(f"{cells}?f=html", headers=JSON).content_type.startswith("text/html")


def test_everything_has_a_page(client: FlaskClient, cells: str) -> None:
    collection = cells.removesuffix("/items")
    for address in (
        "/ogc/",
        "/ogc/conformance",
        "/ogc/collections",
        collection,
        cells,
        f"{cells}/1",
        "/ogc/api",
    ):
        answer = client.get(address, headers={"Accept": "text/html"})
        assert answer.status_code == 200
        assert "<h1>" in answer.text


def test_the_definition_lists_concrete_paths_and_refers_to_the_limit(client: FlaskClient, cells: str) -> None:
    answer = client.get("/ogc/api", headers={"Accept": "application/vnd.oai.openapi+json;version=3.0"})
    assert answer.content_type == "application/vnd.oai.openapi+json;version=3.0"
    document = json.loads(answer.data)
    operation = document["paths"][cells.removeprefix("/ogc")]["get"]
    assert {"$ref": "#/components/parameters/limit"} in operation["parameters"]
    assert document["components"]["parameters"]["limit"]["schema"]["maximum"] == 10_000
    assert document["servers"][0]["url"] == "http://localhost/ogc"


def test_links_are_built_from_the_configured_address(settings: Settings, filled: Any) -> None:
    import shutil

    from hotspot.web import create_app

    shutil.copytree(filled, settings.data_dir)
    app = create_app(replace(settings, base_url="https://maps.example/crime/"))
    document = get(app.test_client(), "/ogc/collections/districts-bz/items")
    assert all(link["href"].startswith("https://maps.example/crime/ogc/") for link in document["links"])
    app.extensions["hotspot"].store.close()


def test_to_tools_a_withdrawn_layer_looks_as_if_it_had_never_been(
    client: FlaskClient, layer_ids: dict[str, str], cells: str
) -> None:
    assert client.get(cells).status_code == 200
    assert client.delete(f"/api/v1/layers/{layer_ids['gi_star']}").status_code == 204
    never = client.get("/ogc/collections/never-was/items")
    gone = client.get(cells)
    assert gone.status_code == never.status_code == 404
    said = json.loads(gone.data)["detail"].replace(layer_ids["gi_star"], "X")
    assert said == json.loads(never.data)["detail"].replace("never-was", "X")
    for address in (
        f"/api/v1/layers/{layer_ids['gi_star']}",
        f"/layers/{layer_ids['gi_star']}/map",
        f"/ogc/collections/{layer_ids['gi_star']}",
    ):
        assert client.get(address).status_code == 404
