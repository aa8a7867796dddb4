"""Datasets: streams of incidents, each with its time zone and its boundaries."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hotspot.errors import NotFoundError, ParameterError
from hotspot.service.store.records import Dataset
from hotspot.service.store.schema import Moment, dataset, imports, incident
from hotspot.words import quoted

if TYPE_CHECKING:
    from hotspot.service.store.engine import Engine

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
"""Names stand in commands and addresses, so they are short, lower case and without spaces."""


class Datasets:
    """The datasets of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self) -> tuple[Dataset, ...]:
        """Return every dataset by name, with its number of incidents and their period."""
        with self._engine.reading() as connection:
            rows = connection.execute(_known().order_by(dataset.c.name))
            return tuple(_record(row) for row in rows)

    def get(self, name: str) -> Dataset:
        """Return one dataset; ``NotFoundError`` lists the known ones."""
        with self._engine.reading() as connection:
            return get(connection, name)

    def timezone(self, name: str) -> str:
        """Return a dataset's time zone; ``NotFoundError`` lists the known ones."""
        with self._engine.reading() as connection:
            asked = sa.select(dataset.c.timezone).where(dataset.c.id == number(connection, name))
            return str(connection.execute(asked).scalar_one())

    def ensure(self, name: str, **chosen: Any) -> Dataset:
        """Return the dataset, made first when it is not there.

        Parameters
        ----------
        name
            Lower-case letters, digits, ``-`` and ``_``; at most 40.
        chosen
            Any of ``title``, ``timezone``, ``area``, ``date_order``, ``columns``; what is
            given replaces what was known.
        """
        with self._engine.writing() as connection:
            return put(connection, name, now=datetime.now(UTC), **chosen)

    def delete(self, name: str) -> None:
        """Delete a dataset with its incidents and imports; layers made from it stay."""
        with self._engine.writing() as connection:
            known = get(connection, name)
            connection.execute(sa.delete(incident).where(incident.c.dataset_id == known.id))
            connection.execute(
                sa.update(imports).where(imports.c.dataset_id == known.id).values(replaced_by=None)
            )
            connection.execute(sa.delete(dataset).where(dataset.c.id == known.id))


def checked_name(name: str, *, noun: str = "dataset") -> str:
    """Return the name if it can stand in an address, else say what would do.

    >>> checked_name("belize-2026")
    'belize-2026'
    """
    if NAME.fullmatch(name):
        return name
    plain = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")[:40] or "incidents"
    msg = (
        f"The name of a {noun} has 1 to 40 lower-case letters, digits, '-' or '_'; got {quoted(name)}. "
        f"Use for example {plain!r}."
    )
    raise ParameterError("name", msg)


def get(connection: sa.Connection, name: str) -> Dataset:
    """Return one dataset within a transaction; ``NotFoundError`` lists the known ones."""
    row = connection.execute(_known().where(dataset.c.name == name)).first()
    if row is None:
        names = connection.execute(sa.select(dataset.c.name).order_by(dataset.c.name)).scalars().all()
        known = f"There are: {', '.join(names)}." if names else "There is none yet: import a file first."
        msg = f"There is no dataset {quoted(name)}. {known}"
        raise NotFoundError(msg)
    return _record(row)


def number(connection: sa.Connection, name: str) -> int:
    """Return the number of a dataset within a transaction, as `get`, but without counting its incidents."""
    found = connection.execute(sa.select(dataset.c.id).where(dataset.c.name == name)).scalar()
    return get(connection, name).id if found is None else int(found)


def put(connection: sa.Connection, name: str, *, now: datetime, **chosen: Any) -> Dataset:
    """Make or change a dataset within a transaction; a value that is ``None`` changes nothing."""
    values = {column: value for column, value in chosen.items() if value is not None}
    unknown = set(values) - {"title", "timezone", "area", "date_order", "columns"}
    if unknown:
        msg = f"A dataset has no {', '.join(sorted(unknown))}."
        raise TypeError(msg)
    if "timezone" in values:
        checked_timezone(values["timezone"])
    known = connection.execute(sa.select(dataset.c.id).where(dataset.c.name == name)).scalar()
    if known is None:
        new = {"title": name, "timezone": "UTC", "area": "", "columns": {}, "created_at": now}
        connection.execute(sa.insert(dataset).values(new | values | {"name": checked_name(name)}))
    elif values:
        connection.execute(sa.update(dataset).where(dataset.c.id == known).values(values))
    return get(connection, name)


def checked_timezone(name: str) -> str:
    """Return the name of a time zone if it is one.

    >>> checked_timezone("America/Belize")
    'America/Belize'
    """
    try:
        ZoneInfo(name)
        # What these mean depends on the machine, and on when it was set up.
        known = name not in ("localtime", "Factory", "posixrules")
    except (KeyError, ValueError, OSError):
        known = False
    if not known:
        msg = (
            f"{name!r} is not a time zone. Use a name of the IANA list, such as 'America/Belize' or "
            "'Europe/London'."
        )
        raise ParameterError("timezone", msg)
    return name


def _known() -> sa.Select[Any]:
    inside = incident.c.dataset_id == dataset.c.id
    return sa.select(
        dataset,
        sa.select(sa.func.count()).where(inside).scalar_subquery().label("incidents"),
        # One aggregate a subquery: SQLite answers each from the index on time alone.
        sa.select(sa.type_coerce(sa.func.min(incident.c.occurred_from), Moment))
        .where(inside)
        .scalar_subquery()
        .label("first"),
        sa.select(sa.type_coerce(sa.func.max(incident.c.occurred_to), Moment))
        .where(inside)
        .scalar_subquery()
        .label("last"),
    )


def _record(row: sa.Row[*tuple[Any, ...]]) -> Dataset:
    return Dataset(**row._mapping)
