"""Raw rows become a clean table, and nothing is lost without a reason."""

from __future__ import annotations

import pytest

from hotspot.errors import InputError
from hotspot.incidents.columns import Mapping
from hotspot.incidents.read import read_raw
from hotspot.incidents.table import COLUMNS
from tests.incidents.conftest import reasons
from tests.incidents.whole import clean

HEAD = "id,date,offence,latitude,longitude\n"


def test_a_sound_row_comes_out_whole(cleaned):
    result = cleaned(HEAD + "007,2024-03-17 21:30,Burglary,17.5,-88.2\n")
    assert list(result.table.columns) == list(COLUMNS)
    assert {n: str(t) for n, t in result.table.dtypes.items()} == {n: c.dtype for n, c in COLUMNS.items()}
    row = result.table.iloc[0]
    assert (row["row"], row["source_id"], row["iccs"]) == (2, "007", "0501")
    assert (row["lon"], row["lat"], row["location_precision"]) == (-88.2, 17.5, "exact")
    assert str(row["occurred_from"]) == "2024-03-18 03:30:00+00:00"
    assert len(result.set_aside) == 0


@pytest.mark.parametrize(
    ("row", "reason", "says"),
    [
        ("1,12:30,Theft,17.5,-88.2", "time_without_date", "“12:30” is a time without a date"),
        ("1,,Theft,17.5,-88.2", "no_date", "no date in column “date”"),
        ("1,soon,Theft,17.5,-88.2", "bad_date", "“soon” is no date"),
        ("1,0001-01-01,Theft,17.5,-88.2", "before_1900", "before 1900"),
        ("1,2030-01-01,Theft,17.5,-88.2", "in_future", "in the future"),
        ("1,2024-03-17,Theft,north,-88.2", "bad_coordinate", "latitude “north”"),
        ("1,2024-03-17,Theft,NaN,-88.2", "bad_coordinate", "latitude “NaN”"),
        ("1,2024-03-17,Theft,17.5,inf", "bad_coordinate", "longitude “inf”"),
        ("1,2024-03-17,Theft,1e400,-88.2", "bad_coordinate", "latitude “1e400”"),
        ("1,2024-03-17,Theft,17.5,", "bad_coordinate", "not two numbers"),
        ("1,2024-03-17,Theft,17.5,-188.2", "out_of_range", "outside the world"),
        ("1,2024-03-17,Theft,-100.2,17.5", "out_of_range", "look swapped"),
        ("1,2024-03-17,Theft,1858829,1161120", "out_of_range", "metres or feet"),
        ("1,2024-03-17,,17.5,-88.2", "no_offence", "no offence in column “offence”"),
        ("1,2024-03-17,Theft,17.5", "ragged", "has 4 values where the header (row 1) has 5"),
    ],
)
def test_what_cannot_be_used_is_set_aside_with_its_row_and_words(cleaned, row, reason, says):
    result = cleaned(HEAD + "0,2024-03-17,Theft,17.5,-88.2\n" + row + "\n")
    assert result.table["row"].tolist() == [2]
    assert reasons(result) == {3: reason}
    assert says in result.set_aside["message"].iloc[0]
    assert "Traceback" not in result.set_aside["message"].iloc[0]


def test_the_last_row_of_an_id_stands(cleaned):
    result = cleaned(HEAD + "1,2024-03-17,Theft,,\n2,2024-03-17,Theft,,\n1,2024-03-17,Robbery,,\n")
    assert result.table["row"].tolist() == [3, 4]
    assert result.duplicates.to_numpy().tolist() == [[2, 4]]
    assert any("another has their id: 1 (row 2)" in note for note in result.notes)


def test_of_equal_rows_with_an_id_the_first_stands(cleaned):
    result = cleaned(HEAD + "1,2024-03-17,Theft,,\n1,2024-03-17,Theft,,\n")
    assert result.table["row"].tolist() == [2]
    assert result.duplicates.to_numpy().tolist() == [[3, 2]]


def test_equal_rows_without_an_id_are_kept_numbered_and_said(cleaned):
    result = cleaned("date,offence\n" + "2024-03-17,Theft\n" * 3)
    first, second, third = result.table["fingerprint"]
    assert (second, third) == (f"{first}#2", f"{first}#3")
    assert any("look just like an earlier row: 2" in note for note in result.notes)


def test_names_of_persons_go_nowhere(cleaned):
    result = cleaned("date,victim name,phone\n2024-03-17,Ana Cruz,622-1234\n")
    assert "Ana" not in result.table.to_csv()
    assert any("“victim name” (looks like a person's name)" in note for note in result.notes)


def test_a_file_without_a_date_column_is_refused_with_its_columns(cleaned):
    with pytest.raises(InputError, match=r"Map one to occurred_from; the columns are: a, b"):
        cleaned("a,b\n1,2\n")


def test_a_mapping_of_another_file_is_refused_with_what_is_missing(write, now):
    raw = read_raw(write("date,offence\n2024-03-17,Theft\n"))
    with pytest.raises(InputError, match=r"no column 'When'.*date, offence"):
        clean(raw, Mapping({"occurred_from": "When"}), timezone="UTC", now=now)


def test_the_same_file_gives_the_same_table(cleaned):
    text = HEAD + "1,2024-03-17,Theft,17.5,-88.2\n,2024-03-17,Theft,17.5,-88.2\n"
    assert cleaned(text).table.equals(cleaned(text).table)


def test_every_row_is_accounted_for(cleaned):
    text = HEAD + "1,2024-03-17,Theft,17.5,-88.2\n1,2024-03-17,Theft,17.5,-88.2\n2,x,Theft,,\n3,4\n"
    result = cleaned(text)
    rows = [*result.table["row"], *result.set_aside["row"], *result.duplicates["row"]]
    assert sorted(rows) == [2, 3, 4, 5]
