from __future__ import annotations

import importlib.util
import io
import os
import resource
import select
import signal
import time
from pathlib import Path

import pytest

from hotspot.errors import InputError, LimitError, ParameterError, StoreError, ThinDataError
from hotspot.service import child, child_main
from hotspot.service.child import ChildError, run_in_child, work_folder
from hotspot.service.settings import read_settings

LIMITS = {"memory_mb": 1024, "seconds": 20}


@pytest.fixture(autouse=True)
def naughty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "_MODULE", "tests.service.naughty_child")


def test_the_result_and_the_progress_come_back_and_noise_does_not_disturb() -> None:
    seen = []
    result = run_in_child("echo", {"say": "naïve “”"}, **LIMITS, progress=lambda *step: seen.append(step))
    assert result == {"said": "naïve “”"}
    assert seen == [("Half", 1, 2)]


def test_what_the_task_refuses_is_refused_here_with_the_same_words() -> None:
    with pytest.raises(InputError, match="Row 3 is no row"):
        run_in_child("refuse", {"how": "input"}, **LIMITS)
    with pytest.raises(ParameterError, match="too small") as refused:
        run_in_child("refuse", {"how": "parameter"}, **LIMITS)
    assert refused.value.parameter == "cell_size"
    with pytest.raises(ThinDataError) as thin:
        run_in_child("refuse", {"how": "thin"}, **LIMITS)
    assert (thin.value.reason, thin.value.remedies) == ("Only 4 incidents.", ("Ask for a longer time.",))


def test_a_task_that_hoards_memory_is_stopped_with_the_remedy() -> None:
    with pytest.raises(LimitError, match=r"1024 MB.*HOTSPOT_PARSE_MEMORY_MB"):
        run_in_child("hoard", {}, **LIMITS)


def test_a_task_that_never_ends_is_stopped_with_the_remedy() -> None:
    with pytest.raises(LimitError, match=r"1 s.*HOTSPOT_PARSE_SECONDS"):
        run_in_child("spin", {}, memory_mb=1024, seconds=1)


def test_a_question_that_is_too_much_is_told_what_would_make_it_less() -> None:
    killed = {"overdue": False, "seconds": 9, "memory_mb": 64}
    with pytest.raises(LimitError, match="larger cells") as refused:
        child._result("report", {}, -signal.SIGKILL, child._Noise(io.BytesIO()), **killed)
    assert "file" not in str(refused.value)
    with pytest.raises(LimitError, match=r"9 s.*larger cells"):
        child._result("layer", {}, -signal.SIGXCPU, child._Noise(io.BytesIO()), **killed)


def test_a_reader_that_aborts_kills_nobody_else() -> None:
    with pytest.raises(LimitError, match="built to break its reader"):
        run_in_child("abort", {}, **LIMITS)


@pytest.mark.parametrize(("task", "name"), [("panic", "PanicException"), ("leave", "SystemExit")])
def test_a_reader_that_panics_or_leaves_is_a_crash_and_not_a_result(task: str, name: str) -> None:
    with pytest.raises(InputError, match=rf"broke down \({name}\).*save it as CSV") as crash:
        run_in_child(task, {}, **LIMITS)
    assert isinstance(crash.value.__cause__, ChildError)
    assert name in crash.value.__cause__.details


def test_a_fault_of_ours_keeps_its_traceback_for_the_log() -> None:
    with pytest.raises(ChildError) as fault:
        run_in_child("fail", {}, **LIMITS)
    assert "ZeroDivisionError" in fault.value.details


def test_a_full_disk_is_said() -> None:
    with pytest.raises(StoreError, match=r"disk is full.*make room"):
        run_in_child("fill", {}, **LIMITS)


def test_a_process_started_early_takes_the_task_and_needs_none() -> None:
    with child.started("echo") as waiting:
        assert run_in_child("echo", {"say": "late"}, **LIMITS, waiting=waiting) == {"said": "late"}
    assert waiting.returncode == 0
    with child.started("echo") as idle:
        idle.stdin.close()
        assert idle.wait(timeout=60) == 0
        assert idle.stderr.read() == b""


