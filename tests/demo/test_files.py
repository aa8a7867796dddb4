"""The demonstration files come with the package and are credited."""

from __future__ import annotations

import gzip

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
    with pytest.raises(NotFoundError, match=r"no demonstration file 'mars'.*belize, west-yorkshire"):
        demo_file("mars")


def test_the_public_door_gives_the_same_file() -> None:
    assert hotspot.demo_file("belize") == demo_file("belize")


def test_west_yorkshire_is_whole() -> None:
    lines = gzip.decompress(demo_file("west-yorkshire").read_bytes()).splitlines()
    assert len(lines) == 1 + 31_635
    assert lines[0].startswith(b"Crime ID,Month,Reported by")


def test_the_credit_of_the_real_file_names_its_licence() -> None:
    credit = (demo_file("west-yorkshire").parent / "README.md").read_text(encoding="utf-8")
    assert "Open Government Licence v3.0" in credit
    assert "data.police.uk" in credit


def test_the_same_real_file_as_the_publisher_gave(real_data) -> None:
    given = (real_data / "incidents" / "2018-07-west-yorkshire-street.csv.gz").read_bytes()
    assert gzip.decompress(demo_file("west-yorkshire").read_bytes()) == gzip.decompress(given)
