"""Dates of a column and their order: whether the day, the month or the year comes first.

The order is decided once for a column from all its values, never value by
value; a column that holds both orders is refused. What the values tell is
gathered part by part, so that a column of any length can be judged.
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
_STYLES: Final = tf.CLOCK + 1
_ENOUGH_MIDNIGHTS: Final = 5
"""From so many values on, times that are all 00:00 are taken for dates without a time."""


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


class Evidence:
    """What the values of one column tell of how its dates are written."""

    def __init__(self) -> None:
        self._orders: dict[str, tuple[str, int]] = {}
        self.numeric = ""
        """The first date written in numbers; empty without one."""
        self._rows = np.zeros(_STYLES, dtype=np.int64)
        self._days, self._timed, self._idle, self._offset = np.zeros((4, _STYLES), dtype=bool)
        self._midnights = 0
        self._said = False

    @property
    def midnights(self) -> int:
        """Rows with a 00:00 that says nothing, for every time of the column is 00:00; 0 if it says something.

        An export that knows only the date writes 00:00 everywhere; taken at its
        word it would put every incident at midnight.
        """
        return 0 if self._said or self._midnights < _ENOUGH_MIDNIGHTS else self._midnights

    def add(self, dates: Dates, *, row: NDArray[np.int64]) -> None:
        """Add the dates of one part of the column, whose rows have these numbers."""
        pieces = dates.pieces
        numeric = pieces.style == tf.NUMERIC
        if not self.numeric and numeric.any():
            self.numeric = example(dates, numeric)
        for order, which in zip(("dmy", "mdy"), _one_way_only(pieces), strict=True):
            if order not in self._orders and which.any():
                self._orders[order] = (example(dates, which), _first_row(dates, which, row))
        used = np.bincount(dates.codes[dates.codes >= 0], minlength=len(dates.texts))
        self._rows += np.bincount(pieces.style, weights=used, minlength=_STYLES).astype(np.int64)
        at_midnight = idle(pieces)
        self._midnights += int(used[at_midnight].sum())
        self._days |= _any(pieces.style, pieces.day != -1)
        self._said |= bool((_known_times(pieces) & ~at_midnight).any())
        self._timed |= _any(pieces.style, (pieces.micros != -1) & ~at_midnight)
        self._idle |= _any(pieces.style, at_midnight)
        self._offset |= _any(pieces.style, np.isfinite(pieces.offset))

    def order(self, name: str) -> str:
        """``dmy`` or ``mdy`` as the values tell; empty if none tells; both is refused."""
        if len(self._orders) == 2:
            a, b = (f"“{text}” (row {row})" for text, row in (self._orders["dmy"], self._orders["mdy"]))
            msg = (
                f"The dates in column “{name}” are in two orders: {a} can only be day/month, {b} only "
                "month/day, so the others cannot be trusted. Correct the file, or name the date order (dmy "
                "or mdy): dates that do not fit it are then set aside."
            )
            raise InputError(msg)
        return next(iter(self._orders), "")

    def format(self, order: str) -> str:
        """How the dates are written, in words, the commonest way first."""
        timed = self._timed | (self._idle & (self.midnights == 0))
        commonest = [int(style) for style in np.argsort(-self._rows, kind="stable")]
        ways = []
        for style in commonest:
            if not self._rows[style] or style not in tf.STYLE_WORDS:
                continue
            words = ORDERS[order] if style == tf.NUMERIC else tf.STYLE_WORDS[style]
            if style in (tf.ISO, tf.NAMED) and not self._days[style]:
                ways.append("month and year only")
                continue
            clock = " hour:minute" if style in (tf.ISO, tf.NUMERIC, tf.NAMED) and timed[style] else ""
            offset = " with its offset from UTC" if self._offset[style] else ""
            ways.append(f"{words}{clock}{offset}")
        return " or ".join(ways) or "no dates"


def decide_orders(
    columns: Mapping[str, Evidence], *, date_order: str | None
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Order of day and month of each column, and notes on what was assumed.

    One column may lend its order to another that could be read both ways; where
    no value tells, the day is taken to come first, and that is said.
    """
    if checked_order(date_order) is not None:
        return dict.fromkeys(columns, str(date_order)), ()
    told = {name: evidence.order(name) for name, evidence in columns.items()}
    known = {order for order in told.values() if order}
    borrowed = known.pop() if len(known) == 1 else ""
    orders = {name: order or borrowed or "dmy" for name, order in told.items()}
    notes = tuple(
        f"No date in “{name}” tells whether the day or the month comes first (such as "
        f"“{evidence.numeric}”): the day was taken to come "
        "first. If that is wrong, import again with date order mdy."
        for name, evidence in columns.items()
        if evidence.numeric and not told[name] and not borrowed
    )
    return orders, notes


def example(dates: Dates, which: NDArray[np.bool_]) -> str:
    """Return the first text among those meant."""
    return str(dates.texts.iloc[int(np.flatnonzero(which)[0])])


def _one_way_only(pieces: tf.Pieces) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Dates whose day can only be the first number, and those where it can only be the second."""
    first, second = pieces.first, pieces.second
    return (
        (first > 12) & (first <= 31) & (second >= 1) & (second <= 12),
        (second > 12) & (second <= 31) & (first >= 1) & (first <= 12),
    )


def _known_times(pieces: tf.Pieces) -> NDArray[np.bool_]:
    """Dates of a day with a time of day, in the dataset's own zone."""
    numeric = ((pieces.first >= 1) & (pieces.second >= 1)) | pieces.short_year
    day = np.where(pieces.style == tf.NUMERIC, numeric, pieces.day >= 1)
    return np.asarray((pieces.micros >= 0) & day & np.isnan(pieces.offset))


def idle(pieces: tf.Pieces) -> NDArray[np.bool_]:
    """Dates whose time of day is 00:00."""
    return np.asarray(_known_times(pieces) & (pieces.micros == 0))


def _any(style: NDArray[np.int8], which: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether any of the values meant has each style."""
    return np.bincount(style[which], minlength=_STYLES) > 0


def _first_row(dates: Dates, which: NDArray[np.bool_], row: NDArray[np.int64]) -> int:
    return int(row[np.flatnonzero(dates.codes == np.flatnonzero(which)[0])[0]])
