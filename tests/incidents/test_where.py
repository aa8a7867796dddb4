"""Coordinates and districts of a file, as recorded."""

from __future__ import annotations

from tests.incidents.conftest import reasons

HEAD = "id,date,offence,latitude,longitude\n"


def test_zero_zero_is_not_known_and_said(cleaned):
    result = cleaned(HEAD + "1,2024-03-17,Theft,0,0\n2,2024-03-17,Theft,0.0,0.000\n")
    assert result.table["lon"].isna().all()
    assert set(result.table["location_precision"]) == {"none"}
    assert any("0, 0 were taken as not known (rows 2, 3)" in note for note in result.notes)


def test_semicolons_decimal_commas_and_day_first(cleaned):
    result = cleaned("id;date;lat;lon\n1;17/03/2024 09:05;17,49;-88,19\n")
    assert result.table[["lon", "lat"]].to_numpy().tolist() == [[-88.19, 17.49]]
    assert result.formats == {"date": "day/month/year hour:minute"}


def test_points_in_one_column(cleaned):
    result = cleaned('date,location\n2024-03-17,"(17.5, -88.2)"\n2024-03-17,"17.6 -88.3"\n2024-03-17,x\n')
    assert result.table[["lon", "lat"]].to_numpy().tolist() == [[-88.2, 17.5], [-88.3, 17.6]]
    assert reasons(result) == {4: "bad_coordinate"}


def test_district_numbers_lose_what_a_spreadsheet_added(cleaned):
    result = cleaned("date,district\n2024-03-17,8.0\n2024-03-17,19.0\n")
    assert result.table["recorded_district"].tolist() == ["8", "19"]
    assert any("“8.0” is 8" in note for note in result.notes)
