"""The incidents a question asks about, and how many were left out and why.

An incident is known to have happened between two moments. It is taken only if
all of that span answers the question; one that may have happened outside the
days or hours asked about is left out, and counted, rather than guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from hotspot.errors import NotFoundError
from hotspot.stats.wallclock import DAY, HOUR, wall_clock
from hotspot.words import folded, named, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from hotspot.analysis.question import Question

REASONS: Final = {
    "other_offence": "of another offence",
    "no_time": "with no time recorded",
    "outside_dates": "outside the days asked about",
    "spans_the_dates": "that may have happened before the first or after the last day",
    "earlier_window": "in the earlier window, which is compared with",
    "across_windows": "that may have happened on either side of an edge of the windows",
    "between_windows": "between the two windows",
    "other_hours": "at other hours",
    "other_weekday": "on other days of the week",
    "time_too_vague": "whose hour or day of the week is not known well enough",
    "not_located": "with no usable location",
    "district_only": "with only the district known",
    "place_only": "with only the town known",
    "outside_area": "outside the study area",
    "outside_near_shore": "just outside the districts, though given to the nearest",
}
"""Why an incident is left out: the code, and the words for a reader."""

Span = tuple["NDArray[np.datetime64]", "NDArray[np.datetime64]"]
"""First and last moment that each incident can have happened, wall-clock time."""


@dataclass(frozen=True, eq=False)
class Selection:
    """Incidents that answer to a question.

    Attributes
    ----------
    whole
        The rows looked at.
    keep
        Which of them are taken, shape (n,).
    read
        Rows looked at.
    left_out
        Rows not taken, by reason (a key of `REASONS`); with the rows taken they add up to ``read``.
    span
        Of the rows looked at; None where nothing was asked of time.
    """

    whole: pd.DataFrame
    keep: NDArray[np.bool_]
    read: int
    left_out: dict[str, int]
    span: Span | None = None

    @cached_property
    def table(self) -> pd.DataFrame:
        """The rows taken, in the order and with the index they came in."""
        return self.whole[self.keep] if self.left_out else self.whole

    def sieve(self) -> Sieve:
        """Return a sieve that goes on where this selection ended."""
        return Sieve(self.keep, dict(self.left_out))


@dataclass(frozen=True)
class Elsewhere:
    """Incidents that were not even read, as no time that is asked about can be theirs: how many."""

    no_time: int = 0
    outside_dates: int = 0


@dataclass
class Sieve:
    """Takes rows out, each for the first reason that is given for it."""

    keep: NDArray[np.bool_]
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> NDArray[np.int64]:
        """Positions of the rows that are still in, ascending."""
        return np.flatnonzero(self.keep)

    def leave(self, rows: NDArray[np.bool_], reason: str, *, more: int = 0) -> None:
        """Leave these rows out, for this reason, if they are not out already; and more that are not here."""
        out = int(np.count_nonzero(self.keep & rows)) + more
        if out:
            self.left_out[reason] = self.left_out.get(reason, 0) + out
            self.keep = self.keep & ~rows


def select(
    table: pd.DataFrame, question: Question, *, timezone: str, elsewhere: Elsewhere | None = None
) -> Selection:
    """Incidents of a clean table that the question asks about, whatever their location.

    Parameters
    ----------
    table
        A clean table of incidents.
    question
        Its offences, days, hours and weekdays are used.
    timezone
        IANA zone in which days and hours are meant.
    elsewhere
        Incidents that the table is without; they count as read and left out. Only where
        the question names days, and no offence.

    Raises
    ------
    NotFoundError
        An offence that no incident of the table has.
    """
    sieve = Sieve(np.ones(len(table), dtype=bool))
    span, beside = None, elsewhere or Elsewhere()
    if question.offences and len(table):
        sieve.leave(~_of_offences(table, question.offences), "other_offence")
    if question.start or question.end or question.hours or question.weekdays:
        first, last = span = local_span(table, timezone)
        sieve.leave(np.isnat(first), "no_time", more=beside.no_time)
        _sift_days(sieve, question, first, last, more=beside.outside_dates)
        _sift_week(sieve, question, first, last)
    read = len(table) + beside.no_time + beside.outside_dates
    return Selection(table, sieve.keep, read, sieve.left_out, span)


def local_span(table: pd.DataFrame, timezone: str) -> Span:
    """First and last moment each incident can have happened, wall-clock time in the zone.

    A span that ends at midnight does not reach into the next day. NaT where no
    time is known.
    """
    first, last = (
        wall_clock(table[name].to_numpy("datetime64[us]"), timezone)
        for name in ("occurred_from", "occurred_to")
    )
    last = np.where(np.isnat(last), first, last)
    return first, np.where(last > first, last - np.timedelta64(1, "us"), first)


def _of_offences(table: pd.DataFrame, wanted: tuple[str, ...]) -> NDArray[np.bool_]:
    words = {folded(text) for text in wanted}
    prefixes = tuple(word for word in words if word.isdigit())
    by_word, known = _members(table["offence"], lambda text: folded(text) in words)
    by_code, codes = _members(table["iccs"], lambda text: bool(prefixes) and text.startswith(prefixes))
    found = {folded(text) for text in known}
    missing = [
        text
        for text in wanted
        if folded(text) not in found and not (text.isdigit() and any(code.startswith(text) for code in codes))
    ]
    if missing:
        listed = named(known)
        msg = f"No incident has the offence {quoted(missing[0])}. Recorded are: {listed or 'none'}."
        raise NotFoundError(msg)
    return by_word | by_code


def _members(column: pd.Series, wanted: Callable[[str], bool]) -> tuple[NDArray[np.bool_], list[str]]:
    codes, uniques = pd.factorize(column, sort=True)
    texts = [str(text) for text in uniques]
    chosen = np.array([wanted(text) for text in texts] + [False], dtype=bool)
    return chosen[codes], texts


def _sift_days(
    sieve: Sieve,
    question: Question,
    first: NDArray[np.datetime64],
    last: NDArray[np.datetime64],
    *,
    more: int,
) -> None:
    begins = first.astype("datetime64[D]")
    ends = last.astype("datetime64[D]")
    start = np.datetime64(question.start or "0001-01-01", "D")
    end = np.datetime64(question.end or "9999-12-31", "D")
    sieve.leave((ends < start) | (begins > end), "outside_dates", more=more)
    sieve.leave((begins < start) | (ends > end), "spans_the_dates")


def _sift_week(
    sieve: Sieve, question: Question, first: NDArray[np.datetime64], last: NDArray[np.datetime64]
) -> None:
    opens, closes = question.hours or (0, 24)
    # A window that wraps midnight is moved to begin at 0: then a night is one "day".
    turn = opens if closes <= opens else 0
    begin = first.astype(np.int64) - turn * HOUR
    span = (last - first).astype(np.int64)
    low = (opens - turn) * HOUR
    high = ((closes - turn) % 24 or 24) * HOUR
    time = begin % DAY
    if question.hours:
        inside = (time >= low) & (time + span < high)
        touches = ((time >= low) & (time < high)) | (span >= (low - time) % DAY)
        sieve.leave(~touches, "other_hours")
        sieve.leave(~inside, "time_too_vague")
    if question.weekdays:
        some, every = _on_days(begin // DAY, (begin + span) // DAY, question.weekdays)
        sieve.leave(~some, "other_weekday")
        sieve.leave(~every, "time_too_vague")


def _on_days(
    first: NDArray[np.int64], last: NDArray[np.int64], weekdays: tuple[str, ...]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether some, and whether every, day from first to last is one of the weekdays."""
    from hotspot.analysis.question import WEEKDAYS

    wanted = np.array([day in weekdays for day in WEEKDAYS])
    some = np.zeros(len(first), dtype=bool)
    every = np.ones(len(first), dtype=bool)
    for step in range(7):
        # Day 0, 1970-01-01, was a Thursday.
        chosen = wanted[(first + step + 3) % 7]
        reached = first + step <= last
        some |= chosen & reached
        every &= chosen | ~reached
    return some, every
