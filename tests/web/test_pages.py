"""The pages: what an analyst and a commander see, and the forms, without a script."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.conftest import DATASET, town

if TYPE_CHECKING:
    from flask.testing import FlaskClient

POISON = [
    "{{7*7}}",
    "{% raw %}",
    "<script>alert(1)</script>",
    "`x`",
    "${7*7}",
    '=cmd()"',
    "+1",
    "-1",
    "@x",
    "'\"><b>",
    "\u202egnp.exe",
]


def submit(client: FlaskClient, page: str, address: str, **fields: Any) -> Any:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert token
    return client.post(address, data={"csrf_token": token[1], **fields}, follow_redirects=True)


def test_a_fresh_service_explains_the_two_commands(empty: FlaskClient) -> None:
    text = empty.get("/").text
    for words in ("hotspot demo", "hotspot import", "hotspot run"):
        assert words in text
    assert "<iframe" not in text


def test_the_first_page_lists_every_layer_beside_one_map(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    text = client.get("/").text
    for layer_id in layer_ids.values():
        assert f'href="/layers/{layer_id}"' in text
    assert 'src="/map"' in text
    assert client.get("/map").status_code == 200


def test_a_layer_page_has_all_that_an_honest_reader_needs(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    for layer_id in layer_ids.values():
        text = client.get(f"/layers/{layer_id}").text
        for heading in (
            "In plain words",
            "How far to trust it",
            "Hotspots, ranked",
            "Decision log",
            "Where it comes from",
            "Downloads",
        ):
            assert heading in text, heading
        assert f'src="/layers/{layer_id}/map"' in text
        assert "http://localhost/ogc" in text
        assert "incidents per km²" in text


def test_the_map_of_a_layer_asks_only_this_host_and_all_that_it_asks_for_is_there(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    for layer_id in layer_ids.values():
        text = client.get(f"/layers/{layer_id}/map").text
        assert not re.search(r"""(src|href)=["'](https?:)?//""", text)
        found = re.findall(r"""["'](/(?:static|layers|boundaries)/[^"'?#]+)""", text)
        assert any(address.endswith("features.geojson") for address in found)
        for address in set(found):
            with client.get(address) as answer:
                assert answer.status_code == 200, address


def test_the_form_makes_a_layer_without_a_script(client: FlaskClient) -> None:
    answer = submit(
        client,
        f"/datasets/{DATASET}",
        f"/datasets/{DATASET}/layers",
        **{
            "method": "dbscan",
            "area": "BZ",
            "districts": ["BZ/BZ-BZ", "BZ/BZ-CY"],
            "offences": ["Theft"],
            "from_hour": "18",
            "to_hour": "6",
            "dbscan.eps": "300",
            "dbscan.min_samples": "5",
            "gi_star.cell_size": "",
            "title": "Night thefts",
        },
    )
    assert answer.status_code == 200, answer.text
    assert "<h1>Night thefts</h1>" in answer.text
    assert "BZ/BZ-BZ,BZ-CY" in answer.text


def test_the_form_has_a_field_for_every_parameter_of_every_method(client: FlaskClient) -> None:
    from hotspot.analysis.methods import METHODS

    text = client.get(f"/datasets/{DATASET}").text
    for method in METHODS.values():
        for name, spec in method.parameters.specs().items():
            assert f'name="{method.name}.{name}"' in text
            assert spec.doc.replace("'", "&#39;") in text


def test_too_few_incidents_are_told_with_what_would_help(client: FlaskClient) -> None:
    answer = submit(
        client,
        f"/datasets/{DATASET}",
        f"/datasets/{DATASET}/layers",
        method="dbscan",
        area="BZ",
        start="2026-01-01",
        end="2026-01-02",
    )
    assert answer.status_code == 422
    assert "What would help" in answer.text


def test_a_file_goes_in_by_the_form_and_its_report_says_what_was_wrong(empty: FlaskClient) -> None:
    body = town(40) + b"T99999,Theft,yesterday,10:00,17.5,-88.19\n"
    answer = submit(
        empty, "/imports/new", "/imports", dataset="new", area="BZ", file=(io.BytesIO(body), "week.csv")
    )
    assert answer.status_code == 200, answer.text
    assert "<h1>week.csv</h1>" in answer.text
    assert "yesterday" in answer.text
    assert re.search(r">42<|, 42\b|>42\b", answer.text), "the row number of the row set aside"
    again = submit(
        empty, "/imports/new", "/imports", dataset="new", area="BZ", file=(io.BytesIO(body), "week.csv")
    )
    assert "Nothing changed" in again.text


