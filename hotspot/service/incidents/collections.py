"""The collections of incidents: what the documents say of each dataset, and its features."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from hotspot.ogc.collection import Collection
from hotspot.ogc.moments import utc
from hotspot.ogc.reproject import reference_systems, zone_at
from hotspot.service.incidents.counts import Counts
from hotspot.service.incidents.features import IncidentFeatures
from hotspot.service.incidents.files import SUFFIXES
from hotspot.service.incidents.properties import FIELDS
from hotspot.service.incidents.seek import frugal
from hotspot.service.store.schema import Moment, dataset, imports, incident

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotspot.ogc.boxes import Box
    from hotspot.service.store.engine import Engine

PREFIX: Final = "incidents-"
"""How the id of a collection of incidents begins; the dataset's name follows."""


@dataclass(frozen=True)
class Extent:
    """How many incidents a dataset holds, where and when."""

    incidents: int
    box: Box | None
    middle: tuple[float, float] | None
    """Mean longitude and latitude: a few misplaced incidents stretch the box, but hardly move this."""
    first: datetime | None
    last: datetime | None
    updated: datetime | None
    """When a file was imported last."""


@dataclass(frozen=True, kw_only=True)
class Described:
    """A collection of incidents with the dataset behind it."""

    collection: Collection
    number: int
    """Of the dataset in the store."""
    timezone: str


class IncidentCollections:
    """The collections of incidents of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._counts = Counts()
        self._extents: dict[Any, Extent] = {}

    def read(self) -> Mapping[str, Described]:
        """Return the collections there are by id; datasets are looked through again after imports only."""
        newest = sa.select(sa.func.max(imports.c.id)).where(imports.c.dataset_id == dataset.c.id)
        when = sa.select(sa.func.max(imports.c.imported_at)).where(imports.c.dataset_id == dataset.c.id)
        asked = sa.select(
            dataset.c.id,
            dataset.c.name,
            dataset.c.title,
            dataset.c.timezone,
            dataset.c.created_at,
            newest.scalar_subquery().label("newest"),
            sa.type_coerce(when.scalar_subquery(), Moment).label("updated"),
        ).order_by(dataset.c.name)
        extents, found = {}, {}
        with self._engine.reading() as connection, frugal(connection):
            for row in connection.execute(asked):
                key = (row.id, row.created_at, row.newest)
                extents[key] = self._extents.get(key) or _extent(connection, row.id, updated=row.updated)
                made = _collection(row.name, row.title, row.timezone, extents[key])
                found[made.id] = Described(collection=made, number=row.id, timezone=row.timezone)
        self._extents = extents
        return found

    def features(self, of: Described, *, version: int) -> IncidentFeatures:
        """Return the incidents of a collection in a version of the store."""
        return IncidentFeatures(
            engine=self._engine,
            dataset_id=of.number,
            timezone=of.timezone,
            etag=f"{of.collection.id}-{version}",
            counts=self._counts,
        )


def _extent(connection: sa.Connection, dataset_id: int, *, updated: datetime | None) -> Extent:
    lon, lat = incident.c.lon, incident.c.lat
    ends = (sa.func.min(lon), sa.func.min(lat), sa.func.max(lon), sa.func.max(lat))
    middle = (sa.func.avg(lon), sa.func.avg(lat))
    times = (sa.func.min(incident.c.occurred_from), sa.func.max(incident.c.occurred_to))
    asked = sa.select(sa.func.count(), *ends, *middle, *(sa.type_coerce(end, Moment) for end in times))
    ids = sa.select(sa.func.min(incident.c.id), sa.func.max(incident.c.id))
    lying = connection.execute(ids.where(incident.c.dataset_id == dataset_id)).one()
    # One look through the rows as they lie: an expression leaves SQLite no index to go by.
    own = sa.and_(incident.c.id.between(*lying), incident.c.dataset_id + 0 == dataset_id)
    number, west, south, east, north, x, y, first, last = connection.execute(asked.where(own)).one()
    placed = west is not None
    box = (west, south, east, north) if placed else None
    return Extent(number, box, (x, y) if placed else None, first, last, updated)


def _collection(name: str, title: str, timezone: str, extent: Extent) -> Collection:
    span = (utc(extent.first), utc(extent.last))
    return Collection(
        id=PREFIX + name,
        title=f"Incidents of {title or name}",
        description=(
            "Each incident as a point; one without coordinates has no geometry. Times are told in the "
            f"zone {timezone}; a day that is asked about is one in UTC, a moment can have an offset. "
            "Not for publication."
        ),
        bbox=extent.box,
        interval=span if any(span) else None,
        fields=FIELDS,
        n_features=extent.incidents,
        keywords=("incidents", "crime", name),
        crs=reference_systems(zone_at(*extent.middle) if extent.middle else None),
        rows_in_store=True,
        updated=utc(extent.updated) or "",
        downloads=SUFFIXES,
    )
