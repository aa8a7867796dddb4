"""How long a look at incidents may take, and what SQLite says of conditions that are too much for it."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from hotspot.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST: Final = 30.0
"""Seconds of one look at the rows: a polygon of hundreds of corners and a million rows take three."""
_STEPS_AT_ONCE: Final = 10_000
_SAID: Final = {
    "interrupted": (
        "it takes longer than {seconds:g} s with these incidents. Ask for fewer by bbox or datetime, or with "
        "fewer shapes"
    ),
    "parser stack overflow": "it is too deep for incidents; write it flatter",
    "LIKE or GLOB pattern too complex": "a pattern of LIKE is longer than 50,000 bytes; write a shorter one",
}
"""What to tell of each error of SQLite that a filter can bring about."""


@contextmanager
def bounded(connection: sa.Connection, *, seconds: float = LONGEST) -> Iterator[None]:
    """Let statements take so long together, and refuse the filter that asks for more than SQLite does."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101
    last = monotonic() + seconds
    raw.set_progress_handler(lambda: monotonic() > last, _STEPS_AT_ONCE)
    try:
        yield
    except sa.exc.OperationalError as error:
        reason = _SAID.get(str(error.orig))
        if reason is None:
            raise
        message = f"filter cannot be used: {reason.format(seconds=seconds)}."
        raise ParameterError("filter", message) from None
    finally:
        raw.set_progress_handler(None, 0)
