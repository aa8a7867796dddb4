"""Numbers, dates and fields as people read them on a page."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from hotspot.outputs.values import NOTHING, cell, day, number, percent, plain_name, unit_of, value

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    """Give templates these words."""
    for function in (number, percent, day, moment, value, cell, sentence, unit_of, plain_name, plain_number):
        app.jinja_env.filters[function.__name__] = function
    release = installed_version()
    app.context_processor(lambda: {"version": release, "nothing_given": MultiDict()})


@cache
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


def sentence(given: str) -> str:
    """Return words with a capital at their beginning, and nothing else changed.

    >>> sentence("one of HH, LL")
    'One of HH, LL'
    """
    return f"{given[:1].upper()}{given[1:]}"


def plain_number(given: float) -> str:
    """Return a number as a form's field takes it.

    >>> plain_number(1000000.0), plain_number(0.05)
    ('1000000', '0.05')
    """
    return f"{given:.10g}"
