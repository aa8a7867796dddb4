"""Standing questions: names whose newest answer has an address that never changes.

Every answer is remembered in the order it was given, so that a name falls back
to the answer before when the newest is withdrawn, and forward again when it is
brought back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from hotspot.errors import NotFoundError
from hotspot.service.store.datasets import checked_name
from hotspot.service.store.records import StandingQuestion
from hotspot.service.store.schema import layer, standing_answer
from hotspot.service.store.schema import standing as table
from hotspot.words import quoted

if TYPE_CHECKING:
    from datetime import datetime

    from hotspot.service.store.engine import Engine


class Standing:
    """The standing questions of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self) -> tuple[StandingQuestion, ...]:
        """Return every standing question by name."""
        with self._engine.reading() as connection:
            return _read(connection)

    def get(self, name: str) -> StandingQuestion:
        """Return one; ``NotFoundError`` lists the known ones."""
        with self._engine.reading() as connection:
            return get(connection, name)

    def remove(self, name: str) -> StandingQuestion:
        """Forget a standing question and return what it was; the layers that answered it stay."""
        with self._engine.writing() as connection:
            known = get(connection, name)
            connection.execute(sa.delete(table).where(table.c.name == name))
            return known


def get(connection: sa.Connection, name: str) -> StandingQuestion:
    """Return one within a transaction; ``NotFoundError`` lists the known ones."""
    found = _read(connection)
    for each in found:
        if each.name == name:
            return each
    known = f"There are: {', '.join(each.name for each in found)}." if found else "There is none yet."
    msg = (
        f"There is no standing question {quoted(name)}. {known} One is made with: hotspot run ... "
        "--standing NAME."
    )
    raise NotFoundError(msg)


def put(connection: sa.Connection, asked: StandingQuestion, *, layer_id: str, now: datetime) -> None:
    """Keep a question with its newest answer, in place of what had its name before.

    Answers about another dataset are forgotten: the name never falls back to one of them.
    """
    values = {
        "question": asked.question,
        "last_days": asked.last_days,
        "force": asked.force,
        "answered_at": now,
    }
    before = connection.execute(sa.select(table).where(table.c.name == asked.name)).first()
    if before is not None and before.question.get("dataset") != asked.question.get("dataset"):
        connection.execute(sa.delete(standing_answer).where(standing_answer.c.name == asked.name))
    statement = insert(table).values(name=checked_name(asked.name, noun="standing question"), **values)
    statement = statement.values(created_at=now)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
    # The same answer given again is the newest again.
    answer = {"name": asked.name, "layer_id": layer_id}
    connection.execute(
        sa.delete(standing_answer).where(
            standing_answer.c.name == asked.name, standing_answer.c.layer_id == layer_id
        )
    )
    newest = sa.select(sa.func.coalesce(sa.func.max(standing_answer.c.seq), 0)).scalar_subquery()
    connection.execute(sa.insert(standing_answer).values(**answer, seq=newest + 1))


def _read(connection: sa.Connection) -> tuple[StandingQuestion, ...]:
    answers = (
        sa.select(standing_answer.c.name, standing_answer.c.layer_id)
        .join(layer)
        .where(layer.c.withdrawn_at.is_(None))
        .order_by(standing_answer.c.seq.desc())
    )
    layers: dict[str, tuple[str, ...]] = {}
    for name, layer_id in connection.execute(answers):
        layers[name] = (*layers.get(name, ()), layer_id)
    rows = connection.execute(sa.select(table).order_by(table.c.name))
    return tuple(StandingQuestion(**row._mapping, layers=layers.get(row.name, ())) for row in rows)
