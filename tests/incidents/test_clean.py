"""Raw rows become a clean table, and nothing is lost without a reason."""

from __future__ import annotations

import pytest

from hotspot.errors import InputError, ParameterError
from hotspot.incidents.clean import clean
from hotspot.incidents.columns import Mapping, guess
from hotspot.incidents.read import read_raw
from hotspot.incidents.table import COLUMNS

HEAD = "id,date,offence,latitude,longitude\n"


def reasons(result) -> dict[int, str]:
    return dict(zip(result.set_aside["row"].tolist(), result.set_aside["reason"].tolist(), strict=True))


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


def test_a_time_in_the_gap_of_the_clocks_names_the_zone(cleaned):
    result = cleaned(HEAD + "1,2024-03-10 02:30,Theft,,\n", timezone="America/New_York")
    assert reasons(result) == {2: "time_gap"}
    assert "never happened in America/New_York" in result.set_aside["message"].iloc[0]


def test_zero_zero_is_not_known_and_said(cleaned):
    result = cleaned(HEAD + "1,2024-03-17,Theft,0,0\n2,2024-03-17,Theft,0.0,0.000\n")
    assert result.table["lon"].isna().all()
    assert set(result.table["location_precision"]) == {"none"}
    assert any("0, 0 were taken as not known (rows 2, 3)" in note for note in result.notes)


@pytest.mark.parametrize("word", ["NA", "N/A", "NULL", "null", "None", "#N/A", "-"])
def test_words_for_not_known_are_missing(cleaned, word):
    result = cleaned(HEAD + f"{word},2024-03-17,Theft,{word},{word}\n")
    assert result.table["source_id"].isna().all()
    assert result.table["location_precision"].tolist() == ["none"]


def test_ids_stay_text(cleaned):
    result = cleaned(HEAD + "007,2024-03-17,Theft,,\n11023904.0,2024-03-17,Theft,,\n1e5,2024-03-17,Theft,,\n")
    assert result.table["source_id"].tolist() == ["007", "11023904.0", "1e5"]


def test_semicolons_decimal_commas_and_day_first(cleaned):
    result = cleaned("id;date;lat;lon\n1;17/03/2024 09:05;17,49;-88,19\n")
    assert result.table[["lon", "lat"]].to_numpy().tolist() == [[-88.19, 17.49]]
    assert result.formats == {"date": "day/month/year hour:minute"}


def test_mixed_orders_are_refused_unless_one_is_chosen(cleaned):
    text = HEAD + "1,17/03/2024,Theft,,\n2,03/18/2024,Theft,,\n"
    with pytest.raises(InputError, match=r"two orders: “17/03/2024” \(row 2\).*“03/18/2024”"):
        cleaned(text)
    chosen = cleaned(text, date_order="dmy")
    assert chosen.table["row"].tolist() == [2]
    assert reasons(chosen) == {3: "bad_date"}


def test_a_span_from_two_dates_and_one_that_ends_before_it_starts(cleaned):
    result = cleaned(
        "date_from,time_from,date_to,time_to\n"
        "2024-03-16,22:00,2024-03-17,07:00\n"
        "2024-03-16,22:00,2024-03-15,07:00\n"
        "2024-03-16,22:00,,\n"
    )
    assert (result.table["occurred_to"] - result.table["occurred_from"]).dt.total_seconds().tolist() == [
        32400,
        0,
    ]
    assert reasons(result) == {3: "ends_before_start"}


def test_a_bad_clock_spoils_its_row(cleaned):
    result = cleaned("date,time\n2024-03-16,22:00\n2024-03-16,25:99\n2024-03-16,\n")
    assert result.table["row"].tolist() == [2, 4]
    assert reasons(result) == {3: "bad_date"}


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


