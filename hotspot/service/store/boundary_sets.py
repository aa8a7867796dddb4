"""Boundary sets: the bundled ones and those that somebody imported."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from hotspot.errors import BoundaryError, ConflictError, NotFoundError
from hotspot.service.store.datasets import checked_name
from hotspot.service.store.records import BoundaryRecord, StoredFile, etag_of
from hotspot.service.store.schema import boundary_set as table
from hotspot.service.store.schema import dataset
from hotspot.words import quoted

if TYPE_CHECKING:
    from hotspot.places.boundaries import BoundarySet
    from hotspot.service.store.engine import Engine

MEDIA_TYPE = "application/geo+json"


class Boundaries:
    """The boundary sets that can be asked for by name.

    Bundled ones are called by country code, in either case; imported ones by the
    name they were given.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self) -> tuple[BoundaryRecord, ...]:
        """Return what is known of every set, bundled ones first, by name."""
        from hotspot.places import boundaries

        bundled = tuple(
            BoundaryRecord(
                name=name,
                title=about.title,
                country=name,
                districts=_districts(name),
                bundled=True,
                source=about.source,
                licence=about.licence,
            )
            for name, about in sorted(boundaries.index().items())
        )
        asked = sa.select(*_about).order_by(table.c.name)
        with self._engine.reading() as connection:
            own = tuple(BoundaryRecord(**row._mapping, bundled=False) for row in connection.execute(asked))
        return bundled + own

    def is_bundled(self, name: str) -> bool:
        """Return whether the set of this name comes with Hotspot."""
        return self._own(name) is None and _is_bundled(name)

    def canonical(self, name: str) -> str:
        """Return the name as it is kept: ``BZ`` for ``bz``; ``NotFoundError`` for an unknown one."""
        if self._own(name) is not None:
            return name
        if _is_bundled(name):
            return name.strip().upper()
        raise self._unknown(name)

    def timezone(self, name: str) -> str:
        """Return the zone of a set; the outlines of a bundled one are not read for it."""
        from hotspot.places import boundaries

        if self.is_bundled(name):
            return boundaries.index()[self.canonical(name)].timezone
        return self.load(name).timezone

    def load(self, name: str) -> BoundarySet:
        """Return the set; ``NotFoundError`` lists the known ones."""
        from hotspot.places import boundaries, boundary_files

        own = self._own(name)
        if own is not None:
            return boundary_files.from_geojson(zlib.decompress(own.geojson))
        if _is_bundled(name):
            return boundaries.load(name)
        raise self._unknown(name)

    def file(self, name: str) -> StoredFile:
        """Return the districts of a set as GeoJSON bytes, without pandas."""
        from hotspot.places import boundaries

        own = self._own(name)
        if own is not None:
            return StoredFile(zlib.decompress(own.geojson), MEDIA_TYPE, etag=own.etag)
        if _is_bundled(name):
            data = boundaries.features(name)
            return StoredFile(data, MEDIA_TYPE, etag=etag_of(data))
        raise self._unknown(name)

    def save(self, boundary_set: BoundarySet, *, now: datetime | None = None) -> BoundaryRecord:
        """Keep an imported set under its name; what had that name before is replaced.

        Raises
        ------
        ConflictError
            When the name is that of a bundled set, or a dataset was placed by the old one.
        """
        from hotspot.places.boundary_files import to_geojson

        name = checked_name(boundary_set.name, noun="boundary set")
        if _is_bundled(name):
            msg = (
                f"{name!r} is the name of a set that comes with Hotspot. Give the imported one another name."
            )
            raise ConflictError(msg)
        data = to_geojson(boundary_set)
        values = {
            "title": boundary_set.title,
            "country": boundary_set.country,
            "source": boundary_set.source,
            "districts": len(boundary_set),
            "etag": etag_of(data),
            "geojson": zlib.compress(data, 6),
            "created_at": now or datetime.now(UTC),
        }
        with self._engine.writing() as connection:
            known = connection.execute(sa.select(table.c.etag).where(table.c.name == name)).scalar()
            if known is not None and known != values["etag"]:
                _refuse_used(connection, name, "replaced")
            statement = insert(table).values(name=name, **values)
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
            row = connection.execute(sa.select(*_about).where(table.c.name == name)).one()
            return BoundaryRecord(**row._mapping, bundled=False)

    def delete(self, name: str) -> None:
        """Forget an imported set that no dataset uses."""
        if self._own(name) is None:
            if _is_bundled(name):
                msg = f"{name!r} comes with Hotspot and cannot be deleted."
                raise BoundaryError(msg)
            raise self._unknown(name)
        with self._engine.writing() as connection:
            _refuse_used(connection, name, "deleted")
            connection.execute(sa.delete(table).where(table.c.name == name))

    def _own(self, name: str) -> sa.Row[bytes, str] | None:
        asked = sa.select(table.c.geojson, table.c.etag).where(table.c.name == name)
        with self._engine.reading() as connection:
            return connection.execute(asked).first()

    def _unknown(self, name: str) -> NotFoundError:
        names = ", ".join(record.name for record in self.list())
        return NotFoundError(
            f"There are no boundaries {quoted(name)}. There are: {names}. "
            "Others come in with: hotspot boundaries import FILE --name NAME."
        )


_about = (
    table.c.name,
    table.c.title,
    table.c.country,
    table.c.districts,
    table.c.source,
    table.c.created_at,
)


def _is_bundled(name: str) -> bool:
    from hotspot.places import boundaries

    return name.strip().upper() in boundaries.bundled()


def _districts(name: str) -> int:
    from hotspot.places import boundaries

    return boundaries.features(name).count(b'"type":"Feature"') or len(boundaries.load(name))


def _refuse_used(connection: sa.Connection, name: str, done: str) -> None:
    asked = sa.select(dataset.c.name).where(dataset.c.area == name).order_by(dataset.c.name)
    users = connection.execute(asked).scalars().all()
    if users:
        msg = (
            f"The boundaries {name!r} place the incidents of {', '.join(users)}, so they cannot be {done}. "
            "Import the new boundaries under another name."
        )
        raise ConflictError(msg)
