from __future__ import annotations

import os
import signal
import sqlite3

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.extra.pandas import column, data_frames, range_indexes

from hotspot.errors import ConflictError, NotFoundError, ParameterError
from hotspot.incidents import table
from hotspot.service.store import Store, datasets
from tests.service.conftest import NOW, clean_table


def _content(store: Store, name: str = "town") -> pd.DataFrame:
    return store.incidents.read(name).drop(columns="row")


def test_what_goes_in_comes_out(store: Store, staged) -> None:
    given = clean_table(["1", "2", None], victim_age=[31.0, np.nan, 7.0], snapped=[True, False, False])
    entry, already = store.imports.add(staged(given), now=NOW)
    assert (entry.accepted, entry.updated, entry.duplicate, already) == (3, 0, 0, False)
    pd.testing.assert_frame_equal(store.incidents.read("town"), given)


def test_a_column_that_is_empty_for_thousands_of_rows_keeps_its_later_values(store: Store, staged) -> None:
    n = 5000
    late = [np.nan] * (n - 1) + [17.5]
    words = [np.nan] * (n - 1) + ["knife"]
    given = clean_table([str(i) for i in range(n)], lat=late, weapon=words)
    store.imports.add(staged(given), now=NOW)
    back = store.incidents.read("town")
    assert back["lat"].iloc[-1] == 17.5
    assert back["weapon"].iloc[-1] == "knife"
    assert back["weapon"].isna().sum() == n - 1


words = st.none() | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=8
)
moments = st.none() | st.datetimes(
    min_value=pd.Timestamp("1900-01-01").to_pydatetime(), max_value=pd.Timestamp("2100-01-01").to_pydatetime()
)


@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    frame=data_frames(
        [
            column("offence", elements=words, dtype=object),
            column("place", elements=words, dtype=object),
            column("reported_at", elements=moments, dtype=object),
            column("lon", elements=st.none() | st.floats(-180, 180), dtype=object),
            column("snapped", elements=st.booleans()),
        ],
        index=range_indexes(max_size=6),
    )
)
def test_any_values_come_out_as_they_went_in(store: Store, staged, frame: pd.DataFrame) -> None:
    n = len(frame)
    typed = {
        "offence": pd.array(frame["offence"], dtype="str"),
        "place": pd.array(frame["place"], dtype="str"),
        "reported_at": pd.to_datetime(frame["reported_at"], utc=True).astype(table.TIME),
        "lon": frame["lon"].astype("float64"),
        "snapped": frame["snapped"].astype(bool),
    }
    given = clean_table([str(i) for i in range(n)], **typed)
    store.imports.add(staged(given, dataset="any", sha256=os.urandom(8).hex()), now=NOW)
    back = store.incidents.read("any").iloc[:n]
    store.datasets.delete("any")
    pd.testing.assert_frame_equal(back, given)


def test_a_known_id_is_brought_up_to_date_and_an_equal_row_is_left_alone(store: Store, staged) -> None:
    first, _ = store.imports.add(staged(clean_table(["1", "2", "3"])), now=NOW)
    changed = clean_table(["1", "2", "4"]).assign(outcome=["solved", np.nan, np.nan])
    changed["outcome"] = changed["outcome"].astype("str")
    # Row 2 stands in another line of the second file: that is no change.
    changed["row"] += 10
    changed["fingerprint"] = ["other", "print-1", "new"]
    second, _ = store.imports.add(staged(changed), now=NOW)
    assert (second.accepted, second.updated, second.duplicate) == (1, 1, 1)
    assert second.report["stored"] == {"accepted": 1, "updated": 1, "duplicate": 1}
    back = store.incidents.read("town").set_index("source_id")
    assert back.loc["1", "outcome"] == "solved"
    assert sorted(back.index) == ["1", "2", "3", "4"]
    with store.engine.reading() as connection:
        owners = connection.exec_driver_sql("SELECT source_id, import_id FROM incident ORDER BY 1").all()
    assert owners == [("1", second.id), ("2", first.id), ("3", first.id), ("4", second.id)]


