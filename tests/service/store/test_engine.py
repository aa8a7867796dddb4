from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from hotspot.errors import ConflictError, StoreError
from hotspot.service.settings import Settings, read_settings
from hotspot.service.store import Store, bulk, place
from hotspot.service.store.engine import StaleError
from hotspot.service.store.gate import Gate
from hotspot.service.store.migrations import REVISIONS
from hotspot.service.store.migrations import __file__ as migrations
from hotspot.service.store.schema import HEAD, metadata


def test_the_migrations_make_the_tables_that_the_code_uses(store: Store) -> None:
    with store.engine.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_every_revision_is_known_without_alembic() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations).parent))
    script = ScriptDirectory.from_config(config)
    found = [revision.revision for revision in script.walk_revisions()]
    assert tuple(reversed(found)) == REVISIONS
    assert script.get_current_head() == HEAD == REVISIONS[-1]


def test_a_store_opens_again_with_what_was_in_it(settings: Settings) -> None:
    with Store.open(settings) as store:
        store.datasets.ensure("town")
    with Store.open(settings) as store:
        assert [dataset.name for dataset in store.datasets.list()] == ["town"]


def test_a_store_of_the_first_schema_is_brought_up_to_date_and_keeps_what_it_holds(
    settings: Settings,
) -> None:
    with Store.open(settings) as store:
        store.datasets.ensure("town")
    with sqlite3.connect(settings.database) as raw:
        raw.execute("DROP INDEX incident_span")
        raw.execute("DROP TABLE standing_answer")
        raw.execute("DROP TABLE standing")
        raw.execute("ALTER TABLE layer DROP COLUMN audience_by")
        raw.execute("ALTER TABLE layer DROP COLUMN audience_at")
        raw.execute("UPDATE alembic_version SET version_num = '0001'")
    raw.close()
    with Store.open(settings) as store:
        assert [dataset.name for dataset in store.datasets.list()] == ["town"]
        with store.engine.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_newer_schema_is_refused_with_the_remedy(settings: Settings) -> None:
    Store.open(settings).close()
    with sqlite3.connect(settings.database) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(StoreError, match=r"newer Hotspot.*'9999'.*Install that version"):
        Store.open(settings)


def test_the_database_of_another_program_is_refused(settings: Settings) -> None:
    settings.data_dir.mkdir()
    with sqlite3.connect(settings.database) as raw:
        raw.execute("CREATE TABLE alembic_version (version_num TEXT)")
        raw.execute("CREATE TABLE recipes (name TEXT)")
    raw.close()
    with pytest.raises(StoreError, match="another program"):
        Store.open(settings)


def test_a_file_that_is_no_database_is_refused_and_left_alone(settings: Settings) -> None:
    settings.data_dir.mkdir()
    settings.database.write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(StoreError, match="not a SQLite database"):
        Store.open(settings)
    assert settings.database.read_bytes() == b"Dear diary, " * 1000


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    with pytest.raises(StoreError, match=r"is not a folder.*HOTSPOT_DATA_DIR"):
        Store.open(read_settings(data_dir=tmp_path / "data"))
    with pytest.raises(StoreError, match=r"is not a folder.*HOTSPOT_DATA_DIR"):
        Store.open(read_settings(data_dir=tmp_path / "data" / "below"))


def test_a_network_file_system_is_refused(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/share {tmp_path}/police\\040share nfs4 rw 0 0\n")
    place.make_folder(tmp_path / "local", mounts=mounts)
    with pytest.raises(StoreError, match=r"network file system \(nfs4\).*local disk"):
        place.make_folder(tmp_path / "police share" / "data", mounts=mounts)


def test_nothing_is_known_of_a_machine_without_a_table_of_mounts(tmp_path: Path) -> None:
    assert place.file_system(tmp_path, mounts=tmp_path / "absent") == ""


def test_only_the_owner_may_look_into_a_new_folder(settings: Settings) -> None:
    Store.open(settings).close()
    assert settings.data_dir.stat().st_mode & 0o077 == 0


def test_what_cut_off_work_left_is_swept_away_after_a_day(settings: Settings) -> None:
    old, young = settings.work_dir / "old", settings.work_dir / "young"
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "upload.csv").write_text("x")
    (settings.work_dir / "upload-1.csv").write_text("x")
    for left in (old, settings.work_dir / "upload-1.csv"):
        os.utime(left, (0, 0))
    Store.open(settings).close()
    assert [left.name for left in settings.work_dir.iterdir()] == ["young"]


