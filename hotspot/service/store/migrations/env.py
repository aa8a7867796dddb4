"""Alembic's way in: it uses the connection, and the transaction, of the store that is being opened."""

from __future__ import annotations

from alembic import context

from hotspot.service.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
