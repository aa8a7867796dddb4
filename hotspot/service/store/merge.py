"""Staged incidents into the store: new ones added, known ones brought up to date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from hotspot.service.progress import silent
from hotspot.service.staging import TABLE
from hotspot.service.store import bulk
from hotspot.service.store.schema import incident

if TYPE_CHECKING:
    from hotspot.service.progress import Progress

COLUMNS = ("key", *bulk.COLUMNS)
_staged = sa.table(TABLE, *(sa.column(name) for name in COLUMNS), schema="staged")
_number: sa.ColumnElement[int] = sa.literal_column("clean._rowid_")
STAGE = "Storing rows"
_AT_A_TIME = 100_000
"""Rows that are taken over between two words on how far it is."""
_MEANING = tuple(name for name in bulk.COLUMNS if name != "row")
"""Columns in which a known incident can differ; where it stood in a file is no difference."""


@dataclass(frozen=True)
class Merged:
    """How many staged incidents were new, known but different, and known and equal."""

    accepted: int
    updated: int
    unchanged: int


def merge(
    connection: sa.Connection, *, dataset_id: int, import_id: int, progress: Progress = silent
) -> Merged:
    """Take the staged incidents over, within the caller's transaction, telling how many are done."""
    # Staged rows are numbered from 1 on: counting them would read them all.
    total = int(connection.execute(sa.select(sa.func.max(_number)).select_from(_staged)).scalar() or 0)
    inside = incident.c.dataset_id == dataset_id
    if connection.execute(sa.select(incident.c.id).where(inside).limit(1)).first() is None:
        known = unchanged = 0
    else:
        same = sa.and_(*(_staged.c[name].is_not_distinct_from(incident.c[name]) for name in _MEANING))
        both = _staged.join(incident, inside & (incident.c.key == _staged.c.key))
        counted = sa.select(sa.func.count(), sa.func.total(sa.case((same, 1), else_=0))).select_from(both)
        known, unchanged = map(int, connection.execute(counted).one())
    statement = _insert(anew=known == 0)
    for start in range(0, total, _AT_A_TIME):
        progress(STAGE, start, total)
        owner = {"dataset": dataset_id, "import": import_id}
        connection.execute(statement, {**owner, "start": start, "end": start + _AT_A_TIME})
    progress(STAGE, total, total)
    return Merged(accepted=total - known, updated=known - unchanged, unchanged=unchanged)


def _insert(*, anew: bool) -> sa.Insert:
    """Return the statement that takes the staged rows between two numbers over."""
    owner = (sa.bindparam(name, type_=sa.Integer) for name in ("dataset", "import"))
    rows = sa.select(*owner, *(_staged.c[name] for name in COLUMNS)).where(
        _number > sa.bindparam("start"), _number <= sa.bindparam("end")
    )
    statement = insert(incident).from_select(["dataset_id", "import_id", *COLUMNS], rows)
    if anew:
        return statement
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["dataset_id", "key"],
        set_={name: new[name] for name in ("import_id", "row", *_MEANING)},
        where=sa.or_(*(incident.c[name].is_distinct_from(new[name]) for name in _MEANING)),
    )
