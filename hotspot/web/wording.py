"""Numbers, dates and fields as people read them on a page."""

from __future__ import annotations

import math
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

NOTHING = "–"

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
    for function in (number, percent, day, moment, value, cell, plain_name):
        app.jinja_env.filters[function.__name__] = function
    release = installed_version()
    app.context_processor(lambda: {"version": release})


def installed_version() -> str:
    """Return the version of Hotspot that runs."""
    try:
        return version("hotspot")
    except PackageNotFoundError:
        return "from a checkout"


def number(given: float | None, digits: int = 3) -> str:
    """Return a number with thousands apart and about so many significant digits; a dash for none.

    >>> number(1234567), number(0.01234), number(12.0), number(3.21e-12), number(None)
    ('1,234,567', '0.0123', '12', '3.21e-12', '–')
    """
    if given is None or (isinstance(given, float) and not math.isfinite(given)):
        return NOTHING
    if given == int(given) or abs(given) >= 10 ** (digits - 1):
        return f"{given:,.0f}"
    places = digits - 1 - math.floor(math.log10(abs(given)))
    if places > 8:
        # What exists is never called nothing.
        return f"{given:.{digits}g}"
    return f"{given:,.{places}f}".rstrip("0").rstrip(".")


def percent(share: float | None) -> str:
    """Return a share of 0 to 1 in per cent: one decimal, as figures of unlike length do not compare.

    >>> percent(0.0781), percent(0.0004), percent(1), percent(0)
    ('7.8 %', 'under 0.1 %', '100.0 %', '0.0 %')
    """
    if share is None:
        return NOTHING
    return "under 0.1 %" if 0 < share < 0.0005 else f"{100 * share:.1f} %"


def day(given: date | datetime | str | None, zone: str = "UTC") -> str:
    """Return a day, such as ``3 Aug 2026``; a moment is that of the zone.

    >>> day("2026-08-03")
    '3 Aug 2026'
    """
    if not given:
        return NOTHING
    if isinstance(given, str):
        given = datetime.fromisoformat(given) if "T" in given else date.fromisoformat(given)
    if isinstance(given, datetime) and given.tzinfo is not None:
        given = given.astimezone(ZoneInfo(zone))
    return f"{given.day} {given:%b %Y}"


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


def value(given: Any) -> str:
    """Return any plain value in words: yes and no, lists with commas, numbers with thousands apart."""
    if given is None or given == "":
        return NOTHING
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, int | float):
        return number(given, 4)
    if isinstance(given, list | tuple):
        return ", ".join(map(value, given)) or NOTHING
    if isinstance(given, dict):
        return ", ".join(f"{plain_name(k)} {value(v)}" for k, v in given.items()) or NOTHING
    return str(given)


def cell(given: Any, field: Mapping[str, Any]) -> str:
    """Return a value of a field as a table shows it, without its unit.

    >>> cell(0.25, {"name": "share", "type": "number", "unit": "share"})
    '25.0 %'
    """
    if field.get("unit") == "share":
        return percent(given)
    if field.get("unit") == "km²":
        return _aligned(given, 2)
    if field["name"] == "density":
        return _aligned(given, 1)
    if field["name"] == "pai":
        return f"{number(given)} ×"
    if field["name"].startswith("last_") and isinstance(given, str):
        return day(given)
    if field.get("unit") == "degrees" and given is not None:
        return f"{given:.5f}"
    if field["name"] in ("p", "p_adjusted", "p_normal") and given is not None and given < 0.0001:
        return "< 0.0001"
    return value(given)


def _aligned(given: float | None, places: int) -> str:
    """Return a number with the same places all down a column; none from 1,000 on."""
    return NOTHING if given is None else f"{given:,.{places if given < 1000 else 0}f}"


def plain_name(given: str) -> str:
    """Return a name of ours as words.

    >>> plain_name("bad_date")
    'bad date'
    """
    return str(given).replace("_", " ")
