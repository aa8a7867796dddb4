"""What SQLite cannot say by itself, as functions of a connection."""

from __future__ import annotations

import math
import operator
import sqlite3
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from hotspot.ogc.cql_text import folded
from hotspot.service.incidents.conditions import CALCULATE, FOLD
from hotspot.service.incidents.placing import PLACED

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa

    from hotspot.service.incidents.placing import Placing

_OPERATIONS: Final[dict[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": math.fmod,
    "div": lambda left, right: math.trunc(left / right),
    "^": math.pow,
}


def add(connection: sa.Connection, placing: Placing) -> None:
    """Give a connection the functions that conditions are made with, in place of those it had."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101
    raw.create_function(FOLD, 3, _folded, deterministic=True)
    raw.create_function(CALCULATE, 3, calculated, deterministic=True)
    raw.create_function(PLACED, 3, placing.passes, deterministic=True)


@lru_cache(maxsize=8_192)
def _folded(text: str | None, case: int, accents: int) -> str | None:
    return None if text is None else folded(text, case=bool(case), accents=bool(accents))


def calculated(op: str, left: float | None, right: float | None) -> float | None:
    """Return the result of an operation; missing where it is not finite, or a side is missing.

    >>> calculated("/", 1.0, 4.0), calculated("/", 1.0, 0.0), calculated("+", 1.0, None)
    (0.25, None, None)
    """
    if left is None or right is None:
        return None
    try:
        result = float(_OPERATIONS[op](left, right))
    except (ArithmeticError, ValueError):
        return None
    return result if math.isfinite(result) else None
