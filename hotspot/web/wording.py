"""Numbers, dates and fields as people read them on a page."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hotspot.outputs.values import NOTHING, cell, day, heading, number, percent, plain_name, unit_of, value

if TYPE_CHECKING:
    from flask import Flask

WEEKDAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}


def install(app: Flask) -> None:
    """Give templates these words."""
    for function in (number, percent, day, moment, value, cell, heading, unit_of, plain_name):
        app.jinja_env.filters[function.__name__] = function
    release = installed_version()
    app.context_processor(lambda: {"version": release})


def installed_version() -> str:
    """Return the version of Hotspot that runs."""
    try:
        return version("hotspot")
    except PackageNotFoundError:
        return "from a checkout"


def moment(given: datetime | str | None, zone: str = "UTC") -> str:
    """Return a moment to the minute, with its zone.

    >>> moment("2026-08-03T06:05:00+00:00", "America/Belize")
    '3 Aug 2026, 00:05 (America/Belize)'
    """
    if not given:
        return NOTHING
    if isinstance(given, str):
        given = datetime.fromisoformat(given)
    if given.tzinfo is None:
        return f"{day(given)}, {given:%H:%M}"
    there = given.astimezone(ZoneInfo(zone))
    return f"{day(there.replace(tzinfo=None))}, {there:%H:%M} ({zone})"
