"""Steps from one schema to the next, run by Alembic when a store is opened.

A released step is never edited; a change of ``schema.py`` is a new file in
``versions/``, a new entry in ``REVISIONS`` and a new ``HEAD``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlalchemy as sa

REVISIONS: Final = ("0001", "0002", "0003")
"""Every revision that this code can open, oldest first; kept here so that opening needs no Alembic."""


def upgrade(connection: sa.Connection) -> None:
    """Bring the schema up to date inside the transaction that the caller holds."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
