"""CSV as agencies write it."""

from __future__ import annotations

import pytest

from hotspot.errors import InputError
from hotspot.incidents.encodings import decoded
from hotspot.incidents.read import read_raw

TEXT = "Número,Fecha,Delito\n007,2024-03-01,Agresión – grave\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"]
)
def test_every_encoding_gives_the_same_rows(write, encoding):
    raw = read_raw(write(TEXT.encode(encoding)))
    assert list(raw.frame.columns) == ["Número", "Fecha", "Delito"]
    assert raw.frame.iloc[0].tolist() == ["007", "2024-03-01", "Agresión – grave"]


def test_a_guessed_encoding_is_said(write):
    raw = read_raw(write(TEXT.encode("cp1252")))
    assert raw.encoding == "cp1252"
    assert any("Windows-1252" in note for note in raw.notes)


def test_bytes_that_mean_nothing_in_windows_1252_are_still_read():
    assert decoded(b"caf\xe9 \x81 and quite some more text") == (
        "café \x81 and quite some more text",
        "latin-1",
    )


def test_a_file_that_lies_about_its_encoding_is_refused():
    with pytest.raises(InputError, match="says that its text is utf-16"):
        decoded(b"\xff\xfea\x00b\x00c")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_end_is_told(write, separator, newline):
    lines = [["id", "offence", "lat"], ["01", "a, b; c", "17.5"], ["02", "x", "18"]]
    text = newline.join(separator.join(f'"{value}"' for value in line) for line in lines)
    raw = read_raw(write(text))
    assert raw.separator == separator
    assert raw.frame.to_numpy().tolist() == lines[1:]


def test_semicolons_with_decimal_commas_are_told(write):
    raw = read_raw(write("id;lat;lon\n1;17,49;-88,19\n2;17,5;-88,2\n"))
    assert (raw.separator, raw.decimal) == (";", ",")
    assert raw.frame["lat"].tolist() == ["17,49", "17,5"]


def test_the_line_that_excel_puts_first_is_not_a_row(write):
    raw = read_raw(write("sep=;\r\nid;lat\r\n1;2\r\n"))
    assert raw.frame.to_dict("list") == {"id": ["1"], "lat": ["2"]}
    assert raw.row.tolist() == [2]


def test_ragged_rows_are_set_aside_with_their_number_and_the_rest_is_kept(write):
    raw = read_raw(write("a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n"))
    assert raw.row.tolist() == [2, 5]
    assert raw.frame["a"].tolist() == ["1", "10"]
    assert raw.set_aside[["row", "reason", "text"]].to_numpy().tolist() == [
        [3, "ragged", "4,5"],
        [4, "ragged", "6,7,8,9"],
    ]
    assert "has 2 values where the header (row 1) has 3" in raw.set_aside["message"].iloc[0]


def test_a_file_of_ragged_rows_only_is_refused_with_an_example(write):
    with pytest.raises(InputError, match="row 2, for instance, has 4 values"):
        read_raw(write("a,b,c\n1,2,3,4\n"))


def test_blank_rows_count_but_are_no_rows(write):
    raw = read_raw(write("a,b\n\n1,2\n,\n  , \n3,4\n\n"))
    assert raw.row.tolist() == [3, 6]


def test_titles_above_the_header_are_skipped(write):
    raw = read_raw(write("Crimes of June\n\na,b,c\n1,2,3\n4,5,6\n"))
    assert list(raw.frame.columns) == ["a", "b", "c"]
    assert raw.row.tolist() == [4, 5]


def test_a_line_break_inside_quotation_marks_is_part_of_the_value(write):
    raw = read_raw(write('a,b\n"one\ntwo",2\n3,4\n'))
    assert raw.frame["a"].tolist() == ["one\ntwo", "3"]
    assert raw.row.tolist() == [2, 3]


def test_a_stray_inch_mark_is_no_quotation(write):
    raw = read_raw(write('a,b\n5" pipe,2\n3,4\n'))
    assert raw.frame["a"].tolist() == ['5" pipe', "3"]


@pytest.mark.parametrize("text", ['a,b\n1,2\n"3,4\n5,6\n', 'a,b\n1,2\n3,"4\n5,6\n'])
def test_a_quotation_mark_that_is_never_closed_is_refused(write, text):
    with pytest.raises(InputError, match="opened and never closed"):
        read_raw(write(text))


def test_a_duplicate_header_is_renamed_and_said(write):
    raw = read_raw(write("date,id,date\n2024-01-01,1,2024-01-02\n"))
    assert list(raw.frame.columns) == ["date", "id", "date (2)"]
    assert any("Two columns are called “date”" in note for note in raw.notes)


def test_a_header_without_rows_is_refused(write):
    with pytest.raises(InputError, match="no rows below it"):
        read_raw(write("id,date,offence\n"))


def test_one_column_is_a_table_too(write):
    assert read_raw(write("date\n2024-01-01\n2024-01-02\n")).frame.shape == (2, 1)


def test_ids_keep_their_leading_zeros_and_empty_is_missing(write):
    raw = read_raw(write("id,x\n007, a \n11023904.0,\n"))
    assert raw.frame["id"].tolist() == ["007", "11023904.0"]
    assert raw.frame["x"].iloc[0] == "a"
    assert raw.frame["x"].isna().tolist() == [False, True]
    assert {str(dtype) for dtype in raw.frame.dtypes} == {"str"}
