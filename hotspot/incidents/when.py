"""When the incidents of a file happened and were reported, and the rows whose dates cannot be used."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import pandas as pd

from hotspot.incidents import date_order as do
from hotspot.incidents import times as tm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotspot.incidents.raw import Raw
    from hotspot.incidents.source import Source

_DATES: Final = ("occurred_from", "occurred_to", "reported_at")


class When:
    """The columns of time of one file: looked at in all parts, decided on, then read part by part.

    Parameters
    ----------
    fields
        Field -> column of the file.
    timezone
        IANA zone of times without an offset of their own.
    date_order
        ``dmy``, ``mdy`` or ``ymd``; decided from the values if left out.
    now
        The present.
    """

    def __init__(
        self, fields: Mapping[str, str], *, timezone: str, date_order: str | None, now: dt.datetime
    ) -> None:
        tm.zone(timezone)
        self._timezone = timezone
        self._date_order = do.checked_order(date_order)
        self._now = now
        self._labels = {name: _label(fields, name) for name in _DATES if name in fields}
        self._evidence = {label: do.Evidence() for label in self._labels.values()}
        self._orders: dict[str, str] = {}
        self._order_notes: tuple[str, ...] = ()
        self._folds = dict.fromkeys(self._evidence, 0)
        self._fold = dict.fromkeys(self._evidence, "")
        self._last: tuple[Raw, dict[str, do.Dates]] | None = None
        self.columns = {
            fields[name] for name in (*_DATES, *(f"{date}_time" for date in _DATES)) if name in fields
        }
        """Columns of the file that must be looked at."""

    def look(self, source: Source) -> None:
        """Look at one part of the file."""
        for label, dates in self._dates(source).items():
            self._evidence[label].add(dates, row=source.raw.row)

    def decide(self) -> None:
        """Decide how dates are read, once all parts were looked at; two orders in one column are refused."""
        self._orders, self._order_notes = do.decide_orders(self._evidence, date_order=self._date_order)

    def moments(self, source: Source) -> tuple[dict[str, pd.Series], list[pd.DataFrame]]:
        """Columns of time in UTC of one part, and its rows set aside."""
        dates = self._dates(source)
        self._last = None
        read = {name: self._spans(label, dates[label]) for name, label in self._labels.items()}
        aside = [part for name, times in read.items() for part in self._bad_times(source, name, times)]
        columns = {"occurred_from": read["occurred_from"].start, "occurred_to": read["occurred_from"].end}
        if "occurred_to" in read:
            until = read["occurred_to"].end
            columns["occurred_to"] = until.where(until.notna(), columns["occurred_to"])
            backwards = (columns["occurred_to"] < columns["occurred_from"]).to_numpy(dtype=bool)
            aside.append(
                source.put_by(
                    backwards, "occurred_to", "ends_before_start", "It ends (“{}”) before it starts."
                )
            )
        if "reported_at" in read:
            columns["reported_at"] = read["reported_at"].start
        return columns, aside

    @property
    def formats(self) -> dict[str, str]:
        """Column -> how its dates are written, in words."""
        return {label: found.format(self._orders[label]) for label, found in self._evidence.items()}

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed, once all parts were read."""
        notes = list(self._order_notes)
        for label, evidence in self._evidence.items():
            if self._folds[label]:
                notes.append(
                    f"Times in “{label}” that happened twice in {self._timezone}, as the clocks went back: "
                    f"{self._folds[label]:,} (such as “{self._fold[label]}”). The first was taken."
                )
            if evidence.midnights:
                notes.append(
                    f"Every time in “{label}” is 00:00: the dates were taken as whole days, not as midnight."
                )
        return tuple(notes)

    def _dates(self, source: Source) -> dict[str, do.Dates]:
        """Return the dates of a part; those of the last one, which may be the only one, are kept."""
        if self._last is None or self._last[0] is not source.raw:
            found = {label: do.read_dates(_dated(source, name)) for name, label in self._labels.items()}
            self._last = (source.raw, found)
        return self._last[1]

    def _spans(self, label: str, dates: do.Dates) -> tm.Times:
        times = tm.spans(
            dates,
            order=self._orders[label],
            timezone=self._timezone,
            now=self._now,
            midnights=self._evidence[label].midnights > 0,
        )
        self._folds[label] += times.folds
        self._fold[label] = self._fold[label] or times.fold
        return times

    def _bad_times(self, source: Source, name: str, times: tm.Times) -> list[pd.DataFrame]:
        """Rows whose date cannot be used; only the date it happened is needed."""
        if not (times.reason != "").any():
            return []
        messages = {
            "bad_date": "“{}” is no date that can be read. Write dates like 2024-03-17 21:30.",
            "time_without_date": "“{}” is a time without a date. Give the day as well.",
            "time_gap": f"“{{}}” never happened in {self._timezone}: the clocks went forward over it.",
            "before_1900": "“{}” is before 1900. Check the year.",
            "in_future": "“{}” is in the future. Check the day, the month and the year.",
        }
        if name == "occurred_from":
            messages["no_date"] = f"There is no date in column “{source.fields[name]}”."
        texts = _dated(source, name)
        codes, present = pd.factorize(times.reason)
        return [
            source.put_by(codes == code, name, reason, messages[reason], texts=texts)
            for code, reason in enumerate(present)
            if reason in messages
        ]


def _label(fields: Mapping[str, str], name: str) -> str:
    """Name of the column; with the field too where one column is used for two."""
    column = fields[name]
    earlier = [fields[other] for other in _DATES[: _DATES.index(name)] if other in fields]
    return f"{column} ({name})" if column in earlier else column


def _dated(source: Source, name: str) -> pd.Series:
    clock = f"{name}_time"
    return tm.with_clock(source.text(name), source.text(clock)) if source.has(clock) else source.text(name)
