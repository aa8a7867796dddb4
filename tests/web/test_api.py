"""The HTTP API: files in, questions asked, layers read."""

from __future__ import annotations

import gzip
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from hotspot.analysis.methods import METHODS
from tests.web.conftest import DATASET, town

if TYPE_CHECKING:
    from flask.testing import FlaskClient

IMPORTS = "/api/v1/datasets/new/imports"


def test_a_file_sent_as_the_body_becomes_incidents_and_twice_changes_nothing(empty: FlaskClient) -> None:
    first = empty.post(f"{IMPORTS}?area=BZ&filename=week.csv", data=town(40), content_type="text/csv")
    assert first.status_code == 201, first.text
    assert first.json["accepted"] == 40
    assert empty.get(first.headers["Location"]).json["filename"] == "week.csv"
    again = empty.post(f"{IMPORTS}?area=BZ&filename=week.csv", data=town(40), content_type="text/csv")
    assert (again.status_code, again.json["already"]) == (200, True)
    assert again.json["import_id"] == first.json["import_id"]
    assert empty.get("/api/v1/datasets/new").json["incidents"] == 40
    assert len(empty.get(IMPORTS).json) == 1


def test_a_file_sent_by_a_form_and_zipped_is_the_same(empty: FlaskClient) -> None:
    form = {"file": (io.BytesIO(gzip.compress(town(40))), "../../week.csv.gz")}
    answer = empty.post(IMPORTS, data=form, content_type="multipart/form-data")
    assert answer.status_code == 201, answer.text
    assert empty.get(answer.headers["Location"]).json["filename"] == "week.csv.gz"


def test_a_wrong_guess_is_corrected_by_naming_the_column(empty: FlaskClient) -> None:
    answer = empty.post(
        f"{IMPORTS}?column=offence=&column=place=Offence", data=town(40), content_type="text/csv"
    )
    chosen = {entry["field"]: entry["column"] for entry in answer.json["report"]["columns"]}
    assert (chosen["offence"], chosen["place"]) == (None, "Offence")


def test_nothing_is_left_of_an_upload_but_its_rows(empty: FlaskClient) -> None:
    empty.post(IMPORTS, data=town(40), content_type="text/csv")
    work = empty.application.extensions["hotspot"].store.settings.work_dir
    assert list(work.iterdir()) == []


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("", b""),
        ("", b"\x00\x01\x02" * 100),
        ("", b"just some words"),
        ("", b'<OGRVRTDataSource><OGRVRTLayer name="passwd"/></OGRVRTDataSource>'),
        ("filename=x.geojson", b'<OGRVRTDataSource><OGRVRTLayer name="passwd"/></OGRVRTDataSource>'),
        ("filename=x.geojson", b"[" * 100_000),
        ("filename=x.geojson", b'{"type":"FeatureCollection","features":[' + b"9" * 5000 + b"]}"),
        ("filename=x.kml", b"<kml><Document/></kml>"),
        ("filename=x.xlsx", b"PK\x03\x04" + b"\x00" * 100),
        ("filename=x.csv.gz", b"\x1f\x8b\x08\x00 torn"),
        ("", b"id,date,lat,lon\n1,02/03/2026,17,-88\n2,25/03/2026,17,-88\n3,03/25/2026,17,-88\n"),
        ("area=Atlantis", None),
        ("timezone=Mars/Base", None),
        ("column=offence", None),
        ("column=offence=Nowhere", None),
        ("column=colour=Offence", None),
        ("date_order=ydm", None),
        ("nothing=1", None),
    ],
)
def test_what_cannot_be_imported_is_refused_in_words_and_nothing_is_stored(
    empty: FlaskClient, query: str, body: bytes | None
) -> None:
    answer = empty.post(
        f"{IMPORTS}?{query}", data=town(40) if body is None else body, content_type="application/octet-stream"
    )
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.content_type == "application/problem+json"
    detail = json.loads(answer.data)["detail"]
    assert len(detail) > 20
    assert "Traceback" not in detail
    assert empty.get("/api/v1/datasets").json == []


