"""Tables and charts behind a layer, reports, and what became of hotspots: pages and API."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest

from hotspot.analysis.methods import METHODS, REPORTS
from hotspot.service import behind
from hotspot.service.store import StoredFile
from hotspot.web.pages import asking
from tests.web.conftest import DATASET
from tests.web.test_pages import submit

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

HOSTILE = {
    "name": "best",
    "title": "<script>alert(1)</script>{{7*7}}",
    "note": "<b>note</b>",
    "fields": [
        {"name": "place", "type": "string", "title": "<i>Place</i>", "unit": "<u>", "doc": '"><img>'},
        {"name": "share", "type": "number", "title": "Share", "unit": "share", "doc": ""},
    ],
    "rows": [["=cmd()|'/c calc'!A1", 0.25], ["<script>x</script>", None], ["-1+2", 1.0]],
    "chart": None,
}


@pytest.fixture
def layer(layer_ids: dict[str, str]) -> str:
    """The layer of cells."""
    return layer_ids["gi_star"]


@pytest.fixture
def hostile(app: Flask, layer: str) -> None:
    """The layer with a table whose every text tries to be more than text."""
    import sqlalchemy as sa

    from hotspot.service.store.records import columns_of
    from hotspot.service.store.schema import layer_file

    file = StoredFile(json.dumps([HOSTILE]).encode(), "application/json")
    with app.extensions["hotspot"].store.engine.writing() as connection:
        chosen = (layer_file.c.layer_id == layer) & (layer_file.c.name == behind.TABLES)
        connection.execute(sa.update(layer_file).where(chosen).values(**columns_of(file)))


def decoded(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_a_layer_page_shows_each_table_with_its_chart_note_and_csv(client: FlaskClient, layer: str) -> None:
    text = client.get(f"/layers/{layer}").text
    tables = client.get(f"/api/v1/layers/{layer}/tables").json
    assert len(tables) >= 3
    for table in tables:
        assert f'id="table-{table["name"]}"' in text
        assert table["note"].replace("'", "&#39;") in text
        assert (f'src="{table["svg"]}"' in text) is (table["svg"] is not None)
        if table["rows"]:
            assert f'href="{table["csv"]}"' in text
    assert any(table["svg"] for table in tables)


def test_a_chart_is_an_image_that_asks_nobody(client: FlaskClient, layer: str) -> None:
    addresses = [t["svg"] for t in client.get(f"/api/v1/layers/{layer}/tables").json if t["svg"]]
    for address in addresses:
        answer = client.get(address)
        assert answer.content_type == "image/svg+xml"
        assert ET.fromstring(answer.data).find("{http://www.w3.org/2000/svg}title") is not None  # noqa: S314
        assert b"style=" not in answer.data
    assert client.get(f"/layers/{layer}/charts/nothing.svg").status_code == 404
    assert client.get(f"/layers/{layer}/charts/../map.svg").status_code == 404


def test_a_table_is_csv_with_every_row(client: FlaskClient, layer: str) -> None:
    for table in client.get(f"/api/v1/layers/{layer}/tables").json:
        answer = client.get(table["csv"])
        assert answer.content_type == "text/csv; charset=utf-8"
        assert table["name"] in answer.headers["Content-Disposition"]
        rows = decoded(answer)
        assert len(rows) == len(table["rows"])
        assert not rows or list(rows[0]) == [field["name"] for field in table["fields"]]
    missing = client.get(f"/api/v1/layers/{layer}/tables/nothing.csv")
    assert missing.status_code == 404
    assert "It has: " in missing.json["detail"]


@pytest.mark.usefixtures("hostile")
def test_text_of_a_table_is_text_on_the_page_and_no_formula_in_csv(client: FlaskClient, layer: str) -> None:
    text = client.get(f"/layers/{layer}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in text
    assert not re.search(r"<script>(alert|x)|<b>note|<i>Place|<u>|<img>", text)
    rows = decoded(client.get(f"/api/v1/layers/{layer}/tables/best.csv"))
    assert [row["place"][0] for row in rows] == ["'", "<", "'"]


def test_a_layer_from_before_there_were_tables_still_has_a_page(
    client: FlaskClient, app: Flask, layer: str
) -> None:
    import sqlalchemy as sa

    from hotspot.service.store import schema

    old = [
        {k: v for k, v in row.items() if k not in ("harm", "survival")}
        for row in _record(app, layer).hotspots
    ]
    with app.extensions["hotspot"].store.engine.writing() as connection:
        files, known = schema.layer_file, schema.layer
        connection.execute(
            sa.delete(files).where(files.c.name.like("%table%") | files.c.name.like("chart-%"))
        )
        connection.execute(sa.update(known).where(known.c.id == layer).values(hotspots=old))
    answer = client.get(f"/layers/{layer}")
    assert answer.status_code == 200
    assert "Behind it" not in answer.text
    assert client.get(f"/api/v1/layers/{layer}/tables").json == []


def _record(app: Flask, layer: str) -> Any:
    return app.extensions["hotspot"].layer(layer)


def test_a_withdrawn_layer_takes_its_tables_and_charts_along(client: FlaskClient, layer: str) -> None:
    table = next(t for t in client.get(f"/api/v1/layers/{layer}/tables").json if t["svg"])
    assert client.delete(f"/api/v1/layers/{layer}").status_code == 204
    for address in (table["svg"], table["csv"], f"/api/v1/layers/{layer}/tables", f"/layers/{layer}/changes"):
        assert client.get(address).status_code == 404, address


def test_reports_are_listed_and_lead_to_their_forms(client: FlaskClient) -> None:
    text = client.get("/reports").text
    listed = client.get("/api/v1/reports").json
    assert [report["name"] for report in listed] == list(REPORTS)
    for kind in REPORTS.values():
        assert f"/reports/{kind.name}" in text
        form = client.get(f"/reports/{kind.name}?dataset={DATASET}").text
        for name, spec in kind.parameters.specs().items():
            assert f'name="{kind.name}.{name}"' in form
            assert spec.doc.replace("'", "&#39;") in form
        assert f"/reports/{kind.name}?dataset={DATASET}" in client.get(f"/datasets/{DATASET}").text
    assert f'value="{DATASET}"' in client.get("/reports/profile").text
    assert client.get("/reports/nothing").status_code == 404
    assert client.get("/reports/profile?dataset=nothing").status_code == 404


def test_a_report_is_an_address_that_can_be_kept(client: FlaskClient) -> None:
    address = f"/reports/profile?dataset={DATASET}&run=yes&profile.by=offence&offences=Theft"
    address += "&weekdays=mon&weekdays=fri"
    text = client.get(address).text
    for heading in ("In plain words", "Figures", "Decision log", "Change the question"):
        assert heading in text
    assert 'src="data:image/svg+xml;base64,' in text
    assert re.search(r'value="Theft" checked', text)
    assert re.search(r'value="fri" checked', text)
    assert re.search(r'<option value="offence" selected', text)
    assert client.get(address).text.count("<table") == text.count("<table") > 2


def test_a_page_of_another_site_leads_to_the_form_but_makes_nothing_work(client: FlaskClient) -> None:
    address = f"/reports/profile?dataset={DATASET}&run=yes"
    for site in ("cross-site", "same-site"):
        text = client.get(address, headers={"Sec-Fetch-Site": site}).text
        assert "In plain words" not in text
        assert "Make the report" in text
    assert "In plain words" in client.get(address, headers={"Sec-Fetch-Site": "none"}).text


def ask(client: FlaskClient, name: str, **asked: Any) -> Any:
    return client.post(f"/api/v1/reports/{name}", json={"dataset": DATASET, **asked})


def test_a_report_over_http_is_sentences_and_tables(client: FlaskClient) -> None:
    answer = ask(client, "profile", parameters={"by": "offence"}, area="BZ")
    assert answer.status_code == 200, answer.text
    assert answer.json["name"] == "profile"
    assert answer.json["sentences"]
    assert {"name", "title", "note", "fields", "rows", "chart"} <= set(answer.json["tables"][0])
    assert answer.json["about"]["question"]["parameters"]["by"] == "offence"
    assert client.get("/api/v1/layers").json == client.get("/api/v1/layers").json


@pytest.mark.parametrize(
    ("name", "asked", "status"),
    [
        ("nothing", {}, 404),
        ("profile", {"dataset": "nothing"}, 404),
        ("profile", {"parameters": {"colour": 1}}, 400),
        ("profile", {"parameters": {"by": "colour"}}, 400),
        ("profile", {"method": "gi_star"}, 422),
        ("profile", {"harm": {"Theft": -1}}, 422),
        ("profile", {"harm": {"Theft": "x"}}, 422),
        ("evaluate", {}, 400),
        ("compare", {"start": "2026-01-01", "end": "2026-01-02"}, 422),
    ],
)
def test_a_report_that_cannot_be_made_is_refused_in_words(
    client: FlaskClient, name: str, asked: dict[str, Any], status: int
) -> None:
    answer = ask(client, name, **asked)
    assert answer.status_code == status, answer.text
    assert len(answer.json["detail"]) > 10
    assert "Traceback" not in answer.text


def test_a_report_of_too_few_incidents_says_what_would_help(client: FlaskClient) -> None:
    address = f"/reports/compare?dataset={DATASET}&run=yes&start=2026-01-01&end=2026-01-02"
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert "What would help" in answer.text


def test_harm_goes_in_by_the_form_and_by_the_api(client: FlaskClient) -> None:
    made = client.post(
        "/api/v1/layers",
        json={"dataset": DATASET, "area": "BZ", "harm": {"Theft": 10, "*": 1}, "method": "dbscan"},
    )
    assert made.status_code == 201, made.text
    assert made.json["question"]["harm"] == {"*": 1.0, "Theft": 10.0}
    by_form = submit(
        client,
        f"/datasets/{DATASET}",
        f"/datasets/{DATASET}/layers",
        method="dbscan",
        area="BZ",
        harm="Theft = 10\r\n\r\n* = 1\r\n",
        title="Harm",
    )
    assert by_form.status_code == 200, by_form.text
    assert ">Harm" in by_form.text.partition("Hotspots, ranked")[2].partition("</table>")[0]
    refused = submit(
        client,
        f"/datasets/{DATASET}",
        f"/datasets/{DATASET}/layers",
        method="dbscan",
        area="BZ",
        harm="Theft",
    )
    assert refused.status_code == 400
    assert "Robbery=365" in refused.text


def test_every_method_stands_in_one_group_of_the_form_beside_its_parameters(
    app: Flask, client: FlaskClient
) -> None:
    with app.test_request_context():
        grouped = asking.grouped()
    assert sorted(m.name for _, members in grouped for m in members) == sorted(METHODS)
    text = client.get(f"/datasets/{DATASET}").text
    assert len(re.findall(r'<input type="radio" name="method"[^>]* checked', text)) == 1
    for method in METHODS.values():
        way = text.partition(f'name="method" value="{method.name}"')[2].partition('<div class="way">')[0]
        assert f'data-method="{method.name}"' in way


def test_what_became_of_hotspots_is_told_on_a_page_and_over_http(client: FlaskClient, layer: str) -> None:
    question = {
        "dataset": DATASET,
        "area": "BZ/BZ-BZ",
        "parameters": {"cell_size": 500},
        "title": "Later",
        "start": "2026-03-01",
    }
    later = client.post("/api/v1/layers", json=question).json["id"]
    told = client.get(f"/api/v1/layers/{later}/changes?since={layer}")
    assert told.status_code == 200, told.text
    assert told.json["about"]["earlier"] == layer
    page = client.get(f"/layers/{later}/changes?since={layer}").text
    assert told.json["sentences"][0] in page
    assert f'href="/layers/{later}/changes"' in client.get(f"/layers/{later}").text
    form = client.get(f"/layers/{later}/changes").text
    assert f'value="{layer}"' in form
    assert "In plain words" not in form
    for address, status in (
        (f"/api/v1/layers/{layer}/changes?since={later}", 400),
        (f"/api/v1/layers/{later}/changes?since=nothing", 404),
        (f"/api/v1/layers/{later}/changes", 422),
        (f"/layers/{later}/changes?since=nothing", 404),
    ):
        assert client.get(address).status_code == status, address
