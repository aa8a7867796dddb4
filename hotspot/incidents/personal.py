"""Columns that point at a person: told by their name and their values, and refused by default."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

_PEOPLE: Final = (
    r"victim|suspect|accused|complainant|witness|offender|perpetrator|officer|reporter|informant|"
    r"deceased|arrestee|defendant|person|owner|caller|parent|guardian|driver|patient|client|detainee|"
    r"victima|sospechoso|denunciante|testigo|victime|slachtoffer"
)
_BY_HEADER: Final[tuple[tuple[str, str], ...]] = (
    (r"\b(first|last|sur|fore|given|middle|family|maiden|full|christian|nick) ?names?\b", "a person's name"),
    (rf"\b({_PEOPLE})s?( s)? ?((first|last|full) )?names?\b", "a person's name"),
    (rf"\bnames? of( the)? ({_PEOPLE})s?\b", "a person's name"),
    (
        r"^names?$|\b(alias|aka|initials|surname|apellidos?|prenom|achternaam)\b|^nombres?$|^naam$",
        "a person's name",
    ),
    (rf"^({_PEOPLE})s?$", "a person"),
    (
        r"\b(phones?|telephone|tel|mobile|cell ?phone|whatsapp|telefono|celular|contact (no|number))\b",
        "a phone number",
    ),
    (r"\b(e ?mail|facebook|instagram|twitter)\b", "an address on the internet"),
    (
        r"\b(ssn|social security|passport|national id|nic|trn|id card|licen[cs]e (no|number|plate)|"
        r"plate( no| number)?|tax id|nib|cedula|dni|voters? id|identity( card)?( no| number)?)\b",
        "an identity number",
    ),
    (r"\b(dob|date of birth|birth ?date|birthday|fecha de nacimiento)\b", "a date of birth"),
    (rf"\b({_PEOPLE})s? (home )?address\b|\bhome address\b", "a person's address"),
    (r"\b(narrative|remarks|comments?|notes|statement|synopsis)\b", "free text, which often names persons"),
)
_BY_VALUE: Final[tuple[tuple[str, str], ...]] = (
    (r"^[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}$", "an e-mail address"),
    (r"^\d{3}-\d{2}-\d{4}$", "an identity number"),
    (
        r"^(?:\+?\(?\d{1,3}\)?[- ])?\(?\d{3}\)?[- ]\d{3}[- ]?\d{4}$|^(?:\+?\d{1,3}[- ])?\d{3}[- ]\d{4}$",
        "a phone number",
    ),
)
_HEADERS: Final = tuple((re.compile(pattern), what) for pattern, what in _BY_HEADER)
_SHAPES: Final = tuple((re.compile(pattern, re.ASCII), what) for pattern, what in _BY_VALUE)
_SAMPLE: Final = 500
_MOST: Final = 0.6


def points_at_a_person(header: str, values: pd.Series) -> str:
    """Say what the column seems to hold; an empty text if it does not point at a person.

    Parameters
    ----------
    header
        The column's name in plain words: lower case, no punctuation.
    values
        The column; its first few hundred values are looked at.

    Examples
    --------
    >>> import pandas as pd
    >>> points_at_a_person("victim name", pd.Series(["x"], dtype="str"))
    "a person's name"
    >>> points_at_a_person("lsoa name", pd.Series(["Barnsley 003A"], dtype="str"))
    ''
    """
    for pattern, what in _HEADERS:
        if pattern.search(header):
            return what
    sample = values.dropna().head(_SAMPLE).tolist()
    for shape, what in _SHAPES:
        if sum(shape.match(value) is not None for value in sample) > _MOST * len(sample):
            return what
    return ""
