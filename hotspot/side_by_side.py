"""Work on parts of the data at once, on all the processor's cores."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Part = TypeVar("Part")
Result = TypeVar("Result")


def side_by_side(work: Callable[[Part], Result], parts: Iterable[Part]) -> list[Result]:
    """Return what the work makes of each part, in the order of the parts; threads do them.

    It helps where the work waits in code that leaves Python's lock, as NumPy, shapely, PROJ and
    our kernels do. The first error of a part is raised.

    >>> side_by_side(abs, [-2, 1])
    [2, 1]
    """
    listed = list(parts)
    workers = min(os.cpu_count() or 1, len(listed))
    if workers < 2:
        return [work(part) for part in listed]
    with ThreadPoolExecutor(workers, thread_name_prefix="side") as pool:
        return list(pool.map(work, listed))
