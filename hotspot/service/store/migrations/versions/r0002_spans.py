"""An index of incidents that lasted, so that a stretch of time is found without looking at all before it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        "incident_span",
        "incident",
        ["dataset_id", "occurred_to", "occurred_from"],
        sqlite_where=sa.text("occurred_to > occurred_from"),
    )
