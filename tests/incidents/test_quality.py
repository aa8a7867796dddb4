"""The report of one import."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.incidents.columns import guess
from hotspot.incidents.pile_ups import Piles
from hotspot.incidents.quality import SetAside
from hotspot.incidents.read import read_raw
from tests.incidents.whole import clean, report


def made(write, now, text):
    raw = read_raw(write(text))
    mapping = guess(raw.frame)
    result = clean(raw, mapping, timezone="America/Belize", now=now)
    return report(raw, result, result.table, mapping=mapping, notes=("geocoded",))


TEXT = (
    "id,date,offence,latitude,longitude,victim name\n"
    "1,2024-03-17 10:00,Burglary,17.5,-88.2,A\n"
    "2,2024-03-18 10:00,Chicanery,,,B\n"
    "2,2024-03-18 10:00,Chicanery,,,B\n"
    "3,soon,Burglary,17.5,-88.2,C\n"
    "4,later,Burglary,17.5,-88.2,C\n"
    "5,2024-03-18 10:00,Burglary,x,-88.2,C\n"
    "6,7\n"
)


def test_every_row_of_the_file_is_in_the_report(write, now):
    found = made(write, now, TEXT)
    assert found["rows"] == {"read": 7, "accepted": 2, "set_aside": 4, "duplicates": 1}
    assert [(r["reason"], r["count"], r["rows"]) for r in found["set_aside"]] == [
        ("bad_date", 2, [5, 6]),
        ("bad_coordinate", 1, [7]),
        ("ragged", 1, [8]),
    ]
    assert found["set_aside"][0]["title"] == "a date that cannot be read"
    assert "“soon”" in found["set_aside"][0]["example"]
    assert found["duplicates"] == {"count": 1, "rows": [[4, 3]]}


def test_the_report_is_plain_data(write, now):
    found = made(write, now, TEXT)
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_completeness_placement_period_and_offences(write, now):
    found = made(write, now, TEXT)
    completeness = {line["column"]: line["percent"] for line in found["completeness"]}
    assert (completeness["offence"], completeness["lon"], completeness["weapon"]) == (100.0, 50.0, 0.0)
    assert found["placed"]["exact"] == {"count": 1, "percent": 50.0}
    assert found["placed"]["none"] == {"count": 1, "percent": 50.0}
    assert found["period"] == {"from": "2024-03-17T16:00:00Z", "to": "2024-03-18T16:00:00Z"}
    assert found["offences"]["unclassified"] == {"count": 1, "offences": ["Chicanery"]}
    assert found["refused"] == [{"column": "victim name", "why": "looks like a person's name"}]
    assert found["notes"][-1] == "geocoded"


def test_nothing_accepted_is_still_a_report(write, now):
    found = made(write, now, "date,offence\nsoon,Theft\n")
    assert found["rows"]["accepted"] == 0
    assert found["period"] == {"from": None, "to": None}
    assert found["placed"]["none"] == {"count": 0, "percent": 0.0}


def pile_ups(*parts: pd.DataFrame) -> list[dict[str, object]]:
    piles = Piles()
    for part in parts:
        piles.add(part["lon"].to_numpy(dtype=float), part["lat"].to_numpy(dtype=float))
    return piles.found()


SCATTERED = pd.DataFrame({"lon": [i / 1000 for i in range(300)], "lat": [1.0] * 300})


@pytest.mark.parametrize("size", [1, 7, 100, 1000])
def test_a_default_coordinate_is_a_pile_up(size):
    default = pd.DataFrame({"lon": [-88.2] * 60, "lat": [17.5] * 60})
    table = pd.concat([SCATTERED, default, pd.DataFrame({"lon": [None], "lat": [None]})])
    found = pile_ups(*(table.iloc[start : start + size] for start in range(0, len(table), size)))
    assert found == [{"lon": -88.2, "lat": 17.5, "incidents": 60, "share": round(60 / 360, 4)}]
    assert pile_ups(SCATTERED) == []


@given(
    st.lists(st.tuples(st.sampled_from([0.0, -0.0, 1.5, 2.0]), st.sampled_from([3.0, 4.0])), max_size=150),
    st.integers(1, 60),
)
@settings(deadline=None)
def test_pile_ups_are_those_of_counting(pairs, size):
    """Oracle: grouping by pandas."""
    table = pd.concat([SCATTERED, pd.DataFrame(pairs, columns=["lon", "lat"], dtype=float)]) + 0.0
    counts = table.groupby(["lon", "lat"]).size()
    enough = max(20, 0.005 * len(table), 10 * len(table) / len(counts))
    expected = {pair: int(count) for pair, count in counts.items() if count >= enough}
    found = pile_ups(*(table.iloc[start : start + size] for start in range(0, len(table), size)))
    assert {(pile["lon"], pile["lat"]): pile["incidents"] for pile in found} == expected


def test_only_the_first_rows_of_a_reason_are_listed():
    aside = pd.DataFrame(
        {"row": range(50), "column": "date", "reason": "bad_date", "message": "m", "text": "t"}
    )
    tally = SetAside()
    tally.add(aside.iloc[:5])
    tally.add(aside.iloc[5:])
    [line] = tally.by_reason()
    assert (line["count"], line["rows"]) == (50, list(range(20)))
