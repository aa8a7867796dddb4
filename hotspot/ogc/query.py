"""The query of ``/items``, read strictly: what is not understood is refused.

Part 1 (OGC 17-069r4, 7.15), Part 2 (OGC 18-058r1: ``crs``, ``bbox-crs``), Part 3 (OGC 19-079r2:
``filter``), and as the drafts of Parts 6 and 8 have them ``properties``, ``skipGeometry`` and ``sortby``.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hotspot.errors import ParameterError
from hotspot.ogc.boxes import Box, boxes
from hotspot.ogc.collection import CRS84, LIMIT_DEFAULT, LIMIT_MAXIMUM, WEB_MERCATOR
from hotspot.ogc.moments import Span, span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hotspot.analysis.methods import Field
    from hotspot.ogc.cql import Filter

__all__ = ["DAYS", "FILTER_LANGUAGES", "OF_PAGES", "PARAMETERS", "Query", "Span", "boxes", "read", "span"]

DAYS: Final = frozenset({"last_incident", "occurred"})
"""Properties that tell when a feature happened. A collection has at most one: GDAL turns a comparison
on any of several into ``datetime`` and trusts the answer."""

FILTER_LANGUAGES: Final = ("cql2-text", "cql-text")
"""What ``filter-lang`` may say; the second is the first's name in older clients."""

PARAMETERS: Final = (
    "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-crs", "filter-lang",
    "limit", "offset", "properties", "skipGeometry", "sortby",
)  # fmt: skip
"""Every parameter of ``/items`` besides ``f`` and the names of properties."""
OF_PAGES: Final = frozenset({"limit", "offset", "sortby", "crs", "skipGeometry", "f"})
"""Those that a file of all that match has no use for."""


@dataclass(frozen=True)
class Query:
    """What was asked of a collection."""

    limit: int = LIMIT_DEFAULT
    offset: int = 0
    boxes: tuple[Box, ...] = ()
    """In degrees; features that touch any of them are meant. Two across the antimeridian."""
    projected: tuple[str, Box] | None = None
    """A box in the metres of a CRS, by its URI; ``boxes`` then only surround it."""
    span: Span | None = None
    equal: tuple[tuple[str, Any], ...] = ()
    day: str = ""
    """The property that tells when a feature happened, if the collection has one."""
    where: Filter | None = None
    sort: tuple[tuple[str, bool], ...] = ()
    """Properties to sort by, the first first, and whether each descends; missing values come last."""
    keep: tuple[str, ...] | None = None
    """Properties to answer with, in the collection's order; ``None`` for all."""
    geometry: bool = True
    """Whether to answer with geometries."""
    crs: str = CRS84
    """URI of the reference system of the answer's coordinates."""


def read(
    arguments: Iterable[tuple[str, str]],
    fields: Sequence[Field],
    *,
    crs: Sequence[str] = (CRS84, WEB_MERCATOR),
) -> Query:
    """Return the query, or refuse the first argument that is unknown, repeated or malformed.

    Parameters
    ----------
    arguments
        Names and values, as the address has them.
    fields
        The collection's properties: nothing else can be asked of.
    crs
        URIs of the reference systems that the collection offers.
    """
    known = {f.name: f for f in fields}
    given = _once(arguments, known)
    answer: dict[str, Any] = {
        key: reader(given[name]) for name, (key, reader) in _READERS.items() if name in given
    }
    named = ("crs", "bbox-crs", "filter-crs")
    systems = {name: system(name, given[name], crs) if name in given else CRS84 for name in named}
    if "bbox" in given:
        answer["boxes"], answer["projected"] = boxes(given["bbox"], crs=systems["bbox-crs"])
    if "properties" in given:
        answer["keep"] = _kept(given["properties"], known)
    if "sortby" in given:
        answer["sort"] = _sort(given["sortby"], known)
    _one_of("filter-lang", given.get("filter-lang", FILTER_LANGUAGES[0]), FILTER_LANGUAGES)
    if "filter" in given:
        # Not at the head: only who filters waits for the parser.
        from hotspot.ogc import cql

        answer["where"] = cql.read(given["filter"], fields=fields, crs=systems["filter-crs"])
    equal = tuple(
        (name, _typed(name, value, known[name].type)) for name, value in given.items() if name in known
    )
    day = next((f.name for f in fields if f.name in DAYS), "")
    return Query(**answer, equal=equal, day=day, crs=systems["crs"])


