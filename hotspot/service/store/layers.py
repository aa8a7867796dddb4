"""Layers: immutable answers and the files made from them once."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from hotspot.errors import ConflictError, NotFoundError
from hotspot.service.store import site, standing
from hotspot.service.store.records import LayerRecord, StandingQuestion, StoredFile, columns_of
from hotspot.service.store.schema import layer, layer_file
from hotspot.words import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotspot.service.store.engine import Engine


class Layers:
    """The layers of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self, *, withdrawn: bool = False) -> tuple[LayerRecord, ...]:
        """Return the published layers, the latest first; with ``withdrawn``, also those taken back."""
        asked = sa.select(layer).order_by(layer.c.seq.desc())
        if not withdrawn:
            asked = asked.where(layer.c.withdrawn_at.is_(None))
        with self._engine.reading() as connection:
            names = _file_names(connection)
            return tuple(_record(row, names.get(row.id, ())) for row in connection.execute(asked))

    def get(self, layer_id: str, *, withdrawn: bool = False) -> LayerRecord:
        """Return one published layer; ``NotFoundError`` for an unknown or withdrawn one.

        With ``withdrawn`` a layer that was taken back is returned too.
        """
        with self._engine.reading() as connection:
            return get(connection, layer_id, withdrawn=withdrawn)

    def file(self, layer_id: str, name: str, *, withdrawn: bool = False) -> StoredFile:
        """Return one file of a published layer, such as ``features.geojson`` or ``map.html``."""
        asked = sa.select(layer_file).join(layer).where(layer.c.id == layer_id, layer_file.c.name == name)
        if not withdrawn:
            asked = asked.where(layer.c.withdrawn_at.is_(None))
        with self._engine.reading() as connection:
            row = connection.execute(asked).first()
        if row is None:
            msg = f"There is no file {name!r} of a published layer {layer_id!r}."
            raise NotFoundError(msg)
        return StoredFile(row.data, row.media_type, row.gzipped, row.etag)

    def save(
        self,
        record: LayerRecord,
        files: Mapping[str, StoredFile],
        *,
        site_files: Mapping[str, StoredFile] | None = None,
        version: int | None = None,
        answers: StandingQuestion | None = None,
    ) -> LayerRecord:
        """Put a layer, its files and the site's files in place at once.

        Saving the same layer again changes nothing, but shows it again if it was
        withdrawn. ``record.seq`` is given by the store. With ``version`` it happens
        only while the store's version is that one. A standing question that it answers is kept,
        and leads to it, in the same moment.

        Raises
        ------
        StaleError
            When the store has changed since that version.
        ConflictError
            When a layer of this id, but other content, is there: layers never change.
        """
        with self._engine.writing(version=version) as connection:
            known = connection.execute(sa.select(layer).where(layer.c.id == record.id)).first()
            if known is None:
                _insert(connection, record, files)
            elif known.content_hash != record.content_hash:
                msg = (
                    f"A layer {record.id!r} with other content is there already, and layers never change; "
                    "the boundaries or the installed software differ. Give the new layer another title."
                )
                raise ConflictError(msg)
            elif known.withdrawn_at is not None:
                _set_withdrawn(connection, record.id, None)
            site.put(connection, site_files or {})
            if answers is not None:
                standing.put(connection, answers, layer_id=record.id, now=record.published_at)
            return get(connection, record.id)

    def withdraw(
        self,
        layer_id: str,
        *,
        now: datetime | None = None,
        site_files: Mapping[str, StoredFile] | None = None,
        version: int | None = None,
    ) -> LayerRecord:
        """Hide a layer and its files from readers; doing it twice changes nothing.

        One that pages of other sites could read is local again, also when it is brought back.
        """
        with self._engine.writing(version=version) as connection:
            if get(connection, layer_id, withdrawn=True).withdrawn_at is None:
                _set_withdrawn(connection, layer_id, now or datetime.now(UTC))
            site.put(connection, site_files or {})
            return get(connection, layer_id, withdrawn=True)

    def restore(
        self,
        layer_id: str,
        *,
        site_files: Mapping[str, StoredFile] | None = None,
        version: int | None = None,
    ) -> LayerRecord:
        """Show a withdrawn layer again."""
        with self._engine.writing(version=version) as connection:
            get(connection, layer_id, withdrawn=True)
            _set_withdrawn(connection, layer_id, None)
            site.put(connection, site_files or {})
            return get(connection, layer_id)

    def open_to(
        self, layer_id: str, audience: str, *, by: str | None, now: datetime | None = None
    ) -> LayerRecord:
        """Set who may read a published layer, with who chose that, and when."""
        values = {"audience": audience, "audience_by": by, "audience_at": now or datetime.now(UTC)}
        with self._engine.writing() as connection:
            get(connection, layer_id)
            connection.execute(sa.update(layer).where(layer.c.id == layer_id).values(values))
            return get(connection, layer_id)


def get(connection: sa.Connection, layer_id: str, *, withdrawn: bool = False) -> LayerRecord:
    """Return one layer within a transaction."""
    row = connection.execute(sa.select(layer).where(layer.c.id == layer_id)).first()
    if row is None or (row.withdrawn_at is not None and not withdrawn):
        msg = f"There is no published layer {quoted(layer_id)}. The command 'hotspot layers' lists them."
        raise NotFoundError(msg)
    return _record(row, _file_names(connection, layer_id).get(layer_id, ()))


def _insert(connection: sa.Connection, record: LayerRecord, files: Mapping[str, StoredFile]) -> None:
    values = {
        field.name: getattr(record, field.name)
        for field in dataclasses.fields(record)
        if field.name not in {"seq", "files"}
    }
    connection.execute(sa.insert(layer).values(values))
    connection.execute(
        sa.insert(layer_file),
        [{"layer_id": record.id, "name": name, **columns_of(file)} for name, file in files.items()],
    )


def _set_withdrawn(connection: sa.Connection, layer_id: str, moment: datetime | None) -> None:
    values: dict[str, Any] = {"withdrawn_at": moment}
    if moment is not None:
        values |= {"audience": "local", "audience_by": None, "audience_at": None}
    connection.execute(sa.update(layer).where(layer.c.id == layer_id).values(values))


def _file_names(connection: sa.Connection, layer_id: str | None = None) -> dict[str, tuple[str, ...]]:
    asked = sa.select(layer_file.c.layer_id, layer_file.c.name).order_by(layer_file.c.name)
    if layer_id is not None:
        asked = asked.where(layer_file.c.layer_id == layer_id)
    names: dict[str, tuple[str, ...]] = {}
    for owner, name in connection.execute(asked):
        names[owner] = (*names.get(owner, ()), name)
    return names


def _record(row: sa.Row[*tuple[Any, ...]], files: tuple[str, ...]) -> LayerRecord:
    values = dict(row._mapping)
    bbox = values.pop("bbox")
    return LayerRecord(**values, bbox=None if bbox is None else tuple(bbox), files=files)
