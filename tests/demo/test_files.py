"""The demonstration files come with the package and are credited."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter

import pytest

import hotspot
from hotspot.demo import demo_file
from hotspot.demo.files import FILES
from hotspot.errors import NotFoundError


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_there_and_credited(name: str) -> None:
    path = demo_file(name)
    assert path.is_file()
    assert path.name in (path.parent / "README.md").read_text(encoding="utf-8")


def test_an_unknown_file_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        NotFoundError, match=r"no demonstration file 'mars'.*belize, west-yorkshire, west-yorkshire-julys"
    ):
        demo_file("mars")


def test_the_public_door_gives_the_same_file() -> None:
    assert hotspot.demo_file("belize") == demo_file("belize")


def test_west_yorkshire_is_whole() -> None:
    lines = gzip.decompress(demo_file("west-yorkshire").read_bytes()).splitlines()
    assert len(lines) == 1 + 31_635
    assert lines[0].startswith(b"Crime ID,Month,Reported by")


@pytest.mark.parametrize("name", ["west-yorkshire", "west-yorkshire-julys"])
def test_the_credit_of_a_real_file_names_its_licence(name: str) -> None:
    path = demo_file(name)
    text = (path.parent / "README.md").read_text(encoding="utf-8")
    credit = next(line for line in text.splitlines() if path.name in line)
    assert "Open Government Licence v3.0" in credit
    assert "data.police.uk" in credit


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(gzip.decompress(data).decode())))


def test_three_julys_hold_burglary_and_robbery_alone() -> None:
    held = Counter(
        (row["Month"], row["Crime type"]) for row in rows(demo_file("west-yorkshire-julys").read_bytes())
    )
    assert held == {
        ("2016-07", "Burglary"): 2131,
        ("2016-07", "Robbery"): 189,
        ("2017-07", "Burglary"): 2231,
        ("2017-07", "Robbery"): 247,
        ("2018-07", "Burglary"): 2029,
        ("2018-07", "Robbery"): 327,
    }


def test_the_extract_has_the_rows_of_the_whole_file_as_they_are() -> None:
    whole = rows(demo_file("west-yorkshire").read_bytes())
    kept = [row for row in whole if row["Crime type"] in ("Burglary", "Robbery")]
    julys = rows(demo_file("west-yorkshire-julys").read_bytes())
    assert [row for row in julys if row["Month"] == "2018-07"] == kept


def test_the_same_real_file_as_the_publisher_gave(real_data) -> None:
    given = (real_data / "incidents" / "2018-07-west-yorkshire-street.csv.gz").read_bytes()
    assert gzip.decompress(demo_file("west-yorkshire").read_bytes()) == gzip.decompress(given)
