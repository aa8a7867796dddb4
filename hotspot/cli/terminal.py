"""What every command shares: the store, columns of text, and a bar for long work."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotspot.service.store import Store

Progress = Callable[[str, int, int], None]


@contextmanager
def open_store() -> Iterator[Store]:
    """Open the store that the environment names, and close it behind the command."""
    from hotspot.service.settings import read_settings
    from hotspot.service.store import Store

    with Store.open(read_settings()) as store:
        yield store


def columns_of(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as aligned text columns; the first row is the head.

    >>> print(columns_of([("name", "n"), ("Cayo", "12")]))
    name  n
    Cayo  12
    """
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Give a function ``(stage, done, total)`` that draws a bar where a person watches."""
    if not sys.stderr.isatty():
        yield lambda _stage, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        TextColumn("{task.description:<28}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        tasks: dict[str, int] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=max(total, 1))
            bar.update(tasks[stage], completed=done, total=max(total, 1))  # type: ignore[arg-type]

        yield show
