"""Rows of one dataset's incidents that a query is for, found by SQL within one transaction.

Incidents of a dataset mostly lie together in the store, in the order of their numbers. So rows
are passed in that order, from the last place known, and not by way of an index; times have one.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from hotspot.ogc.collection import CRS84, LIMIT_DEFAULT
from hotspot.service.incidents import functions
from hotspot.service.incidents.bounds import bounded
from hotspot.service.incidents.conditions import conditions
from hotspot.service.incidents.placing import Placing
from hotspot.service.incidents.properties import PROPERTIES
from hotspot.service.store.engine import CACHE_KB
from hotspot.service.store.schema import counter, imports, incident

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotspot.ogc.query import Query
    from hotspot.service.incidents.counts import Counts
    from hotspot.service.incidents.properties import Property
    from hotspot.service.store.engine import Engine

    Condition = sa.ColumnElement[bool]
    Row = sa.Row[Any]

_CACHE_KB: Final = 16 * 1024
_LARGEST: Final = 2**63 - 1
"""What a column of the store can hold."""


class Seek:
    """What can be found of one dataset in one state of the store."""

    def __init__(
        self, connection: sa.Connection, dataset_id: int, *, placing: Placing, counts: Counts
    ) -> None:
        self._connection = connection
        self._dataset_id = dataset_id
        self._placing = placing
        self._counts = counts

    def where(self, asked: Query) -> list[Condition]:
        """Return what must hold of the rows a query is for, besides whose they are; for use here alone."""
        return conditions(asked, placing=self._placing)

    def page(
        self, asked: Query, where: Sequence[Condition], properties: Sequence[Property]
    ) -> tuple[Sequence[Row], int]:
        """Return the rows of one page (number, longitude, latitude, properties), and how many match."""
        key = (self._state, self._dataset_id, _unpaged(asked))
        wanted = _columns(properties).where(*where).limit(min(asked.limit, _LARGEST))
        if asked.sort or asked.span is not None:
            ordered = wanted.where(self._indexed).order_by(*_order(asked), incident.c.id).offset(asked.offset)
            rows = self._connection.execute(ordered).all()
        else:
            passed, number = self._counts.nearest(key, asked.offset)
            ordered = (
                wanted.where(self._lying, incident.c.id > number)
                .order_by(incident.c.id)
                .offset(asked.offset - passed)
            )
            rows = self._connection.execute(ordered).all()
            if rows:
                self._counts.ended(key, asked.offset + len(rows), rows[-1][0])
        if len(rows) < asked.limit and (rows or not asked.offset):
            # The end is on this page: nothing is left to count.
            return rows, asked.offset + len(rows)
        return rows, self._counts.of(key, lambda: self._count(asked, where))

    def after(
        self, number: int, where: Sequence[Condition], properties: Sequence[Property], *, most: int
    ) -> Sequence[Row]:
        """Return the next rows after a number, in the order of numbers."""
        wanted = (
            _columns(properties).where(*where, self._lying, incident.c.id > number).order_by(incident.c.id)
        )
        return self._connection.execute(wanted.limit(most)).all()

    def one(self, number: int, properties: Sequence[Property]) -> Row | None:
        """Return the row of a number, if the dataset has it."""
        if number > _LARGEST:
            return None
        return self._connection.execute(
            _columns(properties).where(self._lying, incident.c.id == number)
        ).first()

    def last_import(self) -> int | None:
        """Return the number of the dataset's last import: incidents change with imports only."""
        asked = sa.select(sa.func.max(imports.c.id)).where(imports.c.dataset_id == self._dataset_id)
        return self._connection.execute(asked).scalar()

    def _count(self, asked: Query, where: Sequence[Condition]) -> int:
        if not where:
            return self._ends[2]
        own = self._lying if asked.span is None else self._indexed
        counted = sa.select(sa.func.count()).select_from(incident).where(own, *where)
        return int(self._connection.execute(counted).scalar_one())

    @property
    def _indexed(self) -> Condition:
        return incident.c.dataset_id == self._dataset_id

    @property
    def _lying(self) -> Condition:
        """The same by where the rows lie: an expression leaves SQLite no index to go by."""
        first, last, _ = self._ends
        return sa.and_(incident.c.id.between(first, last), incident.c.dataset_id + 0 == self._dataset_id)

    @cached_property
    def _ends(self) -> tuple[int, int, int]:
        """First and last number of the dataset's rows, and how many there are."""

        def look() -> tuple[int, int, int]:
            asked = sa.select(sa.func.min(incident.c.id), sa.func.max(incident.c.id), sa.func.count()).where(
                self._indexed
            )
            first, last, number = self._connection.execute(asked).one()
            return first or 0, last or 0, number

        return self._counts.of((self._state, self._dataset_id), look)

    @cached_property
    def _state(self) -> int:
        return int(self._connection.execute(sa.select(counter.c.value)).scalar_one())


@contextmanager
def seeking(engine: Engine, dataset_id: int, *, counts: Counts) -> Iterator[Seek]:
    """Look at the incidents of a dataset in one unchanging state, with little memory."""
    with engine.reading() as connection, frugal(connection), bounded(connection):
        placing = Placing()
        functions.add(connection, placing)
        yield Seek(connection, dataset_id, placing=placing, counts=counts)


@contextmanager
def frugal(connection: sa.Connection) -> Iterator[None]:
    """Let a look at all of a million rows keep fewer pages than a bulk read may."""
    connection.exec_driver_sql(f"PRAGMA main.cache_size = -{_CACHE_KB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA main.cache_size = -{CACHE_KB}")


def _columns(properties: Sequence[Property]) -> sa.Select[Any]:
    told = (each.column.label(each.name) for each in properties)
    return sa.select(incident.c.id, incident.c.lon, incident.c.lat, *told)


def _order(asked: Query) -> Iterator[sa.ColumnElement[Any]]:
    for name, descending in asked.sort:
        column = PROPERTIES[name].column
        yield (column.desc() if descending else column.asc()).nulls_last()


def _unpaged(query: Query) -> Query:
    """Return what of a query decides how many incidents match."""
    return replace(query, limit=LIMIT_DEFAULT, offset=0, sort=(), keep=None, geometry=True, crs=CRS84)
