"""What an incident shows as a feature: an allow-list, each property with its column of the store.

Left out on purpose: case numbers and the agency's own ids, which lead to files
about persons; sex and age of victims; and all that says how a row was stored.
There is one property with a moment: of several, GDAL would take any for the
one that ``datetime`` asks about. The others are told as hours from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa

from hotspot.analysis.methods import Field
from hotspot.service.store.schema import EPOCH, incident

_HOUR: Final = 3.6e9
"""Microseconds."""
_DECIMALS: Final = 3
"""Of hours: to four seconds."""

Kind = Literal["text", "number", "moment"]


@dataclass(frozen=True, eq=False)
class Property:
    """One property: what the documents say of it, and where its values are."""

    field: Field
    column: sa.ColumnElement[Any]
    """Text, a number, or microseconds since 1970 UTC."""
    kind: Kind

    @property
    def name(self) -> str:
        """Its name in features and filters."""
        return self.field.name


def _hours(later: sa.Column[int], earlier: sa.Column[int]) -> sa.ColumnElement[float]:
    return sa.func.round((later - earlier) / sa.literal(_HOUR), _DECIMALS, type_=sa.Float)


def _text(name: str, title: str, doc: str) -> Property:
    return Property(Field(name, "string", title, doc=doc), incident.c[name], "text")


_ALL: Final = (
    Property(
        Field(
            "occurred",
            "string",
            "Occurred",
            doc="Earliest moment it can have happened, in the dataset's own time zone.",
        ),
        incident.c.occurred_from,
        "moment",
    ),
    Property(
        Field(
            "uncertain_h",
            "number",
            "Uncertain",
            "hours",
            "Time after that within which it may have happened; 0 where the moment is known.",
        ),
        _hours(incident.c.occurred_to, incident.c.occurred_from),
        "number",
    ),
    Property(
        Field("reported_after_h", "number", "Reported after", "hours", "Time from then to the report."),
        _hours(incident.c.reported_at, incident.c.occurred_from),
        "number",
    ),
    _text("offence", "Offence", "As recorded."),
    _text("iccs", "ICCS", "Code in the International Classification of Crime (UNODC 2015)."),
    _text("district", "District code", "District it lies in."),
    _text("recorded_district", "Recorded district", "District as the agency recorded it."),
    _text("place", "Place", "Place or address as recorded."),
    _text("location_precision", "Placed by", "How its point was found: exact, place, district or none."),
    _text("agency", "Agency", "Who recorded it."),
    _text("weapon", "Weapon", "As recorded."),
    _text("outcome", "Outcome", "As recorded."),
)

PROPERTIES: Final = {each.name: each for each in _ALL}
"""Every property of an incident by name, in order."""
FIELDS: Final = tuple(each.field for each in _ALL)
"""What the documents say of them."""


def microseconds(moment: datetime) -> int:
    """Return a moment as the store keeps it: whole microseconds since 1970 UTC."""
    return (moment - EPOCH) // timedelta(microseconds=1)
