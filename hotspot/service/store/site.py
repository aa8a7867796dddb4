"""Files of the whole site, such as the map of all layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from hotspot.errors import NotFoundError
from hotspot.service.store.records import StoredFile, columns_of
from hotspot.service.store.schema import site_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotspot.service.store.engine import Engine


class Site:
    """The files of one site, by name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def file(self, name: str) -> StoredFile:
        """Return one file, such as ``index.html``; ``NotFoundError`` before anything was published."""
        with self._engine.reading() as connection:
            row = connection.execute(sa.select(site_file).where(site_file.c.name == name)).first()
        if row is None:
            msg = f"There is no file {name!r} of the site yet. It is made when the first layer is published."
            raise NotFoundError(msg)
        return StoredFile(row.data, row.media_type, row.gzipped, row.etag)

    def save(self, name: str, file: StoredFile) -> None:
        """Put one file in place of the one before."""
        with self._engine.writing() as connection:
            put(connection, {name: file})


def put(connection: sa.Connection, files: Mapping[str, StoredFile]) -> None:
    """Put files in place, by name, within a transaction."""
    for name, file in files.items():
        values = columns_of(file)
        statement = insert(site_file).values(name=name, **values)
        connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
