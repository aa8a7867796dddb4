"""What is asked: which incidents, over which study area, by which method.

A question is a value: equal questions have equal canonical text, whatever the
order in which offences, days or districts were named.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from numbers import Integral
from typing import TYPE_CHECKING, Any, Final, Self

from hotspot.analysis.methods import kind
from hotspot.errors import ParameterError
from hotspot.parameters import Parameters
from hotspot.words import DAYS, quoted

if TYPE_CHECKING:
    import pandas as pd

    from hotspot.analysis.harm import Harm
    from hotspot.analysis.selection import Elsewhere, Selection

WEEKDAYS: Final = tuple(day[:3].lower() for day in DAYS)
"""mon, tue ... sun."""
_DAY_OF: Final = {
    name: short for short, full in zip(WEEKDAYS, DAYS, strict=True) for name in (short, full.lower())
}
HULL: Final = "hull"
LONGEST_TITLE: Final = 120
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
POINT_PRECISIONS: Final = ("exact", "place")
"""How well an incident must be placed to enter a point method; a district's middle never is enough."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question on the incidents of one dataset.

    Attributes
    ----------
    dataset
        Name of the dataset; empty for incidents that are in no store.
    method
        One of `hotspot.analysis.methods.METHODS`, or of the reports that answer without a layer.
    parameters
        The method's own, of its dataclass; a mapping by name is taken too.
    area
        Study area: a boundary set (``BZ``), districts of it (``BZ/BZ-BZ,BZ-CY``) or ``hull``.
    offences
        As recorded, in any case, or ICCS codes (``0501``, ``05`` for all of a section); empty is all.
    start, end
        First and last local day, both included; None leaves that side open.
    hours
        From (included) and to (not included), of the local day; ``(22, 6)`` wraps midnight; None is all.
    weekdays
        ``mon`` to ``sun``; empty is all. With hours that wrap midnight a night belongs to the
        day on which it begins.
    precision
        ``exact`` takes incidents with coordinates; ``place`` also those placed at the middle
        point of a named town, where they pile up and can look like a hotspot.
    harm
        Weight of each offence as recorded or by ICCS code, ``*`` for all others, as a mapping or as
        ``Robbery=365`` texts; every incident weighs 1 without.
    title
        What to call the layer; made from the question if empty.
    """

    dataset: str = ""
    method: str = "gi_star"
    parameters: Parameters | Mapping[str, Any] | None = None
    area: str = ""
    offences: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    hours: tuple[int, int] | None = None
    weekdays: tuple[str, ...] = ()
    precision: str = "exact"
    harm: Harm = ()
    title: str = ""

    def __post_init__(self) -> None:
        values = {
            "dataset": _text(self.dataset),
            "parameters": _parameters(self.method, self.parameters),
            "area": _area(self.area),
            "offences": _offences(self.offences),
            "start": _day("start", self.start),
            "end": _day("end", self.end),
            "hours": _hours(self.hours),
            "weekdays": _weekdays(self.weekdays),
            "precision": _precision(self.precision),
            "harm": _harm(self.harm),
            "title": _title(self.title),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)
        if self.start and self.end and self.start > self.end:
            msg = f"The window must not end before it starts; got {self.start} to {self.end}. Swap them."
            raise ParameterError("end", msg)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the question given by plain values; an unknown name is an error.

        >>> q = Question.from_dict({"area": "BZ", "offences": ["Theft"], "hours": "22-6"})
        >>> q.hours, q.method
        ((22, 6), 'gi_star')
        """
        known = [field.name for field in fields(cls)]
        for name in values:
            if name not in known:
                msg = f"{quoted(name)} is not part of a question. It has: {', '.join(known)}."
                raise ParameterError(name, msg)
        return cls(**values)

    @property
    def parameters_checked(self) -> Parameters:
        """The parameters as the method's dataclass, which is what they become when a question is made."""
        assert isinstance(self.parameters, Parameters)  # noqa: S101
        return self.parameters

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON; `from_dict` takes them back."""
        return {
            "dataset": self.dataset,
            "method": self.method,
            "parameters": self.parameters_checked.to_dict(),
            "area": self.area,
            "offences": list(self.offences),
            "start": self.start.isoformat() if self.start else None,
            "end": self.end.isoformat() if self.end else None,
            "hours": list(self.hours) if self.hours else None,
            "weekdays": list(self.weekdays),
            "precision": self.precision,
            "harm": dict(self.harm),
            "title": self.title,
        }

    def canonical(self) -> str:
        """Return the question as JSON with sorted names: equal questions, equal text.

        >>> a = Question(area="BZ/BZ-CY,BZ-BZ", weekdays=("sun", "mon"))
        >>> b = Question(area="BZ/BZ-BZ,BZ-CY", weekdays=("mon", "sun"))
        >>> a.canonical() == b.canonical()
        True
        """
        return json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def select(self, table: pd.DataFrame, *, timezone: str, elsewhere: Elsewhere | None = None) -> Selection:
        """Return the incidents that are asked about and, by reason, how many were left out.

        Parameters
        ----------
        table
            A clean table of incidents.
        timezone
            IANA zone in which days and hours are meant.
        elsewhere
            Incidents that the table is without.
        """
        from hotspot.analysis.selection import select

        return select(table, self, timezone=timezone, elsewhere=elsewhere)


def _text(value: Any) -> str:
    return " ".join(str(value or "").split())


def _title(value: Any) -> str:
    # A title goes to terminals, spreadsheets and maps: what cannot be seen is left out.
    title = "".join(sign for sign in _text(value) if unicodedata.category(sign) not in _UNSEEN).strip()
    if len(title) > LONGEST_TITLE:
        msg = f"A title has at most {LONGEST_TITLE} characters; got {len(title)}. Shorten it."
        raise ParameterError("title", msg)
    return title


def _harm(value: Any) -> Harm:
    if not value:
        return ()
    from hotspot.analysis.harm import checked

    return checked([value] if isinstance(value, str) else value)


def _precision(value: Any) -> str:
    if value not in POINT_PRECISIONS:
        msg = f"precision is one of {', '.join(POINT_PRECISIONS)}; got {quoted(value)}."
        raise ParameterError("precision", msg)
    return str(value)


def _parameters(name: str, given: Any) -> Parameters:
    wanted = kind(name).parameters
    if isinstance(given, wanted):
        return given
    if isinstance(given, Parameters):
        msg = f"{name} takes parameters of {wanted.__name__}; got those of {type(given).__name__}."
        raise ParameterError("parameters", msg)
    if not isinstance(given or {}, Mapping):
        msg = f"parameters are values by name, such as {{'cell_size': 500}}; got {quoted(given)}."
        raise ParameterError("parameters", msg)
    return wanted.from_mapping(given or {})


def _area(value: Any) -> str:
    text = _text(value)
    if not text:
        msg = (
            "A study area is required: hotspots are a matter of where incidents could have been. "
            "Name a boundary set (BZ), districts of it (BZ/BZ-BZ,BZ-CY), or hull."
        )
        raise ParameterError("area", msg)
    if text.lower() == HULL:
        return HULL
    name, _, codes = text.partition("/")
    wanted = sorted({code.strip() for code in codes.split(",")} - {""})
    return f"{name.strip()}/{','.join(wanted)}" if wanted else name.strip()


def _words(name: str, value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, Iterable):
        msg = f"{name} is a list of texts; got {quoted(value)}."
        raise ParameterError(name, msg)
    return [word for word in (_text(item) for item in value) if word]


def _offences(value: Iterable[str] | None) -> tuple[str, ...]:
    # An offence may hold a comma, so a single text is one offence.
    texts = _words("offences", [value] if isinstance(value, str) else value)
    by_meaning = {text.casefold(): text for text in sorted(texts, reverse=True)}
    return tuple(by_meaning[key] for key in sorted(by_meaning))


def _day(name: str, value: Any) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        msg = f"{name} must be a day such as 2026-01-31; got {quoted(value)}."
        raise ParameterError(name, msg) from None


def _hours(value: Any) -> tuple[int, int] | None:
    if value is None or value in ("", [], ()):
        return None
    given = value.split("-") if isinstance(value, str) else value
    try:
        first, last = (_whole(hour) for hour in given)
    except (TypeError, ValueError):
        first = last = -1
    if not (0 <= first <= 23 and 0 <= last <= 24 and first != last):
        msg = (
            "hours are two whole hours of the local day, from 0 to 23 and to 0 to 24, not equal, "
            f"such as 22 and 6; got {quoted(value)}."
        )
        raise ParameterError("hours", msg)
    last = 24 if last == 0 else last
    return None if (first, last) == (0, 24) else (first, last)


def _whole(hour: Any) -> int:
    if isinstance(hour, bool) or not isinstance(hour, str | Integral):
        raise TypeError
    return int(hour)


def _run_of_days(word: str) -> tuple[str, ...]:
    """Return the days of one word: ``fri``, ``Friday``, or ``fri-sun`` with all between."""
    ends = [_DAY_OF.get(end.strip().casefold()) for end in word.split("-")]
    if not 1 <= len(ends) <= 2 or None in ends:
        msg = f"weekdays are {', '.join(WEEKDAYS)}, or a run of them such as fri-sun; got {quoted(word)}."
        raise ParameterError("weekdays", msg)
    first, last = WEEKDAYS.index(str(ends[0])), WEEKDAYS.index(str(ends[-1]))
    return tuple(WEEKDAYS[(first + step) % 7] for step in range((last - first) % 7 + 1))


def _weekdays(value: Any) -> tuple[str, ...]:
    given = {day for word in _words("weekdays", value) for day in _run_of_days(word)}
    return tuple(day for day in WEEKDAYS if day in given) if len(given) < len(WEEKDAYS) else ()
