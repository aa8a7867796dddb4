"""Functions compiled to machine code once, and kept beside their source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(*signatures: str, inline: str = "never") -> Callable[[Function], Function]:
    """Return a decorator that compiles a function for these types, and for no others.

    The machine code is kept in ``__pycache__`` beside the source, else in the
    user's cache folder (or ``NUMBA_CACHE_DIR``); where nothing can be written it
    is made anew in each process. Sums keep the order they are written in: the
    same data give the same bits.

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

    def decorate(function: Function) -> Function:
        options = {"nogil": True, "error_model": "numpy", "inline": inline}
        try:
            made: Function = njit(types, cache=True, **options)(function)
        except RuntimeError as error:
            # The words of numba for a source and a home that are both read-only.
            if "cannot cache" not in str(error):
                raise
            made = njit(types, **options)(function)
        return made

    return decorate