def system(name: str, text: str, allowed: Sequence[str]) -> str:
    """Return the reference system that a parameter names, or refuse it (18-058r1, 6.2.2).

    >>> system("crs", CRS84, [CRS84]) == CRS84
    True
    """
    return _one_of(name, text, allowed)


def _one_of(name: str, text: str, allowed: Sequence[str]) -> str:
    if text not in allowed:
        raise ParameterError(name, f"{name} is one of {', '.join(allowed)}; got {text[:80]!r}.")
    return text


def _once(arguments: Iterable[tuple[str, str]], known: Mapping[str, Field]) -> dict[str, str]:
    """Return the arguments by name, none unknown and none twice."""
    given: dict[str, str] = {}
    for name, value in arguments:
        if name in given:
            raise ParameterError(name, f"{name} is given twice. Give it once.")
        if name not in PARAMETERS and name != "f" and name not in known:
            own = ", ".join([*PARAMETERS, "f", *known])
            msg = f"{name[:80]!r} is not a parameter of this collection. It takes: {own}."
            raise ParameterError(name, msg)
        given[name] = value
    return given


def _kept(text: str, known: Mapping[str, Field]) -> tuple[str, ...]:
    named = text.split(",")
    for name in named:
        _known("properties", name, known)
    return tuple(name for name in known if name in named)


def _sort(text: str, known: Mapping[str, Field]) -> tuple[tuple[str, bool], ...]:
    """Return the properties to sort by; a plus sign comes as a space through most clients.

    >>> _sort("-pai, rank", {"pai": None, "rank": None})
    (('pai', True), ('rank', False))
    """
    keys: dict[str, bool] = {}
    for part in text.split(","):
        name = part[1:] if part[:1] in ("+", "-", " ") else part
        _known("sortby", name, known)
        if name in keys:
            raise ParameterError("sortby", f"sortby names {name} twice. Name it once.")
        keys[name] = part.startswith("-")
    return tuple(keys.items())


def _known(parameter: str, name: str, known: Mapping[str, Field]) -> None:
    if name not in known:
        msg = f"{parameter} names properties of this collection: {', '.join(known)}; got {name[:80]!r}."
        raise ParameterError(parameter, msg)


def _limit(text: str) -> int:
    number = _whole("limit", text)
    if number < 1:
        raise ParameterError("limit", f"limit is at least 1; got {number}.")
    # More than the maximum is not an error (requirement /req/core/fc-limit-response-1).
    return min(number, LIMIT_MAXIMUM)


def _offset(text: str) -> int:
    return _whole("offset", text)


def _whole(name: str, text: str) -> int:
    # Longer than any number of features; Python refuses to read 5,000 digits anyway.
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ParameterError(name, f"{name} takes a whole number that is not negative; got {text[:40]!r}.")
    return int(text)


def _with_geometry(text: str) -> bool:
    return not _truth("skipGeometry", text)


def _truth(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise ParameterError(name, f"{name} is true or false; got {text[:40]!r}.")
    return text == "true"


def _typed(name: str, text: str, kind: str) -> Any:
    if kind == "string":
        return text
    if kind == "boolean":
        return _truth(name, text)
    try:
        # Python alone takes 1_000 for a number, or one with spaces about it.
        number = float(text) if re.fullmatch(r"[0-9.eE+-]+", text) else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or (kind == "integer" and not number.is_integer()):
        whole = "a whole number" if kind == "integer" else "a number"
        raise ParameterError(name, f"{name} takes {whole}; got {text[:40]!r}.")
    return number


_READERS: Final[dict[str, tuple[str, Any]]] = {
    "datetime": ("span", span),
    "limit": ("limit", _limit),
    "offset": ("offset", _offset),
    "skipGeometry": ("geometry", _with_geometry),
}
