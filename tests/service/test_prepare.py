"""A file comes out the same whatever part of it is in memory at one time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotspot.demo import belize
from hotspot.errors import HotspotError, LimitError, StoreError
from hotspot.incidents.clean import Cleaning
from hotspot.incidents.columns import guess
from hotspot.incidents.read import open_raw
from hotspot.places.boundaries import load
from hotspot.service.passes import STAGES, FileRows, Reading
from hotspot.service.prepare import Prepared, prepare
from hotspot.service.progress import silent
from hotspot.service.spill import Spill
from hotspot.service.staging import Staging
from tests.incidents.test_any_input import tables
from tests.service.conftest import NOW

HEAD = "id,date,date to,offence,lat,lon,place,district,victim age,outcome\n"


def made(path: Path, *, block: int = 1 << 25, **more: Any) -> Prepared:
    # Columns are told apart by the first rows, however many are read at one time.
    reading = {"boundary_set": load("BZ"), "timezone": "America/Belize", "now": NOW, "guessed_rows": 5}
    return prepare(path, **{**reading, "block": block, **more})


def _reading(**more: Any) -> Reading:
    return Reading(boundary_set=None, timezone="UTC", now=NOW, **more)


def same(one: Prepared, other: Prepared) -> None:
    pd.testing.assert_frame_equal(one.table, other.table)
    assert one.report == other.report
    assert (one.rejects, one.notes, one.mapping) == (other.rejects, other.notes, other.mapping)
    assert (one.rows, one.set_aside, one.repeated) == (other.rows, other.set_aside, other.repeated)


def faulty() -> str:
    """Rows with every fault, whose evidence lies far apart."""
    rng = np.random.default_rng(4)
    lines = []
    for number in range(120):
        day, month = rng.integers(1, 13, 2)
        source_id = rng.choice(["", f"{number}", f"{number % 7}"])
        place = rng.choice(["Belmopan", "Belmopam", "San Pedro", "nowhere", ""])
        district = rng.choice(["Cayo", "Belize", "Toledo", "", "Atlantis"])
        lat, lon = rng.choice(
            ["17.25,-88.77", "17.5,-88.19", ",", "0,0", "17.499,-88.1", "48,2", "x,1", "99,200"]
        ).split(",")
        age, outcome = rng.choice(["", "31", "200"]), rng.choice(["", "open"])
        date = f"{day:02d}/{month:02d}/2025 {number % 24:02d}:30"
        lines.append(f"{source_id},{date},,Theft,{lat},{lon},{place},{district},{age},{outcome}")
    lines += lines[40:60]
    lines[30] = "ragged,row"
    lines[50] = ",soon,,Theft,,,,,,"
    lines[70] = ',01/02/2025 10:00,,"Theft\nby night",,,,,,'
    lines[90] = ",01/02/2025,01/01/2025,Theft,,,,,,"
    lines[100] = ",25/02/2025 10:00,,,,,,,,"
    lines[110] = ",25/02/2025 10:00,,Theft,,,,,,"
    lines[111] = "too,many,values" * 9
    return HEAD + "\n".join(lines) + "\n"


@pytest.mark.parametrize("block", [120, 500, 2_000, 7_000])
def test_a_file_with_every_fault_is_the_same_in_parts_of_any_size(tmp_path: Path, block: int) -> None:
    path = tmp_path / "faulty.csv"
    path.write_text(faulty())
    ids = {"mapping_override": {"source_id": "id"}}
    whole = made(path, **ids)
    assert whole.report["formats"]["date"] == "day/month/year hour:minute"
    found = {line["reason"] for line in whole.report["set_aside"]}
    assert found == {
        "ragged",
        "bad_date",
        "ends_before_start",
        "no_offence",
        "bad_coordinate",
        "out_of_range",
    }
    assert whole.repeated and whole.table["fingerprint"].str.contains("#").any()
    same(made(path, block=block, **ids), whole)


def test_a_synthetic_export_is_the_same_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "belize.csv"
    path.write_bytes(belize.generate(n=1500))
    whole = made(path, guessed_rows=100)
    same(made(path, guessed_rows=100, block=20_000), whole)
    assert whole.report["rows"]["set_aside"] and whole.report["rows"]["duplicates"]


@given(tables(), st.integers(2, 60), st.sampled_from([None, "dmy", "mdy", "ymd"]))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_table_is_the_same_in_parts(tmp_path_factory, data: bytes, block: int, order: str | None) -> None:
    path = tmp_path_factory.mktemp("any") / "incidents"
    path.write_bytes(data)
    results: list[Prepared | str] = []
    for size in (1 << 25, block):
        try:
            results.append(made(path, block=size, date_order=order))
        except HotspotError as error:
            results.append(str(error))
    if isinstance(results[0], str) or isinstance(results[1], str):
        assert results[0] == results[1]
    else:
        same(*results)


@pytest.mark.parametrize(
    ("early", "late"),
    [
        ("01/02/2024 10:00", "02/25/2024 10:00"),
        ("2024-03-17 00:00", "2024-03-18 12:00"),
        ("01/02/2024 10:00", "no date"),
    ],
)
def test_what_only_the_last_row_tells_holds_for_the_first(tmp_path: Path, early: str, late: str) -> None:
    path = tmp_path / "dates.csv"
    path.write_text("date,offence,district\n" + f"{early},Theft,8.0\n" * 40 + f"{late},Theft,8\n")
    whole = made(path)
    same(made(path, block=64), whole)
    assert whole.table["recorded_district"].iloc[0] == "8.0"


def test_too_many_rows_are_counted_to_the_last(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("date,offence\n" + "2024-03-17,Theft\n" * 50)
    for block in (64, 1 << 20):
        with pytest.raises(LimitError, match="50 rows; the most accepted is 20"):
            made(path, block=block, max_rows=20)


def test_how_far_it_is_is_told_in_rows(tmp_path: Path) -> None:
    path = tmp_path / "told.csv"
    path.write_text("date,offence\n" + "2024-03-17,Theft\n" * 50)
    steps: list[tuple[str, int, int]] = []
    made(path, block=64, progress=lambda *step: steps.append(step))
    for stage in STAGES:
        told = [(done, total) for name, done, total in steps if name == stage]
        assert told[-1] == (50, 50)
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        assert all(done <= total for done, total in told)
    first = next(total for stage, done, total in steps if stage == STAGES[0] and done)
    assert 35 <= first <= 65


@pytest.mark.parametrize("block", [400, 1 << 20])
def test_a_column_that_points_at_a_person_only_later_is_refused(tmp_path: Path, block: int) -> None:
    path = tmp_path / "late.csv"
    early = [f"{number},2024-03-17,Theft,," for number in range(40)]
    late = [f"{number},soon,Theft,501-555-{number:04d},ana@mail.bz" for number in range(40, 60)]
    path.write_text("\n".join(["id,date,offence,place,ref", *early, *late]))
    found = made(path, block=block)
    assert found.mapping.refused == {
        "place": "looks like a phone number",
        "ref": "looks like an e-mail address",
    }
    assert found.table["place"].isna().all()
    assert found.set_aside == 20 and b"501-555" not in found.rejects and b"@" not in found.rejects


@pytest.mark.parametrize("block", [400, 1 << 20])
def test_a_column_that_is_filled_only_later_is_found(tmp_path: Path, block: int) -> None:
    path = tmp_path / "late.csv"
    early = ["2024-03-17,Theft,"] * 40
    path.write_text("\n".join(["date,offence,time", *early, *["2024-03-18,Theft,10:30"] * 3]))
    found = made(path, block=block)
    assert found.mapping.fields["occurred_from_time"] == "time"
    assert (found.table["occurred_from"].dt.strftime("%H:%M") == "16:30").sum() == 3


@pytest.mark.parametrize("block", [400, 1 << 20])
def test_numbers_that_start_anew_are_no_ids(tmp_path: Path, block: int) -> None:
    path = tmp_path / "years.csv"
    years = [f"{number},{year}-03-17,Theft" for year in (2023, 2024) for number in range(30)]
    path.write_text("\n".join(["incident id,date,offence", *years]))
    found = made(path, block=block)
    assert len(found.table) == found.rows == 60 and found.repeated == 0
    assert found.mapping.fields["case_number"] == "incident id"
    chosen = made(path, block=block, mapping_override={"source_id": "incident id"})
    assert len(chosen.table) == 30 and chosen.repeated == 30


def test_few_long_rows_do_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("date,offence\n" + "2024-03-17,Theft\n" * 50)
    for held, passes in ((128, 4), (1 << 20, 1)):
        file, opened = open_raw(path, block=64), []
        counted = replace(
            file, read=lambda only, file=file, opened=opened: opened.append(1) or file.read(only)
        )
        rows = FileRows(counted, _reading(block=64, held=held), silent)
        mapping = guess(rows.samples().columns)
        rows.look(Cleaning(rows.file.names, mapping, timezone="UTC", now=NOW))
        assert sum(len(part.row) for part in rows.all()) == 50
        assert (len(opened), rows.all_judged) == (passes, passes == 1)


def test_what_is_set_down_has_no_name(tmp_path: Path) -> None:
    parts = [pd.DataFrame({"place": ["King Street", None]}, dtype="str"), pd.DataFrame({"place": ["x"]})]
    spill = Spill(tmp_path)
    for part in parts:
        spill.put(part)
    assert list(tmp_path.iterdir()) == []
    taken = list(spill.take())
    assert [list(part["place"].dropna()) for part in taken] == [["King Street"], ["x"]]


def test_no_room_for_what_is_staged_is_said(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("date,offence\n" + "2024-03-17,Theft\n" * 500)
    table = made(path).table
    with pytest.raises(StoreError, match="disk is full"), Staging(tmp_path / "staged.sqlite") as staging:
        staging._do("PRAGMA max_page_count = 4")
        staging.add(table)
