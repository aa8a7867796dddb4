"""Every collection says what it is; a standing question's newest answer keeps its address."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from hotspot.analysis.question import Question
from hotspot.service import publish, standing
from hotspot.web import described
from tests.web.conftest import DATASET

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from hotspot.service.store import LayerRecord

CRS = "http://www.opengis.net/def/crs/"
ALIAS = "/ogc/collections/latest-thefts"


def get(client: FlaskClient, address: str) -> Any:
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return json.loads(answer.data)


def links(document: dict[str, Any], rel: str) -> list[str]:
    return [link["href"] for link in document["links"] if link["rel"] == rel]


def asked(app: Flask, cell_size: int = 500, **changed: Any) -> LayerRecord:
    """Answer the standing question 'thefts' with cells of that size."""
    question = Question(
        dataset=DATASET, method="gi_star", parameters={"cell_size": cell_size}, area="BZ/BZ-BZ", **changed
    )
    return standing.ask(app.extensions["hotspot"].store, "thefts", question, last_days=60)


def test_every_collection_says_what_it_is(client: FlaskClient) -> None:
    for collection in get(client, "/ogc/collections")["collections"]:
        assert collection["title"] and collection["description"] and collection["keywords"]
        assert collection["itemType"] == "feature"
        assert collection["itemCount"] >= 0
        west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
        assert -180 <= west <= east <= 180 and -90 <= south <= north <= 90
        assert collection["storageCrs"] == collection["crs"][0] == f"{CRS}OGC/1.3/CRS84"
        assert collection["crs"][1] == f"{CRS}EPSG/0/3857"
        assert collection["crs"][2:] in ([f"{CRS}EPSG/0/{zone}"] for zone in _zones())
        assert not any("4326" in crs for crs in collection["crs"])
        for field in collection["fields"]:
            assert field["name"] and field["title"] and field["type"]
        assert get(client, links(collection, "self")[0]) == collection


def _zones() -> list[int]:
    return [*range(32601, 32661), *range(32701, 32761)]


def test_a_layer_says_its_licence_and_whose_outlines_it_has(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    for name in (layer_ids["gi_star"], "districts-bz"):
        collection = get(client, f"/ogc/collections/{name}")
        assert links(collection, "license") == ["https://creativecommons.org/licenses/by/4.0/"]
        assert "Natural Earth" in collection["attribution"]
        assert "GeoNames" in collection["attribution"]


def test_fields_tell_their_units(client: FlaskClient, layer_ids: dict[str, str]) -> None:
    fields = {f["name"]: f for f in get(client, f"/ogc/collections/{layer_ids['dbscan']}")["fields"]}
    assert (fields["incidents"]["unit"], fields["area_km2"]["unit"]) == ("incidents", "km²")
    assert fields["density"]["description"]


def test_the_newest_answer_has_an_address_that_never_changes(app: Flask, client: FlaskClient) -> None:
    first = asked(app)
    alias = get(client, ALIAS)
    assert (alias["id"], alias["itemCount"]) == ("latest-thefts", first.n_features)
    assert links(alias, "canonical") == [f"http://localhost/ogc/collections/{first.id}"]
    assert links(alias, "items")[0] == f"http://localhost{ALIAS}/items"
    named = client.get(f"{ALIAS}/items").headers["ETag"]
    second = asked(app, 1000)
    assert second.id != first.id
    assert links(get(client, ALIAS), "canonical") == [f"http://localhost/ogc/collections/{second.id}"]
    again = client.get(f"{ALIAS}/items", headers={"If-None-Match": named})
    assert again.status_code == 200
    assert again.headers["ETag"] != named
    assert json.loads(again.data)["numberMatched"] == second.n_features


def test_an_alias_gives_what_its_layer_gives(app: Flask, client: FlaskClient) -> None:
    layer = f"/ogc/collections/{asked(app).id}"
    for rest in ("/items", "/items?limit=3&incidents=1", "/items?bbox=-88.2,17.49,-88.19,17.5"):
        assert get(client, f"{ALIAS}{rest}")["features"] == get(client, f"{layer}{rest}")["features"], rest
    assert get(client, f"{ALIAS}/items/3")["properties"] == get(client, f"{layer}/items/3")["properties"]
    for suffix in ("gpkg", "csv"):
        assert client.get(f"{ALIAS}/download.{suffix}").data == client.get(f"{layer}/download.{suffix}").data
    assert "latest-thefts.gpkg" in client.get(f"{ALIAS}/download.gpkg").headers["Content-Disposition"]
    page = get(client, f"{ALIAS}/items?limit=3")
    assert all(f"{ALIAS}" in link["href"] for link in page["links"])


def test_the_title_of_an_alias_tells_no_days_that_change(app: Flask, client: FlaskClient) -> None:
    layer = asked(app)
    title = get(client, ALIAS)["title"]
    assert title.startswith("Latest: ")
    assert "last 60 days" in title
    assert str(layer.end) not in title
    asked(app, title="Thefts this season")
    assert get(client, ALIAS)["title"] == "Latest: Thefts this season"


def test_a_layer_leads_to_the_newest_of_its_kind(app: Flask, client: FlaskClient) -> None:
    older, newer = asked(app), asked(app, 1000)
    for record in (older, newer):
        assert links(get(client, f"/ogc/collections/{record.id}"), "latest-version") == [
            f"http://localhost{ALIAS}"
        ]
    text = client.get(f"/layers/{newer.id}").text
    assert f"http://localhost{ALIAS}" in text


def test_a_page_leads_to_the_newest_answer(app: Flask, client: FlaskClient) -> None:
    for cell_size in (500, 1000):
        record = asked(app, cell_size)
        answer = client.get("/layers/latest/thefts")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/layers/{record.id}")
        assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/layers/latest/nothing").status_code == 404


def test_a_withdrawn_answer_gives_way_to_the_one_before_and_then_to_a_reason(
    app: Flask, client: FlaskClient
) -> None:
    older, newer = asked(app), asked(app, 1000)
    client.delete(f"/api/v1/layers/{newer.id}")
    assert links(get(client, ALIAS), "canonical") == [f"http://localhost/ogc/collections/{older.id}"]
    client.delete(f"/api/v1/layers/{older.id}")
    for address in (ALIAS, f"{ALIAS}/items", f"{ALIAS}/items/1"):
        gone = client.get(address)
        assert (gone.status_code, gone.content_type) == (404, "application/problem+json")
        assert "every one was withdrawn" in gone.json["detail"]
    assert "latest-thefts" not in {c["id"] for c in get(client, "/ogc/collections")["collections"]}
    assert client.get("/layers/latest/thefts").status_code == 404
    client.post(f"/api/v1/layers/{older.id}/restore")
    assert client.get(ALIAS).status_code == 200


def test_standing_questions_are_kept_asked_and_removed_over_http(client: FlaskClient) -> None:
    body = {
        "dataset": DATASET,
        "method": "gi_star",
        "parameters": {"cell_size": 500},
        "area": "BZ/BZ-BZ",
        "last": 60,
    }
    made = client.put("/api/v1/standing/thefts", json=body)
    assert made.status_code == 201, made.text
    assert client.get(made.headers["Location"]).json["id"] == made.json["id"]
    (kept,) = client.get("/api/v1/standing").json
    assert (kept["name"], kept["last"], kept["latest"]) == ("thefts", 60, made.json["id"])
    assert kept == client.get("/api/v1/standing/thefts").json
    assert client.get(kept["collection"]).status_code == 200
    assert client.get(kept["page"]).status_code == 302
    again = client.post("/api/v1/standing/thefts/run")
    assert (again.status_code, again.json["id"]) == (201, made.json["id"])
    assert client.delete("/api/v1/standing/thefts").status_code == 204
    for answer in (
        client.get("/api/v1/standing/thefts"),
        client.delete("/api/v1/standing/thefts"),
        client.post("/api/v1/standing/thefts/run"),
        client.get(ALIAS),
    ):
        assert answer.status_code == 404
    assert client.get(f"/api/v1/layers/{made.json['id']}").status_code == 200


@pytest.mark.parametrize(
    ("name", "changed", "status", "said"),
    [
        ("Bad%20Name", {}, 400, "lower-case"),
        ("thefts", {"last": 0}, 400, "number of days"),
        ("thefts", {"last": 30, "start": "2026-01-01"}, 400, "Leave one out"),
        ("thefts", {"last": "many"}, 422, "last"),
        ("thefts", {"last": 10**400}, 400, "number of days"),
        ("thefts", {"dataset": "none"}, 404, "no dataset"),
        ("thefts", {"nothing": 1}, 422, "nothing"),
        ("thefts", {"last": 1}, 422, "incidents"),
    ],
)
def test_a_standing_question_that_cannot_be_is_refused_and_not_kept(
    client: FlaskClient, name: str, changed: dict[str, Any], status: int, said: str
) -> None:
    body = {"dataset": DATASET, "parameters": {"cell_size": 500}, "area": "BZ/BZ-BZ", **changed}
    answer = client.put(f"/api/v1/standing/{name}", json=body)
    assert answer.status_code == status, answer.text
    assert said in answer.json["detail"]
    assert client.get("/api/v1/standing").json == []


def test_documents_are_encoded_once_until_the_store_changes(
    client: FlaskClient, layer_ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from hotspot.web.ogc import collections

    calls: list[str] = []
    real = collections.documents.collections

    def counted(*arguments: Any) -> dict[str, Any]:
        calls.append("made")
        return real(*arguments)

    monkeypatch.setattr(collections.documents, "collections", counted)
    for _ in range(3):
        get(client, "/ogc/collections")
    assert len(calls) == 1
    client.get("/ogc/collections", headers={"Host": "127.0.0.1"})
    client.delete(f"/api/v1/layers/{layer_ids['dbscan']}")
    get(client, "/ogc/collections")
    assert len(calls) == 3


def test_a_set_that_utm_does_not_reach_has_no_zone(app: Flask) -> None:
    record = app.extensions["hotspot"].districts("districts-bz")
    polar = described.of_districts(record, (-10.0, 86.0, 10.0, 88.0))
    assert len(polar.crs) == 2
    assert described.of_districts(record, None).crs == polar.crs


def test_a_licence_that_is_not_known_by_an_address_has_no_link(app: Flask) -> None:
    (record, *_) = app.extensions["hotspot"].layers()
    area = {**record.provenance["study_area"], "licence": "Ask the police"}
    plain = described.of_layer(replace(record, provenance={**record.provenance, "study_area": area}))
    assert (plain.licence, plain.licence_url) == ("Ask the police", "")


def test_a_layer_may_be_called_as_collections_of_other_kinds_are(app: Flask, client: FlaskClient) -> None:
    store = app.extensions["hotspot"].store
    for title in ("Districts with thefts", "Latest thefts", "Incidents of theft"):
        question = Question(dataset=DATASET, method="gi_star", area="BZ/BZ-BZ", title=title)
        record = publish.make_layer(store, question)
        address = f"/ogc/collections/{record.id}"
        assert get(client, address)["title"] == title
        assert get(client, f"{address}/download.geojson")["features"]
        assert client.get(f"{address}/tiles/WebMercatorQuad/0/0/0").status_code == 200


def test_of_two_collections_with_one_id_none_shows_the_features_of_the_other(
    app: Flask, client: FlaskClient
) -> None:
    store = app.extensions["hotspot"].store
    question = Question(dataset=DATASET, method="gi_star", area="BZ/BZ-BZ", title="Latest thefts")
    layer = publish.make_layer(store, question)
    other = standing.ask(
        store, layer.id.removeprefix("latest-"), replace(question, parameters={"cell_size": 300})
    )
    address = f"/ogc/collections/{layer.id}"
    assert other.n_features != layer.n_features
    assert get(client, address)["itemCount"] == layer.n_features
    assert get(client, f"{address}/items")["numberMatched"] == layer.n_features
    assert len(get(client, f"{address}/download.geojson")["features"]) == layer.n_features