def test_a_wrong_column_is_corrected_from_the_report(empty: FlaskClient) -> None:
    submit(empty, "/imports/new", "/imports", dataset="new", file=(io.BytesIO(town(40)), "week.csv"))
    corrected = {"column.place": "Offence", "column.offence": "-"}
    answer = submit(
        empty, "/imports/1", "/imports", dataset="new", file=(io.BytesIO(town(40)), "week.csv"), **corrected
    )
    assert answer.status_code == 200, answer.text
    assert "No column tells the offence" in answer.text
    assert empty.get("/datasets/new").status_code == 200
    assert "read again in another way" in empty.get("/imports/1").text


@pytest.mark.parametrize("dataset", ["", "../x", "a" * 500, "<b>"])
def test_a_dataset_needs_a_name_that_can_be_one(empty: FlaskClient, dataset: str) -> None:
    answer = submit(
        empty, "/imports/new", "/imports", dataset=dataset, file=(io.BytesIO(town(40)), "week.csv")
    )
    assert 400 <= answer.status_code < 500
    assert empty.get("/api/v1/datasets").json == []


def test_text_of_incidents_is_never_markup_or_code(empty: FlaskClient) -> None:
    rows = [
        f'P{number:04d}{quoted}","{quoted}",2026-01-{1 + number % 28:02d},17.5,-88.19'
        for number, quoted in enumerate([text.replace(chr(34), chr(34) * 2) for text in POISON] * 6)
    ]
    body = "Incident ID,Offence,Date,Latitude,Longitude\n" + "\n".join(f'"{row}' for row in rows)
    body += '\n"X1","<i>x</i>",<script>bad</script>,17.5,-88.19\n'
    answer = submit(
        empty,
        "/imports/new",
        "/imports",
        dataset="poison",
        area="BZ",
        title="<script>t</script>",
        file=(io.BytesIO(body.encode()), "<script>f</script>.csv"),
    )
    assert answer.status_code == 200, answer.text
    layer = submit(
        empty,
        "/datasets/poison",
        "/datasets/poison/layers",
        **{
            "method": "dbscan",
            "area": "BZ",
            "title": "<script>{{7*7}}</script>",
            "dbscan.eps": "50",
            "dbscan.min_samples": "5",
        },
    )
    assert layer.status_code == 200, layer.text
    layer_id = empty.get("/api/v1/layers").json[0]["id"]
    for address in (
        "/",
        "/map",
        "/datasets",
        "/datasets/poison",
        "/imports/1",
        f"/layers/{layer_id}",
        f"/layers/{layer_id}/map",
        f"/ogc/collections/{layer_id}?f=html",
        f"/ogc/collections/{layer_id}/items?f=html",
    ):
        text = empty.get(address).text
        for script in (
            "<script>alert",
            "<script>t",
            "<script>f",
            "<script>bad",
            "<script>{{",
            "<script>49",
            "<b>",
        ):
            assert script not in text, (address, script)
        assert not re.search(r">\s*49\s*<", text), address


