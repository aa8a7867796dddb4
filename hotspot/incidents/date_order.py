"""Dates of a column and their order: whether the day, the month or the year comes first.

The order is decided once for a column from all its values, never value by
value; a column that holds both orders is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from hotspot.errors import InputError, ParameterError
from hotspot.incidents import time_formats as tf

if TYPE_CHECKING:
    from numpy.typing import NDArray

ORDERS: Final = {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year/month/day"}


@dataclass(frozen=True)
class Dates:
    """A column of dates, taken apart once for each different text."""

    codes: NDArray[np.int64]
    """Which of ``texts`` each row holds; -1 where the row holds none."""
    texts: pd.Series
    pieces: tf.Pieces


def checked_order(order: str | None) -> str | None:
    """Return the order of day, month and year, or refuse it."""
    if order not in {None, *ORDERS}:
        msg = f"There is no date order {order!r}. Use one of {', '.join(ORDERS)} (d day, m month, y year)."
        raise ParameterError("date_order", msg)
    return order


def read_dates(values: pd.Series) -> Dates:
    """Dates of a column of text, each different text taken apart once."""
    codes, texts = pd.factorize(values)
    unique = pd.Series(texts, dtype="str")
    return Dates(codes.astype(np.int64), unique, tf.take_apart(unique))


def decide_orders(
    columns: Mapping[str, Dates], *, row: NDArray[np.int64], date_order: str | None
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Order of day and month of each column, and notes on what was assumed.

    One column may lend its order to another that could be read both ways; where
    no value tells, the day is taken to come first, and that is said.
    """
    if checked_order(date_order) is not None:
        return dict.fromkeys(columns, str(date_order)), ()
    evidence = {name: _evidence(name, dates, row) for name, dates in columns.items()}
    known = {order for order in evidence.values() if order}
    borrowed = known.pop() if len(known) == 1 else ""
    orders = {name: order or borrowed or "dmy" for name, order in evidence.items()}
    unsure = [
        name
        for name, dates in columns.items()
        if not evidence[name] and not borrowed and (dates.pieces.style == tf.NUMERIC).any()
    ]
    notes = tuple(
        f"No date in “{name}” tells whether the day or the month comes first (such as "
        f"“{example(columns[name], columns[name].pieces.style == tf.NUMERIC)}”): the day was taken to come "
        "first. If that is wrong, import again with date order mdy."
        for name in unsure
    )
    return orders, notes


def _evidence(name: str, dates: Dates, row: NDArray[np.int64]) -> str:
    """``dmy`` or ``mdy`` as the values tell; empty if none tells; both is refused."""
    first, second = dates.pieces.first, dates.pieces.second
    day_first = (first > 12) & (first <= 31) & (second >= 1) & (second <= 12)
    month_first = (second > 12) & (second <= 31) & (first >= 1) & (first <= 12)
    if day_first.any() and month_first.any():
        a, b = (
            f"“{example(dates, which)}” (row {_first_row(dates, which, row)})"
            for which in (day_first, month_first)
        )
        msg = (
            f"The dates in column “{name}” are in two orders: {a} can only be day/month, {b} only "
            "month/day, so the others cannot be trusted. Correct the file, or name the date order (dmy "
            "or mdy): dates that do not fit it are then set aside."
        )
        raise InputError(msg)
    if day_first.any():
        return "dmy"
    return "mdy" if month_first.any() else ""


def example(dates: Dates, which: NDArray[np.bool_]) -> str:
    """Return the first text among those meant."""
    return str(dates.texts.iloc[int(np.flatnonzero(which)[0])])


def _first_row(dates: Dates, which: NDArray[np.bool_], row: NDArray[np.int64]) -> int:
    return int(row[np.flatnonzero(dates.codes == np.flatnonzero(which)[0])[0]])
