"""Values as a table shows them to people: on a page and in a terminal alike."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NOTHING: Final = "–"
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_PROBABILITY: Final = re.compile(r"p(_[a-z]+)?|chance")


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

    >>> cell(0.25, {"name": "share", "unit": "share"}), cell(1e-9, {"name": "p", "unit": ""})
    ('25.0 %', '< 0.0001')
    """
    if given is None or given == "":
        return NOTHING
    if isinstance(given, str):
        return day(given) if _is_day(given) else given
    name, unit = field["name"], field.get("unit", "")
    if not unit and _PROBABILITY.fullmatch(name):
        return _probability(given)
    return _BY_NAME.get(name, _BY_UNIT.get(unit, value))(given)


def heading(field: Mapping[str, Any]) -> str:
    """Return the title of a column with its unit, where the values do not tell it.

    >>> heading({"title": "Area", "unit": "km²"}), heading({"title": "Incidents", "unit": "incidents"})
    ('Area, km²', 'Incidents')
    """
    unit = unit_of(field)
    return f"{field['title']}, {unit}" if unit else str(field["title"])


def unit_of(field: Mapping[str, Any]) -> str:
    """Return the unit that a column's heading has to say; empty where title or values say it."""
    unit = str(field.get("unit") or "")
    told = (
        unit in ("share", "times", "incidents", "cells", "points") or unit.lower() == field["title"].lower()
    )
    return "" if told else unit


def plain_name(given: str) -> str:
    """Return a name of ours as words.

    >>> plain_name("bad_date")
    'bad date'
    """
    return str(given).replace("_", " ")


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _aligned(given: float, places: int) -> str:
    """Return a number with the same places all down a column; none from 1,000 on."""
    return f"{given:,.{places if given < 1000 else 0}f}"


def _probability(given: float) -> str:
    return "< 0.0001" if given < 0.0001 else value(given)


_BY_NAME: Final[dict[str, Callable[[Any], str]]] = {
    "density": lambda given: _aligned(given, 1),
    "ellipse_rotation": lambda given: _aligned(given, 1),
}
_BY_UNIT: Final[dict[str, Callable[[Any], str]]] = {
    "share": percent,
    "times": lambda given: f"{number(given)} ×",
    "km²": lambda given: _aligned(given, 2),
    "degrees": lambda given: f"{given:.5f}",
}
