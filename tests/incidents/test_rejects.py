"""Rejected rows, to mend and import again."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from hotspot.incidents.columns import guess
from hotspot.incidents.read import read_raw
from hotspot.incidents.rejects import literal, rejects_csv
from tests.incidents.whole import clean


def rejected(write, now, text, *, keep=True):
    raw = read_raw(write(text))
    mapping = guess(raw.frame)
    result = clean(raw, mapping, timezone="UTC", now=now)
    data = rejects_csv(raw, result.set_aside, refused=() if keep else mapping.refused)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_original_values_come_back_with_row_column_and_reason(write, now):
    [line] = rejected(write, now, "id,date,offence\n007,soon,Río\n008,2024-03-17,Theft\n")
    assert line == {
        "row": "2",
        "column": "date",
        "reason": "bad_date",
        "message": "“soon” is no date that can be read. Write dates like 2024-03-17 21:30.",
        "id": "007",
        "date": "soon",
        "offence": "Río",
    }


def test_a_ragged_row_comes_back_as_its_line(write, now):
    [line] = rejected(write, now, "id,date\n1,2024-03-17\n2,2024-03-17,more\n")
    assert line["id"] == "2,2024-03-17,more"


def test_names_of_persons_do_not_come_back(write, now):
    text = "id,date,victim name\n1,soon,Ana\n2,2024-03-17,Eva\n3,2024-03-17,Zoe,more\n"
    lines = rejected(write, now, text, keep=False)
    assert [line["row"] for line in lines] == ["2", "4"]
    assert "Ana" not in str(lines) and "Zoe" not in str(lines)


@pytest.mark.parametrize("text", ["=cmd()", "+cmd", "-cmd", "@sum", "\tx", "\rx", "\nx", "＝1+2"])
def test_no_text_is_run_as_a_formula(text):
    assert literal(pd.Series([text], dtype="str")).tolist() == [f"'{text}"]


@pytest.mark.parametrize("text", ["-88.2", "+501", "-88,2", "plain", "a=b", "{{7*7}}", "<script>"])
def test_other_text_stays_as_it_is(text):
    assert literal(pd.Series([text], dtype="str")).tolist() == [text]


def test_formulas_in_values_and_names_come_out_literal(write, now):
    [line] = rejected(write, now, 'date,=x(),place\nsoon,a,"=HYPERLINK(""http://x"")"\n')
    assert line["'=x()"] == "a"
    assert line["place"] == '\'=HYPERLINK("http://x")'
    assert line["message"].startswith("“soon”")


def test_a_source_column_called_row_keeps_its_values(write, now):
    [line] = rejected(write, now, "row,date\n17,soon\n")
    assert line["row"] == "17"
    assert line["row (set aside)"] == "2"


def test_nothing_rejected_is_a_header_alone(write, now):
    assert rejected(write, now, "id,date\n1,2024-03-17\n") == []
