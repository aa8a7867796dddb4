"""Incidents as a collection: served from the store to who may see them, and to nobody else there at all."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from hotspot.service import access
from hotspot.web import guard, turns

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

COLLECTION = "incidents-testville"
HERE = f"/ogc/collections/{COLLECTION}"


def get(client: FlaskClient, address: str, **arguments: Any) -> Any:
    answer = client.get(address, query_string=arguments or None)
    assert answer.status_code == 200, answer.text
    return json.loads(answer.data)


def rows(client: FlaskClient, **arguments: Any) -> list[dict[str, str]]:
    answer = client.get(f"{HERE}/download.csv", query_string=arguments or None)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_each_dataset_is_a_collection_with_its_extent(client: FlaskClient) -> None:
    document = get(client, HERE)
    assert document["title"] == "Incidents of Testville <b>Police</b>"
    west, south, east, north = document["extent"]["spatial"]["bbox"][0]
    assert -88.3 < west < east < -88.1
    assert 17.4 < south < north < 17.6
    first, last = document["extent"]["temporal"]["interval"][0]
    assert first < last
    assert document["crs"][-1].endswith("EPSG/0/32616")
    assert document["storageCrs"] == document["crs"][0]
    ids = [each["id"] for each in get(client, "/ogc/collections")["collections"]]
    assert COLLECTION in ids


def test_items_are_all_incidents_and_each_is_found_again(client: FlaskClient) -> None:
    page = get(client, f"{HERE}/items", limit=10_000)
    assert page["numberMatched"] == page["numberReturned"] == 400
    shown = page["features"][17]
    one = get(client, f"{HERE}/items/{shown['id']}")
    assert {name: one[name] for name in shown} == shown


def test_pages_lead_to_each_other(client: FlaskClient) -> None:
    address, seen = f"{HERE}/items?limit=150&sortby=-occurred", []
    while address:
        page = get(client, address)
        seen += [feature["properties"]["occurred"] for feature in page["features"]]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert len(seen) == 400
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    "query",
    [
        {"offence": "Theft"},
        {"filter": "offence = 'Theft'"},
        {"filter": "offence LIKE 'Th_f%' AND NOT offence = 'Burglary'"},
        {"filter": "CASEI(offence) = CASEI('THEFT')"},
        {"filter": "offence IN ('Theft', 'Robbery')", "filter-lang": "cql2-text"},
    ],
)
def test_a_filter_finds_what_it_says(client: FlaskClient, query: dict[str, str]) -> None:
    everything = get(client, f"{HERE}/items", limit=10_000)["features"]
    wanted = [f["id"] for f in everything if f["properties"]["offence"] == "Theft"]
    assert 0 < len(wanted) < 400
    assert [f["id"] for f in get(client, f"{HERE}/items", limit=10_000, **query)["features"]] == wanted


@pytest.mark.parametrize(
    "query",
    [
        {"filter": "victim_sex = 'female'"},
        {"case_number": "1"},
        {"source_id": "T00001"},
        {"properties": "victim_age"},
        {"sortby": "fingerprint"},
        {"occurred": "yesterday"},
        {"crs": "http://www.opengis.net/def/crs/EPSG/0/4326"},
        {"filter": "offence = 'x' UNION SELECT * FROM dataset"},
    ],
)
def test_what_is_not_allowed_is_refused_by_name(client: FlaskClient, query: dict[str, str]) -> None:
    answer = client.get(f"{HERE}/items", query_string=query)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


def test_words_are_bound_and_never_executed(client: FlaskClient) -> None:
    for text in ("'; DROP TABLE incident; --", "' OR '1'='1", "%", "*", "{{7*7}}"):
        assert get(client, f"{HERE}/items", offence=text)["numberMatched"] == 0
        quoted = text.replace("'", "''")
        assert get(client, f"{HERE}/items", filter=f"offence = '{quoted}'")["numberMatched"] == 0
    assert get(client, f"{HERE}/items")["numberMatched"] == 400


def test_no_cache_keeps_incidents(client: FlaskClient) -> None:
    for address in (f"{HERE}/items", f"{HERE}/items?f=html", f"{HERE}/items/1", f"{HERE}/download.csv"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store", address
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_pages_show_incidents(client: FlaskClient) -> None:
    for address in (HERE, f"{HERE}/items", f"{HERE}/items/1"):
        answer = client.get(address, headers={"Accept": "text/html"})
        assert answer.status_code == 200
        assert "<h1>" in answer.text
        assert "<b>Police" not in answer.text


def test_the_example_of_a_filter_is_one(client: FlaskClient) -> None:
    page = client.get(f"{HERE}/items", headers={"Accept": "text/html"}).text
    example = html.unescape(re.search(r"<code>([^<]* LIKE [^<]*)</code>", page)[1])
    get(client, f"{HERE}/items", filter=example)


def test_the_page_of_a_dataset_leads_to_its_incidents(client: FlaskClient) -> None:
    page = client.get("/datasets/testville").text
    assert f'value="http://localhost{HERE}/items"' in page
    for suffix in ("csv", "geojson"):
        assert f'href="{HERE}/download.{suffix}"' in page


def test_a_file_is_the_answer_to_a_query(client: FlaskClient) -> None:
    assert len(rows(client)) == 400
    thefts = rows(client, filter="offence = 'Theft'", properties="offence")
    assert {tuple(row) for row in thefts} == {("id", "lon", "lat", "offence")}
    assert {row["offence"] for row in thefts} == {"Theft"}
    document = get(client, f"{HERE}/download.geojson", bbox="-88.196,17.499,-88.194,17.501")
    found = get(client, f"{HERE}/items", bbox="-88.196,17.499,-88.194,17.501", limit=10_000)
    assert document["features"] == found["features"]


def test_the_definition_says_what_a_file_may_be_asked_for(client: FlaskClient) -> None:
    document = get(client, "/ogc/api")
    given = document["paths"][f"/collections/{COLLECTION}/download.csv"]["get"]["parameters"]
    names = {each.get("name") or each["$ref"].rpartition("/")[2] for each in given}
    assert {"bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs", "properties"} <= names
    assert "offence" in names
    assert not {"limit", "offset", "sortby", "crs", "skipGeometry", "f"} & names
    for name in names:
        assert client.get(f"{HERE}/download.csv", query_string={name: ""}).status_code in (200, 400)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("download.csv?limit=1", 400),
        ("download.csv?sortby=offence", 400),
        ("download.csv?f=json", 400),
        ("download.csv?filter=offence", 400),
        ("download.csv?nothing=1", 400),
        ("download.exe", 404),
        ("download.gpkg", 404),
        ("items/0", 404),
        ("items/999999", 404),
        ("tiles", 404),
    ],
)
def test_what_a_collection_of_incidents_has_not(client: FlaskClient, address: str, status: int) -> None:
    answer = client.get(f"{HERE}/{address}")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def addresses(app: Flask, collection: str) -> list[str]:
    """Every address of the service below a collection, or that could show one."""
    values = {
        "collection_id": collection, "feature_id": "1", "suffix": "csv", "matrix_set": "WebMercatorQuad",
        "matrix": "0", "row": "0", "column": "0",
    }  # fmt: skip
    rules = [rule.rule for rule in app.url_map.iter_rules() if "collection_id" in rule.arguments]
    assert len(rules) >= 4
    return [re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda m: values[m[1]], rule) for rule in rules]


def test_to_who_may_not_see_them_incidents_look_as_if_they_were_not_there(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    lists = ("/ogc/collections", "/ogc/collections?f=html", "/ogc/api", "/ogc/api.html", "/ogc/")
    # Asked for by who may, so that what is kept of the answers would show.
    for address in (HERE, f"{HERE}/items", f"{HERE}/items/1", *lists):
        assert client.get(address).status_code == 200
    monkeypatch.setattr(guard, "ROLE", "reader")
    monkeypatch.setattr(access, "ROLES", access.ROLES | {"reader"})
    monkeypatch.setattr(access, "ACCESS", {endpoint: frozenset({"reader"}) for endpoint in access.ACCESS})
    for mine, never in zip(addresses(app, COLLECTION), addresses(app, "incidents-neverwas"), strict=True):
        hidden, unknown = client.get(mine), client.get(never)
        assert hidden.status_code == unknown.status_code == 404, mine
        same = {name: value for name, value in unknown.headers.items() if name in hidden.headers}
        assert set(hidden.headers.keys()) == set(same)
        said = json.loads(hidden.data) | {"request_id": ""}
        said["detail"] = said["detail"].replace("testville", "neverwas")
        assert said == json.loads(unknown.data) | {"request_id": ""}
    for address in (*lists, "/datasets/testville"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "incidents-" not in answer.text, address


def test_a_role_without_a_line_sees_no_incidents() -> None:
    assert not any(access.sees_incidents(role) for role in ("", "nobody", "reader", "Local"))
    assert access.INCIDENTS <= access.ROLES


def test_files_are_sent_to_a_few_at_once_and_each_makes_room_for_the_next(client: FlaskClient) -> None:
    for address in [f"{HERE}/download.csv"] * (turns.AT_ONCE + 1) + [f"{HERE}/download.csv?limit=1"] * 5:
        with client.get(address) as answer:
            assert answer.status_code in (200, 400)
    with ExitStack() as held:
        for _ in range(turns.AT_ONCE):
            held.enter_context(turns.turn())
        with client.get(f"{HERE}/download.csv", headers={"Accept": "application/json"}) as answer:
            assert answer.status_code == 503
    with client.get(f"{HERE}/download.csv") as answer:
        assert answer.status_code == 200
