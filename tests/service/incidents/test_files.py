"""Files of incidents: every row once, safe in a spreadsheet, never of two states at once."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hotspot.errors import ConflictError, NotFoundError, ParameterError
from hotspot.service.incidents import files
from tests.service.conftest import clean_table
from tests.service.incidents.conftest import asked

if TYPE_CHECKING:
    from hotspot.service.incidents.features import IncidentFeatures


def whole(features: IncidentFeatures, suffix: str, **arguments: str) -> bytes:
    return b"".join(files.parts(features, asked(**arguments), suffix=suffix))


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_geojson_file_is_the_features(town) -> None:
    features = town()
    document = json.loads(whole(features, "geojson"))
    assert document["type"] == "FeatureCollection"
    assert document["features"] == [json.loads(line) for line in features.found(asked()).lines]


def test_a_spreadsheet_calculates_nothing_of_the_csv(town) -> None:
    rows = table(whole(town(), "csv"))
    assert [row["offence"] for row in rows] == [
        "Theft", "", "Burglary", "Diebstahl Straße", "'=cmd()", "theft",
    ]  # fmt: skip
    assert rows[2]["place"] == 'Say "hi"\n'
    assert (rows[0]["lon"], rows[0]["lat"], rows[1]["lon"]) == ("-88.19", "17.5", "")
    assert rows[0]["occurred"] == "2026-02-28T18:30:00-06:00"


@pytest.mark.parametrize("suffix", files.SUFFIXES)
def test_a_file_holds_what_the_query_is_for(town, suffix: str) -> None:
    data = whole(town(), suffix, offence="Burglary", properties="place")
    if suffix == "csv":
        assert table(data) == [{"id": "3", "lon": "-88.2", "lat": "17.51", "place": 'Say "hi"\n'}]
    else:
        (feature,) = json.loads(data)["features"]
        assert (feature["id"], feature["properties"]) == (3, {"place": 'Say "hi"\n'})


@pytest.mark.parametrize("n", [0, 1, 6, 7, 21])
def test_every_row_is_in_the_file_once_however_it_is_cut(town, monkeypatch, n: int) -> None:
    monkeypatch.setattr(files, "_AT_A_TIME", 7)
    features = town(clean_table([str(i) for i in range(n)]))
    assert [f["id"] for f in json.loads(whole(features, "geojson"))["features"]] == list(range(1, n + 1))
    assert [int(row["id"]) for row in table(whole(features, "csv"))] == list(range(1, n + 1))


def test_a_file_breaks_off_when_its_dataset_changes(town, monkeypatch) -> None:
    monkeypatch.setattr(files, "_AT_A_TIME", 3)
    features = town()
    made = files.parts(features, asked(), suffix="csv")
    next(made)
    town(clean_table(["new"]), name="other")
    next(made)
    town(clean_table(["new"]))
    with pytest.raises(ConflictError, match="changed while it was sent"):
        list(made)


def test_what_is_wrong_is_said_before_anything_is_sent(town) -> None:
    features = town()
    with pytest.raises(NotFoundError, match="csv, geojson"):
        files.parts(features, asked(), suffix="exe")
    with pytest.raises(ParameterError, match="occurred takes a moment"):
        files.parts(features, asked(occurred="yesterday"), suffix="csv")


def test_a_file_takes_no_more_memory_than_its_pieces(town) -> None:
    n = 12_000
    features = town(clean_table([str(i) for i in range(n)], lat=np.linspace(17, 18, n)))
    pieces = [len(piece) for piece in files.parts(features, asked(), suffix="geojson")]
    assert len(pieces) == 4
    assert max(pieces) < 0.5 * sum(pieces)
