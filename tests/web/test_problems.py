"""The one table from errors to HTTP answers."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING

import pytest

from hotspot import errors
from hotspot.web import problems

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

OURS = [
    kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.HotspotError)
]


def _one(kind: type[errors.HotspotError]) -> errors.HotspotError:
    return (
        kind("eps", "eps is <b>wrong</b>.")
        if kind is errors.ParameterError
        else kind("That is <b>wrong</b>.")
    )  # type: ignore[call-arg]


def _failing(app: Flask, error: Exception) -> FlaskClient:
    def fail() -> str:
        raise error

    app.view_functions["site.about"] = fail
    return app.test_client()


@pytest.mark.parametrize("kind", OURS)
def test_each_of_our_errors_has_a_line_in_the_table(kind: type[errors.HotspotError]) -> None:
    assert kind in problems.STATUS


@pytest.mark.parametrize("kind", OURS)
def test_our_errors_are_told_in_their_own_words_and_never_as_markup(
    app: Flask, kind: type[errors.HotspotError]
) -> None:
    client = _failing(app, _one(kind))
    page = client.get("/about", headers={"Accept": "text/html"})
    assert page.status_code == problems.STATUS[kind]
    assert "&lt;b&gt;wrong&lt;/b&gt;" in page.text
    document = client.get("/about", headers={"Accept": "application/json"})
    assert document.content_type == "application/problem+json"
    assert "<b>wrong</b>" in document.get_json(force=True)["detail"]


def test_too_few_incidents_come_with_what_would_help(app: Flask) -> None:
    client = _failing(app, errors.ThinDataError("12 incidents; 30 are needed.", remedies=("Pool offences.",)))
    document = json.loads(client.get("/about", headers={"Accept": "application/json"}).data)
    assert document["remedies"] == ["Pool offences."]
    assert "Pool offences." in client.get("/about").text


def test_what_is_not_expected_is_a_bare_500_with_a_request_id_and_a_line_in_the_log(
    capsys: pytest.CaptureFixture[str], app: Flask
) -> None:
    answer = _failing(app, RuntimeError("the secret of victim 7")).get("/about")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    request_id = answer.headers["X-Request-ID"]
    assert request_id in answer.text
    line = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    assert line["request_id"] == request_id


def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(client: FlaskClient) -> None:
    assert "<h1>Not found</h1>" in client.get("/layers/none").text
    for address in ("/api/v1/layers/none", "/ogc/collections/none", "/api/v1/none"):
        answer = client.get(address)
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json"), address
        assert set(json.loads(answer.data)) >= {"title", "status", "detail", "request_id"}


def test_the_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    answer = client.post("/about", headers={"Accept": "application/json"})
    assert answer.status_code in (400, 405)  # the form token is asked for first
    answer = client.put("/api/v1/layers")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_body_over_the_limit_is_refused_with_the_limit(client: FlaskClient) -> None:
    answer = client.post("/api/v1/datasets/x/imports", data=b"x" * (2 * 2**20 + 1), content_type="text/csv")
    assert answer.status_code == 413
    assert "2 MB" in answer.get_json(force=True)["detail"]


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"dataset": ' + b"9" * 5000 + b"}", b"{", b"\xff\xfe", b"NaN", b""]
)
def test_json_that_is_no_question_is_refused_in_words(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/api/v1/layers", data=body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.get_json(force=True)["detail"]


def test_a_thousand_mistakes_are_told_by_the_first_few(client: FlaskClient) -> None:
    for question in ({"dataset": "d", "offences": [1] * 1000}, {"dataset": "d", "x" * 10_000: 1}):
        sent = client.post("/api/v1/layers", json=question)
        assert sent.status_code == 422
        assert len(sent.data) < 1000
    sent = client.post("/api/v1/layers", data=b"{", content_type="application/json")
    assert sent.json is not None
    assert sent.json["detail"] == "body: Invalid JSON body."
