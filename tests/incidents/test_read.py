"""What a file is, whatever it is called."""

from __future__ import annotations

import gzip

import pytest

from hotspot.errors import HotspotError, InputError, LimitError
from hotspot.incidents import read
from hotspot.incidents.read import read_raw

CSV = "id,date,offence\n007,2024-03-01,Burglary\n"


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \r\n\t\n", b"\xff\xfe"])
def test_an_empty_file_is_refused(write, content):
    with pytest.raises(InputError, match="file is empty"):
        read_raw(write(content))


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\x01\x02\x03" * 200,
        bytes(range(256)) * 8,
        b"\x7fELF\x02\x01\x01" + b"\x00" * 400,
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
        b"PAR1" + b"\x00" * 40,
        b"SQLite format 3\x00" + b"\x00" * 80,
    ],
)
def test_binary_garbage_is_refused_in_words(write, content):
    with pytest.raises(InputError, match=r"not text|not accepted"):
        read_raw(write(content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("points.kml", '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"/>'),
        ("incidents.csv", "  <!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"),
        (
            "points.geojson",
            '<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>CSV:/etc/passwd</SrcDataSource>'
            "</OGRVRTLayer></OGRVRTDataSource>",
        ),
    ],
)
def test_xml_is_refused_whatever_it_is_called(write, name, content):
    with pytest.raises(InputError, match=r"XML document .* not accepted") as refused:
        read_raw(write(content, name))
    assert "root:" not in str(refused.value)


def test_a_missing_file_and_a_folder_say_so(tmp_path):
    with pytest.raises(InputError, match="There is no file"):
        read_raw(tmp_path / "nothing.csv")
    with pytest.raises(InputError, match="is a folder"):
        read_raw(tmp_path)


def test_a_packed_file_reads_like_a_plain_one(write):
    plain = read_raw(write(CSV))
    packed = read_raw(write(gzip.compress(CSV.encode()), "incidents.csv.gz"))
    unnamed = read_raw(write(gzip.compress(CSV.encode()), "incidents.csv"))
    twice = read_raw(write(gzip.compress(CSV[:9].encode()) + gzip.compress(CSV[9:].encode())))
    for other in (packed, unnamed, twice):
        assert other.frame.equals(plain.frame)


def test_a_packed_file_that_swells_beyond_the_limit_is_refused(write, monkeypatch):
    monkeypatch.setattr(read, "MAX_BYTES", 100_000)
    bomb = gzip.compress(b"a" * 1_000_000)
    assert len(bomb) < 2_000
    with pytest.raises(LimitError, match="larger than"):
        read_raw(write(bomb))


def test_a_file_beyond_the_limit_is_not_even_opened(write, monkeypatch):
    monkeypatch.setattr(read, "MAX_BYTES", 10)
    with pytest.raises(LimitError, match="Split it"):
        read_raw(write(CSV))


@pytest.mark.parametrize("cut", [12, 25, -4])
def test_a_packed_file_that_is_cut_off_is_refused(write, cut):
    with pytest.raises(InputError, match=r"damaged|too early"):
        read_raw(write(gzip.compress(CSV.encode() * 50)[:cut]))


def test_a_zip_archive_that_is_no_workbook_is_refused(write):
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("points.shp", b"x")
    with pytest.raises(InputError, match="zip archive and not a workbook"):
        read_raw(write(buffer.getvalue(), "points.xlsx"))


def test_a_nul_in_the_name_is_refused_in_words():
    with pytest.raises(HotspotError, match=r"cannot be opened|no file"):
        read_raw("in\x00cidents.csv")


def test_a_value_longer_than_any_cell_is_set_aside_with_its_row(write):
    long = "x" * (read.MAX_VALUE + 1)
    raw = read_raw(write(f"{CSV}008,2024-03-02,{long}\n009,2024-03-03,{long[1:]}\n".encode()))
    assert raw.row.tolist() == [2, 4]
    assert len(raw.frame) == 2
    (aside,) = raw.set_aside.to_dict("records")
    assert (aside["row"], aside["column"], aside["reason"]) == (3, "offence", "too_long")
    assert len(aside["text"]) == 200


def test_half_a_character_in_json_becomes_a_question_mark(write):
    feature = (
        b'{"type":"Feature","geometry":{"type":"Point","coordinates":[-88.7,17.2]},'
        b'"properties":{"off\\udfff":"a\\ud800b","whole":"\\ud83d\\ude00"}}'
    )
    raw = read_raw(write(feature))
    assert raw.frame.iloc[0].to_dict() == {"off?": "a?b", "whole": "😀", "lon": "-88.7", "lat": "17.2"}
