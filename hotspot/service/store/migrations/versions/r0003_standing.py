"""Standing questions with their answers, and who let pages of other sites read a layer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make both tables, and the columns of who and when."""
    op.create_table(
        "standing",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("last_days", sa.Integer(), nullable=True),
        sa.Column("force", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "standing_answer",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("layer_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["name"], ["standing.name"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["layer_id"], ["layer.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("name", "layer_id", name="standing_layer"),
    )
    op.add_column("layer", sa.Column("audience_by", sa.Text(), nullable=True))
    op.add_column("layer", sa.Column("audience_at", sa.BigInteger(), nullable=True))
    # Made again, with how QGIS draws it inside, for whoever asks first.
    op.execute("DELETE FROM layer_file WHERE name = 'download.gpkg'")
