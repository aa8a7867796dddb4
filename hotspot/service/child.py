"""Work in a process of its own, with limits: a file that kills its reader kills nothing else.

The task and its payload go in as one line of JSON; progress and the result come
back as lines of JSON. There is no shell, and nothing is pickled.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from hotspot import errors
from hotspot.errors import HotspotError, InputError, LimitError, ParameterError, StoreError, ThinDataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotspot.service.progress import Progress
    from hotspot.service.settings import Settings

_ONE_THREAD: Final = {
    # Threads of number libraries reserve address space by the hundred MB, and the limit counts it.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
DISK_FULL: Final = "The disk is full. Nothing was changed; make room and try again."
_OURS: Final = ("HOTSPOT_", "PROJ_", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME")
"""Beginnings of the names of variables that a child has use for."""
_ANSWERS: Final = frozenset({"layer", "report", "standing", "file"})
"""Tasks that work on what the store has; the others read what somebody sent."""
_TO_READ: Final = {
    # A file is read part by part: what one leaves must go back before the next, or holes remain
    # between small things that stay, and the process grows with the file.
    "MALLOC_MMAP_THRESHOLD_": str(4 * 1024**2),
}
_STDERR_KEPT: Final = 20_000
_LEFT_BEHIND: Final = 3600
_HELD: Final = "held-"
"""Begins the name of a folder that its process holds locked as long as it lives."""
_NEW: Final = 60
"""Seconds in which it may not hold it yet."""
_MODULE = "hotspot.service.child_main"


class ChildError(RuntimeError):
    """The child failed in a way nobody expected; its traceback is in ``details``."""

    def __init__(self, task: str, details: str) -> None:
        super().__init__(f"The task {task!r} failed unexpectedly.\n{details}")
        self.details = details


def run_in_child(
    task: str,
    payload: dict[str, Any],
    *,
    memory_mb: int,
    seconds: int,
    progress: Progress | None = None,
    waiting: subprocess.Popen[bytes] | None = None,
) -> dict[str, Any]:
    """Return the result of a task of ``child_main``, run in a limited process.

    Parameters
    ----------
    task
        Name of the task.
    payload
        What it needs, as JSON values.
    memory_mb
        Most address space the process may take.
    seconds
        Most processor time, and half of the most time by the clock.
    progress
        Called with stage, done and total as the work goes on.
    waiting
        A process that ``started`` gave and that has done nothing yet; left out, a new one.

    Raises
    ------
    HotspotError
        What the task raised, of the same class.
    LimitError
        When memory or time did not suffice, or the process was ended from outside.
    ChildError
        When the task failed in a way nobody expected.
    """
    with started(task) if waiting is None else nullcontext(waiting) as child:
        assert child.stdin is not None and child.stdout is not None and child.stderr is not None  # noqa: S101
        noise = _Noise(child.stderr)
        overdue = threading.Event()

        def end() -> None:
            overdue.set()
            child.kill()

        clock = threading.Timer(2 * seconds + 5, end)
        clock.daemon = True
        clock.start()
        try:
            limits = {"memory_mb": memory_mb, "seconds": seconds}
            _send(child.stdin, {"task": task, "limits": limits, "payload": payload})
            answer = _listen(child.stdout, progress)
            code = child.wait()
        finally:
            clock.cancel()
        return _result(
            task, answer, code, noise, overdue=overdue.is_set(), seconds=seconds, memory_mb=memory_mb
        )


@contextmanager
def work_folder(settings: Settings) -> Iterator[Path]:
    """Give a folder beside the store for files that live only as long as the block."""
    try:
        settings.work_dir.mkdir(parents=True, exist_ok=True)
        _sweep(settings)
        folder = Path(tempfile.mkdtemp(dir=settings.work_dir, prefix=_HELD)).resolve()
        hold = os.open(folder, os.O_RDONLY)
        fcntl.flock(hold, fcntl.LOCK_EX)
    except OSError as error:
        msg = (
            f"The folder {settings.work_dir} cannot be used: {error.strerror}. Check its room and its rights."
        )
        raise StoreError(msg) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(hold)


def _sweep(settings: Settings) -> None:
    """Remove what processes that were killed left behind: it holds rows of incidents."""
    now = time.time()
    oldest = now - _LEFT_BEHIND - 3 * settings.parse_seconds
    for path in settings.work_dir.iterdir():
        with suppress(OSError):
            changed = path.lstat().st_mtime
            if changed > oldest and not (changed < now - _NEW and _abandoned(path)):
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def _abandoned(folder: Path) -> bool:
    """Whether a folder was held by a process that is no more."""
    if not folder.name.startswith(_HELD) or folder.is_symlink():
        return False
    hold = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(hold)
    return True


@contextmanager
def started(task: str) -> Iterator[subprocess.Popen[bytes]]:
    """Give a process that loads what the task needs and then waits for it; it takes one task.

    Whoever knows early that there will be work starts it early: what it loads takes
    as long as opening a store, and there is mostly a second processor.
    """
    command = [sys.executable, "-m", _MODULE, task]
    with subprocess.Popen(  # noqa: S603  our own interpreter and module, no shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment() | ({} if task in _ANSWERS else _TO_READ),
        start_new_session=True,
    ) as child:
        try:
            yield child
        finally:
            # Whatever ended the wait, an interrupt included, nothing goes on behind it.
            child.kill()


def _environment() -> dict[str, str]:
    here = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join([here, *filter(None, [os.environ.get("PYTHONPATH")])])
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME")
        if name in os.environ
    }
    ours = {name: value for name, value in os.environ.items() if name.startswith(_OURS)}
    return {**kept, **ours, **_ONE_THREAD, "PYTHONPATH": path, "PYTHONUTF8": "1"}


def _send(pipe: IO[bytes], message: dict[str, Any]) -> None:
    # The pipe stays open: its end tells the child that nobody waits for it any more.
    try:
        pipe.write(json.dumps(message).encode() + b"\n")
        pipe.flush()
    except BrokenPipeError:
        pass  # it died at once: its end is explained from its exit code


def _listen(pipe: IO[bytes], progress: Progress | None) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for line in pipe:
        message = json.loads(line)
        if "progress" in message:
            if progress is not None:
                progress(*message["progress"])
        else:
            answer = message
    return answer


def _result(
    task: str,
    answer: dict[str, Any],
    code: int,
    noise: _Noise,
    *,
    overdue: bool,
    seconds: int,
    memory_mb: int,
) -> dict[str, Any]:
    if "result" in answer and code == 0:
        result: dict[str, Any] = answer["result"]
        return result
    if "error" in answer:
        raise _error(answer["error"])
    if overdue or code == -signal.SIGXCPU:
        msg = (
            f"This takes longer than the {seconds} s allowed for it. {_less(task)}, or ask the "
            "administrator to raise HOTSPOT_PARSE_SECONDS."
        )
        raise LimitError(msg)
    if answer.get("memory") or code in (-signal.SIGKILL, -signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS):
        broken = "" if task in _ANSWERS else ", or is built to break its reader"
        msg = (
            f"This needs more memory than the {memory_mb} MB allowed for it{broken}. {_less(task)}; "
            "the administrator can raise HOTSPOT_PARSE_MEMORY_MB."
        )
        raise LimitError(msg)
    if "crash" in answer:
        msg = (
            f"The reader broke down ({answer['crash']}): the file is damaged, or built to break its reader. "
            "Open it in the program that wrote it, save it as CSV (UTF-8) and try again."
        )
        raise InputError(msg) from ChildError(task, answer["traceback"])
    raise ChildError(task, answer.get("traceback") or noise.text())


def _less(task: str) -> str:
    """Return what makes a task smaller."""
    if task in _ANSWERS:
        return "Ask about fewer incidents, a smaller study area or larger cells"
    return "Split the file, or save it as CSV"


def _error(described: dict[str, Any]) -> HotspotError:
    kind = getattr(errors, described["kind"], InputError)
    if kind is ParameterError:
        return ParameterError(described["parameter"], described["message"])
    if kind is ThinDataError:
        return ThinDataError(described["message"], remedies=tuple(described["remedies"]))
    error = kind(described["message"])
    return error if isinstance(error, HotspotError) else StoreError(described["message"])


class _Noise:
    """Reads what the child says on its error stream, so that it never blocks; keeps the end."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._kept = b""
        self._thread = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._thread.start()

    def _read(self, pipe: IO[bytes]) -> None:
        for line in pipe:
            self._kept = (self._kept + line)[-_STDERR_KEPT:]

    def text(self) -> str:
        self._thread.join(timeout=5)
        return self._kept.decode(errors="replace")