def test_rows_without_an_id_are_known_by_their_fingerprint(store: Store, staged) -> None:
    twice = clean_table([None, None], fingerprint=["same", "same#2"])
    store.imports.add(staged(twice), now=NOW)
    entry, _ = store.imports.add(
        staged(
            clean_table([None, None, None], fingerprint=["same", "same#2", "same#3"]).assign(
                occurred_from=twice["occurred_from"].iloc[0], occurred_to=twice["occurred_to"].iloc[0]
            )
        ),
        now=NOW,
    )
    assert entry.accepted == 1
    assert store.incidents.count("town") == 3


def test_an_id_is_never_taken_for_a_fingerprint(store: Store, staged) -> None:
    mixed = clean_table(["print-9", None], fingerprint=["x", "print-9"])
    entry, _ = store.imports.add(staged(mixed), now=NOW)
    assert entry.accepted == 2


def test_the_same_id_in_two_datasets_is_two_incidents(store: Store, staged) -> None:
    store.imports.add(staged(clean_table(["1"])), now=NOW)
    entry, _ = store.imports.add(staged(clean_table(["1"]), dataset="village"), now=NOW)
    assert entry.accepted == 1
    assert store.incidents.count("town") == store.incidents.count("village") == 1


def test_the_same_file_twice_changes_nothing(store: Store, staged) -> None:
    first, _ = store.imports.add(staged(clean_table(["1"]), sha256="a"), now=NOW)
    version = store.incidents.data_hash("town")
    again, already = store.imports.add(staged(clean_table(["1"]), sha256="a"), now=NOW)
    assert already
    assert again == first
    assert store.incidents.data_hash("town") == version
    assert len(store.imports.list("town")) == 1


def test_a_file_read_in_another_way_replaces_its_first_reading(store: Store, staged) -> None:
    wrong = clean_table([None, None], fingerprint=["wrong-1", "wrong-2"], offence="17.5")
    first, _ = store.imports.add(staged(wrong, sha256="a"), now=NOW)
    right = clean_table([None, None])
    second, already = store.imports.add(
        staged(right, sha256="a", columns={"offence": "Crime type"}, timezone="America/Belize"), now=NOW
    )
    assert not already
    assert store.imports.get(first.id).replaced_by == second.id
    assert _content(store)["offence"].tolist() == ["Burglary", "Burglary"]
    assert store.datasets.get("town").timezone == "America/Belize"


def test_a_second_time_zone_or_boundary_set_is_not_mixed_in(store: Store, staged) -> None:
    store.imports.add(staged(clean_table(["1"]), area="BZ"), now=NOW)
    with pytest.raises(ConflictError, match=r"time zone 'UTC'.*'America/Belize'"):
        store.imports.add(staged(clean_table(["2"]), area="BZ", timezone="America/Belize"), now=NOW)
    with pytest.raises(ConflictError, match=r"boundaries 'BZ'.*'GY'"):
        store.imports.add(staged(clean_table(["2"]), area="GY"), now=NOW)
    assert store.incidents.count("town") == 1
    assert len(store.imports.list()) == 1


def test_the_data_hash_is_the_same_whatever_the_order_of_imports(store: Store, staged) -> None:
    one, two = clean_table(["1", "2"]), clean_table(["3", "4"], offence="Robbery")
    for frame in (one, two):
        store.imports.add(staged(frame, dataset="forth"), now=NOW)
    for frame in (two, one):
        store.imports.add(staged(frame, dataset="back"), now=NOW)
    assert store.incidents.data_hash("forth") == store.incidents.data_hash("back")
    pd.testing.assert_frame_equal(_content(store, "forth"), _content(store, "back"))
    store.imports.add(staged(clean_table(["5"]), dataset="back"), now=NOW)
    assert store.incidents.data_hash("forth") != store.incidents.data_hash("back")


