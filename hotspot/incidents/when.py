"""When the incidents of a file happened and were reported, and the rows whose dates cannot be used."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import pandas as pd

from hotspot.incidents import date_order as do
from hotspot.incidents import times as tm

if TYPE_CHECKING:
    from hotspot.incidents.source import Source

_DATES: Final = ("occurred_from", "occurred_to", "reported_at")


def moments(
    source: Source, timezone: str, date_order: str | None, now: dt.datetime
) -> tuple[dict[str, pd.Series], list[pd.DataFrame], tuple[str, ...], dict[str, str]]:
    """Columns of time in UTC, rows set aside, notes, and by column how its dates are written."""
    tm.zone(timezone)
    texts = {name: _dated(source, name) for name in _DATES if source.has(name)}
    labels = {name: _label(source, name) for name in texts}
    dates = {labels[name]: do.read_dates(text) for name, text in texts.items()}
    orders, notes = do.decide_orders(dates, row=source.raw.row, date_order=date_order)
    read = {}
    for name, label in labels.items():
        read[name] = tm.spans(dates[label], order=orders[label], timezone=timezone, now=now, name=label)
        notes += read[name].notes
    aside = [
        part
        for name, times in read.items()
        for part in _bad_times(source, name, times, texts[name], timezone)
    ]
    columns = {"occurred_from": read["occurred_from"].start, "occurred_to": read["occurred_from"].end}
    if "occurred_to" in read:
        until = read["occurred_to"].end
        columns["occurred_to"] = until.where(until.notna(), columns["occurred_to"])
        backwards = (columns["occurred_to"] < columns["occurred_from"]).to_numpy(dtype=bool)
        aside.append(
            source.put_by(backwards, "occurred_to", "ends_before_start", "It ends (“{}”) before it starts.")
        )
    if "reported_at" in read:
        columns["reported_at"] = read["reported_at"].start
    formats = {labels[name]: times.format for name, times in read.items()}
    return columns, aside, notes, formats


def _label(source: Source, name: str) -> str:
    """Name of the column; with the field too where one column is used for two."""
    column = source.fields[name]
    earlier = [source.fields[other] for other in _DATES[: _DATES.index(name)] if source.has(other)]
    return f"{column} ({name})" if column in earlier else column


def _dated(source: Source, name: str) -> pd.Series:
    clock = f"{name}_time"
    return tm.with_clock(source.text(name), source.text(clock)) if source.has(clock) else source.text(name)


def _bad_times(
    source: Source, name: str, times: tm.Times, texts: pd.Series, timezone: str
) -> list[pd.DataFrame]:
    """Rows whose date cannot be used; only the date it happened is needed."""
    messages = {
        "bad_date": "“{}” is no date that can be read. Write dates like 2024-03-17 21:30.",
        "time_without_date": "“{}” is a time without a date. Give the day as well.",
        "time_gap": f"“{{}}” never happened in {timezone}: the clocks went forward over it.",
        "before_1900": "“{}” is before 1900. Check the year.",
        "in_future": "“{}” is in the future. Check the day, the month and the year.",
    }
    if name == "occurred_from":
        messages["no_date"] = f"There is no date in column “{source.fields[name]}”."
    codes, present = pd.factorize(times.reason)
    return [
        source.put_by(codes == code, name, reason, messages[reason], texts=texts)
        for code, reason in enumerate(present)
        if reason in messages
    ]
