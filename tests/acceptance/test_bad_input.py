"""Faulty files by both doors: told clearly, nothing half-done, no traceback."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.acceptance.bad_files import ACCEPTED, ASIDE, REFUSED, Case
from tests.acceptance.conftest import Answer, Site, command, environment

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]


@pytest.fixture(scope="module")
def site(open_site: Site) -> Site:
    """The server that may be written to."""
    return open_site


TRACES = ("Traceback", 'File "', "hotspot/incidents", "site-packages")


def named(case: Case) -> str:
    return case.name.replace(" ", "-")


def dataset(case: Case) -> str:
    return "bad-" + re.sub(r"[^a-z0-9]+", "-", case.name.lower())


def send(site: Site, case: Case) -> Answer:
    query = urlencode([("filename", case.filename), *case.query])
    return site.ask(
        f"/api/v1/datasets/{dataset(case)}/imports?{query}",
        data=case.content,
        method="POST",
        Content_Type="application/octet-stream",
    )


def typed(case: Case, folder: Path, *more: str) -> Any:
    path = folder / case.filename
    path.write_bytes(case.content)
    options = [word for name, value in case.query for word in (f"--{name}", value)]
    return command(environment(folder / "data"), "import", str(path), "--dataset", "d", *options, *more)


def without_traces(text: str) -> str:
    for trace in TRACES:
        assert trace not in text, text
    return text


@pytest.mark.parametrize("case", REFUSED, ids=named)
def test_a_file_is_refused_over_http(case: Case, site: Site) -> None:
    answer = send(site, case)
    said = without_traces(answer.body.decode())
    assert 400 <= answer.status < 500, said
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert re.search(case.says, answer.json["detail"]), said
    assert answer.json["status"] == answer.status
    assert site.ask(f"/api/v1/datasets/{dataset(case)}").status == 404, "something was stored"


@pytest.mark.parametrize("case", REFUSED, ids=named)
def test_a_file_is_refused_on_the_command_line(case: Case, tmp_path: Path) -> None:
    done = typed(case, tmp_path)
    assert done.returncode == 1
    assert re.search(case.says, without_traces(done.stderr)), done.stderr
    listed = command(environment(tmp_path / "data"), "datasets")
    assert "No datasets yet" in listed.stdout, "something was stored"


@pytest.mark.parametrize("case", ASIDE, ids=named)
def test_a_row_is_set_aside_over_http(case: Case, site: Site) -> None:
    answer = send(site, case)
    assert answer.status == 201, answer.body
    without_traces(answer.body.decode())
    received = answer.json
    assert received["set_aside"] == 1, received
    reason = received["report"]["set_aside"][0]
    assert reason["rows"] == [case.row]
    rejects = site.ask(f"/api/v1/imports/{received['import_id']}/rejects.csv").body.decode("utf-8-sig")
    rejected = list(csv.DictReader(io.StringIO(rejects)))
    assert len(rejected) == 1
    assert rejected[0]["row"] == str(case.row)
    assert re.search(case.says, rejected[0]["message"]), rejected
    assert case.column in rejected[0]["column"]


@pytest.mark.parametrize("case", ASIDE, ids=named)
def test_a_row_is_set_aside_on_the_command_line(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    done = typed(case, tmp_path, "--rejects", str(path))
    assert done.returncode == 0, done.stderr
    said = without_traces(done.stdout + done.stderr)
    assert re.search(r"\b1 set aside", said), said
    assert f"row {case.row}" in said
    assert re.search(case.says, said), said
    assert len(path.read_text(encoding="utf-8-sig").splitlines()) == 2


@pytest.mark.parametrize("case", ACCEPTED, ids=named)
def test_a_file_is_understood_over_http(case: Case, site: Site) -> None:
    answer = send(site, case)
    assert answer.status == 201, answer.body
    received = answer.json
    assert received["set_aside"] == 0, received["report"]["set_aside"]
    assert received["accepted"] == received["rows"] > 0
    notes = received["report"]["notes"]
    assert any(re.search(case.says, note) for note in notes), notes


@pytest.mark.parametrize("case", ACCEPTED, ids=named)
def test_a_file_is_understood_on_the_command_line(case: Case, tmp_path: Path) -> None:
    done = typed(case, tmp_path)
    assert done.returncode == 0, done.stderr
    said = without_traces(done.stdout + done.stderr)
    assert re.search(r"\b0 set aside", said), said
    assert re.search(case.says, said), said


def test_a_body_over_the_limit_is_refused(site: Site) -> None:
    answer = site.ask(
        "/api/v1/datasets/too-large/imports",
        data=b"Offence,Date\n" + b"x" * (65 * 2**20),
        method="POST",
        Content_Type="text/csv",
    )
    assert answer.status == 413
    assert "64 MB" in answer.json["detail"]
    assert site.ask("/api/v1/datasets/too-large").status == 404


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    done = command(environment(tmp_path), "import", str(tmp_path / "none.csv"), "--dataset", "d")
    assert done.returncode == 1
    assert "There is no file" in without_traces(done.stderr)


def test_the_same_file_twice_changes_nothing(site: Site, tmp_path: Path) -> None:
    case = Case("the same twice", "a.csv", ACCEPTED[-1].content, "accepted", "")
    first, second = send(site, case), send(site, case)
    assert (first.status, second.status) == (201, 200)
    assert second.json["already"] is True
    assert second.json["import_id"] == first.json["import_id"]


def test_a_boundary_file_cannot_read_other_files(tmp_path: Path) -> None:
    from tests.acceptance.bad_files import VRT

    path = tmp_path / "beats.geojson"
    path.write_bytes(VRT)
    done = command(environment(tmp_path / "data"), "boundaries", "import", str(path), "--name", "beats")
    assert done.returncode == 1
    assert "root" not in without_traces(done.stderr)


def test_text_of_incidents_is_never_executed(site: Site) -> None:
    corpus = [
        "{{7*7}}",
        "{% raw %}",
        "<script>alert(1)</script>",
        "`id`",
        "${7*7}",
        "=cmd()",
        "+1",
        "-1",
        "@x",
        "\u202eabc",
    ]
    head = ["Incident ID", "Offence", "Occurred from", "Latitude", "Longitude", "Place"]
    rows = [
        [
            f"SYNTHETIC-{i}",
            corpus[i % len(corpus)],
            f"2026-{1 + i % 9:02d}-{1 + i % 28:02d} 21:00",
            "17.2500",
            "-88.7700",
            text,
        ]
        for i, text in enumerate(corpus * 8)
    ]
    file = io.StringIO()
    csv.writer(file).writerows([head, *rows])
    sent = site.ask(
        "/api/v1/datasets/corpus/imports?area=BZ&filename=corpus.csv",
        data=file.getvalue().encode(),
        method="POST",
        Content_Type="text/csv",
    )
    assert sent.status == 201, sent.body
    question = {
        "dataset": "corpus",
        "method": "dbscan",
        "area": "BZ",
        "title": "{{7*7}}<script>",
        "parameters": {},
    }
    asked = site.ask(
        "/api/v1/layers", data=json.dumps(question).encode(), method="POST", Content_Type="application/json"
    )
    assert asked.status == 201, asked.body
    layer = asked.json["id"]
    for path in (f"/layers/{layer}", f"/layers/{layer}/map", "/map", "/", "/datasets/corpus"):
        page = site.ask(path, Accept="text/html").body.decode()
        assert "<script>alert(1)" not in page, path
        assert "{{7*7}}<script>" not in page, path
        assert "49&lt;script" not in page, path
        assert "49<script" not in page, path
    table = site.ask(f"/layers/{layer}/download.csv").body.decode("utf-8-sig")
    for cells in csv.reader(io.StringIO(table)):
        assert not any(cell.startswith(("=", "@", "\t", "\r")) for cell in cells)
    assert site.ask(f"/api/v1/layers/{layer}", method="DELETE").status == 204