def test_withdrawing_needs_the_form_and_takes_the_layer_out_of_sight(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    gone = layer_ids["dbscan"]
    answer = submit(client, f"/layers/{gone}", f"/layers/{gone}/withdraw")
    assert answer.status_code == 200
    assert f'href="/layers/{gone}"' not in answer.text
    assert gone not in client.get("/map").text


def test_a_withdrawal_is_undone_from_the_page_that_tells_of_it(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    gone = layer_ids["dbscan"]
    said = submit(client, f"/layers/{gone}", f"/layers/{gone}/withdraw").text
    assert re.search(rf'role="status">.*?action="/layers/{gone}/restore".*?Undo', said, re.DOTALL)
    back = submit(client, "/", f"/layers/{gone}/restore")
    assert back.status_code == 200
    assert "Published again: dbscan test" in back.text
    assert gone in client.get("/map").text
    assert "withdrawn layer" not in client.get("/").text


def test_withdrawn_layers_are_listed_last_and_their_page_says_how_to_bring_them_back(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    gone = layer_ids["gi_star"]
    submit(client, f"/layers/{gone}", f"/layers/{gone}/withdraw")
    text = client.get("/").text
    assert re.search(rf"<details.*1 withdrawn layer<.*/layers/{gone}/restore", text, re.DOTALL)
    page = client.get(f"/layers/{gone}")
    assert page.status_code == 410
    assert f'action="/layers/{gone}/restore"' in page.text
    assert submit(client, f"/layers/{gone}", f"/layers/{gone}/restore").status_code == 200
    assert client.get(f"/layers/{gone}").status_code == 200
    assert client.get("/layers/never-was").status_code == 404


def test_what_was_never_there_is_not_brought_back(client: FlaskClient) -> None:
    assert submit(client, "/datasets/testville", "/layers/never-was/restore").status_code == 404


def test_every_page_is_english_has_one_heading_a_title_and_labels(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    pages = [
        "/",
        "/datasets",
        f"/datasets/{DATASET}",
        "/imports/new",
        "/imports/1",
        "/boundaries",
        "/about",
        "/nothing",
        *(f"/layers/{i}" for i in layer_ids.values()),
    ]
    for address in pages:
        text = client.get(address).text
        assert '<html lang="en">' in text
        assert len(re.findall(r"<h1[ >]", text)) == 1, address
        assert re.search(r"<title>[^<]+</title>", text)
        labelled = set(re.findall(r'<label for="([^"]+)"', text))
        fields = set(re.findall(r'<(?:input|select)[^>]* id="([^"]+)"', text))
        assert fields <= labelled, (address, fields - labelled)
        assert (
            re.findall(r"""(?:src|href)="https?://(?!creativecommons|www\.nationalarchives)[^"]+""", text)
            == []
        ), address


def test_boundaries_are_shown_with_their_districts_areas_and_people(client: FlaskClient) -> None:
    text = client.get("/boundaries").text
    belize = text.partition('id="set-BZ"')[2].partition("</section>")[0]
    words = " ".join(re.sub(r"<[^>]+>", " ", belize).split())
    assert "6 districts" in words
    assert re.search(r"Toledo BZ-TOL 4,\d{3} 38,557 2019", words)
    assert "Population: estimate for 2019" in words
    assert 'href="/ogc/collections/districts-bz?f=html"' in belize
    bahamas = text.partition('id="set-BS"')[2].partition("</section>")[0]
    assert "unknown" in bahamas
    assert "Population:" not in bahamas


def test_shares_are_said_with_one_decimal_and_a_unit_once(
    client: FlaskClient, layer_ids: dict[str, str]
) -> None:
    for layer_id in layer_ids.values():
        text = client.get(f"/layers/{layer_id}").text
        table = text.partition('<table class="accuracy">')[2].partition("</table>")[0]
        shares = re.findall(r">([^<>]*) %</td>", table)
        assert len(shares) == 4
        assert all(re.fullmatch(r"\d+\.\d|under 0\.1", share) for share in shares)
        assert "ncidents per km², incidents per km²" not in text


def test_the_form_of_a_question_has_words_and_a_bar_for_the_wait(client: FlaskClient) -> None:
    text = client.get(f"/datasets/{DATASET}").text
    waiting = re.search(r"<div data-working hidden role=.status.>(.*?)</div>", text, re.DOTALL)
    assert waiting is not None
    assert "Reading 400 incidents" in waiting[1]
    assert "<progress" in waiting[1]


def test_the_old_name_of_the_icon_leads_to_it(client: FlaskClient) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 301
    with client.get(answer.headers["Location"]) as icon:
        assert icon.status_code == 200
        assert icon.content_type.startswith("image/svg+xml")


def test_what_this_owes_is_said(client: FlaskClient) -> None:
    text = client.get("/about").text
    for credit in ("Natural Earth", "GeoNames", "CC BY 4.0", "Open Government Licence", "Leaflet"):
        assert credit in text


def test_outlines_are_sent_for_maps_and_kept_by_clients(client: FlaskClient) -> None:
    first = client.get("/boundaries/BZ.geojson")
    assert first.content_type == "application/geo+json"
    assert (
        client.get("/boundaries/BZ.geojson", headers={"If-None-Match": first.headers["ETag"]}).status_code
        == 304
    )
    assert client.get("/boundaries/XX.geojson").status_code == 404
