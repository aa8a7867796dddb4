from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pandas as pd
import pytest

from hotspot.errors import ConflictError, InputError, LimitError, NotFoundError, ParameterError
from hotspot.service import child, intake
from hotspot.service.intake import import_file, shown_name
from hotspot.service.passes import STAGES
from hotspot.service.prepare import prepare
from hotspot.service.settings import read_settings
from hotspot.service.store import Store
from tests.service.conftest import NOW
from tests.service.store.test_boundary_sets import beats

ROWS = (
    "Ref,Date,Crime,Lat,Lon\n"
    "0001,2026-03-01 21:30,Burglary,17.5000,-88.1900\n"
    "0002,2026-03-02 02:00,Robbery,17.2500,-88.7700\n"
    "0003,2026-03-03 09:00,Theft,17.4990,-88.1910\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "march.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def _bring(store: Store, path: Path, **options: object) -> intake.ImportResult:
    return import_file(store, path, **{"dataset": "town", "area": "BZ", "now": NOW, **options})


def test_a_file_becomes_incidents_in_their_districts(store: Store, file: Path) -> None:
    steps = []
    result = _bring(store, file, title="The town", progress=lambda *step: steps.append(step))
    assert (result.rows, result.accepted, result.set_aside, result.already) == (3, 3, 0, False)
    table = store.incidents.read("town").set_index("source_id")
    assert table["district"].to_dict() == {"0001": "BZ-BZ", "0002": "BZ-CY", "0003": "BZ-BZ"}
    # 21:30 in Belize, which has UTC-6 and no summer time.
    assert table.loc["0001", "occurred_from"] == pd.Timestamp("2026-03-02 03:30", tz="UTC")
    dataset = store.datasets.get("town")
    assert (dataset.title, dataset.timezone, dataset.area) == ("The town", "America/Belize", "BZ")
    ended = dict.fromkeys(stage for stage, done, total in steps if done == total == 3)
    assert [*ended] == [*STAGES, "Storing rows"]
    assert list(store.settings.work_dir.iterdir()) == []


def test_the_report_and_the_rejected_rows_are_kept(store: Store, file: Path) -> None:
    file.write_text(ROWS + "0004,=cmd(),Theft,17.5,-88.19\n0005,2026-03-05,Theft,abc,-88.19\n")
    result = _bring(store, file)
    assert (result.accepted, result.set_aside) == (3, 2)
    kept = store.imports.get(result.import_id)
    assert kept.report == result.report
    assert kept.filename == "march.csv"
    rejects = store.imports.rejects(result.import_id).data.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(rejects)))
    assert [(line["row"], line["reason"], line["Ref"]) for line in lines] == [
        ("5", "bad_date", "0004"),
        ("6", "bad_coordinate", "0005"),
    ]
    assert lines[0]["Date"] == "'=cmd()"


def test_the_same_file_twice_changes_nothing(store: Store, file: Path, tmp_path: Path) -> None:
    first = _bring(store, file)
    version = store.version()
    copy = tmp_path / "copy-of-march.csv"
    copy.write_bytes(file.read_bytes())
    again = import_file(store, copy, dataset="town", now=NOW)
    assert again.already
    assert again.import_id == first.import_id
    assert store.version() == version


def test_what_was_chosen_is_remembered_for_the_next_file(store: Store, file: Path, tmp_path: Path) -> None:
    _bring(store, file, columns={"place": "Crime", "offence": ""}, date_order="dmy")
    april = tmp_path / "april.csv"
    april.write_text(ROWS.replace("000", "100").replace("2026-03", "2026-04"))
    import_file(store, april, dataset="town", now=NOW)
    table = store.incidents.read("town")
    assert table["offence"].isna().all()
    assert table["place"].notna().all()
    assert store.datasets.get("town").columns == {"place": "Crime", "offence": ""}
    assert store.datasets.get("town").date_order == "dmy"


def test_a_remembered_column_that_is_gone_is_guessed_anew_and_said(
    store: Store, file: Path, tmp_path: Path
) -> None:
    _bring(store, file, columns={"offence": "Crime"})
    april = tmp_path / "april.csv"
    april.write_text(ROWS.replace("Crime", "Offence").replace("000", "100"))
    result = import_file(store, april, dataset="town", now=NOW)
    assert result.accepted == 3
    assert any("'Crime' for offence" in note for note in result.report["notes"])


def test_a_file_read_with_another_column_replaces_its_first_reading(store: Store, file: Path) -> None:
    first = _bring(store, file, columns={"offence": "Ref", "source_id": ""})
    second = _bring(store, file, columns={"offence": "Crime", "source_id": "Ref"})
    assert not second.already
    assert store.incidents.offences("town") == {"Burglary": 1, "Robbery": 1, "Theft": 1}
    assert store.imports.get(first.import_id).replaced_by == second.import_id
    assert _bring(store, file, columns={"offence": "Crime"}).already