def test_values_that_move_to_the_next_row_change_the_data_hash(store: Store, staged) -> None:
    store.imports.add(staged(clean_table(["1", "2"], place=["ab", "c"]), dataset="x"), now=NOW)
    store.imports.add(staged(clean_table(["1", "2"], place=["a", "bc"]), dataset="y"), now=NOW)
    assert store.incidents.data_hash("x") != store.incidents.data_hash("y")


def test_bounds_keep_what_may_have_happened_between_them(store: Store, staged) -> None:
    given = clean_table(["1", "2", "3"])
    given["occurred_to"] = given["occurred_to"] + pd.to_timedelta([90, 0, 0], unit="min")
    store.imports.add(staged(given), now=NOW)
    start = pd.Timestamp("2026-03-01 01:00", tz="UTC").to_pydatetime()
    assert store.incidents.read("town", start, start)["source_id"].tolist() == ["1", "2"]
    assert store.incidents.read("town", end=start)["source_id"].tolist() == ["1", "2"]
    assert store.incidents.read("town", start)["source_id"].tolist() == ["1", "2", "3"]
    assert list(store.incidents.read("town", columns=["lon", "lat"])) == ["lon", "lat"]


def test_a_stretch_of_time_holds_all_that_may_have_happened_in_it_and_nothing_else(
    store: Store, staged
) -> None:
    rng = np.random.default_rng(4)
    given = clean_table([str(number) for number in range(300)])
    begin = pd.Timestamp("2026-03-01", tz="UTC") + pd.to_timedelta(rng.integers(0, 200, 300), unit="h")
    given["occurred_from"] = begin
    given["occurred_to"] = begin + pd.to_timedelta(rng.choice([0, 0, 5, 90], 300), unit="h")
    given.loc[:20, ["occurred_from", "occurred_to"]] = pd.NaT
    store.imports.add(staged(given), now=NOW)
    for start, end in [(0, 100), (50, 50), (120, 80), (199, 500), (50, None), (None, 50)]:
        low, high = (
            None if hours is None else pd.Timestamp("2026-03-01", tz="UTC") + pd.Timedelta(hours=hours)
            for hours in (start, end)
        )
        meant = given["occurred_from"].notna()
        meant &= True if low is None else given["occurred_to"] >= low
        meant &= True if high is None else given["occurred_from"] <= high
        found = store.incidents.read("town", low, high)["source_id"]
        assert set(found) == set(given["source_id"][meant]), (start, end)
        assert found.is_unique


def test_offences_are_counted_the_most_frequent_first(store: Store, staged) -> None:
    given = clean_table(["1", "2", "3", "4"], offence=["Theft", "Arson", "Theft", None])
    given["offence"] = given["offence"].astype("str")
    store.imports.add(staged(given), now=NOW)
    assert list(store.incidents.offences("town").items()) == [("Theft", 2), ("Arson", 1)]


def test_a_dataset_knows_its_number_and_period(store: Store, staged) -> None:
    store.datasets.ensure("empty")
    store.imports.add(staged(clean_table(["1", "2"]), title="The town"), now=NOW)
    empty, town = store.datasets.list()
    assert (empty.incidents, empty.first, empty.last) == (0, None, None)
    assert (town.incidents, town.title, town.created_at) == (2, "The town", NOW)
    assert (town.first.hour, town.last.hour) == (0, 1)


def test_the_period_of_a_dataset_reaches_to_the_latest_end_of_an_incident(store: Store, staged) -> None:
    given = clean_table(["1", "2"])
    days = pd.to_timedelta([40, 0], unit="D")
    given["occurred_to"] = given["occurred_from"] + days
    store.imports.add(staged(given), now=NOW)
    assert store.datasets.get("town").last == given["occurred_to"].max().to_pydatetime()


