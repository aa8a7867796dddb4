"""The child's side of ``child``: limits first, then one task, then the end.

Run as ``python -m hotspot.service.child_main``.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import shutil
import sys
import threading
import traceback
from contextlib import suppress
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from hotspot.errors import HotspotError, ParameterError, StoreError, ThinDataError
from hotspot.service.child import DISK_FULL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hotspot.service.progress import Progress

    Task = Callable[[dict[str, Any], Progress], dict[str, Any]]

_MB: Final = 1024 * 1024
_LARGEST_FILE: Final = 16 * 1024 * _MB


def main() -> int:
    """Do what the line on standard input asks; return the exit code."""
    _load(sys.argv[1:])
    line = sys.stdin.buffer.readline()
    if not line:
        return 0  # there was nothing to do after all
    message = json.loads(line)
    answers = _take_standard_output()
    payload = message["payload"]
    _watch_parent(payload.get("folder"))
    _limit(**message["limits"])

    def progress(stage: str, done: int, total: int) -> None:
        _say(answers, {"progress": [stage, done, total]})

    try:
        _say(answers, {"result": TASKS[message["task"]](payload, progress)})
    except HotspotError as error:
        _say(answers, {"error": _described(error)})
    except BaseException as error:  # a panic of a reader written in Rust is no Exception
        _say(answers, _explained(error))
    return 0


def _load(tasks: Sequence[str]) -> None:
    """Import what the tasks will need, before any data are there and limits are set."""
    # All that is made here stays: looking for garbage in it takes a sixth of the time.
    gc.disable()
    for name in chain.from_iterable(_NEEDED.get(task, ()) for task in tasks):
        # What cannot be loaded is explained when the task itself asks for it.
        with suppress(Exception):
            import_module(name)
    gc.freeze()
    gc.enable()


def _explained(error: BaseException) -> dict[str, Any]:
    """Return what stopped the task, if it was the machine; else the traceback, for the log."""
    # A library that cannot be loaded for want of memory says so in an ImportError.
    causes = (error, error.__cause__, error.__context__)
    said = " ".join(f"{type(one).__name__} {one}" for one in causes if one is not None).lower()
    if any(sign in said for sign in ("memoryerror", "cannot allocate memory", "failed to map segment")):
        return {"memory": True}
    if any(sign in said for sign in ("disk is full", "no space left", "quota exceeded")):
        return {"error": _described(StoreError(DISK_FULL))}
    if not isinstance(error, Exception):
        return {"crash": type(error).__name__, "traceback": traceback.format_exc()}
    return {"traceback": traceback.format_exc()}


def _take_standard_output() -> IO[bytes]:
    """Keep standard output for answers; what a library prints goes to the error stream."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _say(answers: IO[bytes], message: dict[str, Any]) -> None:
    answers.write(json.dumps(message).encode() + b"\n")
    answers.flush()


def _watch_parent(folder: str | None) -> None:
    """End with the parent, however it ended, and take the work folder along."""

    def wait() -> None:
        while sys.stdin.buffer.read(1):
            pass
        if folder is not None:
            _remove(Path(folder))
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _remove(folder: Path) -> None:
    """Remove the folder while the task still writes there: under another name no new file finds it."""
    gone = folder.with_name(f"{folder.name}.ended")
    with suppress(OSError):
        folder = folder.rename(gone)
    shutil.rmtree(folder, ignore_errors=True)


def _limit(*, memory_mb: int, seconds: int) -> None:
    _at_most(resource.RLIMIT_AS, memory_mb * _MB)
    _at_most(resource.RLIMIT_CPU, seconds, seconds + 1)
    _at_most(resource.RLIMIT_CORE, 0)
    _at_most(resource.RLIMIT_FSIZE, _LARGEST_FILE)


def _at_most(what: int, soft: int, hard: int | None = None) -> None:
    """Set a limit; one that the machine's administrator set lower stays."""
    _, given = resource.getrlimit(what)
    most = soft if hard is None else hard
    if given != resource.RLIM_INFINITY:
        most = min(most, given)
    resource.setrlimit(what, (min(soft, most), most))


def _described(error: HotspotError) -> dict[str, Any]:
    described: dict[str, Any] = {"kind": type(error).__name__, "message": str(error)}
    if isinstance(error, ParameterError):
        described["parameter"] = error.parameter
    if isinstance(error, ThinDataError):
        described |= {"message": error.reason, "remedies": list(error.remedies)}
    return described


def _prepare(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from hotspot.service.prepare import prepare_staged

    return prepare_staged(payload, progress=progress)


def _layer(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from hotspot.service.publish import make_layer_here

    return make_layer_here(payload, progress=progress)


def _index(payload: dict[str, Any], _progress: Progress) -> dict[str, Any]:
    from hotspot.service.index_page import make_index_here

    return make_index_here(payload)


def _standing(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from hotspot.service.standing import ask_here

    return ask_here(payload, progress=progress)


def _report(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from hotspot.service.reports import make_here

    return make_here(payload, progress=progress)


def _file(payload: dict[str, Any], _progress: Progress) -> dict[str, Any]:
    from hotspot.service.layer_files import make_here

    return make_here(payload)


TASKS: Final[dict[str, Task]] = {
    "prepare": _prepare,
    "layer": _layer,
    "standing": _standing,
    "index": _index,
    "report": _report,
    "file": _file,
}
_OF_ANALYSIS: Final = (
    "hotspot.service.publish",
    "hotspot.service.store.bulk",
    "hotspot.analysis.run",
    "adbc_driver_sqlite.dbapi",
    "hotspot.kernels.binning",
    "hotspot.kernels.coverage",
)
_OF_A_LAYER: Final = (
    *_OF_ANALYSIS,
    "geopandas",
    "hotspot.outputs.maps",
    "hotspot.outputs.files",
    "folium",
)
_NEEDED: Final = {
    "layer": _OF_A_LAYER,
    "standing": (*_OF_A_LAYER, "hotspot.service.standing"),
    "report": (*_OF_ANALYSIS, "hotspot.service.reports"),
    "file": ("hotspot.service.layer_files", "hotspot.outputs.files", "geopandas", "pyogrio"),
    "prepare": (
        "hotspot.service.prepare",
        "hotspot.service.staging",
        "hotspot.service.spill",
        "hotspot.incidents.delimited",
        "hotspot.incidents.encodings",
        "hotspot.incidents.clean",
        "hotspot.incidents.columns",
        "hotspot.incidents.quality",
        "hotspot.incidents.rejects",
        "hotspot.places.geocode",
        "hotspot.places.boundary_files",
        "adbc_driver_sqlite.dbapi",
    ),
}
"""Modules that a task imports as it goes, whatever the method: what only some need they import themselves."""

if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    # Not the interpreter's own way out: the watcher sits in a read that nothing ends.
    os._exit(code)
