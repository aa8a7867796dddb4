"""Rows of a CSV text are the same whatever is read at one time."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotspot.errors import HotspotError, InputError, LimitError
from hotspot.incidents import csv_rows, read
from hotspot.incidents.encodings import Text
from hotspot.incidents.raw_file import whole
from hotspot.incidents.read import open_raw
from tests.incidents.test_any_input import tables

FAULTY = (
    'Crimes of June\n\nid,offence,note\n1,Theft,"two\r\nlines"\n2,Theft\n\n3,"He said ""no""", x \n'
    '4,5" pipe,y\n5,a,b,c\n , ,\n6,Río,é\n7,Theft,\n8,9\n'
)


def _read(path: Path, block: int) -> tuple[pd.DataFrame, list[int], list[dict[str, object]], int] | str:
    try:
        file = open_raw(path, block=block)
        raw = whole(file)
    except HotspotError as error:
        return str(error)
    return raw.frame, raw.row.tolist(), raw.set_aside.to_dict("records"), len(list(file.parts()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_faulty_rows_are_the_same_in_blocks_of_any_size(write, encoding, newline):
    path = write(FAULTY.replace("\r\n", "\n").replace("\n", newline).encode(encoding))
    frame, row, aside, parts = _read(path, 1 << 20)
    assert (row, parts) == ([4, 7, 8, 11, 12], 1)
    assert [line["row"] for line in aside] == [5, 9, 13]
    for block in (2, 7, 16, 40, 41, 42, 100):
        other = _read(path, block)
        pd.testing.assert_frame_equal(other[0], frame)
        assert other[1:3] == (row, aside)
    assert _read(path, 40)[3] > 1


@given(tables(), st.integers(2, 60))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_table_reads_the_same_in_blocks(tmp_path_factory, data, block):
    path = tmp_path_factory.mktemp("any") / "incidents"
    path.write_bytes(data)
    one, many = _read(path, 1 << 20), _read(path, block)
    assert isinstance(one, str) == isinstance(many, str)
    if isinstance(one, str):
        assert many == one
        return
    pd.testing.assert_frame_equal(many[0], one[0])
    assert many[1:3] == one[1:3]


def test_some_columns_are_read_without_the_others(write):
    file = open_raw(write("a,b,c\n1,2,3\n4,5\n,,\n6,7,8\n"), block=8)
    parts = list(file.parts({"c", "a"}))
    assert pd.concat([part.frame for part in parts], ignore_index=True).fillna("").to_dict("list") == {
        "a": ["1", "", "6"],
        "c": ["3", "", "8"],
    }
    assert np.concatenate([part.row for part in parts]).tolist() == [2, 4, 5]


def test_a_quotation_mark_never_closed_is_found_in_any_block(write, monkeypatch):
    path = write('a,b\n1,"x\n' + "2,y\n" * 200)
    with pytest.raises(InputError, match="opened and never closed near “x”"):
        whole(open_raw(path, block=64))
    # More would have to be held in memory than any row takes.
    monkeypatch.setattr(csv_rows, "_LONGEST_ROW", 100)
    with pytest.raises(InputError, match="A row below row 1 has no end"):
        whole(open_raw(path, block=64))


@pytest.mark.parametrize("cut", [3, 12, 200, -4])
def test_a_packed_file_that_is_cut_off_is_refused_in_blocks(write, cut):
    packed = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i) for i in range(5000)))
    with pytest.raises(InputError, match=r"damaged|too early"):
        whole(open_raw(write(packed[:cut]), block=512))


def test_a_workbook_has_a_narrower_limit_than_text(write, monkeypatch):
    monkeypatch.setattr(read, "MAX_WHOLE", 100)
    with pytest.raises(LimitError, match="larger than"):
        open_raw(write('{"type":"FeatureCollection","features":[' + " " * 100 + "]}"))
    assert len(whole(open_raw(write("date\n" + "2024-03-01\n" * 20))).row) == 20


def test_want_of_memory_is_no_fault_of_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    def scarce(*_arguments: object) -> Iterator[None]:
        yield from ()
        raise pa.ArrowMemoryError("realloc of size 1 failed")

    monkeypatch.setattr(csv_rows, "_parsed", scarce)
    text = Text(lambda: iter((b"a,b\n1,2\n",)), "utf-8", 8, 0)
    with pytest.raises(MemoryError):
        list(csv_rows.read_rows(text, csv_rows.Shape(",", 2, 0), block=64))