def test_a_dataset_without_incidents_reads_as_an_empty_table(store: Store) -> None:
    store.datasets.ensure("empty")
    assert store.incidents.read("empty").dtypes.equals(table.empty().dtypes)


def test_unknown_names_are_answered_with_the_known_ones(store: Store) -> None:
    with pytest.raises(NotFoundError, match="none yet"):
        store.datasets.get("town")
    store.datasets.ensure("village")
    for ask in (store.datasets.get, store.incidents.read, store.incidents.count, store.imports.list):
        with pytest.raises(NotFoundError, match="There are: village"):
            ask("town")
    for ask in (store.imports.get, store.imports.rejects):
        with pytest.raises(NotFoundError, match="no import 7"):
            ask(7)


@pytest.mark.parametrize("name", ["", "Belize", "a b", "../etc", "x" * 41, "-x", "é"])
def test_a_name_that_cannot_stand_in_an_address_is_refused_with_one_that_can(store: Store, name: str) -> None:
    with pytest.raises(ParameterError, match="Use for example") as refused:
        store.datasets.ensure(name)
    proposed = str(refused.value).rpartition("example ")[2].strip("'.")
    assert datasets.checked_name(proposed) == proposed


def test_a_time_zone_that_does_not_exist_is_refused(store: Store) -> None:
    for zone in ("Belize City", "../../etc/passwd", "", "localtime", "Factory"):
        with pytest.raises(ParameterError, match="IANA"):
            store.datasets.ensure("town", timezone=zone)


def test_the_rejected_rows_are_kept(store: Store, staged) -> None:
    entry, _ = store.imports.add(staged(clean_table(["1"]), rejects=b"row,reason\r\n"), now=NOW)
    assert store.imports.rejects(entry.id).data == b"row,reason\r\n"


def test_a_dataset_goes_with_all_that_is_in_it(store: Store, staged) -> None:
    store.imports.add(staged(clean_table(["1"]), sha256="a"), now=NOW)
    store.imports.add(staged(clean_table(["1"]), sha256="a", columns={"lat": "Y"}), now=NOW)
    store.datasets.delete("town")
    with store.engine.reading() as connection:
        for name in ("dataset", "import", "incident"):
            assert connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar() == 0  # noqa: S608


def test_a_process_killed_in_the_middle_of_an_import_leaves_nothing(
    started, store: Store, staged, settings
) -> None:
    waiting = staged(clean_table([str(i) for i in range(5000)]))
    script = (
        "import sys, pathlib\n"
        "from datetime import UTC, datetime\n"
        "from hotspot.service.settings import read_settings\n"
        "from hotspot.service.store import Store, imports\n"
        "real = imports.merge\n"
        "def merge(connection, **named):\n"
        "    merged = real(connection, **named)\n"
        "    print(merged.accepted, flush=True)\n"
        "    sys.stdin.readline()\n"
        "imports.merge = merge\n"
        "file = imports.StagedFile(dataset='town', filename='f', sha256='a', timezone='UTC', area='',\n"
        "    date_order=None, columns={}, path=pathlib.Path(sys.argv[2]),\n"
        "    rows=5000, set_aside=0, repeated=0)\n"
        "Store.open(read_settings(data_dir=sys.argv[1])).imports.add(file, now=datetime.now(UTC))\n"
    )
    process = started(script, settings.data_dir, waiting.path)
    assert process.stdout.readline() == "5000\n"  # all rows are written, but not yet for good
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert store.datasets.list() == ()
    assert store.imports.list() == ()
    with sqlite3.connect(settings.database) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    raw.close()
    entry, already = store.imports.add(waiting, now=NOW)
    assert (entry.accepted, already) == (5000, False)


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**30])
def test_an_import_number_that_no_store_can_hold_is_unknown(store: Store, number: int) -> None:
    for ask in (store.imports.get, store.imports.rejects):
        with pytest.raises(NotFoundError, match="hotspot datasets"):
            ask(number)
