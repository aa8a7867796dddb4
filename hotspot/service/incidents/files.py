"""A dataset's incidents as a file: sent as it is made, so that a million take no more memory than a page."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from hotspot.errors import ConflictError, NotFoundError
from hotspot.service.incidents.encoding import CSV, GeoJSON
from hotspot.service.incidents.features import chosen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotspot.ogc.query import Query
    from hotspot.service.incidents.encoding import Row
    from hotspot.service.incidents.features import IncidentFeatures

SUFFIXES: Final = ("csv", "geojson")
"""The forms there are."""
_AT_A_TIME: Final = 5_000
"""Rows read together; between two reads nothing of the store is held, however slow the reader is."""


def parts(features: IncidentFeatures, query: Query, *, suffix: str) -> Iterator[bytes]:
    """Return the file of all incidents that a query is for, by number, in pieces.

    What is wrong with the query is raised at once. Of a dataset that changes meanwhile the
    rest is not sent: the file breaks off rather than mix two states.

    Parameters
    ----------
    features
        Whose incidents.
    query
        Which of them, and which properties; how many and in which order is not asked.
    suffix
        One of `SUFFIXES`.
    """
    if suffix not in SUFFIXES:
        msg = f"There is no download {suffix[:20]!r} of incidents. There are: {', '.join(SUFFIXES)}."
        raise NotFoundError(msg)
    properties = chosen(query)
    if suffix == "csv":
        made = _csv(features, query, CSV(properties, zone=features.zone))
    else:
        made = _geojson(features, query, GeoJSON(properties, zone=features.zone))
    return chain([next(made)], made)


def _csv(features: IncidentFeatures, query: Query, form: CSV) -> Iterator[bytes]:
    pages = _pages(features, query)
    yield form.head() + form.lines(next(pages, ()))
    yield from map(form.lines, pages)


def _geojson(features: IncidentFeatures, query: Query, form: GeoJSON) -> Iterator[bytes]:
    between = b'{"type":"FeatureCollection","features":[\n'
    for rows in _pages(features, query):
        yield between + b",\n".join(form.lines(rows))
        between = b",\n"
    yield (b"" if between == b",\n" else between) + b"\n]}\n"


def _pages(features: IncidentFeatures, query: Query) -> Iterator[Sequence[Row]]:
    properties = chosen(query)
    number = 0
    with features.seeking() as seek:
        state = seek.last_import()
    while True:
        with features.seeking() as seek:
            if seek.last_import() != state:
                msg = "The dataset changed while it was sent. Ask again."
                raise ConflictError(msg)
            rows = seek.after(number, seek.where(query), properties, most=_AT_A_TIME)
        if rows:
            yield rows
            number = rows[-1][0]
        if len(rows) < _AT_A_TIME:
            return