def test_four_processes_can_make_the_same_store_at_once(started, settings: Settings) -> None:
    script = (
        "import sys\n"
        "from hotspot.service.settings import read_settings\n"
        "from hotspot.service.store import Store\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "with Store.open(read_settings(data_dir=sys.argv[1])) as store:\n"
        "    store.datasets.ensure(sys.argv[2])\n"
    )
    processes = [started(script, settings.data_dir, f"town-{i}") for i in range(4)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [(process.communicate()[1], process.returncode) for process in processes] == [("", 0)] * 4
    with Store.open(settings) as store:
        assert len(store.datasets.list()) == 4


def test_no_write_is_lost_when_many_write_at_once(store: Store) -> None:
    before = store.version()
    failed: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for i in range(10):
                store.datasets.ensure(f"{name}-{i}")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert store.version() == before + 40
    assert len(store.datasets.list()) == 40


def test_a_writer_that_waits_too_long_is_told_why(tmp_path: Path) -> None:
    settings = read_settings(data_dir=tmp_path / "data", busy_seconds=0.05)
    with (
        Store.open(settings) as store,
        store.engine.writing(),
        pytest.raises(ConflictError, match="Try again"),
        Store.open(settings) as other,
    ):
        other.datasets.ensure("town")


def test_a_reader_sees_one_unchanging_state(store: Store) -> None:
    count = sa.text("SELECT count(*) FROM dataset")
    with store.engine.reading() as connection:
        assert connection.execute(count).scalar() == 0
        writer = threading.Thread(target=lambda: store.datasets.ensure("town"))
        writer.start()
        writer.join()
        assert connection.execute(count).scalar() == 0
    assert len(store.datasets.list()) == 1


def test_a_failed_block_changes_nothing(store: Store) -> None:
    before = store.version()
    with pytest.raises(ZeroDivisionError), store.engine.writing() as connection:
        connection.execute(sa.text("DELETE FROM counter"))
        _ = 1 / 0
    assert store.version() == before


def test_a_change_made_for_an_older_version_is_refused(store: Store) -> None:
    version = store.version()
    store.datasets.ensure("town")
    with pytest.raises(StaleError), store.engine.writing(version=version):
        pass


def test_a_full_disk_is_said_and_harms_nothing(store: Store) -> None:
    store.datasets.ensure("town")

    def fill(connection, _record) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # SQLite never goes below what is in use

    sa.event.listen(store.engine._engine, "connect", fill)
    store.engine._engine.dispose()
    with (
        pytest.raises(StoreError, match=r"disk is full.*make room"),
        store.engine.writing() as connection,
    ):
        for i in range(200):
            connection.execute(
                sa.text("INSERT INTO site_file VALUES (:name, '', 0, '', zeroblob(10000))"), {"name": str(i)}
            )
    sa.event.remove(store.engine._engine, "connect", fill)
    store.engine._engine.dispose()
    assert [dataset.name for dataset in store.datasets.list()] == ["town"]
    store.datasets.ensure("village")
    assert len(store.datasets.list()) == 2


def test_a_bulk_read_never_holds_the_file_beside_another_connection(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing the driver's connection would drop the locks of the other one."""
    store.datasets.ensure("town")
    real, seen = bulk.read, []

    def read(path: Path, *arguments, **named):
        seen.append(_open_files(path))
        return real(path, *arguments, **named)

    monkeypatch.setattr(bulk, "read", read)
    with Store.open(settings) as other:
        writers = [
            threading.Thread(target=lambda kept=kept: [kept.datasets.ensure(f"t{i}") for i in range(20)])
            for kept in (store, other)
        ]
        for writer in writers:
            writer.start()
        for _ in range(20):
            store.incidents.read("town")
        for writer in writers:
            writer.join()
    assert seen == [[]] * 20
    store.datasets.list()
    assert _open_files(settings.database) != []


def _open_files(path: Path) -> list[str]:
    """Descriptors of this process that stand for a store's file."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            if link.readlink() == path.resolve():
                found.append(link.name)
    return found


def test_a_bulk_read_inside_a_transaction_is_a_fault_and_no_deadlock(store: Store) -> None:
    store.datasets.ensure("town")
    with pytest.raises(RuntimeError, match="inside a transaction"), store.engine.writing():
        store.incidents.read("town")
    assert store.incidents.read("town").empty


def test_two_stores_on_one_file_share_one_gate(settings: Settings) -> None:
    with Store.open(settings) as one, Store.open(settings) as two:
        assert one.engine.gate is two.engine.gate is Gate.of(settings.database)


def test_a_thread_inside_may_go_in_again_while_another_waits_to_be_alone(tmp_path: Path) -> None:
    gate = Gate.of(tmp_path / "file")
    alone = threading.Event()

    def wait_to_be_alone() -> None:
        with gate.alone():
            alone.set()

    waiting = threading.Thread(target=wait_to_be_alone)
    with gate.shared():
        waiting.start()
        with gate.shared():
            assert not alone.is_set()
    waiting.join()
    assert alone.is_set()
