"""Staged incidents into the store: new ones added, known ones brought up to date."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from hotspot.service.staging import TABLE
from hotspot.service.store import bulk
from hotspot.service.store.schema import incident

COLUMNS = ("key", *bulk.COLUMNS)
_staged = sa.table(TABLE, *(sa.column(name) for name in COLUMNS), schema="staged")
_MEANING = tuple(name for name in bulk.COLUMNS if name != "row")
"""Columns in which a known incident can differ; where it stood in a file is no difference."""


@dataclass(frozen=True)
class Merged:
    """How many staged incidents were new, known but different, and known and equal."""

    accepted: int
    updated: int
    unchanged: int


def merge(connection: sa.Connection, *, dataset_id: int, import_id: int) -> Merged:
    """Take the staged incidents over, within the caller's transaction."""
    total = _count(connection, sa.select(sa.func.count()).select_from(_staged))
    inside = incident.c.dataset_id == dataset_id
    if connection.execute(sa.select(incident.c.id).where(inside).limit(1)).first() is None:
        known = unchanged = 0
    else:
        both = _staged.join(incident, inside & (incident.c.key == _staged.c.key))
        known = _count(connection, sa.select(sa.func.count()).select_from(both))
        same = sa.and_(*(_staged.c[name].is_not_distinct_from(incident.c[name]) for name in _MEANING))
        unchanged = _count(connection, sa.select(sa.func.count()).select_from(both).where(same))
    _write(connection, dataset_id=dataset_id, import_id=import_id, anew=known == 0)
    return Merged(accepted=total - known, updated=known - unchanged, unchanged=unchanged)


def _write(connection: sa.Connection, *, dataset_id: int, import_id: int, anew: bool) -> None:
    rows = sa.select(
        sa.literal(dataset_id), sa.literal(import_id), *(_staged.c[name] for name in COLUMNS)
    ).where(sa.true())
    statement = insert(incident).from_select(["dataset_id", "import_id", *COLUMNS], rows)
    if not anew:
        new = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=["dataset_id", "key"],
            set_={name: new[name] for name in ("import_id", "row", *_MEANING)},
            where=sa.or_(*(incident.c[name].is_distinct_from(new[name]) for name in _MEANING)),
        )
    connection.execute(statement)


def _count(connection: sa.Connection, statement: sa.Select[int]) -> int:
    return connection.execute(statement).scalar_one()