def test_points_in_one_column(cleaned):
    result = cleaned('date,location\n2024-03-17,"(17.5, -88.2)"\n2024-03-17,"17.6 -88.3"\n2024-03-17,x\n')
    assert result.table[["lon", "lat"]].to_numpy().tolist() == [[-88.2, 17.5], [-88.3, 17.6]]
    assert reasons(result) == {4: "bad_coordinate"}


def test_district_numbers_lose_what_a_spreadsheet_added(cleaned):
    result = cleaned("date,district\n2024-03-17,8.0\n2024-03-17,19.0\n")
    assert result.table["recorded_district"].tolist() == ["8", "19"]
    assert any("“8.0” is 8" in note for note in result.notes)


def test_victims_are_put_in_the_same_words(cleaned):
    result = cleaned(
        "date,victim sex,victim age\n"
        "2024-03-17,F,17\n2024-03-17,male,25.0\n2024-03-17,U,34 years\n2024-03-17,X,999\n2024-03-17,trans,\n"
    )
    assert result.table["victim_sex"].fillna("-").tolist() == ["female", "male", "-", "-", "other"]
    assert result.table["victim_age"].fillna(-1).tolist() == [17, 25, 34, -1, -1]
    assert any("Ages" in note and "row 5" in note for note in result.notes)


def test_names_of_persons_go_nowhere(cleaned):
    result = cleaned("date,victim name,phone\n2024-03-17,Ana Cruz,622-1234\n")
    assert "Ana" not in result.table.to_csv()
    assert any("“victim name” (looks like a person's name)" in note for note in result.notes)


def test_text_is_kept_to_the_letter(cleaned):
    nasty = "{{7*7}} <script>alert(1)</script> =cmd() \u202e ${x} `y`"
    assert cleaned(f"date,place\n2024-03-17,{nasty}\n").table["place"].tolist() == [nasty]


def test_a_file_without_a_date_column_is_refused_with_its_columns(cleaned):
    with pytest.raises(InputError, match=r"Map one to occurred_from; the columns are: a, b"):
        cleaned("a,b\n1,2\n")


def test_a_mapping_of_another_file_is_refused_with_what_is_missing(write, now):
    raw = read_raw(write("date,offence\n2024-03-17,Theft\n"))
    with pytest.raises(InputError, match=r"no column 'When'.*date, offence"):
        clean(raw, Mapping({"occurred_from": "When"}), timezone="UTC", now=now)


def test_an_unknown_zone_or_order_is_refused(write, now):
    raw = read_raw(write("date\n2024-03-17\n"))
    with pytest.raises(ParameterError, match="no time zone 'Belize City'"):
        clean(raw, guess(raw.frame), timezone="Belize City", now=now)
    with pytest.raises(ParameterError, match="no date order 'us'"):
        clean(raw, guess(raw.frame), timezone="UTC", date_order="us", now=now)


def test_the_same_file_gives_the_same_table(cleaned):
    text = HEAD + "1,2024-03-17,Theft,17.5,-88.2\n,2024-03-17,Theft,17.5,-88.2\n"
    assert cleaned(text).table.equals(cleaned(text).table)


def test_every_row_is_accounted_for(cleaned):
    text = HEAD + "1,2024-03-17,Theft,17.5,-88.2\n1,2024-03-17,Theft,17.5,-88.2\n2,x,Theft,,\n3,4\n"
    result = cleaned(text)
    rows = [*result.table["row"], *result.set_aside["row"], *result.duplicates["row"]]
    assert sorted(rows) == [2, 3, 4, 5]


def test_one_column_may_serve_two_fields(write, now):
    raw = read_raw(write("date,time\n2024-03-17,10:00\n"))
    mapping = guess(raw.frame).override({"occurred_from": "date", "occurred_to": "date"})
    result = clean(raw, mapping, timezone="UTC", now=now)
    assert str(result.table["occurred_from"].iloc[0]) == "2024-03-17 10:00:00+00:00"
    assert str(result.table["occurred_to"].iloc[0]) == "2024-03-17 23:59:59+00:00"
    assert set(result.formats) == {"date", "date (occurred_to)"}