def test_a_form_without_a_file_says_so(empty: FlaskClient) -> None:
    answer = empty.post(IMPORTS, data={"other": "x"}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "file" in answer.get_json(force=True)["detail"]


def test_the_rows_set_aside_come_as_csv_with_their_reasons(client: FlaskClient) -> None:
    answer = client.get("/api/v1/imports/1/rejects.csv")
    data = gzip.decompress(answer.data) if answer.headers.get("Content-Encoding") == "gzip" else answer.data
    assert "yesterday" in data.decode("utf-8-sig")
    assert "attachment" in answer.headers["Content-Disposition"]


def ask(client: FlaskClient, **question: Any) -> Any:
    return client.post("/api/v1/layers", json={"dataset": DATASET, **question})


def test_a_question_becomes_a_published_layer_and_asked_again_the_same_one(client: FlaskClient) -> None:
    question = {
        "method": "dbscan",
        "area": "BZ",
        "offences": ["theft"],
        "parameters": {"eps": 200, "min_samples": 8},
    }
    first = ask(client, **question)
    assert first.status_code == 201, first.text
    layer = client.get(first.headers["Location"]).json
    assert layer["question"]["parameters"]["eps"] == 200
    assert layer["id"] in [entry["id"] for entry in client.get("/api/v1/layers").json]
    assert client.get(f"/ogc/collections/{layer['id']}/items").status_code == 200
    assert ask(client, **question).json["content_hash"] == layer["content_hash"]


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ({"dataset": "none"}, 404),
        ({"method": "magic"}, 422),
        ({"parameters": {"eps": 1}}, 400),
        ({"parameters": {"cell_size": 1}}, 400),
        ({"parameters": {"cell_size": 10**400}}, 400),
        ({"parameters": "many"}, 422),
        ({"hours": [1]}, 422),
        ({"hours": [25, 3]}, 400),
        ({"start": "2026-02-01", "end": "2026-01-01"}, 400),
        ({"start": "soon"}, 422),
        ({"weekdays": ["caturday"]}, 422),
        ({"area": "Atlantis"}, 404),
        ({"area": "BZ/BZ-XX"}, 404),
        ({"offences": ["Piracy"]}, 404),
        ({"start": "2026-01-01", "end": "2026-01-02"}, 422),
        ({"nothing": 1}, 422),
        ({"title": "x" * 500}, 422),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_in_words(
    client: FlaskClient, question: dict[str, Any], status: int
) -> None:
    answer = ask(client, **question)
    assert answer.status_code == status, answer.text
    assert len(answer.get_json(force=True)["detail"]) > 10


def test_too_few_incidents_come_with_remedies_and_can_be_forced(client: FlaskClient) -> None:
    few = {
        "area": "BZ",
        "start": "2026-01-01",
        "end": "2026-01-05",
        "method": "dbscan",
        "parameters": {"min_samples": 2, "eps": 500},
    }
    refused = ask(client, **few)
    assert refused.status_code == 422
    assert refused.get_json(force=True)["remedies"]
    forced = ask(client, **few, force=True)
    assert forced.status_code == 201, forced.text
    assert forced.json["provenance"]["forced"] is True


def test_the_parameters_of_each_method_are_in_the_document_with_bounds_and_defaults(
    client: FlaskClient,
) -> None:
    document = client.get("/api/v1/openapi.json").json
    cell_size = document["components"]["schemas"]["Parameters_gi_star"]["properties"]["cell_size"]
    assert (cell_size["minimum"], cell_size["maximum"], cell_size["nullable"]) == (25, 20_000, True)
    assert [method["name"] for method in client.get("/api/v1/methods").json] == list(METHODS)


def test_the_document_is_valid_openapi_and_every_path_of_the_api_is_in_it(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document["openapi"] == "3.0.3"
    paths = {
        re.sub(r"<(?:[^>]*:)?([^>]+)>", r"{\1}", rule.rule)
        for rule in client.application.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert set(document["paths"]) == paths
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    schemathesis.openapi.from_dict(document).validate()


def test_the_ogc_document_is_valid_openapi(client: FlaskClient) -> None:
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    document = json.loads(client.get("/ogc/api").data)
    schemathesis.openapi.from_dict(document).validate()


@pytest.mark.parametrize("number", ["0", "2", str(2**63), "9" * 5000])
def test_an_import_that_is_not_there_is_a_404(client: FlaskClient, number: str) -> None:
    assert client.get(f"/api/v1/imports/{number}").status_code == 404
    assert client.get(f"/imports/{number}/rejects.csv").status_code == 404


@pytest.mark.parametrize("body", [b'{"dataset":"\\ud800"}', b'{"dataset":"testville","title":"\\udfff"}'])
def test_half_a_character_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/api/v1/layers", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert "half of a character" in answer.json["detail"]


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_a_raw_body_is_the_file_whatever_it_is_called(empty: FlaskClient, content_type: str) -> None:
    answer = empty.post(f"{IMPORTS}?filename=week.csv", data=town(40), content_type=content_type)
    assert answer.status_code == 201, answer.text
    assert answer.json["accepted"] == 40


def test_a_withdrawn_layer_is_published_again(client: FlaskClient, layer_ids: dict[str, str]) -> None:
    address = f"/api/v1/layers/{layer_ids['dbscan']}"
    before = client.get(address).json
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    restored = client.post(f"{address}/restore")
    assert (restored.status_code, restored.json) == (200, before)
    assert client.post(f"{address}/restore").status_code == 200
    assert client.post("/api/v1/layers/never-was/restore").status_code == 404
