"""A dataset's incidents as the features of a collection: asked of the store, never held."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hotspot.errors import NotFoundError
from hotspot.ogc.collection import CRS84
from hotspot.ogc.features import Found
from hotspot.service.incidents.counts import Counts
from hotspot.service.incidents.encoding import GeoJSON
from hotspot.service.incidents.properties import PROPERTIES
from hotspot.service.incidents.seek import seeking

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from hotspot.ogc.query import Query
    from hotspot.service.incidents.encoding import Row
    from hotspot.service.incidents.properties import Property
    from hotspot.service.incidents.seek import Seek
    from hotspot.service.store.engine import Engine


@dataclass(frozen=True, kw_only=True)
class IncidentFeatures:
    """The incidents of one dataset: pages of them, and each one."""

    engine: Engine
    dataset_id: int
    timezone: str
    """IANA name of the zone in which times are told."""
    etag: str
    """Letters that change whenever the features can have."""
    counts: Counts = field(default_factory=Counts)

    @property
    def zone(self) -> ZoneInfo:
        """Where times are told."""
        return ZoneInfo(self.timezone)

    def seeking(self) -> AbstractContextManager[Seek]:
        """Look at them in one unchanging state of the store."""
        return seeking(self.engine, self.dataset_id, counts=self.counts)

    def found(self, query: Query) -> Found:
        """Return one page of the incidents that a query is for."""
        properties = chosen(query)
        with self.seeking() as seek:
            rows, matched = seek.page(query, seek.where(query), properties)
        return Found(self._encoded(rows, properties, crs=query.crs, geometry=query.geometry), matched)

    def get(self, number: int, *, crs: str = CRS84) -> bytes:
        """Return the incident of that number, encoded."""
        properties = tuple(PROPERTIES.values())
        with self.seeking() as seek:
            row = seek.one(number, properties)
        if row is None:
            msg = f"There is no feature {number} in this collection."
            raise NotFoundError(msg)
        return self._encoded([row], properties, crs=crs)[0]

    def _encoded(
        self, rows: Sequence[Row], properties: Sequence[Property], *, crs: str, geometry: bool = True
    ) -> list[bytes]:
        if crs == CRS84 or not geometry:
            return GeoJSON(properties, zone=self.zone, geometry=geometry).lines(rows)
        from hotspot.ogc.reproject import DECIMALS

        return GeoJSON(properties, zone=self.zone, decimals=DECIMALS).lines(_moved(rows, crs))


def chosen(query: Query) -> tuple[Property, ...]:
    """Return the properties that a query wants to see, in their order."""
    return tuple(each for name, each in PROPERTIES.items() if query.keep is None or name in query.keep)


def _moved(rows: Sequence[Row], crs: str) -> list[Row]:
    """Return rows with their points in the metres of a CRS; none where it cannot show them."""
    import numpy as np

    from hotspot.crs import project
    from hotspot.ogc.reproject import code

    degrees = np.array([(row[1], row[2]) for row in rows], dtype=np.float64).reshape(-1, 2)
    x, y = project(degrees[:, 0], degrees[:, 1], code(crs))
    there = np.isfinite(x) & np.isfinite(y)
    places = zip(there.tolist(), x.tolist(), y.tolist(), rows, strict=True)
    return [
        (row[0], *((east, north) if known else (None, None)), *row[3:]) for known, east, north, row in places
    ]
