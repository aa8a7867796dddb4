"""Real files of four agencies go through without help."""

from __future__ import annotations

import pytest

from hotspot.incidents.columns import guess
from hotspot.incidents.read import read_raw
from tests.incidents.whole import Cleaned, clean, report


@pytest.fixture
def bring_in(real_data, now):
    def bring(name: str, timezone: str) -> tuple[Cleaned, dict]:
        raw = read_raw(real_data / "incidents" / name)
        mapping = guess(raw.frame)
        result = clean(raw, mapping, timezone=timezone, now=now)
        return result, report(raw, result, result.table, mapping=mapping)

    return bring


def test_west_yorkshire_knows_only_the_month(bring_in):
    result, found = bring_in("2018-07-west-yorkshire-street.csv.gz", "Europe/London")
    assert found["rows"] == {"read": 31_635, "accepted": 31_635, "set_aside": 0, "duplicates": 0}
    assert found["period"] == {"from": "2018-06-30T23:00:00Z", "to": "2018-07-31T22:59:59Z"}
    assert found["placed"]["none"]["count"] == 883
    assert result.table["source_id"].isna().sum() == 5_442
    assert result.table["fingerprint"].is_unique
    assert result.formats == {"Month": "month and year only"}


def test_chicago_is_month_first_and_its_ids_stay_text(bring_in):
    result, found = bring_in("chicago_crimes_25000.csv.gz", "America/Chicago")
    assert found["rows"]["accepted"] == 25_000
    assert result.formats == {"date": "month/day/year hour:minute"}
    first = result.table.iloc[0]
    assert (first["source_id"], first["recorded_district"]) == ("11023904.0", "8")
    assert str(first["occurred_from"]) == "2017-07-19 18:45:00+00:00"
    assert result.table["iccs"].notna().mean() > 0.9


def test_chicago_assaults_have_neither_id_nor_offence(bring_in):
    result, found = bring_in("chicago_aggravated_assaults.csv.gz", "America/Chicago")
    # No time fell into a gap of the clocks in ten years.
    assert found["rows"] == {"read": 148_636, "accepted": 148_636, "set_aside": 0, "duplicates": 0}
    assert result.table["offence"].isna().all()
    assert result.table["fingerprint"].is_unique
    assert any("happened twice" in note for note in result.notes)


def test_memphis_writes_utc(bring_in):
    result, found = bring_in("memphis_robberies.csv", "America/Chicago")
    assert found["rows"]["accepted"] == 2_245
    assert str(result.table["occurred_from"].iloc[0]) == "2019-01-01 01:30:00+00:00"
    assert set(result.table["iccs"]) == {"0401"}
