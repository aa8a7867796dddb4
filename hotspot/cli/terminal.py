"""What every command shares: the store, columns of text, and a bar for long work."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from hotspot.service.progress import silent

if TYPE_CHECKING:
    from hotspot.service.progress import Progress
    from hotspot.service.store import Store

_COMMANDS_OF_TERMINALS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""Control characters but tab and end of line, and marks that turn the direction of writing."""


def shown(text: str) -> str:
    r"""Return text with what a terminal would obey instead of showing made visible.

    Files of incidents are written by others: an escape sequence in a column's name
    could clear the screen, rename the window or hide a row.

    >>> print(shown("\x1b[2JTheft\u202e"))
    \x1b[2JTheft\u202e
    """
    return _COMMANDS_OF_TERMINALS.sub(lambda found: ascii(found[0])[1:-1], text)


def say(text: str, **manner: Any) -> None:
    """Print text safely; the manner is that of ``click.secho``."""
    click.secho(shown(text), **manner)


@contextmanager
def open_store() -> Iterator[Store]:
    """Open the store that the environment names, and close it behind the command."""
    # What is imported stays: looking for garbage in it takes a sixth of the time.
    gc.disable()
    try:
        from hotspot.service.settings import read_settings
        from hotspot.service.store import Store

        opened = Store.open(read_settings())
    finally:
        gc.enable()
    with opened as store:
        yield store


def columns_of(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Return rows as aligned text columns, those of ``right`` to the right; the first row is the head.

    >>> print(columns_of([("name", "n"), ("Cayo", "12")]))
    name  n
    Cayo  12
    """
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = (
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Give a function ``(stage, done, total)`` that draws a bar where a person watches."""
    if not sys.stderr.isatty():
        yield silent
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