def test_without_boundaries_times_are_utc_and_districts_unknown(store: Store, file: Path) -> None:
    import_file(store, file, dataset="town", now=NOW)
    table = store.incidents.read("town")
    assert table["district"].isna().all()
    assert store.datasets.get("town").timezone == "UTC"
    with pytest.raises(ConflictError, match="another dataset"):
        other = file.with_name("april.csv")
        other.write_text(ROWS.replace("000", "100"))
        _bring(store, other)


def test_an_imported_boundary_set_places_incidents(store: Store, file: Path, tmp_path: Path) -> None:
    store.boundaries.save(beats(tmp_path))
    _bring(store, file, area="beats", timezone="America/Belize")
    table = store.incidents.read("town").set_index("source_id")
    assert table.loc["0001", "district"] == "2"
    assert table["district"].isna().sum() == 1


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"dataset": "My Town"}, ParameterError, "my-town"),
        ({"area": "Atlantis"}, NotFoundError, "no boundaries 'Atlantis'"),
        ({"timezone": "Belize City"}, ParameterError, "IANA"),
        ({"date_order": "ydm"}, ParameterError, "dmy, mdy, ymd"),
        ({"columns": {"colour": "Ref"}}, InputError, "no field 'colour'"),
        ({"columns": {"offence": "Colour"}}, InputError, "no column 'Colour'"),
    ],
)
def test_a_wrong_choice_is_refused_and_nothing_is_made(
    store: Store, file: Path, options: dict[str, object], error: type[Exception], words: str
) -> None:
    version = store.version()
    with pytest.raises(error, match=words):
        _bring(store, file, **options)
    assert store.datasets.list() == ()
    assert store.version() == version


def test_a_file_without_an_incident_makes_nothing(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    with pytest.raises(InputError, match="empty"):
        _bring(store, path)
    with pytest.raises(InputError, match="cannot be read"):
        _bring(store, tmp_path / "absent.csv")
    assert store.datasets.list() == ()


def test_a_file_with_too_many_rows_is_refused(tmp_path: Path, file: Path) -> None:
    with (
        Store.open(read_settings(data_dir=tmp_path / "data", max_rows=2)) as store,
        pytest.raises(LimitError, match="3 rows; the most accepted is 2"),
    ):
        _bring(store, file)


def test_a_packed_file_is_unpacked(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "march.csv.gz"
    path.write_bytes(gzip.compress(ROWS.encode()))
    assert _bring(store, path).accepted == 3


def test_an_unforeseen_fault_of_the_reader_is_no_traceback(
    store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_MODULE", "tests.service.naughty_child")
    monkeypatch.setattr(intake, "TASK", "fail")
    with pytest.raises(InputError, match="Save it as CSV"):
        _bring(store, file)
    assert store.datasets.list() == ()


def test_the_same_file_from_four_processes_is_imported_once(started, store: Store, file: Path) -> None:
    script = (
        "import sys, pathlib\n"
        "from hotspot.service.intake import import_file\n"
        "from hotspot.service.settings import read_settings\n"
        "from hotspot.service.store import Store\n"
        "store = Store.open(read_settings(data_dir=sys.argv[1]))\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "result = import_file(store, pathlib.Path(sys.argv[2]), dataset='town', area='BZ')\n"
        "print(result.already, result.import_id)\n"
    )
    processes = [started(script, store.settings.data_dir, file) for _ in range(4)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate() for process in processes]
    assert sorted(answers) == [("False 1\n", ""), ("True 1\n", ""), ("True 1\n", ""), ("True 1\n", "")]
    assert store.incidents.count("town") == 3
    assert len(store.imports.list()) == 1


def test_the_python_way_gives_the_same_incidents(store: Store, file: Path) -> None:
    _bring(store, file)
    prepared = prepare(file, boundary_set=store.boundaries.load("BZ"), timezone="America/Belize", now=NOW)
    assert (prepared.rows, prepared.set_aside, prepared.repeated) == (3, 0, 0)
    pd.testing.assert_frame_equal(prepared.table, store.incidents.read("town"))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("july.csv", "july.csv"),
        ("C:\\secret\\july.csv", "july.csv"),
        ("/etc/passwd", "passwd"),
        ("a\u202egpj.csv", "agpj.csv"),
        ("..\x00", ".."),
        ("", "file"),
        ("x" * 300 + ".csv", "x" * 116 + ".csv"),
    ],
)
def test_a_file_is_shown_by_the_harmless_part_of_its_name(given: str, shown: str) -> None:
    assert shown_name(given) == shown
