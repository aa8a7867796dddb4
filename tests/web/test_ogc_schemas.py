"""The doors to queryables and schema, and the way to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask.testing import FlaskClient

QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"


@pytest.fixture
def here(layer_ids: dict[str, str]) -> str:
    return f"/ogc/collections/{layer_ids['gi_star']}"


@pytest.mark.parametrize("word", ["queryables", "schema"])
def test_each_is_a_json_schema_a_page_and_a_304(word: str, client: FlaskClient, here: str) -> None:
    answer = client.get(f"{here}/{word}")
    assert (answer.status_code, answer.content_type) == (200, "application/schema+json")
    assert "geometry" in answer.json["properties"]
    # The id stands beside the properties: no filter asks of it.
    assert ("id" in answer.json["properties"]) == (word == "schema")
    again = client.get(f"{here}/{word}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    page = client.get(f"{here}/{word}", headers={"Accept": "text/html"})
    assert page.content_type == "text/html; charset=utf-8"
    assert "<code>incidents</code>" in page.text
    assert client.get(f"{here}/{word}?f=json", headers={"Accept": "text/html"}).json == answer.json


@pytest.mark.parametrize("word", ["queryables", "schema"])
def test_nothing_else_is_asked_of_them(word: str, client: FlaskClient, here: str) -> None:
    assert client.get(f"{here}/{word}?limit=1").status_code == 400
    assert client.get(f"/ogc/collections/nothing-here/{word}").status_code == 404


def test_what_can_be_filtered_leads_to_what_can_be_asked(client: FlaskClient, here: str) -> None:
    for address in (here, f"{here}/items", f"{here}/items?limit=1&f=html"):
        header = client.get(address).headers["Link"]
        assert header.endswith(f'{here}/queryables>; rel="{QUERYABLES}"')
    assert "Link" not in client.get(f"{here}/items?limit=0").headers
    assert "Link" not in client.get("/ogc/collections").headers


def test_a_filter_of_the_wrong_kind_is_a_problem_that_names_property_value_and_kind(
    client: FlaskClient, here: str
) -> None:
    answer = client.get(f"{here}/items", query_string={"filter": "incidents = 'many'"})
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert "incidents is a number, 'many' is a text" in answer.json["detail"]


def test_a_filter_is_one_of_several_conditions(client: FlaskClient, here: str) -> None:
    def found(**asked: str) -> set[int]:
        page = client.get(f"{here}/items", query_string=asked).json
        assert page["numberMatched"] == len(page["features"])
        return {feature["id"] for feature in page["features"]}

    some = found(filter="incidents > 3")
    assert some == found(**{"filter": "incidents > 3", "filter-lang": "cql-text"}) != found()
    assert found(filter="incidents > 3 AND geometry IS NOT NULL", bbox="0,0,1,1") == set()
    assert found(filter="incidents > 3") | found(filter="NOT incidents > 3") == found()