def test_what_the_real_tasks_need_can_be_imported() -> None:
    assert set(child_main._NEEDED) <= set(child_main.TASKS)
    for name in (name for names in child_main._NEEDED.values() for name in names):
        assert importlib.util.find_spec(name) is not None


def test_an_unknown_task_is_a_fault() -> None:
    with pytest.raises(ChildError, match="KeyError"):
        run_in_child("rm -rf", {}, **LIMITS)


def test_an_interrupt_ends_the_child_too() -> None:
    def interrupt(*_step: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_in_child("wait", {}, **LIMITS, progress=interrupt)


def test_a_child_ends_with_its_killed_parent_and_takes_its_folder_along(started, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    script = (
        "import sys\n"
        "from hotspot.service import child\n"
        "child._MODULE = 'tests.service.naughty_child'\n"
        "def say(_stage, pid, _total): print(pid, flush=True)\n"
        "child.run_in_child('wait', {'folder': sys.argv[1]}, memory_mb=1024, seconds=20, progress=say)\n"
    )
    parent = started(script, folder)
    grandchild = os.pidfd_open(int(parent.stdout.readline()))
    parent.kill()
    ended, _, _ = select.select([grandchild], [], [], 60)
    os.close(grandchild)
    assert ended
    assert list(tmp_path.iterdir()) == []


def test_a_limit_that_is_lower_already_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (300, 300))
    monkeypatch.setattr(resource, "setrlimit", lambda _what, limit: limits.append(limit))
    child_main._limit(memory_mb=1024, seconds=200)
    assert limits == [(300, 300), (200, 201), (0, 0), (300, 300)]


def test_a_work_folder_that_cannot_be_made_is_said(settings) -> None:
    settings.data_dir.mkdir()
    settings.work_dir.write_text("a file in its place")
    with pytest.raises(StoreError, match="Check its room"), work_folder(settings):
        pass


def test_a_work_folder_lies_beside_the_store_and_goes_away(settings) -> None:
    with work_folder(settings) as folder:
        assert folder.is_dir()
        assert folder.is_relative_to(settings.data_dir.resolve())
        (folder / "file").write_bytes(b"x")
    assert not folder.exists()
    assert list(settings.work_dir.iterdir()) == []


def test_what_a_killed_process_left_behind_is_removed_by_a_later_one(tmp_path: Path) -> None:
    settings = read_settings(data_dir=tmp_path / "data")
    with work_folder(settings) as folder:
        long_ago = settings.work_dir / "left"
        long_ago.mkdir()
        (long_ago / "staged.sqlite").write_text("rows of incidents")
        sent = settings.work_dir / "upload-1.csv"
        sent.write_text("rows of incidents")
        away = tmp_path / "not-ours"
        away.write_text("kept")
        link = settings.work_dir / "link"
        link.symlink_to(away)
        for path in (long_ago, sent):
            os.utime(path, (0, 0))
        os.utime(link, (0, 0), follow_symlinks=False)
        with work_folder(settings) as second:
            assert set(settings.work_dir.iterdir()) == {folder, second}
    assert away.read_text() == "kept"


def test_a_folder_that_nobody_holds_any_more_goes_before_its_time(settings) -> None:
    with work_folder(settings) as held:
        left, new = (settings.work_dir / f"held-{name}" for name in ("left", "new"))
        for folder in (left, new):
            folder.mkdir()
            (folder / "staged.sqlite").write_text("rows of incidents")
        minutes_ago = time.time() - 120
        for folder in (left, held):
            os.utime(folder, (minutes_ago, minutes_ago))
        with work_folder(settings) as second:
            assert set(settings.work_dir.iterdir()) == {held, new, second}


def test_a_child_keeps_machine_code_where_its_parent_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/var/cache/hotspot")
    monkeypatch.setenv("SECRET", "of the parent")
    given = child._environment()
    assert given["NUMBA_CACHE_DIR"] == "/var/cache/hotspot" and "SECRET" not in given
