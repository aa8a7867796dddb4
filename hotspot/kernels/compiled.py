"""Functions compiled to machine code once, and kept for the next process."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

ROOM: Final = Path(__file__).parent
PREFIX: Final = "hotspot-"
"""Of the folders that hold machine code."""
_IMPORT: Final = re.compile(r"^from hotspot\.kernels\.(\w+) import", re.MULTILINE)


def compiled(*signatures: str, inline: str = "never") -> Callable[[Function], Function]:
    """Return a decorator that compiles a function for these types, and for no others.

    The machine code is kept in `folder`; where nothing can be written it is made anew
    in each process. Sums keep the order they are written in: the same data give the
    same bits.

    Parameters
    ----------
    signatures
        Types of the arguments, such as ``"f8[::1](f8[::1], i8)"``: of contiguous arrays,
        so that a caller who passes another array is told, and none is copied unseen.
        Without any, the function is compiled for whatever it is first called with, as
        suits a part that only other kernels call.
    inline
        ``always`` for a small part of a hot loop.
    """
    types = list(signatures) or None
    njit: Any = numba.njit
    config: Any = numba.config

    def decorate(function: Function) -> Function:
        options = {"nogil": True, "error_model": "numpy", "inline": inline}
        given = config.CACHE_DIR
        source = Path(function.__code__.co_filename)
        try:
            if source.is_file():
                config.CACHE_DIR = str(folder(source))
            made: Function = njit(types, cache=True, **options)(function)
        except MemoryError:
            raise
        except Exception as error:
            # Nothing can be written, or what was kept is damaged; a fault of the function shows again.
            if source.is_file() and not isinstance(error, RuntimeError):
                shutil.rmtree(folder(source), ignore_errors=True)
            made = njit(types, **options)(function)
        finally:
            config.CACHE_DIR = given
        return made

    return decorate


def folder(source: Path) -> Path:
    """Return where the machine code of a kernel is kept: one folder for each state of it.

    It holds the code of the kernels it calls, so that a change in one of them makes it
    old; numba itself looks at the file of a function alone. The folder lies in
    ``NUMBA_CACHE_DIR``, if that is set, else beside the source, else in the user's cache.
    """
    found = hashlib.sha256()
    for each in sorted(_with_called(source)):
        found.update(each.read_bytes())
    return _base() / f"{PREFIX}{source.stem}-{found.hexdigest()[:16]}"


@cache
def _with_called(source: Path) -> frozenset[Path]:
    """Return the source of a kernel and those of the kernels it imports, directly or not."""
    called = [ROOM / f"{name}.py" for name in _IMPORT.findall(source.read_text(encoding="utf-8"))]
    return frozenset({source}).union(*(_with_called(each) for each in called))


@cache
def _base() -> Path:
    if os.environ.get("NUMBA_CACHE_DIR"):
        return Path(os.environ["NUMBA_CACHE_DIR"])
    beside = ROOM / "__pycache__"
    with suppress(OSError):
        beside.mkdir(exist_ok=True)
    if os.access(beside, os.W_OK):
        return beside
    with suppress(RuntimeError):
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hotspot"
    # A user without a home.
    return beside
